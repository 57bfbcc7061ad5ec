"""embudo: train an autoencoder on images, and use what it learned.

    import embudo

    images = embudo.Images.open("mnist")
    net = embudo.Net.open("notebook")
    for epoch in embudo.train(net, images, epochs=3):
        print(epoch.number, epoch.loss, epoch.validation_loss)
    net.save("model.safetensors")
    codes = net.encode(images[:10])

This is a thin layer over the C library; include/embudo/ says exactly what each call does. Arrays are
returned as numpy.ndarray if NumPy is installed, else as memoryviews of the same shape. Arguments may
be any of these, or nested lists. A call that fails raises embudo.Error with the library's own text.

Several threads may use the same objects: a network does one thing at a time, and other calls wait.
Objects cannot be copied or pickled; save and open them instead. A child of os.fork() may continue to
use them. "mnist" is found in the repository, in an installed embudo, or below EMBUDO_DATA;
"fashion-mnist" and "kmnist" are found there too, or where `embudo data get` put them.
"""
from __future__ import annotations

import ctypes
import operator
import os
import threading
import warnings
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, Mapping, Optional, Sequence, Tuple, Union

from . import _arrays
from ._library import (MAX_BATCH, MAX_CLASSES, MAX_EPOCHS, MAX_SIZE, MAX_THREADS, MAX_WARMUP,
                       EpochInfo, ImportOptions, Measured, Measuring, NetOptions, OpenOptions, Pair,
                       Pictures, ReadOptions, Score, TensorInfo, TrainOptions, lib)
from ._library import Preprocessing as _Preprocessing

__all__ = ["Epoch", "Error", "Images", "Net", "Preprocessing", "Run", "threads", "train", "version"]

_schedules = {"constant": 0, "linear": 1, "cosine": 2, "step": 3, "one-cycle": 4, "plateau": 5}
_modes = {"mode": {"min": 0, "max": 1}, "threshold_mode": {"rel": 0, "abs": 1}}
_optimisers = {"Adam": 0, "AdamW": 1, "SGD": 2, "RMSprop": 3, "NAdam": 4}


class Error(Exception):
    """Says in one line what the library refused or could not do."""


def _fail() -> Error:
    return Error((lib.emb_error() or b"").decode("utf-8", "replace"))


def _be(value: Any, kind: type, how: str) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, got {type(value).__name__}; {how} makes one")


def _check(status: int) -> None:
    if status != 0:
        raise _fail()


def _encoded(text: Any) -> bytes:
    """Encodes a path or a text for C, where a text ends at a NUL."""
    made = os.fsencode(text)
    if b"\0" in made:
        raise ValueError("embedded null byte")
    return made


def _whole(value: Any, name: str, least: int, most: int) -> int:
    number = operator.index(value)
    if not least <= number <= most:
        raise ValueError(f"{name} is {number}, expected {least} to {most}")
    return number


def _seed(value: Any) -> int:
    """A seed as torch.manual_seed takes it, which adds 2**64 to a negative one."""
    return _whole(value, "seed", -2**63, 2**64 - 1) % 2**64


def _threads(asked: Any) -> int:
    return _whole(asked, "threads", 0, MAX_THREADS)


class _Object:
    """An object that the library made. It is freed once, so it is never copied."""

    _handle: Optional[int] = None

    def __copy__(self) -> Any:
        raise TypeError(f"{type(self).__name__} cannot be copied or pickled; save it and open it again")

    def __deepcopy__(self, memo: Any) -> Any:
        return self.__copy__()

    def __reduce__(self) -> Any:
        return self.__copy__()


def version() -> str:
    """The library's version, "0.1.0"."""
    return lib.emb_version().decode()


def threads() -> int:
    """The largest number of threads that 0 can stand for."""
    return int(lib.emb_default_threads())


_parts = {"train": 0, "test": 1, "val": 2}
_fits = {"crop": 1, "pad": 2, "stretch": 3}
_bad_files = {"few": 0, "skip": 1, "stop": 2}
_colours = {"black": (0, 0, 0), "white": (255, 255, 255), "grey": (128, 128, 128)}


def _one_of(what: str, words: Dict[str, Any], word: Any) -> Any:
    if word not in words:
        raise ValueError(f"{what} is {word!r}, expected one of {', '.join(words)}")
    return words[word]


