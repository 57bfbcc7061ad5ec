"""A training: emb_run of embudo/train.h."""
from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, Optional

from ._base import _be, _check, _fail, _Object, _seed, _threads, _whole
from ._images import Images
from ._library import MAX_BATCH, MAX_EPOCHS, MAX_WARMUP, EpochInfo, TrainOptions, lib
from ._net import Net, _measures


_schedules = {"constant": 0, "linear": 1, "cosine": 2, "step": 3, "one-cycle": 4, "plateau": 5}
_modes = {"mode": {"min": 0, "max": 1}, "threshold_mode": {"rel": 0, "abs": 1}}
_optimisers = {"Adam": 0, "AdamW": 1, "SGD": 2, "RMSprop": 3, "NAdam": 4}


@dataclass(frozen=True)
class Epoch:
    """What the notebook prints after an epoch. A value that does not exist is NaN: a validation loss
    without a validation set, or an autoencoder's accuracy."""
    number: int
    loss: float
    mean_loss: float
    validation_loss: float
    accuracy: float
    validation_accuracy: float
    steps: int
    seconds: float
    measures: Dict[str, float] = field(default_factory=dict)
    """Of a kind of autoencoder, over the validation set, or without one over the training batches:
    of a variational one "elbo", "reconstruction" and "kl"."""


_plain_options = {name: kind for name, kind in TrainOptions._fields_[TrainOptions._fields_.index(
    ("momentum", ctypes.c_double)):]}
_plain_options.update(beta1=ctypes.c_double, beta2=ctypes.c_double, epsilon=ctypes.c_double)
# Where the library takes 0 for a default, and a negative number for 0.
_zeros = ("beta1", "beta2", "alpha", "momentum_decay", "weight_decay", "factor", "patience", "threshold",
          "base_momentum", "max_momentum")


def _text(text: str, name: str) -> bytes:
    coded = text.encode()
    if len(coded) >= TrainOptions.loss.size:
        raise ValueError(f"{name} is longer than {TrainOptions.loss.size - 1} characters")
    return coded


def _set_option(chosen: TrainOptions, name: str, value: Any) -> None:
    kind = _plain_options.get(name)
    if kind is None:
        raise TypeError(f"no option {name!r}, expected one of {sorted(_plain_options)}")
    if name in _modes:
        if value not in _modes[name]:
            raise ValueError(f"{name} is {value!r}, expected one of {sorted(_modes[name])}")
        value = _modes[name][value]
    if kind is ctypes.c_int:
        value = _whole(value, name, -MAX_EPOCHS, MAX_EPOCHS)
    if name in ("freeze", "augment", "denoise"):
        value = _text(value, name)
    if name in _zeros and value == 0:
        value = -1
    setattr(chosen, name, bool(value) if kind is ctypes.c_bool else value)


class Run(_Object):
    """One training of one network on one data set, step by step or epoch by epoch."""

    def __init__(self, net: Net, images: Images, *, seed: int = 42,
                 learning_rate: Optional[float] = None, val_split: float = 0.2, batch_size: int = 16, shuffle: bool = False,
                 schedule: str = "constant", epochs: int = 0, warmup: int = 0,
                 keep_weights: bool = False, threads: int = 0,
                 validation: Optional[Images] = None, loss: str = "", optimiser: str = "Adam",
                 **options: Any) -> None:
        """Splits the images and draws the weights. `epochs` is the number of epochs that a schedule
        spans. `validation` has separate images for validation; none are then split off. The same
        seed gives the same bits with any number of threads. `loss` is a text such as
        "mse + 0.2*ssim". The learning rate's default is the optimiser's in torch.optim. The other
        options are those of emb_train_options in embudo/train.h: momentum, weight_decay, clip_norm,
        ema, stop_patience, freeze ("encoder"), augment ("shift=2,flip"), denoise ("gaussian=0.3") and so on; but 0 is 0, and no default: beta1=0. `mode`
        is "min" or "max", `threshold_mode` "rel" or "abs"."""
        if schedule not in _schedules:
            raise ValueError(f"schedule is {schedule!r}, expected one of {sorted(_schedules)}")
        if optimiser not in _optimisers:
            raise ValueError(f"optimiser is {optimiser!r}, expected one of {sorted(_optimisers)}")
        if not ((learning_rate is None or learning_rate > 0) and val_split >= 0 and val_split < 1):
            raise ValueError(f"learning_rate is {learning_rate} and val_split is {val_split}; "
                             "expected above 0, and 0 to below 1")
        chosen = TrainOptions(seed=_seed(seed) or 1 << 32, learning_rate=learning_rate or 0.0,
                              val_split=val_split if val_split > 0 else -1.0,
                              val_count=len(validation) if validation is not None else 0,
                              batch_size=_whole(batch_size, "batch_size", 1, MAX_BATCH),
                              shuffle=bool(shuffle), schedule=_schedules[schedule],
                              epochs=_whole(epochs, "epochs", 0, MAX_EPOCHS),
                              warmup=_whole(warmup, "warmup", 0, MAX_WARMUP),
                              keep_weights=bool(keep_weights), threads=_threads(threads),
                              loss=_text(loss, "loss"), optimiser=_optimisers[optimiser])
        for name, value in options.items():
            _set_option(chosen, name, value)
        _be(net, Net, "Net.open(...)")
        _be(images, Images, "Images(...)")
        if validation is not None:
            _be(validation, Images, "Images(...)")
            images = images._joined(validation)
        self._net, self._images = net, images  # the library borrows them
        self._epochs = 0
        self._lock = net._lock
        with self._lock:
            self._handle = lib.emb_run_new(net._handle, images._handle, chosen)
        if not self._handle:
            raise _fail()

    def __del__(self) -> None:
        handle, self._handle = getattr(self, "_handle", None), None
        if handle and lib is not None:
            lib.emb_run_free(handle)

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return int(lib.emb_run_steps(self._handle))

    @property
    def stopped(self) -> bool:
        """Whether early stopping (stop_patience) ends the training here, after an epoch."""
        return bool(lib.emb_run_stopped(self._handle))

    def step(self) -> float:
        """Trains on the next batch; returns the batch's loss before the update."""
        loss = ctypes.c_float()
        with self._lock:
            _check(lib.emb_run_step(self._handle, ctypes.byref(loss)))
        return float(loss.value)

    def epoch(self) -> Epoch:
        """Trains to the end of the epoch and validates."""
        info = EpochInfo()
        while True:  # step by step, so that Ctrl-C is heard
            self.step()
            if lib.emb_run_epoch_done(self._handle):
                break
        with self._lock:
            _check(lib.emb_run_finish_epoch(self._handle, ctypes.byref(info)))
        self._epochs += 1
        return Epoch(self._epochs, float(info.loss), info.mean_loss, info.validation_loss,
                     info.accuracy, info.validation_accuracy, int(info.steps), info.seconds,
                     _measures(info, info.validation_loss == info.validation_loss))


def train(net: Net, images: Images, epochs: int = 10, **options: Any) -> Iterator[Epoch]:
    """Trains while it is iterated over, and gives each epoch when it is done. Takes Run's options;
    early stopping (stop_patience) may end it before `epochs`."""
    return _epochs(Run(net, images, epochs=epochs, **options), epochs)


def _epochs(run: Run, count: int) -> Iterator[Epoch]:
    for _ in range(count):
        yield run.epoch()
        if run.stopped:
            return
