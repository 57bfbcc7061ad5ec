"""What every part of the module needs: errors, objects of the library, ranges of numbers."""
from __future__ import annotations

import ctypes
import operator
import os
from typing import Any, Dict, List, Mapping, Optional

from ._library import MAX_THREADS, Pair, free, lib


class Error(Exception):
    """Says in one line what the library refused or could not do.

    `code` is short and the same in every language and version, such as "E0354"; "" without one.
    """

    code: str = ""


def _fail() -> Error:
    failure = Error((lib.emb_error() or b"").decode("utf-8", "replace"))
    code = ctypes.create_string_buffer(8)
    lib.emb_error_code(lib.emb_error_id(), code)
    failure.code = code.value.decode()
    return failure


def _be(value: Any, kind: type, how: str) -> None:
    if not isinstance(value, kind):
        called = getattr(kind, "_called", kind.__name__)
        raise TypeError(f"expected {called}, got {type(value).__name__}; {how} makes one")


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


def _pairs(metadata: Optional[Mapping[str, str]]) -> Any:
    """Metadata as the library takes it; its length is that of `metadata`."""
    pairs = [Pair(_encoded(key), _encoded(value)) for key, value in (metadata or {}).items()]
    return (Pair * max(len(pairs), 1))(*pairs)


def _taken(bytes_: ctypes.c_void_p, count: ctypes.c_size_t) -> bytes:
    """A copy of bytes that the library hands over, which are freed."""
    try:
        return ctypes.string_at(bytes_.value or 0, count.value)
    finally:
        free(bytes_)


def _indices(indices: Any, count: int) -> Any:
    """(An array of picked images or None, how many): None picks all of `count`."""
    if indices is None:
        return None, count
    picked: List[int] = [_whole(index, "an index", 0, count - 1) for index in indices]
    return (ctypes.c_uint32 * max(len(picked), 1))(*picked), len(picked)


class _Object:
    """An object that the library made. It is freed once, so it is never copied."""

    _handle: Optional[int] = None

    def __copy__(self) -> Any:
        raise TypeError(f"{type(self).__name__} cannot be copied or pickled; save it and open it again")

    def __deepcopy__(self, memo: Any) -> Any:
        return self.__copy__()

    def __reduce__(self) -> Any:
        return self.__copy__()


def _one_of(what: str, words: Dict[str, Any], word: Any) -> Any:
    if word not in words:
        raise ValueError(f"{what} is {word!r}, expected one of {', '.join(words)}")
    return words[word]


class _AnyNet(_Object):
    """What a data set needs to know of a network, which is in _net.py and knows data sets."""

    _called = "Net"
    _lock: Any
    input_shape: Any

    def _pictures(self, like_mnist: Optional[bool] = None) -> Any:
        raise NotImplementedError

    def _learned(self) -> Any:
        raise NotImplementedError

    def _held_out(self) -> Any:
        raise NotImplementedError
