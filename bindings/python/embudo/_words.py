"""What a training shows, in the reader's language: English, or Spanish where the environment says so."""
from __future__ import annotations

import os
from typing import Dict, Tuple

_words: Dict[str, Dict[str, str]] = {
    "en": {"original": "Original Image", "noisy": "Image with Noise", "made": "Model's Prediction",
           "epoch": "Epoch [{0}/{1}], Loss: {2}", "validation": " Validation Loss: {0}",
           "accuracy": " Training Accuracy: {0} %", "validation_accuracy": " Validation Accuracy: {0} %",
           "where": "epoch {0}/{1}", "loss": "loss {0}", "no_picture": "no picture: {0}", "point": "."},
    "es": {"original": "Imagen Original", "noisy": "Imagen con Ruido", "made": "Predicci\u00f3n del Modelo",
           "epoch": "\u00c9poca [{0}/{1}], p\u00e9rdida: {2}", "validation": ", p\u00e9rdida de validaci\u00f3n: {0}",
           "accuracy": ", exactitud de entrenamiento: {0} %", "validation_accuracy": ", exactitud de validaci\u00f3n: {0} %",
           "where": "\u00e9poca {0}/{1}", "loss": "p\u00e9rdida {0}", "no_picture": "no hay imagen: {0}", "point": ","}}


def _language() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "es" if os.environ[name].startswith("es") else "en"
    return "en"


def number(value: float, digits: int) -> str:
    """With so many digits behind the language's sign."""
    return f"{value:.{digits}f}".replace(".", _words[_language()]["point"])


def say(what: str, *values: object) -> str:
    return _words[_language()][what].format(*values)


def titles() -> Tuple[str, str, str]:
    """The practice's: of the image, of the image with noise, of what the network makes of it."""
    return say("original"), say("noisy"), say("made")
