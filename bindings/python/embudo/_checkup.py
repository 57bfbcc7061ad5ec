"""The doctor: what can be wrong with a network and with its images (embudo/checkup.h)."""
from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from ._base import _AnyNet, _be, _check, _indices, _threads
from ._images import Images
from ._library import Checkup as _Checkup
from ._library import DataCheckup as _DataCheckup
from ._library import ExamineOptions, LayerInfo, lib
from ._types import Picked

_findings = ("mean image", "pca", "constant", "dead", "saturated", "range", "collapse", "divergence", "unused")
_data_findings = ("alike", "channel", "few", "classes")


def _words(bits: int, words: Sequence[str]) -> Tuple[str, ...]:
    return tuple(word for i, word in enumerate(words) if bits >> i & 1)


@dataclass(frozen=True)
class Checkup:
    """What is wrong with a network, and what was measured. str() of it has a line for each finding."""
    findings: Tuple[str, ...]
    """Of "mean image", "pca", "constant", "dead", "saturated", "range", "collapse", "divergence",
    "unused"; () if nothing is wrong."""
    mse: float
    mean_mse: float
    pca_mse: float
    """NaN if there was no comparison with `components` principal components."""
    components: int
    latent: int
    dead: int
    saturated: int
    layer: Optional[str]
    """The hidden layer that lets nothing through; None if each does."""
    layer_share: float
    low: float
    high: float
    measures: Dict[str, float]
    active: int
    entries: int

    def __str__(self) -> str:
        return "\n".join(_lines[word](self) for word in self.findings) or "nothing is wrong"


def _because(c: Checkup) -> str:
    return f", because {c.layer} is saturated" if c.layer else ""


_lines: Dict[str, Callable[[Checkup], str]] = {
    "mean image": lambda c: f"the reconstructions are no better than the mean image (MSE {c.mse:.4g}, the mean "
                            f"image has {c.mean_mse:.4g}){_because(c)}",
    "pca": lambda c: f"the reconstructions are worse than those of {c.components} principal components (MSE "
                     f"{c.mse:.4g}, PCA has {c.pca_mse:.4g})",
    "constant": lambda c: f"every image has the same code{_because(c)}",
    "dead": lambda c: f"{c.dead} of the code's {c.latent} numbers are the same for every image",
    "saturated": lambda c: f"{c.saturated} of the code's {c.latent} numbers are nearly always at their limits",
    "range": lambda c: f"the images' numbers, {c.low:.4g} to {c.high:.4g}, are beyond the last layer's limits, or "
                       "very small or large: divide or shift them first",
    "collapse": lambda c: f"the code says nothing of an image (KL {c.measures.get('kl', 0):.2g} nats, active "
                          f"numbers: {c.active} of {c.latent}): posterior collapse",
    "divergence": lambda c: f"the code costs {c.measures.get('kl', 0):.3g} nats an image, and the reconstructions "
                            f"are hardly better than the mean image (MSE {c.mse:.4g}, {c.mean_mse:.4g})",
    "unused": lambda c: f"{c.measures.get('unused', 0):.0f} of the codebook's {c.entries} entries were never taken",
}


@dataclass(frozen=True)
class DataCheckup:
    """What is wrong with the images of a training. str() of it has a line for each finding."""
    findings: Tuple[str, ...]
    """Of "alike", "channel", "few", "classes"; () if nothing is wrong."""
    looked: int
    alike: float
    channel: int
    constant: float
    parameters: int
    numbers: int
    untaught: int
    unmeasured: int
    label: int

    def __str__(self) -> str:
        said: List[str] = []
        for word in self.findings:
            if word == "alike":
                said.append(f"{100 * self.alike:.0f} % of the images are nearly the same picture")
            elif word == "channel":
                said.append(f"channel {self.channel} is {self.constant:.4g} everywhere")
            elif word == "few":
                said.append(f"the network has {self.parameters:,} parameters, and all images together have "
                            f"{self.numbers:,} numbers: it can learn them by heart")
            else:
                what, count = ("training", self.untaught) if self.untaught else ("validation", self.unmeasured)
                said.append(f"{count} classes have no {what} images, such as {self.label}")
        return "\n".join(said) or "nothing is wrong"


class _Examined(_AnyNet):
    """What the doctor tells of a Net."""

    def examine(self, images: Images, reference: Optional[Images] = None, *,
                indices: Optional[Picked] = None, reference_indices: Optional[Picked] = None,
                young: bool = False, threads: int = 0) -> Checkup:
        """Looks at the network on images, against what the training images `reference` (by default the
        same) allow without a network. `young`: it has hardly been trained, so PCA may do better."""
        _be(images, Images, "Images(...)")
        known = images if reference is None else reference
        _be(known, Images, "Images(...)")
        own, count = _indices(indices, len(images))
        theirs, their_count = _indices(reference_indices, len(known))
        made, layer = _Checkup(), None
        options = ExamineOptions(young=bool(young), threads=_threads(threads))
        with self._lock:
            _check(lib.emb_net_examine(self._handle, known._handle, theirs, their_count, images._handle, own, count,
                                       options, ctypes.byref(made)))
        if made.has_layer:
            info = LayerInfo()
            lib.emb_net_layer(self._handle, made.layer, ctypes.byref(info))
            layer = f"{info.part.decode()}.{info.path.decode()} {info.layer.decode()}"
        measures = {m.name.decode(): float(m.value) for m in made.measures[:made.measure_count]}
        return Checkup(_words(made.findings, _findings), made.mse, made.mean_mse, made.pca_mse, made.components,
                       made.latent, made.dead, made.saturated, layer, made.layer_share, made.low, made.high,
                       measures, made.active, made.entries)

    def examine_data(self, images: Images, train: Optional[Picked] = None,
                     val: Optional[Picked] = None) -> DataCheckup:
        """Looks at the images of a training: `train` picks those to learn from (None: all), `val` those to
        validate on (None: none). The network need not have been trained."""
        _be(images, Images, "Images(...)")
        learned, learned_count = _indices(train, len(images))
        watched: Any = None
        watched_count = 0
        if val is not None and len(val) > 0:
            watched, watched_count = _indices(val, len(images))
        made = _DataCheckup()
        with self._lock:
            _check(lib.emb_net_examine_data(self._handle, images._handle, learned, learned_count, watched,
                                            watched_count, ctypes.byref(made)))
        return DataCheckup(_words(made.findings, _data_findings), int(made.looked), made.alike, made.channel,
                           made.constant, int(made.parameters), int(made.numbers), made.untaught, made.unmeasured,
                           made.label)
