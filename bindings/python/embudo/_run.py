"""A training: emb_run of embudo/train.h."""
from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from . import _arrays
from ._base import _be, _check, _encoded, _fail, _Object, _pairs, _seed, _threads, _whole
from ._checkup import Checkup, DataCheckup
from ._images import Images
from ._library import MAX_BATCH, MAX_EPOCHS, MAX_WARMUP, EpochInfo, TrainOptions, lib
from ._net import Net, _measures
from ._types import StrPath, Whole


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
    preview: Optional[int] = None
    """The validation image that the notebook shows after this epoch, an index into the images."""


_fields: Dict[str, Any] = dict(TrainOptions._fields_)  # type: ignore[arg-type]
_plain_options: Dict[str, Any] = dict(list(_fields.items())[list(_fields).index("momentum"):])
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


def _chosen(*, seed: int = 42, learning_rate: Optional[float] = None, val_split: float = 0.2,
            batch_size: int = 16, shuffle: bool = False, schedule: str = "constant", epochs: int = 0,
            warmup: int = 0, keep_weights: bool = False, threads: int = 0, val_count: int = 0, loss: str = "",
            optimiser: str = "Adam", **options: Any) -> TrainOptions:
    """Options as the library takes them."""
    if schedule not in _schedules:
        raise ValueError(f"schedule is {schedule!r}, expected one of {sorted(_schedules)}")
    if optimiser not in _optimisers:
        raise ValueError(f"optimiser is {optimiser!r}, expected one of {sorted(_optimisers)}")
    if not ((learning_rate is None or learning_rate > 0) and val_split >= 0 and val_split < 1):
        raise ValueError(f"learning_rate is {learning_rate} and val_split is {val_split}; "
                         "expected above 0, and 0 to below 1")
    chosen = TrainOptions(seed=_seed(seed) or 1 << 32, learning_rate=learning_rate or 0.0,
                          val_split=val_split if val_split > 0 else -1.0, val_count=val_count,
                          batch_size=_whole(batch_size, "batch_size", 1, MAX_BATCH),
                          shuffle=bool(shuffle), schedule=_schedules[schedule],
                          epochs=_whole(epochs, "epochs", 0, MAX_EPOCHS),
                          warmup=_whole(warmup, "warmup", 0, MAX_WARMUP),
                          keep_weights=bool(keep_weights), threads=_threads(threads),
                          loss=_text(loss, "loss"), optimiser=_optimisers[optimiser])
    for name, value in options.items():
        _set_option(chosen, name, value)
    return chosen


def split(count: int, *, seed: int = 42, val_split: float = 0.2) -> Tuple[Whole, Whole]:
    """(indices to train on, indices to validate on) of `count` images, as a run with these options has them."""
    count = _whole(count, "count", 1, 2**31 - 1)
    order, trained = (ctypes.c_uint32 * count)(), ctypes.c_size_t()
    _check(lib.emb_split(count, _chosen(seed=seed, val_split=val_split), order, ctypes.byref(trained)))
    n = trained.value
    return _arrays.whole(order[:n]), _arrays.whole(order[n:])


class _Training:
    """The library's run and the images that it borrows. A net has a list of those that borrow it, so that
    each is freed before it, in whatever order Python finalises."""

    def __init__(self, handle: Optional[int], net: Net, images: Images, epochs: int = 0) -> None:
        if not handle:
            raise _fail()
        self.handle: Optional[int] = handle
        self.images, self.epochs = images, epochs
        self.is_open = False  # whether a step was taken since the last epoch's end
        self.asked: Any = None  # what train() was called with
        net._borrowers.append(self)

    def free(self) -> None:
        handle, self.handle = self.handle, None
        if handle and lib is not None:
            lib.emb_run_free(handle)


