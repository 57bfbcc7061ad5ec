"""A pair of pictures side by side, drawn by the library."""
from __future__ import annotations

import ctypes
from typing import Any, Tuple

from . import _arrays
from ._base import _encoded, _fail
from ._library import Figure, lib

_PNG, _SVG = 0, 1


def pair(left: Any, right: Any, shape: Tuple[int, int, int], titles: Tuple[str, str]) -> Tuple[bytes, str]:
    """(a picture of two images of 0..1, "png"), or, in a build without cairo, "svg"."""
    numbers = b"".join(bytes(_arrays.read(image)[0]) for image in (left, right))
    pixels = (ctypes.c_float * (len(numbers) // 4)).from_buffer_copy(numbers)
    figure = Figure(rows=1, columns=2, shape=(ctypes.c_int * 3)(*shape), pixels=pixels,
                    column_titles=(ctypes.c_char_p * 2)(*map(_encoded, titles)))
    for kind, name in ((_PNG, "png"), (_SVG, "svg")):
        picture = lib.emb_figure_draw(ctypes.byref(figure), kind)
        if not picture:
            continue
        try:
            count = ctypes.c_size_t()
            return ctypes.string_at(lib.emb_picture_bytes(picture, ctypes.byref(count)), count.value), name
        finally:
            lib.emb_picture_free(picture)
    raise _fail()
