"""Principal components: emb_pca of embudo/study.h."""
from __future__ import annotations

import ctypes
from typing import Any, Optional

from . import _arrays
from ._base import _be, _check, _fail, _indices, _Object, _threads, _whole
from ._images import Images
from ._library import MAX_SIZE, lib
from ._types import Doubles, Floats, Picked


class PCA(_Object):
    """The straight-line counterpart of an autoencoder, without training: with as many numbers in a code, no
    linear one reconstructs the images that it was fitted to better."""

    def __init__(self, images: Images, components: int, *, indices: Optional[Picked] = None,
                 threads: int = 0) -> None:
        """Fits so many components, 1 to the images' numbers or their count, whichever is less."""
        _be(images, Images, "Images(...)")
        picked, count = _indices(indices, len(images))
        self._shape = images.shape
        self._handle = lib.emb_pca_new(images._handle, picked, count, _whole(components, "components", 1, MAX_SIZE),
                                       _threads(threads))
        if not self._handle:
            raise _fail()

    def __del__(self) -> None:
        handle, self._handle = getattr(self, "_handle", None), None
        if handle and lib is not None:
            lib.emb_pca_free(handle)

    def __len__(self) -> int:
        """How many components there are."""
        return int(lib.emb_pca_count(self._handle))

    def _copied(self, numbers: Any, kind: Any, count: int, *shape: int) -> Any:
        own = (kind * count)()
        ctypes.memmove(own, numbers, ctypes.sizeof(own))
        return _arrays.make(own, shape)

    @property
    def mean(self) -> Floats:
        """The mean image [C, H, W]."""
        c, h, w = self._shape
        return self._copied(lib.emb_pca_mean(self._handle), ctypes.c_float, c * h * w, c, h, w)

    @property
    def vectors(self) -> Floats:
        """The components [k, C, H, W], each of length 1, the one of largest variance first."""
        c, h, w = self._shape
        n = len(self)
        return self._copied(lib.emb_pca_vectors(self._handle), ctypes.c_float, n * c * h * w, n, c, h, w)

    @property
    def variances(self) -> Doubles:
        """The images' variance along each, [k] doubles."""
        n = len(self)
        return self._copied(lib.emb_pca_variances(self._handle), ctypes.c_double, n, n)

    @property
    def total_variance(self) -> float:
        """That in all directions: component i explains variances[i] / total_variance of it."""
        return float(lib.emb_pca_total_variance(self._handle))

    def encode(self, images: Images, indices: Optional[Picked] = None, threads: int = 0) -> Floats:
        """The codes [n, k] of images."""
        _be(images, Images, "Images(...)")
        picked, count = _indices(indices, len(images))
        codes = (ctypes.c_float * max(count * len(self), 1))()
        _check(lib.emb_pca_encode(self._handle, images._handle, picked, count, codes, _threads(threads)))
        return _arrays.make(codes, (count, len(self)))

    def score(self, images: Images, components: Optional[int] = None, indices: Optional[Picked] = None,
              threads: int = 0) -> float:
        """The mean squared error of the reconstructions from the first `components` (None: all; 0: the mean
        image), to be compared with Net.score's."""
        _be(images, Images, "Images(...)")
        picked, count = _indices(indices, len(images))
        kept = len(self) if components is None else _whole(components, "components", 0, len(self))
        mse = ctypes.c_double()
        _check(lib.emb_pca_score(self._handle, kept, images._handle, picked, count, _threads(threads),
                                 ctypes.byref(mse)))
        return float(mse.value)