class Run(_Object):
    """One training of one network on one data set, step by step or epoch by epoch."""

    def __init__(self, net: Net, images: Images, *, seed: int = 42,
                 learning_rate: Optional[float] = None, val_split: float = 0.2, batch_size: int = 16,
                 shuffle: bool = False, schedule: str = "constant", epochs: int = 0, warmup: int = 0,
                 keep_weights: bool = False, threads: int = 0, validation: Optional[Images] = None,
                 loss: str = "", optimiser: str = "Adam", **options: Any) -> None:
        """Splits the images and draws the weights. `epochs` is the number of epochs that a schedule
        spans. `validation` has separate images for validation; none are then split off. The same
        seed gives the same bits with any number of threads. `loss` is a text such as
        "mse + 0.2*ssim". The learning rate's default is the optimiser's in torch.optim. The other
        options are those of emb_train_options in embudo/train.h: momentum, weight_decay, clip_norm,
        ema, stop_patience, freeze ("encoder"), augment ("shift=2,flip"), denoise ("gaussian=0.3")
        and so on; but 0 is 0, and no default: beta1=0. `mode` is "min" or "max", `threshold_mode`
        "rel" or "abs"."""
        chosen = _chosen(seed=seed, learning_rate=learning_rate, val_split=val_split, batch_size=batch_size,
                         shuffle=shuffle, schedule=schedule, epochs=epochs, warmup=warmup,
                         keep_weights=keep_weights, threads=threads,
                         val_count=len(validation) if validation is not None else 0, loss=loss,
                         optimiser=optimiser, **options)
        _be(net, Net, "Net.open(...)")
        _be(images, Images, "Images(...)")
        if validation is not None:
            _be(validation, Images, "Images(...)")
            images = images._joined(validation)
        with net._lock:
            net._trained = None  # its weights are another training's from now on
            self._begin(net, _Training(lib.emb_run_new(net._handle, images._handle, chosen), net, images))

    def _begin(self, net: Net, training: _Training) -> None:
        self._net, self._training, self._lock = net, training, net._lock

    @classmethod
    def _of(cls, net: Net, training: _Training) -> "Run":
        made = cls.__new__(cls)
        made._begin(net, training)
        return made

    @classmethod
    def resume(cls, path: StrPath, images: Images, threads: int = 0) -> "Run":
        """Goes on with a training that save() or the program wrote (a checkpoint), as if nothing had
        happened: the same bits. `images` is the data set that it was trained on; run.net is the network."""
        _be(images, Images, "Images(...)")
        checkpoint = lib.emb_checkpoint_open(_encoded(path))
        if not checkpoint:
            raise _fail()
        try:
            net = Net(lib.emb_checkpoint_net(checkpoint))
            handle = lib.emb_checkpoint_run(checkpoint, net._handle, images._handle, _threads(threads))
            training = _Training(handle, net, images)
        finally:
            lib.emb_checkpoint_free(checkpoint)
        per_epoch = int(lib.emb_run_steps_per_epoch(handle))
        training.epochs, left = divmod(int(lib.emb_run_steps(handle)), per_epoch)
        training.is_open = left > 0
        return cls._of(net, training)

    @property
    def _handle(self) -> Any:  # type: ignore[override]
        handle = self._training.handle
        if not handle:
            raise ValueError("the training is over: its network is gone, or trains another")
        return handle

    def __del__(self) -> None:
        training = getattr(self, "_training", None)
        if training is not None and self._net._trained is not training:
            training.free()
            if training in self._net._borrowers:
                self._net._borrowers.remove(training)

    @property
    def net(self) -> Net:
        """The network that is trained."""
        return self._net

    @property
    def images(self) -> Images:
        """What it is trained on; images of validation that were given apart come last."""
        return self._training.images

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return int(lib.emb_run_steps(self._handle))

    @property
    def steps_per_epoch(self) -> int:
        """Steps in an epoch."""
        return int(lib.emb_run_steps_per_epoch(self._handle))

    @property
    def epochs(self) -> int:
        """Epochs that are done."""
        return self._training.epochs

    @property
    def stopped(self) -> bool:
        """Whether early stopping (stop_patience) ends the training here, after an epoch."""
        return bool(lib.emb_run_stopped(self._handle))

    @property
    def learning_rate(self) -> float:
        """That of the next step. Setting it goes on with another one; a schedule starts from it."""
        return float(lib.emb_run_learning_rate(self._handle))

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        if not 0 < rate < float("inf"):
            raise ValueError(f"learning_rate is {rate}, expected above 0")
        with self._lock:
            lib.emb_run_set_learning_rate(self._handle, float(rate))

    @property
    def train_indices(self) -> Whole:
        """Which images are trained on, in the split's order."""
        return self._picked(lib.emb_run_train_indices)

    @property
    def val_indices(self) -> Whole:
        """Which images validate, likewise."""
        return self._picked(lib.emb_run_val_indices)

    def _picked(self, function: Any) -> Any:
        count = ctypes.c_size_t()
        indices = function(self._handle, ctypes.byref(count))
        return _arrays.whole(indices[:count.value] if count.value else [])

    def set_epochs(self, epochs: int) -> None:
        """Goes on to so many epochs in all: what a schedule spans, and early stopping counts anew."""
        with self._lock:
            _check(lib.emb_run_set_epochs(self._handle, _whole(epochs, "epochs", 1, MAX_EPOCHS)))

    def restore(self) -> None:
        """Puts back the weights of the last epoch's end, or the first ones."""
        with self._lock:
            lib.emb_run_restore(self._handle)

    def save(self, path: StrPath, metadata: Optional[Mapping[str, str]] = None) -> None:
        """Writes a checkpoint: the model, and all that resume() needs, even in the middle of an epoch."""
        with self._lock:
            _check(lib.emb_run_save(self._handle, _encoded(path), _pairs(metadata), len(metadata or ())))

    def step(self) -> float:
        """Trains on the next batch; returns the batch's loss before the update."""
        loss = ctypes.c_float()
        with self._lock:
            _check(lib.emb_run_step(self._handle, ctypes.byref(loss)))
        self._training.is_open = True
        return float(loss.value)

    def epoch(self, on_step: Optional[Callable[[float], Any]] = None) -> Epoch:
        """Trains to the end of the epoch and validates. `on_step` gets each batch's loss."""
        info = EpochInfo()
        training = self._training
        # Step by step, so that Ctrl-C is heard; one that came in the validation finds the steps taken.
        while not (training.is_open and lib.emb_run_epoch_done(self._handle)):
            loss = self.step()
            if on_step is not None:
                on_step(loss)
        with self._lock:
            _check(lib.emb_run_finish_epoch(self._handle, ctypes.byref(info)))
        training.epochs, training.is_open = training.epochs + 1, False
        return Epoch(self.epochs, float(info.loss), info.mean_loss, info.validation_loss,
                     info.accuracy, info.validation_accuracy, int(info.steps), info.seconds,
                     _measures(info, info.validation_loss == info.validation_loss),
                     int(info.preview) if info.has_preview else None)

    def examine(self, young: bool = False, threads: int = 0) -> Checkup:
        """What the doctor says of the network: on the validation images, or without any on those that it
        is trained on."""
        train, val = self.train_indices, self.val_indices
        return self.net.examine(self.images, indices=val if len(val) else train, reference_indices=train,
                                young=young, threads=threads)

    def examine_data(self) -> DataCheckup:
        """What the doctor says of the images."""
        return self.net.examine_data(self.images, self.train_indices, self.val_indices)

    def _seen(self, index: int, epoch: int) -> Any:
        """Image `index` as the network reads it in an epoch (from 0), unaugmented: with denoise, noise too."""
        options = TrainOptions()
        lib.emb_run_options(self._handle, ctypes.byref(options))
        options.augment = b""
        c, h, w = self.images.shape
        numbers, picked = (ctypes.c_float * (c * h * w))(), (ctypes.c_uint32 * 1)(index)
        _check(lib.emb_train_images(self.images._handle, options, epoch, picked, 1, numbers, None))
        return _arrays.make(numbers, (c, h, w))
