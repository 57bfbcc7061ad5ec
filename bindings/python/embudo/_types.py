"""Types of what comes in and goes out, for who checks them. Without NumPy arrays are memoryviews."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Sequence, Union

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    ArrayLike = npt.ArrayLike
    Floats = npt.NDArray[np.float32]
    Doubles = npt.NDArray[np.float64]
    Whole = npt.NDArray[np.int64]
    Picked = Union[Sequence[int], Whole]
else:
    ArrayLike = Floats = Doubles = Whole = Picked = Any

StrPath = Union[str, bytes, "os.PathLike[str]"]
