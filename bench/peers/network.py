"""A network's notation as the peers read it: the lines are PyTorch's own, so Python runs them.

Standard library alone. What a layer computes is each peer's own matter (torch_peer.py,
jax_peer.py); this file knows only the layers' names and arguments.
"""
import collections
import math
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "models", ROOT / "bench" / "models")  # only these are run as Python
RESIDENT = 64e6  # bytes of images that a peer keeps: more than a cache holds, little of its memory

# kind: "Conv2d" ...; options: its arguments by PyTorch's names
Layer = collections.namedtuple("Layer", "kind options")
# input: (channels, height, width); encoder, decoder: lists of Layer
Network = collections.namedtuple("Network", "latent input encoder decoder")


class UnknownNetwork(Exception):
    """The file is not one that is run as Python, or its lines are not a network."""


def _pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def _conv2d(in_channels, out_channels, kernel_size, stride=1, padding=0):
    return Layer("Conv2d", {"in_channels": in_channels, "out_channels": out_channels,
                            "kernel_size": _pair(kernel_size), "stride": _pair(stride),
                            "padding": _pair(padding)})


def _conv_transpose2d(in_channels, out_channels, kernel_size, stride=1, padding=0,
                      output_padding=0):
    layer = _conv2d(in_channels, out_channels, kernel_size, stride, padding)
    return Layer("ConvTranspose2d", {**layer.options, "output_padding": _pair(output_padding)})


NOTATION = {
    "Sequential": lambda *layers: list(layers),
    "Conv2d": _conv2d,
    "ConvTranspose2d": _conv_transpose2d,
    "Linear": lambda in_features, out_features: Layer(
        "Linear", {"in_features": in_features, "out_features": out_features}),
    "Flatten": lambda: Layer("Flatten", {}),
    "Unflatten": lambda dim, unflattened_size: Layer(
        "Unflatten", {"dim": dim, "unflattened_size": tuple(unflattened_size)}),
    "Tanh": lambda: Layer("Tanh", {}),
    "Sigmoid": lambda: Layer("Sigmoid", {}),
    "ReLU": lambda: Layer("ReLU", {}),
    "LeakyReLU": lambda negative_slope=0.01: Layer(
        "LeakyReLU", {"negative_slope": negative_slope}),
    "BatchNorm2d": lambda num_features: Layer("BatchNorm2d", {"num_features": num_features}),
    "MaxPool2d": lambda kernel_size: Layer("MaxPool2d", {"kernel_size": kernel_size}),
    "Upsample": lambda scale_factor: Layer("Upsample", {"scale_factor": scale_factor}),
}


def read(path):
    """The network that a .net file of ours describes."""
    path = pathlib.Path(path).resolve()
    if path.suffix != ".net" or path.parent not in FOLDERS:
        raise UnknownNetwork(f"{path}: the peers read .net files of models/ and bench/models/ only")
    names = {"__builtins__": {}, **NOTATION}
    try:
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
        return Network(names["latent"], names["input"], names["encoder"], names["decoder"])
    except (KeyError, NameError, SyntaxError, TypeError) as error:
        raise UnknownNetwork(f"{path.name}: {error}") from error


def resident(network, batch):
    """How many images to keep: whole batches, two of them at least."""
    fitting = int(RESIDENT / (4 * math.prod(network.input)))
    return max(2, min(4096, fitting) // batch) * batch
