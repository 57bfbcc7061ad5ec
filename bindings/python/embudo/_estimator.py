"""Autoencoder: a network with scikit-learn's fit, transform and predict."""
from __future__ import annotations

import math
import os
import warnings
from typing import Any, Dict, List, Optional, Sequence, Tuple

try:
    import numpy
except ImportError as error:
    raise ImportError("embudo.Autoencoder needs NumPy: pip install numpy; Net and train() do without it") from error

from . import _layers, _rules
from ._base import _whole
from ._images import Images
from ._library import MAX_SIZE
from ._net import Net
from ._run import Epoch
from ._train import train
from ._types import ArrayLike, Doubles, Floats, Whole

_STEPS, _LEAST, _MOST = 2000, 10, 1000  # of a training whose number of epochs nobody says


class Autoencoder(_rules.Base):
    """An autoencoder that follows scikit-learn's rules: it fits, transforms to codes and back, scores, and
    predicts which rows are unlike those that it learned from. scikit-learn need not be installed.

        codes = embudo.Autoencoder(latent=8).fit(X).transform(X)

    X are rows [N, features] or images [N, H, W], [N, C, H, W] or [N, H, W, C] (C at most 4): uint8 are
    pixels, read as 0..1, other numbers stay as they are; put a StandardScaler before rows whose columns
    have different scales. What comes back of images has their shape. Results are float32 and do not depend
    on the batch, the order or the threads.

    Arguments:
        latent         numbers in a code; by default 2, or as many as `model` says
        model          a network instead of one that is made to fit: a built-in one's name ("notebook"), a
                       file (.net, .py, .ipynb, .safetensors, whose weights it begins with), or a notation.
                       By default images have convolutions, rows Linear layers
        hidden         sizes of the Linear layers between them and the code
        epochs         by default as many as make 2,000 steps, 10 to 1,000
        batch_size, learning_rate, loss, val_split, shuffle: as in Run, and `options` has others of it,
                       {"optimiser": "AdamW", "weight_decay": 0.01}
        contamination  the share of the training rows that predict() takes for outliers, above 0, up to 0.5
        warm_start     fit() called again goes on with the same network
        callbacks, progress: as in train()
        random_state   the seed, or a numpy.random.RandomState; None: another one each time
        threads        0: the fastest number

    After fit: net_ (the embudo.Net), history_ (its epochs), n_iter_ (how many), offset_ (scores below it
    are outliers'), n_features_in_, image_shape_ (None for rows)."""

    def __init__(self, latent: Optional[int] = None, *, model: Any = None, hidden: Sequence[int] = (64,),
                 epochs: Optional[int] = None, batch_size: int = 16, learning_rate: Optional[float] = None,
                 loss: str = "", val_split: float = 0.2, shuffle: bool = True,
                 options: Optional[Dict[str, Any]] = None, contamination: float = 0.01,
                 warm_start: bool = False, callbacks: Any = None, progress: Optional[bool] = None,
                 random_state: Any = 42, threads: int = 0) -> None:
        self.latent = latent
        self.model = model
        self.hidden = hidden
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.loss = loss
        self.val_split = val_split
        self.shuffle = shuffle
        self.options = options
        self.contamination = contamination
        self.warm_start = warm_start
        self.callbacks = callbacks
        self.progress = progress
        self.random_state = random_state
        self.threads = threads

    # ---- X ---------------------------------------------------------------------------------------

    def _rows(self, X: Any, first: bool) -> Any:
        """X as checked rows, channels first; at the `first` time its shape is kept."""
        shape: Optional[Tuple[int, ...]] = None
        if not hasattr(X, "dtypes") and not hasattr(X, "toarray"):  # no table, no sparse matrix
            made = numpy.asarray(X)
            if made.ndim in (3, 4):
                shape = made.shape[1:]
                if len(shape) == 3 and 1 <= shape[2] <= 4 < shape[0]:
                    made = made.transpose(0, 3, 1, 2)
                X = made.reshape(len(made), -1)
        rows = _rules.checked(self, X, first)
        if first:
            self.image_shape_ = shape
        elif shape is not None and self.image_shape_ is not None and shape != self.image_shape_:
            raise ValueError(f"X has images of shape {shape}, but {type(self).__name__} is expecting "
                             f"{self.image_shape_}")
        return rows

    def _sizes(self) -> Tuple[int, int, int]:
        """(channels, height, width) of what it was fitted to; (features, 1, 1) for rows."""
        shape = self.image_shape_
        if shape is None:
            return int(self.n_features_in_), 1, 1
        if len(shape) == 3 and 1 <= shape[2] <= 4 < shape[0]:
            return shape[2], shape[0], shape[1]
        return (1, shape[0], shape[1]) if len(shape) == 2 else (shape[0], shape[1], shape[2])

    def _back(self, images: Any) -> Any:
        """Images [n, C, H, W] in the shape of those that it was fitted to."""
        shape = self.image_shape_
        if shape is None:
            return images.reshape(len(images), -1)
        channels_last = len(shape) == 3 and self._sizes() != shape
        return numpy.ascontiguousarray(images.transpose(0, 2, 3, 1)) if channels_last \
            else images.reshape(len(images), *shape)

    def _images(self, rows: Any) -> Images:
        return Images(rows.reshape(len(rows), *self._sizes())).fit(self.net_)

    # ---- fitting ---------------------------------------------------------------------------------

    def _make(self, rows: Any) -> Net:
        """A new network for rows of this kind."""
        sizes = self._sizes()
        latent = None if self.latent is None else _whole(self.latent, "latent", 1, MAX_SIZE)
        if self.model is not None:
            model = os.fspath(self.model) if hasattr(self.model, "__fspath__") else self.model
            if not isinstance(model, str):
                raise TypeError(f"model is {type(model).__name__}, expected a name, a file's path or a notation")
            if "Sequential(" in model:
                return Net.parse(model, latent or 0)
            if model.endswith((".py", ".ipynb")):
                flat = sizes[1:] == (1, 1)
                return Net.open(model, latent or 0, input=sizes[:1] if flat else sizes)
            return Net.open(model, latent or 0)
        bounded = bool(rows.dtype == numpy.uint8 or self.image_shape_ is not None and
                       rows.min() >= 0 and rows.max() <= 1)
        hidden = [self.hidden] if isinstance(self.hidden, int) else list(self.hidden)
        if self.image_shape_ is None:
            notation = _layers.rows(sizes[0], latent or 2, hidden, bounded)
        else:
            notation = _layers.images(sizes, latent or 2, hidden, bounded)
        return Net.parse(notation)

    def _seed(self) -> int:
        state = self.random_state
        if state is None:
            return int.from_bytes(os.urandom(4), "little")
        return int(state.randint(0, 2**31 - 1)) if hasattr(state, "randint") else int(state)

    def fit(self, X: ArrayLike, y: Any = None) -> "Autoencoder":
        """Trains a new network on X; with warm_start, goes on with the one that it has. Returns itself."""
        if not 0 < self.contamination <= 0.5:
            raise ValueError(f"contamination is {self.contamination}, expected above 0, at most 0.5")
        again = bool(self.warm_start) and hasattr(self, "net_")
        rows = self._rows(X, first=not again)
        if not again:
            made = self._make(rows)
            if not (made.has_part("encoder") and made.has_part("decoder")):
                raise ValueError("model is no autoencoder: it has no encoder and decoder")
            self.net_ = made
            self.history_: List[Epoch] = []
            self._chosen_seed = self._seed()
        images = self._images(rows)
        learned = max(1, len(rows) - int(len(rows) * self.val_split))
        steps = math.ceil(learned / self.batch_size)
        epochs = self.epochs if self.epochs is not None else min(max(_LEAST, math.ceil(_STEPS / steps)), _MOST)
        self.history_ = self.history_ + train(
            self.net_, images, epochs, callbacks=self.callbacks, progress=self.progress, seed=self._chosen_seed,
            batch_size=self.batch_size, learning_rate=self.learning_rate, loss=self.loss,
            val_split=self.val_split, shuffle=self.shuffle, threads=self.threads, **(self.options or {}))
        self.n_iter_ = len(self.history_)
        errors = self.net_.errors(images, threads=self.threads)
        self.offset_ = float(numpy.percentile(-errors, 100 * self.contamination))
        self._warn(rows, float(errors.mean()))
        return self

    def _warn(self, rows: Any, error: float) -> None:
        """Says so if the mean row does as well."""
        scale = 255 if rows.dtype == numpy.uint8 else 1
        mean = float((rows / numpy.float64(scale)).var(axis=0).mean())
        if mean > 0 and error >= 0.98 * mean:
            warnings.warn(f"after {self.n_iter_} epochs the reconstructions are no better than the mean of X (mean "
                          f"squared error {error:.4g}, the mean has {mean:.4g}): the codes say nothing. Try more "
                          "epochs, another learning_rate, or scaled X", stacklevel=3)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "offset_")

    def _known(self, X: Any) -> Any:
        if not self.__sklearn_is_fitted__():
            raise _rules.NotFittedError(f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with "
                                        "appropriate arguments before using this estimator.")
        return self._rows(X, first=False)

    # ---- using -----------------------------------------------------------------------------------

    def transform(self, X: ArrayLike) -> Floats:
        """The codes [N, latent]."""
        rows = self._known(X)
        return self.net_.encode(rows, threads=self.threads)

    def inverse_transform(self, X: ArrayLike) -> Floats:
        """What the decoder makes of codes [N, latent], in the shape of what it was fitted to."""
        if not self.__sklearn_is_fitted__():
            self._known(X)
        codes = numpy.asarray(X, numpy.float32)
        if codes.ndim != 2 or codes.shape[1] != self.net_.latent:
            raise ValueError(f"codes of shape {codes.shape}; expected (n, {self.net_.latent})")
        return self._back(self.net_.decode(codes, threads=self.threads))

    def score_samples(self, X: ArrayLike) -> Doubles:
        """The negative mean squared error of each row's reconstruction: the lower, the less the row is
        like those that it learned from."""
        rows = self._known(X)
        return -self.net_.errors(self._images(rows), threads=self.threads)

    def decision_function(self, X: ArrayLike) -> Doubles:
        """score_samples(X) - offset_: below 0 for outliers."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: ArrayLike) -> Whole:
        """1, or -1 for an outlier, of each row."""
        return numpy.where(self.decision_function(X) >= 0, 1, -1)

    def score(self, X: ArrayLike, y: Any = None) -> float:
        """The negative mean squared error of the reconstructions: 0 is the best."""
        return float(self.score_samples(X).mean())

    @property
    def _n_features_out(self) -> int:
        return self.net_.latent

    # ---- pickles ---------------------------------------------------------------------------------

    def __getstate__(self) -> Dict[str, Any]:
        """Its attributes; the network as the bytes of a safetensors file."""
        state = dict(self.__dict__)
        if "net_" in state:
            state["net_"] = state["net_"].to_bytes()
        return state

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self.__dict__.update(state)
        if isinstance(state.get("net_"), bytes):
            self.net_ = Net.from_bytes(state["net_"])
