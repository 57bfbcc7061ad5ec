"""The networks that Autoencoder makes of itself, in the notation of docs/FORMAT.md."""
from __future__ import annotations

from typing import List, Sequence, Tuple

_SMALLEST, _WIDEST, _LEVELS = 4, 128, 6


def rows(features: int, latent: int, hidden: Sequence[int], bounded: bool) -> str:
    """For rows of numbers: Linear layers of the `hidden` sizes down to the code, and the same back.
    `bounded`: the numbers are 0..1."""
    sizes = [features, *hidden, latent]

    def chain(sizes: Sequence[int]) -> List[str]:
        made: List[str] = []
        for a, b in zip(sizes, sizes[1:]):
            made += [f"Linear({a}, {b})", "ELU()"]
        return made[:-1]

    down, up = chain(sizes), chain(sizes[::-1]) + ["Sigmoid()"] * bounded
    return _notation(f"{features}", down, up)


def images(shape: Tuple[int, int, int], latent: int, hidden: Sequence[int], bounded: bool) -> str:
    """For images: the practice's convolutions, each of which halves the sides, until 4 are left, but with
    ELU for Tanh, which saturates where images are few; of 1x28x28 otherwise the layers of "notebook"."""
    channels, height, width = shape
    sizes, kept = [(height, width)], [channels]
    while max(sizes[-1]) > _SMALLEST and len(sizes) <= _LEVELS:
        sizes.append(((sizes[-1][0] + 1) // 2, (sizes[-1][1] + 1) // 2))
        kept.append(min(8 << (len(sizes) - 2), _WIDEST))
    flat = kept[-1] * sizes[-1][0] * sizes[-1][1]
    down: List[str] = []
    up: List[str] = []
    for i, (a, b) in enumerate(zip(kept, kept[1:])):
        (h, w), (made_h, made_w) = sizes[i], sizes[i + 1]
        more = (h - (2 * made_h - 1), w - (2 * made_w - 1))
        padded = "" if more == (0, 0) else f", output_padding={more[0] if more[0] == more[1] else more}"
        down += [f"Conv2d({a}, {b}, 3, stride=2, padding=1)", "ELU()"]
        up = [f"ConvTranspose2d({b}, {a}, 3, stride=2, padding=1{padded})", "ELU()", *up]
    lines = [flat, *hidden, latent]
    down.append("Flatten()")
    for a, b in zip(lines, lines[1:]):
        down += [f"Linear({a}, {b})", "ELU()"]
    back: List[str] = []
    for a, b in zip(lines[::-1], lines[-2::-1]):
        back += [f"Linear({a}, {b})", "ELU()"]
    shaped = ", ".join(map(str, (kept[-1], *sizes[-1])))
    back.append(f"Unflatten(1, ({shaped}))")
    up = back + up[:-1] if up else back[:-2] + back[-1:]
    return _notation(", ".join(map(str, shape)), down[:-1], up + ["Sigmoid()"] * bounded)


def _notation(shape: str, encoder: Sequence[str], decoder: Sequence[str]) -> str:
    return (f"input = {shape}\nencoder = Sequential({', '.join(encoder)})\n"
            f"decoder = Sequential({', '.join(decoder)})\n")