def _background(colour: Any) -> int:
    if isinstance(colour, str):
        colour = _one_of("background", _colours, colour)
    red, green, blue = channels = tuple(map(int, colour))
    if not all(0 <= channel <= 255 for channel in channels):
        raise ValueError(f"background is {colour!r}, expected three numbers 0..255")
    return 1 << 24 | red << 16 | green << 8 | blue


def _treated(pictures: Pictures, size: Any, grey: Optional[bool], fit: Optional[str], background: Any) -> None:
    """Puts what is not None into `pictures`."""
    if size is not None:
        width, height = (size, size) if isinstance(size, int) else size
        pictures.width, pictures.height = int(width), int(height)
        if min(pictures.width, pictures.height) < 1:
            raise ValueError(f"size is {size!r}, expected a width and a height of at least 1")
    if grey is not None:
        pictures.channels = 1 if grey else 3
    if fit is not None:
        pictures.fit = _one_of("fit", _fits, fit)
    if background is not None:
        pictures.background = _background(background)


class Images(_Object):
    """A data set in memory: N images of one shape, and perhaps a label for each."""

    _part = ""

    def __init__(self, pixels: Any, labels: Any = None,
                 pixel_range: Optional[Tuple[float, float]] = None) -> None:
        """Copies images [N, H, W], [N, C, H, W] or, if the last of four dimensions is at most 4 and
        the second is larger, [N, H, W, C]. They are uint8 in 0..255, or floats, which stay as they
        are. Codes [N, L] are images of L channels. `labels` are N whole numbers 0..255 (also as
        floats or bool, or a column of them), or N one-hot rows. `pixel_range` says which floats are
        black and white: a network trained on the images then reads bytes as such floats."""
        numbers, shape, is_bytes = _arrays.read(pixels, allow_bytes=True)
        if not 2 <= len(shape) <= 4:
            raise ValueError(f"images of shape {shape}; expected [N, H, W] or [N, C, H, W]")
        if len(shape) == 4 and 1 <= shape[3] <= 4 < shape[1]:
            numbers = _arrays.channels_first(numbers, shape)
            shape = (shape[0], shape[3], shape[1], shape[2])
        sizes = {2: (shape[1], 1, 1), 3: (1, *shape[1:]), 4: tuple(shape[1:])}[len(shape)]
        own = None
        if labels is not None:
            if len(labels) != shape[0]:
                raise ValueError(f"{shape[0]} images, but {len(labels)} labels")
            own = (ctypes.c_uint8 * len(labels))(*_arrays.labels(labels))
        make = lib.emb_images_new if is_bytes else lib.emb_images_new_float
        self._handle = make(numbers, own, shape[0], (ctypes.c_int * 3)(*sizes))
        if not self._handle:
            raise _fail()
        if pixel_range is not None:
            self._set_pixels(pixel_range)

    def _set_pixels(self, pixel_range: Tuple[float, float]) -> None:
        black, white = pixel_range
        _check(lib.emb_images_set_pixels(self._handle, float(black), float(white)))

    @classmethod
    def open(cls, where: Any, part: str = "train", *, test_split: Optional[float] = None,
             test_seed: Optional[int] = None, held_by: Optional["Net"] = None,
             pixel_range: Optional[Tuple[float, float]] = None, net: Optional["Net"] = None,
             size: Any = None, grey: Optional[bool] = None, fit: Optional[str] = None, background: Any = None,
             bad: str = "few", memory: int = 0, cache: bool = True) -> "Images":
        """Opens the "train", "test" or "val" part of a data set: "mnist", "fashion-mnist", "kmnist",
        a folder of such files, NumPy arrays (.npy, .npz), a folder of pictures. Pictures are treated as
        those that `net` or `held_by` was trained on: in its size, cropped or not, over its background.
        Without them, or instead of what they say: `size` is a (width, height), or a number for both;
        `grey` is True for one channel, False for three; `fit` is "crop", "pad" or "stretch";
        `background` is "black", "white", "grey" or (red, green, blue). What stays None is decided by
        looking at some pictures, and notes say how. `bad` files are left out, but an error if more
        than one in a hundred ("few"), however many ("skip"), or always an error ("stop"). Pictures
        that take more than `memory` bytes, by default half of what is free, are read from the cache
        as they are needed; cache=False keeps nothing there.

        If the data set is one array, a share of it is held out as its test part: `test_split`, by
        default a sixth, 0 for none, drawn with the seed `test_seed`, by default 42. `held_by` is a
        model that embudo trained: the same images are held out as in its training. It raises a
        ValueError if the model was trained on another array. "val" is x_val, if the arrays have
        one. `pixel_range` is as in Images()."""
        if part not in _parts:
            raise ValueError(f"part is {part!r}, expected one of {', '.join(_parts)}")
        if held_by is not None:
            if test_split is not None or test_seed is not None:
                raise ValueError("held_by already says what is held out: leave out test_split and test_seed")
            test_split, test_seed = held_by._held_out()
        if test_split is not None and not 0 <= test_split < 1:
            raise ValueError(f"test_split is {test_split}, expected 0 to below 1")
        options = OpenOptions(test_split=-1.0 if test_split == 0 else test_split or 0.0,
                              seed=_seed(42 if test_seed is None else test_seed) or 1 << 32)
        known = net if net is not None else held_by
        if known is not None:
            _be(known, Net, "Net.open(...)")
            options.pictures = known._pictures()
        _treated(options.pictures, size, grey, fit, background)
        options.bad = _one_of("bad", _bad_files, bad)
        if memory < 0:
            raise ValueError(f"memory is {memory}, expected bytes, or 0 for half of what is free")
        options.memory, options.no_cache = memory, not cache
        handle = lib.emb_images_open_part(_encoded(where), _parts[part], options)
        if not handle:
            raise _fail()
        made = cls.__new__(cls)
        made._handle = handle
        made._part = part
        if pixel_range is not None:
            made._set_pixels(pixel_range)
        learned = held_by._learned() if held_by is not None else None
        if learned is not None and lib.emb_images_drawn_from(handle) > 0:
            rest = made if part == "train" else cls.open(where, test_split=test_split,
                                                         test_seed=test_seed, net=known, size=size, grey=grey, fit=fit,
                                                         background=background, bad=bad, memory=memory,
                                                         cache=cache)
            if rest._sum() != learned:
                raise ValueError(f"{where} is not the data set that the model was trained on")
        return made

    @classmethod
    def read(cls, paths: Any, net: "Net", invert: bool = False) -> "Images":
        """Reads a picture file, or a list of them, as the net's training images were read; the codes are
        then `net.encode(images[:])`. `invert` makes dark on light light on dark."""
        _be(net, Net, "Net.open(...)")
        names = [paths] if isinstance(paths, (str, bytes, os.PathLike)) else list(paths)
        if not names:
            raise ValueError("no picture to read; expected at least one path")
        options = ReadOptions(invert=bool(invert), pictures=net._pictures())
        shape = (ctypes.c_int * 3)(*net.input_shape)
        coded = (ctypes.c_char_p * len(names))(*map(_encoded, names))
        handle = lib.emb_images_read(coded, len(names), shape, options, None)
        if not handle:
            raise _fail()
        made = cls.__new__(cls)
        made._handle = handle
        _check(lib.emb_images_follow(handle, net._handle))
        return made

    def file(self, index: int) -> Optional[str]:
        """The path of an image's file within its folder of pictures; None if it came from no such folder."""
        if not 0 <= index < len(self):
            raise IndexError(f"image {index} of {len(self)}")
        name = lib.emb_images_file(self._handle, index)
        return None if name is None else os.fsdecode(bytes(name))

    def _sum(self) -> str:
        """The CRC32 of the images, as it stands in a model's record."""
        text = ctypes.create_string_buffer(160)
        lib.emb_images_fingerprint(self._handle, text)
        return text.value.decode().split(";")[0].rsplit(", ", 1)[-1]

    def _joined(self, other: "Images") -> "Images":
        handle = lib.emb_images_join(self._handle, other._handle)
        if not handle:
            raise _fail()
        made = type(self).__new__(type(self))
        made._handle = handle
        return made

    def __del__(self) -> None:
        handle, self._handle = getattr(self, "_handle", None), None
        if handle and lib is not None:
            lib.emb_images_free(handle)

    def __len__(self) -> int:
        return int(lib.emb_images_count(self._handle))

    @property
    def shape(self) -> Tuple[int, int, int]:
        """(channels, height, width) of an image."""
        shape = (ctypes.c_int * 3)()
        lib.emb_images_shape(self._handle, shape)
        return shape[0], shape[1], shape[2]

    @property
    def notes(self) -> str:
        """Says how the files were read, if that needs saying, and how many images are held out, on a
        line each; "" if there is nothing to say."""
        notes = bytes(lib.emb_images_notes(self._handle) or b"").decode("utf-8", "replace")
        drawn = int(lib.emb_images_drawn_from(self._handle))
        if drawn == 0:
            return notes
        held = len(self) if self._part == "test" else drawn - len(self)
        said = f"the data set has no test images: {held:,} of its {drawn:,} images are held out as test images"
        return f"{notes}\n{said}" if notes else said

    def class_name(self, label: int) -> Optional[str]:
        """The word that a label stands for; None if labels are numbers."""
        name = lib.emb_images_class_name(self._handle, _whole(label, "a label", 0, MAX_CLASSES - 1))
        return None if name is None else bytes(name).decode("utf-8", "replace")

    def fit(self, net: "Net") -> "Images":
        """Gives the images the shape of the net's input, if they have as many numbers: rows of 784
        numbers become 1x28x28. `notes` then says so. Returns the images."""
        with net._lock:
            _check(lib.emb_images_fit(self._handle, net._handle))
        return self

    def label(self, index: int) -> Optional[int]:
        """The label of an image; None if there are no labels."""
        if not 0 <= index < len(self):
            raise IndexError(f"image {index} of {len(self)}")
        label = lib.emb_images_label(self._handle, index)
        return None if label < 0 else int(label)

    def __getitem__(self, index: Union[int, slice]) -> Any:
        """One image [C, H, W], or for a slice [n, C, H, W], as float32; bytes are divided by 255."""
        if isinstance(index, slice):
            chosen = range(*index.indices(len(self)))
        else:
            first = index + len(self) if index < 0 else index
            if not 0 <= first < len(self):
                raise IndexError(f"image {index} of {len(self)}")
            chosen = range(first, first + 1)
        c, h, w = self.shape
        size = c * h * w
        numbers = (ctypes.c_float * max(len(chosen) * size, 1))()
        indices = (ctypes.c_uint32 * max(len(chosen), 1))(*chosen)
        _check(lib.emb_images_fetch(self._handle, indices, len(chosen), numbers, None))
        shape = (len(chosen), c, h, w) if isinstance(index, slice) else (c, h, w)
        return _arrays.make(numbers, shape)


