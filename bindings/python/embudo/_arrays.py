"""Numbers in and out: any buffer, nested sequences, and NumPy's arrays where NumPy is there."""
from __future__ import annotations

import array
import ctypes
from typing import Any, Sequence, Tuple

try:
    import numpy
except ImportError:  # everything works without
    numpy = None


def _shape_of(values: Any) -> Tuple[int, ...]:
    shape = []
    while isinstance(values, (list, tuple)):
        shape.append(len(values))
        values = values[0] if values else 0.0
    return tuple(shape)


def _flatten(values: Any, shape: Sequence[int], into: list) -> None:
    if not shape:
        into.append(values)
        return
    if len(values) != shape[0]:
        raise ValueError(f"rows of different lengths: {len(values)} and {shape[0]}")
    for value in values:
        _flatten(value, shape[1:], into)


def read(values: Any, allow_bytes: bool = False) -> Tuple[Any, Tuple[int, ...], bool]:
    """(a ctypes array of float or uint8, its shape, whether it is uint8).

    `values` is a buffer of float32, float64 or, if allowed, uint8, in C order, or a nested sequence
    of numbers. The ctypes array shares no memory with it.
    """
    if isinstance(values, (list, tuple)):
        shape, flat = _shape_of(values), []
        _flatten(values, shape, flat)
        return (ctypes.c_float * max(len(flat), 1))(*flat), shape, False
    if numpy is not None and not isinstance(values, (memoryview, array.array)):
        made = numpy.asarray(values)
        is_bytes = allow_bytes and made.dtype == numpy.uint8
        made = numpy.ascontiguousarray(made, numpy.uint8 if is_bytes else numpy.float32)
        kind = ctypes.c_uint8 if is_bytes else ctypes.c_float
        return (kind * max(made.size, 1)).from_buffer_copy(made.tobytes() or bytes(4)), \
            made.shape, is_bytes
    view = memoryview(values)
    if view.format == "B" and allow_bytes:
        return (ctypes.c_uint8 * max(view.nbytes, 1)).from_buffer_copy(view.tobytes() or b"\0"), \
            view.shape, True
    if view.format == "f":
        count = view.nbytes // 4
        return (ctypes.c_float * max(count, 1)).from_buffer_copy(view.tobytes() or bytes(4)), \
            view.shape, False
    if view.format not in ("d", "B"):
        raise TypeError(f"numbers of format {view.format!r}; expected float32, float64 or uint8")
    flat = memoryview(view.tobytes()).cast(view.format).tolist()
    return (ctypes.c_float * max(len(flat), 1))(*flat), view.shape, False


def make(numbers: Any, shape: Sequence[int]) -> Any:
    """A ctypes array as numpy.ndarray, or without NumPy as a memoryview of that shape."""
    if numpy is not None:
        return numpy.frombuffer(numbers, numpy.float32, _count(shape)).reshape(shape).copy()
    view = memoryview(bytes(numbers)[:4 * _count(shape)])
    return view.cast("f", tuple(shape)) if _count(shape) else view.cast("f")


def _count(shape: Sequence[int]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count
