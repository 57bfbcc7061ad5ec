"""A data set: emb_images of embudo/data.h."""
from __future__ import annotations

import ctypes
import os
from typing import Any, Iterable, Optional, Sequence, Tuple, Union

from . import _arrays
from ._base import _AnyNet, _be, _check, _encoded, _fail, _Object, _one_of, _seed, _whole
from ._library import FITS, MAX_CLASSES, OpenOptions, Pictures, ReadOptions, lib
from ._types import ArrayLike, Floats, StrPath


_parts = {"train": 0, "test": 1, "val": 2}
_bad_files = {"few": 0, "skip": 1, "stop": 2}
_colours = {"black": (0, 0, 0), "white": (255, 255, 255), "grey": (128, 128, 128)}


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
        pictures.fit = _one_of("fit", FITS, fit)
    if background is not None:
        pictures.background = _background(background)


def _place(where: Any) -> Any:
    """The MNIST that the wheel carries, unless a folder of this name is here or below EMBUDO_DATA."""
    nearer = ("", os.environ.get("EMBUDO_DATA", ""))
    if where != "mnist" or any(os.path.exists(os.path.join(folder, where)) for folder in nearer):
        return where
    own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "mnist")
    return own if os.path.isdir(own) else where


class Images(_Object):
    """A data set in memory: N images of one shape, and perhaps a label for each."""

    _part = ""

    def __init__(self, pixels: ArrayLike, labels: Optional[ArrayLike] = None,
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
            known = _arrays.labels(labels)
            if len(known) != shape[0]:
                raise ValueError(f"{shape[0]} images, but {len(known)} labels")
            own = (ctypes.c_uint8 * len(known))(*known)
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
    def open(cls, where: StrPath, part: str = "train", *, test_split: Optional[float] = None,
             test_seed: Optional[int] = None, held_by: Optional[_AnyNet] = None,
             pixel_range: Optional[Tuple[float, float]] = None, net: Optional[_AnyNet] = None,
             size: Union[None, int, Sequence[int]] = None, grey: Optional[bool] = None, fit: Optional[str] = None,
             background: Union[None, str, Sequence[int]] = None, bad: str = "few", memory: int = 0,
             cache: bool = True) -> "Images":
        """Opens the "train", "test" or "val" part of a data set: "mnist", "fashion-mnist", "kmnist",
        a folder of such files, NumPy arrays (.npy, .npz), a folder of pictures. Pictures are treated as
        those that `net` or `held_by` was trained on: in its size, cropped or not, over its background.
        Without them, or instead of what they say: `size` is a (width, height), or a number for both;
        `grey` is True for one channel, False for three; `fit` is "crop", "pad", "stretch", or "mnist" (ink found on its paper, laid out as in MNIST);
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
            _be(known, _AnyNet, "Net.open(...)")
            options.pictures = known._pictures()
        _treated(options.pictures, size, grey, fit, background)
        options.bad = _one_of("bad", _bad_files, bad)
        if memory < 0:
            raise ValueError(f"memory is {memory}, expected bytes, or 0 for half of what is free")
        options.memory, options.no_cache = memory, not cache
        handle = lib.emb_images_open_part(_encoded(_place(where)), _parts[part], options)
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
                raise ValueError(f"{os.fsdecode(where)} is not the data set that the model was trained on")
        return made

    @classmethod
    def read(cls, paths: Union[StrPath, Iterable[StrPath]], net: _AnyNet, invert: bool = False,
             like_mnist: Optional[bool] = None) -> "Images":
        """Reads a picture file, or a list of them, as the net's training images were read; the codes are
        then `net.encode(images[:])`. `invert` makes dark on light light on dark. `like_mnist`: the ink is
        found on its paper and laid out as MNIST's makers did; None does so for a net that learned from
        images laid out so, unless `invert` is wished."""
        _be(net, _AnyNet, "Net.open(...)")
        names = [paths] if isinstance(paths, (str, bytes, os.PathLike)) else list(paths)
        if not names:
            raise ValueError("no picture to read; expected at least one path")
        if invert and like_mnist:
            raise ValueError("invert and like_mnist: expected one of them; like_mnist finds out by itself "
                             "whether ink is dark or light")
        options = ReadOptions(invert=bool(invert), pictures=net._pictures(False if invert else like_mnist))
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

    def __repr__(self) -> str:
        return f"Images({len(self)} of {'x'.join(map(str, self.shape))})"

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

    def fit(self, net: _AnyNet) -> "Images":
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

    def __getitem__(self, index: Union[int, slice]) -> Floats:
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
