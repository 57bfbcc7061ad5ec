"""Arrays as the bytes of a safetensors file."""
from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping

from . import _arrays


def _plain(values: Any) -> Any:
    """A tensor of PyTorch's as something with a buffer."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        values = values.float() if values.is_floating_point() else values
        values = values.numpy() if _arrays.has_numpy else values.tolist()
    if _arrays.has_numpy and hasattr(values, "dtype") and values.dtype.kind in "iub":
        values = values.tolist()  # a counter, which the file has as I64
    return values


def pack(state: Mapping[str, Any]) -> bytes:
    """The tensors as float32, but whole numbers of rank 0, as batch normalization counts, as int64."""
    header: Dict[str, Any] = {}
    parts: List[bytes] = []
    at = 0
    for name, values in state.items():
        if not isinstance(name, str):
            raise TypeError(f"a tensor's name is {name!r}, expected text")
        numbers, shape, _ = _arrays.read(_plain(values))
        count = 1
        for size in shape:
            count *= size
        if shape == () and float(numbers[0]).is_integer() and name.endswith("num_batches_tracked"):
            kind, raw = "I64", int(numbers[0]).to_bytes(8, "little", signed=True)
        else:
            kind, raw = "F32", bytes(numbers)[:4 * count]
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [at, at + len(raw)]}
        parts.append(raw)
        at += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])
