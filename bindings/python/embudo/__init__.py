"""embudo: train an autoencoder on images, and use what it learned.

    import embudo

    images = embudo.Images.open("mnist")
    net = embudo.Net.open("notebook")
    embudo.train(net, images, epochs=3, callbacks=print)
    net.save("model.safetensors")
    codes = net.encode(images[:10])

or, by scikit-learn's rules:

    codes = embudo.Autoencoder(latent=8).fit(X).transform(X)

This is a thin layer over the C library; include/embudo/ says exactly what each call does. Arrays are
returned as numpy.ndarray if NumPy is installed, else as memoryviews of the same shape. Arguments may
be any of these, or nested lists. A call that fails raises embudo.Error with the library's own text.

Several threads may use the same objects: a network does one thing at a time, and other calls wait.
Objects cannot be copied or pickled; save and open them instead. A child of os.fork() may continue to
use them. "mnist" comes with the module, unless EMBUDO_DATA names a folder that has it;
"fashion-mnist" and "kmnist" are found there too, or where `embudo data get` put them.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _arrays, _library  # noqa: F401
from ._base import Error
from ._checkup import Checkup, DataCheckup
from ._images import Images
from ._library import lib
from ._net import Net, Preprocessing
from ._pca import PCA
from ._run import Epoch, Run, split
from ._train import train

if TYPE_CHECKING:
    from ._estimator import Autoencoder

__all__ = ["Checkup", "DataCheckup", "Epoch", "Error", "Images", "Net", "PCA", "Preprocessing", "Run", "split",
           "threads", "train", "version"]
if _arrays.has_numpy:
    __all__ += ["Autoencoder"]


def version() -> str:
    """The library's version, "0.1.0"."""
    return lib.emb_version().decode()


def threads() -> int:
    """The largest number of threads that 0 can stand for."""
    return int(lib.emb_default_threads())


def __getattr__(name: str) -> Any:
    """Autoencoder is made when it is asked for: it needs NumPy, and looks for scikit-learn."""
    if name == "Autoencoder":
        from ._estimator import Autoencoder
        globals()[name] = Autoencoder
        return Autoencoder
    raise AttributeError(f"module 'embudo' has no attribute {name!r}")