def _of_class(input: Optional[Sequence[int]], class_name: Optional[str],
              set: Optional[Mapping[str, Any]]) -> dict:
    """The options of a network that is a class in a Python file."""
    options: dict = {}
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


class Net(_Object):
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

    @classmethod
    def open(cls, name: Any, latent: int = 0, *, input: Optional[Sequence[int]] = None,
             class_name: Optional[str] = None, set: Optional[Mapping[str, Any]] = None) -> "Net":
        """Opens a model file, a run's folder, a notation file (.net), an ONNX model, or a built-in
        network by its name ("notebook"). `latent` overrides the notation's own.

        Of a Python file or a notebook (.py, .ipynb), which is read and not run: the class
        `class_name`, if it has several, with `set` for arguments of it, on images of the shape
        `input`, (channels, height, width)."""
        options = NetOptions(latent=_whole(latent, "latent", 0, MAX_SIZE), **_of_class(input, class_name, set))
        return cls(lib.emb_net_open(_encoded(name), options))

    @classmethod
    def parse(cls, notation: str, latent: int = 0) -> "Net":
        """Makes a network from its notation. Its weights are zero until init or a training sets them."""
        return cls(lib.emb_net_parse(_encoded(notation), b"notation", NetOptions(latent=_whole(latent, "latent", 0, MAX_SIZE))))

    @classmethod
    def load(cls, path: Any, notation: Any = None, code: Optional[str] = None, *,
             input: Optional[Sequence[int]] = None, class_name: Optional[str] = None,
             set: Optional[Mapping[str, Any]] = None) -> "Net":
        """Imports what others trained: a state dict (.safetensors) with the notation file that it
        belongs to, or the file of its class, with `input`, `class_name` and `set` as in open; or an
        ONNX model, whose encoder ends at the tensor `code`."""
        options = ImportOptions(notation=_encoded(notation) if notation else None,
                                code=_encoded(code) if code else None, **_of_class(input, class_name, set))
        return cls(lib.emb_net_import(_encoded(path), options))

    def __del__(self) -> None:
        handle, self._handle = getattr(self, "_handle", None), None
        if handle and lib is not None:
            lib.emb_net_free(handle)

    def save(self, path: Any, metadata: Optional[Mapping[str, str]] = None) -> None:
        """Writes the model as safetensors, with PyTorch's state_dict names."""
        pairs = [Pair(_encoded(key), _encoded(value)) for key, value in (metadata or {}).items()]
        with self._lock:
            _check(lib.emb_net_save(self._handle, _encoded(path), (Pair * max(len(pairs), 1))(*pairs),
                                    len(pairs)))

    def load_state_dict(self, path: Any) -> None:
        """Loads the weights of a safetensors file that has exactly this network's tensors."""
        with self._lock:
            _check(lib.emb_net_load(self._handle, _encoded(path)))

    def init(self, seed: int = 42) -> "Net":
        """Draws the weights as PyTorch does after torch.manual_seed(seed). A seed is -2**63 to
        2**64 - 1."""
        with self._lock:
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

    def _pictures(self) -> Pictures:
        """How pictures are treated on their way to this network."""
        known, (channels, height, width) = Pictures(), self.input_shape
        if not lib.emb_net_pictures(self._handle, ctypes.byref(known)) and channels in (1, 3):
            known = Pictures(channels=channels, height=height, width=width)
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

    def state_dict(self) -> Dict[str, Any]:
        """Copies of the weights under their state_dict names, in PyTorch's layout."""
        tensors, info = {}, TensorInfo()
        for i in range(lib.emb_net_tensor_count(self._handle)):
            lib.emb_net_tensor(self._handle, i, ctypes.byref(info))
            numbers = (ctypes.c_float * info.count)()
            with self._lock:
                ctypes.memmove(numbers, info.values, 4 * info.count)
            tensors[info.name.decode()] = _arrays.make(numbers, tuple(info.shape)[:info.rank])
        return tensors

    def gradients(self, images: Images) -> Tuple[float, Dict[str, Any]]:
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

    def set_labels(self, labels: Any) -> None:
        """The labels of images and codes that are given as numbers from now on: row i has labels[i %
        len(labels)]; a number is one for all, [] none. Images have their own."""
        given = [labels] if isinstance(labels, int) else list(labels)
        numbers = [_whole(label, "a label", 0, MAX_CLASSES - 1) for label in given]
        with self._lock:
            _check(lib.emb_net_set_labels(self._handle, (ctypes.c_int * max(len(numbers), 1))(*numbers),
                                          len(numbers)))

    def encode(self, images: Any, threads: int = 0) -> Any:
        """The codes [n, L] of images [n, C, H, W], or [n, H, W, C] as in Images, floats or uint8. The
        results never depend on `threads`."""
        return self._rows(lib.emb_net_encode, images, self.input_shape, (self.latent,), threads)

    def decode(self, codes: Any, threads: int = 0) -> Any:
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

    def to_indices(self, codes: Any) -> List[List[int]]:
        """Of codes [n, L], which entries stand at their places, row by row: n lists."""
        numbers, shape, _ = _arrays.read(codes)
        if len(shape) != 2 or shape[1] != self.latent:
            raise ValueError(f"codes of shape {tuple(shape)}; expected (n, {self.latent})")
        indices = (ctypes.c_uint32 * max(shape[0] * self.places, 1))()
        _check(lib.emb_net_to_indices(self._handle, numbers, shape[0], indices))
        return [list(indices[i * self.places:(i + 1) * self.places]) for i in range(shape[0])]

    def from_indices(self, indices: Any) -> Any:
        """The codes [n, L] of n lists of indices, for decode()."""
        rows = [[_whole(index, "index", 0, 1 << 31) for index in row] for row in indices]
        if any(len(row) != self.places for row in rows):
            raise ValueError(f"expected {self.places} indices to a code, got "
                             f"{', '.join(str(n) for n in sorted({len(row) for row in rows}))}")
        flat = (ctypes.c_uint32 * max(len(rows) * self.places, 1))(*(i for row in rows for i in row))
        codes = (ctypes.c_float * max(len(rows) * self.latent, 1))()
        _check(lib.emb_net_from_indices(self._handle, flat, len(rows), codes))
        return _arrays.make(codes, (len(rows), self.latent))

    def reconstruct(self, images: Any, threads: int = 0) -> Any:
        """The same as decode(encode(images)), to the last bit."""
        return self._rows(lib.emb_net_reconstruct, images, self.input_shape, self.output_shape,
                          threads)

    def classify(self, images: Any, threads: int = 0) -> Any:
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
               threads: int = 0, labels: Any = None) -> Any:
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
        if labels is not None or self.conditions:
            self.set_labels(range(self.conditions) if labels is None else labels)
        return self.decode(_arrays.make(codes, (count, self.latent)), threads)


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
