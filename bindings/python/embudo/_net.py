"""A network: emb_net of embudo/net.h, use.h and model.h."""
from __future__ import annotations

import ctypes
import os
import threading
import warnings
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from . import _arrays, _safetensors
from ._base import _be, _check, _encoded, _fail, _indices, _pairs, _seed, _taken, _threads, _whole
from ._checkup import _Examined
from ._export import _Exports
from ._images import Images
from ._library import (FITS, MAX_CLASSES, MAX_SIZE, ImportOptions, Measured, Measuring, NetOptions, Pictures, Score,
                       TensorInfo, lib)
from ._library import Preprocessing as _Preprocessing
from ._types import ArrayLike, Doubles, Floats, Picked, StrPath


def _of_class(name: Optional[StrPath], input: Optional[Sequence[int]], class_name: Optional[str],
              set: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    """The options of a network that is a class in the Python file or notebook `name`."""
    options: Dict[str, Any] = {}
    typed = {"input": input, "class_name": class_name, "set": set}
    given = [option for option, value in typed.items() if value is not None]
    if given and not os.fsdecode(name or "").endswith((".py", ".ipynb")):
        raise ValueError(f"{given[0]} is for a class in a Python file or a notebook (.py, .ipynb); "
                         f"{name!r} is none")
    if input is not None:
        sizes = [_whole(size, "input", 1, MAX_SIZE) for size in input]
        if len(sizes) not in (1, 2, 3):
            raise ValueError(f"input has {len(sizes)} numbers, expected (channels, height, width), (height, width) "
                             "or one number of features")
        sizes = [1] * (len(sizes) == 2) + sizes
        options["input"] = (ctypes.c_int * 3)(*(sizes + [1] * (3 - len(sizes))))
    if class_name is not None:
        options["class_name"] = _encoded(class_name)
    if set:
        options["set"] = _encoded(", ".join(f"{name}={value!r}" for name, value in set.items()))
    return options


class Net(_Exports, _Examined):
    """A network with its weights: an autoencoder, a classifier, or a part of one."""

    def __init__(self, handle: int) -> None:
        """Takes the library's own pointer; call open, parse or load instead."""
        if handle is not None and not isinstance(handle, int):
            raise TypeError(f"Net cannot be made from {type(handle).__name__}: Net.open opens a file or a name, "
                            "Net.parse reads a notation, Net.load imports what others trained")
        if not handle:
            raise _fail()
        self._handle = handle
        self._lock = threading.RLock()
        self._borrowers: List[Any] = []  # trainings, to be freed before the network is
        self._trained: Any = None  # what train() goes on with
        self._labels: List[int] = []  # of set_labels

    @classmethod
    def open(cls, name: StrPath, latent: int = 0, *, input: Optional[Sequence[int]] = None,
             class_name: Optional[str] = None, set: Optional[Mapping[str, Any]] = None) -> "Net":
        """Opens a model file, a run's folder, a notation file (.net), an ONNX model, or a built-in
        network by its name ("notebook"). `latent` overrides the notation's own.

        Of a Python file or a notebook (.py, .ipynb), which is read and not run: the class
        `class_name`, if it has several, with `set` for arguments of it, on images of the shape
        `input`, (channels, height, width)."""
        options = NetOptions(latent=_whole(latent, "latent", 0, MAX_SIZE), **_of_class(name, input, class_name, set))
        return cls(lib.emb_net_open(_encoded(name), options))

    @classmethod
    def parse(cls, notation: str, latent: int = 0) -> "Net":
        """Makes a network from its notation. Its weights are zero until init or a training sets them."""
        options = NetOptions(latent=_whole(latent, "latent", 0, MAX_SIZE))
        return cls(lib.emb_net_parse(_encoded(notation), b"notation", options))

    @classmethod
    def load(cls, path: StrPath, notation: Optional[StrPath] = None, code: Optional[str] = None, *,
             input: Optional[Sequence[int]] = None, class_name: Optional[str] = None,
             set: Optional[Mapping[str, Any]] = None) -> "Net":
        """Imports what others trained: a state dict (.safetensors) with the notation file that it
        belongs to, or the file of its class, with `input`, `class_name` and `set` as in open; or an
        ONNX model, whose encoder ends at the tensor `code`."""
        options = ImportOptions(notation=_encoded(notation) if notation else None,
                                code=_encoded(code) if code else None,
                                **_of_class(notation or path, input, class_name, set))
        return cls(lib.emb_net_import(_encoded(path), options))

    def __del__(self) -> None:
        handle, self._handle = getattr(self, "_handle", None), None
        if handle and lib is not None:
            for borrower in self._borrowers:
                borrower.free()
            lib.emb_net_free(handle)

    def save(self, path: StrPath, metadata: Optional[Mapping[str, str]] = None) -> None:
        """Writes the model as safetensors, with PyTorch's state_dict names."""
        with self._lock:
            _check(lib.emb_net_save(self._handle, _encoded(path), _pairs(metadata), len(metadata or ())))

    def to_bytes(self, metadata: Optional[Mapping[str, str]] = None) -> bytes:
        """What save() writes, as bytes: for a pickle, a database, a message."""
        made, count = ctypes.c_void_p(), ctypes.c_size_t()
        with self._lock:
            _check(lib.emb_net_save_bytes(self._handle, _pairs(metadata), len(metadata or ()),
                                          ctypes.byref(made), ctypes.byref(count)))
        return _taken(made, count)

    @classmethod
    def from_bytes(cls, model: bytes) -> "Net":
        """The network that to_bytes() or a model file's bytes hold."""
        return cls(lib.emb_net_open_bytes(bytes(model), len(model), None))

    def load_state_dict(self, state: Union[StrPath, Mapping[str, ArrayLike]]) -> None:
        """Takes the weights of a state dict: a safetensors file's path, or a mapping from names to
        arrays or tensors, as state_dict() and PyTorch's give it. It has exactly this network's tensors."""
        with self._lock:
            self._trained = None
            if not isinstance(state, (str, bytes, os.PathLike)):
                packed = _safetensors.pack(state)
                _check(lib.emb_net_load_bytes(self._handle, packed, len(packed), b"the state dict"))
            else:
                _check(lib.emb_net_load(self._handle, _encoded(state)))

    def init(self, seed: int = 42) -> "Net":
        """Draws the weights as PyTorch does after torch.manual_seed(seed). A seed is -2**63 to
        2**64 - 1."""
        with self._lock:
            self._trained = None
            _check(lib.emb_net_init(self._handle, _seed(seed)))
        return self

    @property
    def notation(self) -> str:
        """The network in PyTorch's notation."""
        return lib.emb_net_notation(self._handle).decode()

    @property
    def latent(self) -> int:
        """How many numbers a code has; 0 for a classifier of images."""
        return int(lib.emb_net_latent(self._handle))

    @property
    def classes(self) -> int:
        """How many logits a classifier has; 0 for an autoencoder."""
        return int(lib.emb_net_classes(self._handle))

    @property
    def input_shape(self) -> Tuple[int, int, int]:
        """(channels, height, width) of an input image; (n, 1, 1) if the input is n numbers."""
        shape = (ctypes.c_int * 3)()
        lib.emb_net_input_shape(self._handle, shape)
        return shape[0], shape[1], shape[2]

    @property
    def output_shape(self) -> Tuple[int, int, int]:
        """The same for the output of the last layer."""
        shape = (ctypes.c_int * 3)()
        lib.emb_net_output_shape(self._handle, shape)
        return shape[0], shape[1], shape[2]

    def _pictures(self, like_mnist: Optional[bool] = None) -> Pictures:
        """How pictures are treated on their way to this network; `like_mnist` says whether they are laid out
        as MNIST's makers did, None: as its training images lay."""
        known, (channels, height, width) = Pictures(), self.input_shape
        if not lib.emb_net_pictures(self._handle, ctypes.byref(known)) and channels in (1, 3):
            known = Pictures(channels=channels, height=height, width=width)
        if lib.emb_net_like_mnist(self._handle) if like_mnist is None else like_mnist:
            known.fit = FITS["mnist"]
        elif known.fit == FITS["mnist"]:
            known.fit = FITS["crop"]
        return known

    def metadata(self, key: str) -> Optional[str]:
        """A value of the metadata that the model was opened with."""
        value = lib.emb_net_metadata(self._handle, _encoded(key))
        return None if value is None else value.decode()

    def _options(self) -> Dict[str, str]:
        pairs = (pair.split("=", 1) for pair in (self.metadata("embudo.options") or "").split())
        return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}

    def _learned(self) -> Optional[str]:
        """The fingerprint of the images that the training learned from."""
        return self._options().get("train_crc")

    def _held_out(self) -> Tuple[float, int]:
        """The share and the seed of the images that the training held out, as embudo records them."""
        options = self._options()
        if "test_split" not in options or "test_seed" not in options:
            raise ValueError("the model does not say which images its training held out")
        return float(options["test_split"]), int(options["test_seed"])

    def has_part(self, part: str) -> bool:
        """Whether it has an "encoder", a "decoder" or a "classifier"."""
        return bool(lib.emb_net_has_part(self._handle, _encoded(part)))

    def _is_blank(self) -> bool:
        """Whether no weight has been drawn, trained or loaded: all of them are 0."""
        info = TensorInfo()
        for i in range(lib.emb_net_tensor_count(self._handle)):
            lib.emb_net_tensor(self._handle, i, ctypes.byref(info))
            if not info.is_buffer and any(ctypes.string_at(info.values, 4 * info.count)):
                return False
        return True

    def state_dict(self) -> Dict[str, Floats]:
        """Copies of the weights under their state_dict names, in PyTorch's layout."""
        tensors, info = {}, TensorInfo()
        for i in range(lib.emb_net_state_count(self._handle)):
            lib.emb_net_tensor(self._handle, i, ctypes.byref(info))
            numbers = (ctypes.c_float * info.count)()
            with self._lock:
                ctypes.memmove(numbers, info.values, 4 * info.count)
            tensors[info.name.decode()] = _arrays.make(numbers, tuple(info.shape)[:info.rank])
        return tensors

    def gradients(self, images: Images) -> Tuple[float, Dict[str, Floats]]:
        """The mean loss of the images, and its gradient by every weight, under state_dict names."""
        _be(images, Images, "Images(...)")
        loss, info, at = ctypes.c_double(), TensorInfo(), 0
        counts = []
        for i in range(lib.emb_net_tensor_count(self._handle)):
            lib.emb_net_tensor(self._handle, i, ctypes.byref(info))
            counts.append((info.name.decode(), tuple(info.shape)[:info.rank], int(info.count)))
        numbers = (ctypes.c_float * max(sum(count for _, _, count in counts), 1))()
        with self._lock:
            _check(lib.emb_net_gradients(self._handle, images._handle, None, 0, numbers,
                                         ctypes.byref(loss)))
        slopes = {}
        for name, shape, count in counts:
            own = (ctypes.c_float * count)()
            ctypes.memmove(own, ctypes.byref(numbers, 4 * at), 4 * count)
            slopes[name] = _arrays.make(own, shape)
            at += count
        return float(loss.value), slopes

    def _rows(self, function: Any, values: Any, row: Tuple[int, ...], made: Tuple[int, ...],
              threads: int) -> Any:
        numbers, shape, is_bytes = _arrays.read(values, allow_bytes=True)
        # One row or several: in the full shape, without the only channel, or flat.
        size = 1
        for d in row:
            size *= d
        if len(row) == 3 and row[0] <= 4 < row[1] and tuple(shape[1:]) == (row[1], row[2], row[0]):
            numbers = _arrays.channels_first(numbers, shape)
            shape = (shape[0], *row)
        fits = {row, (size,)} | ({row[1:]} if len(row) == 3 and row[0] == 1 else set())
        none = len(shape) > 0 and shape[0] == 0
        one, many = tuple(shape) in fits, none or (len(shape) > 0 and tuple(shape[1:]) in fits)
        if size == 0 or not (one or many):
            raise ValueError(f"an array of shape {tuple(shape)}; expected rows of {size} numbers, "
                             f"[n, {', '.join(map(str, row))}]")
        if is_bytes:
            known = self.preprocessing
            if function is lib.emb_net_decode:  # of codes
                known = Preprocessing(False, 0, 1, True, 0, 1)
            if not known.pixels:
                raise ValueError(f"the network was trained on floats from {known.low:g} to "
                                 f"{known.high:g}, and nothing says which of them are black and "
                                 "white, so bytes cannot be read: give floats like those")
            numbers = _arrays.floats_of_bytes(numbers, known.black, known.white)
        n, outs = (shape[0] if many else 1), 1
        for d in made:
            outs *= d
        out = (ctypes.c_float * max(n * outs, 1))()
        if n > 0:
            with self._lock:
                _check(function(self._handle, numbers, n, out, _threads(threads)))
        return _arrays.make(out, (n, *made))

    @property
    def preprocessing(self) -> "Preprocessing":
        """Which numbers the network was trained on, and how it reads bytes."""
        p = _Preprocessing()
        lib.emb_net_preprocessing(self._handle, ctypes.byref(p))
        return Preprocessing(p.floats, p.low, p.high, p.pixels, p.black, p.white)

    @property
    def conditions(self) -> int:
        """Labels that a conditional network knows; 0: it is not conditional."""
        return int(lib.emb_net_conditions(self._handle))

    def set_labels(self, labels: Union[int, Iterable[int]]) -> None:
        """The labels of images and codes that are given as numbers from now on: row i has labels[i %
        len(labels)]; a number is one for all, [] none. Images have their own."""
        given = [labels] if isinstance(labels, int) else list(labels)
        numbers = [_whole(label, "a label", 0, MAX_CLASSES - 1) for label in given]
        with self._lock:
            _check(lib.emb_net_set_labels(self._handle, (ctypes.c_int * max(len(numbers), 1))(*numbers),
                                          len(numbers)))
            self._labels = numbers

    def encode(self, images: ArrayLike, threads: int = 0) -> Floats:
        """The codes [n, L] of images [n, C, H, W], or [n, H, W, C] as in Images, floats or uint8. The
        results never depend on `threads`."""
        return self._rows(lib.emb_net_encode, images, self.input_shape, (self.latent,), threads)

    def decode(self, codes: ArrayLike, threads: int = 0) -> Floats:
        """The images [n, C, H, W] that the decoder draws from codes [n, L]."""
        return self._rows(lib.emb_net_decode, codes, (self.latent,), self.output_shape, threads)

    @property
    def entries(self) -> int:
        """How many entries a vector-quantised network's codebook has; 0 for any other network."""
        return int(lib.emb_net_entries(self._handle))

    @property
    def places(self) -> int:
        """How many places its codes have, each of which holds an entry; 0 likewise."""
        return int(lib.emb_net_places(self._handle))

    def to_indices(self, codes: ArrayLike) -> List[List[int]]:
        """Of codes [n, L], which entries stand at their places, row by row: n lists."""
        numbers, shape, _ = _arrays.read(codes)
        if len(shape) != 2 or shape[1] != self.latent:
            raise ValueError(f"codes of shape {tuple(shape)}; expected (n, {self.latent})")
        indices = (ctypes.c_uint32 * max(shape[0] * self.places, 1))()
        _check(lib.emb_net_to_indices(self._handle, numbers, shape[0], indices))
        return [list(indices[i * self.places:(i + 1) * self.places]) for i in range(shape[0])]

    def from_indices(self, indices: Iterable[Iterable[int]]) -> Floats:
        """The codes [n, L] of n lists of indices, for decode()."""
        rows = [[_whole(index, "index", 0, 1 << 31) for index in row] for row in indices]
        if any(len(row) != self.places for row in rows):
            raise ValueError(f"expected {self.places} indices to a code, got "
                             f"{', '.join(str(n) for n in sorted({len(row) for row in rows}))}")
        flat = (ctypes.c_uint32 * max(len(rows) * self.places, 1))(*(i for row in rows for i in row))
        codes = (ctypes.c_float * max(len(rows) * self.latent, 1))()
        _check(lib.emb_net_from_indices(self._handle, flat, len(rows), codes))
        return _arrays.make(codes, (len(rows), self.latent))

    def reconstruct(self, images: ArrayLike, threads: int = 0) -> Floats:
        """The same as decode(encode(images)), to the last bit."""
        return self._rows(lib.emb_net_reconstruct, images, self.input_shape, self.output_shape,
                          threads)

    def classify(self, images: ArrayLike, threads: int = 0) -> Floats:
        """The logits [n, K] of images, or of codes if the classifier reads codes."""
        return self._rows(lib.emb_net_classify, images, self.input_shape, (self.classes,), threads)

    def score(self, images: Images, threads: int = 0) -> float:
        """The mean squared error of the reconstructions over all pixels. Warns if the images'
        numbers are clearly of another kind than those that the network was trained on."""
        _be(images, Images, "Images(...)")
        if lib.emb_net_same_range(self._handle, images._handle) != 0:
            warnings.warn(lib.emb_error().decode(errors="replace"), stacklevel=2)
        score = Score()
        with self._lock:
            _check(lib.emb_net_score(self._handle, images._handle, None, 0, _threads(threads),
                                     ctypes.byref(score)))
        return float(score.mse)

    def errors(self, images: Images, indices: Optional[Picked] = None, threads: int = 0) -> Doubles:
        """The mean squared error of each image's own reconstruction, [n] doubles; `indices` picks some."""
        _be(images, Images, "Images(...)")
        picked, count = _indices(indices, len(images))
        errors = (ctypes.c_double * max(count, 1))()
        if count > 0:
            with self._lock:
                _check(lib.emb_net_errors(self._handle, images._handle, picked, count, _threads(threads), errors))
        return _arrays.make(errors, (count,))

    def measure(self, images: Images, loss: Optional[str] = None, seed: int = 42,
                threads: int = 0) -> Dict[str, float]:
        """What is told of a kind of autoencoder on images: of a variational one "elbo",
        "reconstruction" and "kl", in nats an image, of a vector-quantised one "reconstruction",
        "commitment", "perplexity" and "unused"; by the `loss` that it was trained with. And
        "active", the numbers of the code that say something."""
        _be(images, Images, "Images(...)")
        measured = Measured()
        how = Measuring(loss=_encoded(loss) if loss is not None else None, seed=_seed(seed) or 1 << 32,
                        threads=_threads(threads))
        with self._lock:
            _check(lib.emb_net_measure(self._handle, images._handle, None, 0, ctypes.byref(how),
                                       ctypes.byref(measured)))
        return {**_measures(measured, False), "active": float(measured.active)}

    def sample(self, count: int = 64, seed: int = 42, images: Optional[Images] = None,
               threads: int = 0, labels: Union[None, int, Iterable[int]] = None) -> Floats:
        """New images, [count, C, H, W]: codes that are drawn, and what the decoder makes of them.
        `labels`, of a conditional network, as in set_labels; else each in turn.
        Without a prior, such as a variational autoencoder's, they are drawn from a normal
        distribution fitted to the codes of `images`."""
        count = _whole(count, "count", 1, 1 << 31)
        if images is not None:
            _be(images, Images, "Images(...)")
        with self._lock:
            sampler = lib.emb_sampler_new(self._handle, images._handle if images is not None else None,
                                          None, 0, _seed(seed) or 1 << 32, _threads(threads))
        if not sampler:
            raise _fail()
        codes = (ctypes.c_float * (count * self.latent))()
        try:
            _check(lib.emb_sampler_draw(sampler, 0, count, codes))
        finally:
            lib.emb_sampler_free(sampler)
        drawn = _arrays.make(codes, (count, self.latent))
        if labels is None and not self.conditions:
            return self.decode(drawn, threads)
        with self._lock:  # those of set_labels stay what they were
            before = self._labels
            try:
                self.set_labels(range(self.conditions) if labels is None else labels)
                return self.decode(drawn, threads)
            finally:
                self.set_labels(before)


def _measures(info: Any, validation: bool) -> Dict[str, float]:
    return {m.name.decode(): m.validation if validation else m.value
            for m in info.measures[:info.measure_count]}


@dataclass(frozen=True)
class Preprocessing:
    """Which numbers a network reads. `floats`: it was trained on floats as they were, from `low` to
    `high`; otherwise on bytes divided by 255. `pixels`: it can read bytes, and reads byte b as
    black + b (white - black) / 255."""
    floats: bool
    low: float
    high: float
    pixels: bool
    black: float
    white: float
