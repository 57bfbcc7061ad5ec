"""A network as files of other programs: ONNX and C (embudo/model.h)."""
from __future__ import annotations

import ctypes
import os
from typing import Any, Optional, Tuple

from . import _arrays
from ._base import _AnyNet, _be, _check, _encoded, _fail
from ._images import Images
from ._library import COptions, CSize, OnnxOptions, lib
from ._types import ArrayLike, StrPath


class _Exports(_AnyNet):
    """What Net exports."""

    def export_onnx(self, path: StrPath, *, part: Optional[str] = None, uint8_input: bool = False) -> None:
        """Writes an ONNX model, opset 17, for any batch: of the whole network, or of its `part`, "encoder",
        "decoder" or "classifier". `uint8_input`: it takes pixels of 0..255 and divides them itself."""
        options = OnnxOptions(part=_encoded(part) if part is not None else None, uint8_input=bool(uint8_input))
        with self._lock:
            _check(lib.emb_net_export_onnx(self._handle, _encoded(path), options))

    def export_c(self, folder: StrPath, *, name: str = "embudo_model", part: Optional[str] = None,
                 sample: Optional[ArrayLike] = None, int8: Optional[Images] = None) -> Tuple[str, str]:
        """Writes NAME.c and NAME.h, freestanding C99, into an existing folder; their paths. `sample` is an
        image (of a decoder alone, a code) for a self-test. `int8`: images by which the network is put into
        whole numbers of 8 bits."""
        numbers = _arrays.read(sample)[0] if sample is not None else None
        size, whole = CSize(), None
        if int8 is not None:
            _be(int8, Images, "Images(...)")
        with self._lock:
            if int8 is not None:
                whole = lib.emb_int8_new(self._handle, int8._handle, None, len(int8))
                if not whole:
                    raise _fail()
            try:
                options = COptions(name=_encoded(name), part=_encoded(part) if part is not None else None,
                                   int8=whole, sample=numbers)
                _check(lib.emb_net_export_c(self._handle, _encoded(folder), options, ctypes.byref(size)))
            finally:
                if whole:
                    lib.emb_int8_free(whole)
        return os.fsdecode(size.paths[0].value), os.fsdecode(size.paths[1].value)
