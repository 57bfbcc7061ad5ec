"""Numbers in and out: any buffer, nested sequences and, if NumPy is installed, its arrays."""
from __future__ import annotations

import array
import ctypes
from typing import Any, List, Sequence, Tuple

try:
    import numpy
except ImportError:  # everything works without it
    numpy = None  # type: ignore[assignment]

has_numpy = numpy is not None

# A byte as a float, as the library makes it: divided by 255 and rounded to float32.
_of_byte = array.array("f", [byte / 255 for byte in range(256)])


def _flatten(values: Any, into: List[float]) -> Tuple[int, ...]:
    """Appends the numbers to `into`; returns their shape."""
    if isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
        into.append(float(values))  # a number, or a TypeError that says what is not one
        return ()
    if isinstance(values, memoryview):
        values = values.tolist()
    shapes = {_flatten(value, into) for value in values}
    if len(shapes) > 1:
        raise ValueError(f"rows of different shapes: {sorted(shapes)}")
    return (len(values), *(shapes.pop() if shapes else ()))


def _is_buffer(values: Any) -> bool:
    try:
        memoryview(values)
    except TypeError:
        return False
    return True


def _from_numpy(values: Any, allow_bytes: bool) -> Tuple[Any, Tuple[int, ...], bool]:
    made = numpy.asarray(values)
    if made.dtype.kind in "iub" and isinstance(values, (list, tuple)):
        made = made.astype(numpy.float32)  # numbers in Python's lists
    is_bytes = made.dtype == numpy.uint8
    if not (is_bytes and allow_bytes) and made.dtype.kind != "f":
        raise TypeError(f"numbers of type {made.dtype}; expected floats"
                        + (" or uint8 pixels" if allow_bytes else ""))
    made = numpy.array(made, numpy.uint8 if is_bytes else numpy.float32, order="C")  # a copy
    kind = ctypes.c_uint8 if is_bytes else ctypes.c_float
    if made.size == 0:
        return (kind * 1)(), made.shape, is_bytes
    lent: Any = made  # which the result keeps
    return (kind * made.size).from_buffer(lent), made.shape, is_bytes


def read(values: Any, allow_bytes: bool = False) -> Tuple[Any, Tuple[int, ...], bool]:
    """(a ctypes array of float or uint8, its shape, whether it is uint8).

    `values` is a buffer of floats or, if allowed, uint8, or a nested sequence of numbers or of such
    buffers. The ctypes array shares no memory with it.
    """
    if isinstance(values, (str, type(None))):
        raise TypeError(f"expected numbers, got {type(values).__name__}")
    if numpy is not None and not isinstance(values, (memoryview, array.array, bytes, bytearray)):
        return _from_numpy(values, allow_bytes)
    if not _is_buffer(values):
        flat: List[float] = []
        shape = _flatten(values, flat)
        return (ctypes.c_float * max(len(flat), 1))(*flat), shape, False
    view = memoryview(values)
    raw, shape = view.tobytes(), tuple(view.shape or ())
    if view.format == "B" and allow_bytes:
        return (ctypes.c_uint8 * max(len(raw), 1)).from_buffer_copy(raw or b"\0"), shape, True
    if view.format == "f":
        return (ctypes.c_float * max(len(raw) // 4, 1)).from_buffer_copy(raw or bytes(4)), \
            shape, False
    if view.format != "d":
        raise TypeError(f"numbers of format {view.format!r}; expected floats"
                        + (" or uint8 pixels" if allow_bytes else ""))
    doubles = array.array("d", raw)
    return (ctypes.c_float * max(len(doubles), 1))(*doubles), shape, False


def channels_first(numbers: Any, shape: Sequence[int]) -> Any:
    """Turns numbers [N, H, W, C] into a ctypes array of [N, C, H, W]."""
    count, height, width, channels = shape
    size = height * width * channels
    kind = "B" if ctypes.sizeof(numbers._type_) == 1 else "f"
    view = memoryview(numbers).cast("B").cast("B" if kind == "B" else "f")
    made = bytearray()
    for first in range(0, count * size, size):
        for channel in range(channels):
            made += view[first + channel:first + size:channels].tobytes()
    return type(numbers).from_buffer_copy(bytes(made)) if made else numbers


def _label(value: Any, index: int) -> int:
    if isinstance(value, (str, bytes)):
        raise TypeError("labels are words; expected numbers 0 to 255; "
                        "numpy.unique(labels, return_inverse=True)[1] makes such numbers")
    if isinstance(value, (list, tuple)):
        ones = [place for place, number in enumerate(value) if number == 1]
        zeros = sum(number == 0 for number in value)
        if len(value) > 1 and (len(ones) != 1 or zeros != len(value) - 1):
            raise ValueError(f"labels' row {index} is not one-hot: expected one 1 and zeros")
        value = ones[0] if len(value) > 1 else value[0] if value else None
    if hasattr(value, "__index__"):
        value = value.__index__()
    if not isinstance(value, (int, float)) or value != value or not 0 <= value <= 255 \
            or value != int(value):
        raise ValueError(f"label {index} is {value!r}, expected a whole number 0 to 255")
    return int(value)


def labels(values: Any) -> List[int]:
    """Turns numbers, a column of them, or one-hot rows into whole numbers 0 to 255."""
    plain = values.tolist() if hasattr(values, "tolist") else list(values)
    plain = [value.tolist() if hasattr(value, "tolist") else value for value in plain]
    return [_label(value, index) for index, value in enumerate(plain)]


def floats_of_bytes(numbers: Any, black: float = 0, white: float = 1) -> Any:
    """Turns uint8 in 0..255 into float32 in black..white, with the library's own values."""
    raw = bytes(numbers)
    if (black, white) != (0, 1):
        table = array.array("f", [black + byte * (white - black) / 255 for byte in range(256)])
        made = array.array("f", map(table.__getitem__, raw))
        return (ctypes.c_float * len(raw)).from_buffer_copy(made.tobytes())
    if numpy is not None:
        floats = numpy.frombuffer(raw, numpy.uint8).astype(numpy.float32) / numpy.float32(255)
        return (ctypes.c_float * len(raw)).from_buffer_copy(floats.tobytes())
    made = array.array("f", map(_of_byte.__getitem__, raw))
    return (ctypes.c_float * len(raw)).from_buffer_copy(made.tobytes())


def make(numbers: Any, shape: Sequence[int]) -> Any:
    """Turns a ctypes array of floats or doubles into a numpy.ndarray or, without NumPy, a memoryview of
    that shape. The array may lie in the ctypes array's own memory."""
    count = 1
    for size in shape:
        count *= size
    width = ctypes.sizeof(numbers._type_)
    if numpy is not None:
        kind = numpy.float32 if width == 4 else numpy.float64
        return numpy.frombuffer(numbers, kind, count).reshape(shape)
    view = memoryview(bytes(numbers)[:width * count])
    letter: Any = "f" if width == 4 else "d"
    return view.cast(letter, tuple(shape)) if count else view.cast(letter)


def whole(numbers: Sequence[int]) -> Any:
    """Indices as a numpy.ndarray of int64 or, without NumPy, a list."""
    return numpy.array(numbers, numpy.int64) if numpy is not None else list(numbers)


def one(row: Any) -> Any:
    """A row as an array of one row."""
    numbers, shape, _ = read(row)
    return make(numbers, (1, *shape))


def first(rows: Any) -> Any:
    """The first row of several."""
    numbers, shape, _ = read(rows)
    size = 1
    for d in shape[1:]:
        size *= d
    return make((ctypes.c_float * size)(*numbers[:size]), tuple(shape[1:]))
