"""scikit-learn's rules for an estimator: its own classes where it is installed, and without it what of
them Autoencoder needs. embudo does not import scikit-learn before Autoencoder is asked for."""
from __future__ import annotations

import inspect
from typing import Any, Dict

import numpy

try:
    import sklearn.base  # type: ignore[import-untyped, import-not-found, unused-ignore]
    import sklearn.exceptions  # type: ignore[import-untyped, import-not-found, unused-ignore]
    import sklearn.utils.validation  # type: ignore[import-untyped, import-not-found, unused-ignore]
except ImportError:
    sklearn = None


class NotFittedError(ValueError, AttributeError):
    """fit() has not been called."""


class _Plain:
    """get_params, set_params and what the mixins bring, where scikit-learn is not installed."""

    @classmethod
    def _names(cls) -> Any:
        own = inspect.signature(cls.__init__).parameters.values()
        return sorted(p.name for p in own if p.name != "self" and p.kind != p.VAR_KEYWORD)

    def get_params(self, deep: bool = True) -> Dict[str, Any]:
        """The arguments that it was made with."""
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params: Any) -> Any:
        """Changes arguments; returns itself."""
        known = self._names()
        for name, value in params.items():
            if name not in known:
                raise ValueError(f"Invalid parameter {name!r} for estimator {self!r}. "
                                 f"Valid parameters are: {known!r}.")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self).__init__).parameters
        changed = (f"{name}={value!r}" for name, value in self.get_params().items()
                   if value is not defaults[name].default and value != defaults[name].default)
        return f"{type(self).__name__}({', '.join(changed)})"

    def fit_transform(self, X: Any, y: Any = None, **how: Any) -> Any:
        """The same as fit(X).transform(X)."""
        itself: Any = self
        return itself.fit(X, y, **how).transform(X)

    def fit_predict(self, X: Any, y: Any = None, **how: Any) -> Any:
        """The same as fit(X).predict(X)."""
        itself: Any = self
        return itself.fit(X, y, **how).predict(X)


Base: Any = _Plain
if sklearn is not None:
    NotFittedError = sklearn.exceptions.NotFittedError  # type: ignore[misc, unused-ignore]

    class _Estimator(sklearn.base.OutlierMixin, sklearn.base.ClassNamePrefixFeaturesOutMixin,
                     sklearn.base.TransformerMixin, sklearn.base.BaseEstimator):
        """Finds outliers and transforms."""

        def __sklearn_tags__(self) -> Any:
            tags = super().__sklearn_tags__()
            tags.transformer_tags.preserves_dtype = ["float32"]
            tags.input_tags.three_d_array = True
            return tags

        def _more_tags(self) -> Any:  # before 1.6
            return {"preserves_dtype": [numpy.float32]}

    Base = _Estimator


def checked(estimator: Any, X: Any, first: bool) -> Any:
    """X as rows of float32, or uint8, which are finite and as many as they were at the `first` time;
    says what is wrong with others."""
    kinds = [numpy.float32, numpy.uint8]
    if sklearn is None:
        return _plainly(estimator, X, first)
    if hasattr(sklearn.utils.validation, "validate_data"):
        return sklearn.utils.validation.validate_data(estimator, X, reset=first, dtype=kinds, order="C")
    return estimator._validate_data(X, reset=first, dtype=kinds, order="C")


def _plainly(estimator: Any, X: Any, first: bool) -> Any:
    made = numpy.asarray(X)
    if made.dtype.kind == "c":
        raise ValueError("Complex data not supported")
    if made.dtype.kind not in "fiub":
        made = made.astype(numpy.float64)  # or a TypeError or ValueError that says what is no number
    if made.ndim != 2:
        raise ValueError(f"Expected 2D array, got {made.ndim}D array instead; Reshape your data: rows, or images "
                         "[N, H, W] or [N, C, H, W]")
    if 0 in made.shape:
        raise ValueError(f"Found array with {made.shape[0]} sample(s) and {made.shape[1]} feature(s) "
                         "while a minimum of 1 is required.")
    if made.dtype != numpy.uint8:
        with numpy.errstate(over="ignore"):
            made = numpy.ascontiguousarray(made, numpy.float32)
        if not numpy.isfinite(made).all():
            raise ValueError("Input X contains NaN, infinity or a value too large for dtype('float32').")
    if first:
        estimator.n_features_in_ = made.shape[1]
    elif made.shape[1] != estimator.n_features_in_:
        raise ValueError(f"X has {made.shape[1]} features, but {type(estimator).__name__} is expecting "
                         f"{estimator.n_features_in_} features as input")
    return numpy.ascontiguousarray(made)
