"""The notebook's class, as its author wrote it, and networks at random."""
import random

import torch
from torch import nn


class Autoencoder(nn.Module):
    def __init__(self, latent=2):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.Tanh(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.Tanh(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.Tanh(),
            nn.Flatten(), nn.Linear(32 * 4 * 4, 64), nn.Tanh(), nn.Linear(64, latent))
        self.decoder = nn.Sequential(
            nn.Linear(latent, 64), nn.Tanh(), nn.Linear(64, 32 * 4 * 4), nn.Tanh(),
            nn.Unflatten(1, (32, 4, 4)),
            nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1), nn.Tanh(),
            nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1), nn.Tanh(),
            nn.ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Parts(nn.Module):
    """An encoder and a decoder under their names."""

    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder = nn.Sequential(*encoder)
        self.decoder = nn.Sequential(*decoder)

    def forward(self, x):
        return self.decoder(self.encoder(x))


def _activation(r):
    return r.choice([nn.Tanh, nn.Sigmoid, nn.ReLU, nn.LeakyReLU, nn.ELU, nn.Hardtanh,
                     nn.SiLU, nn.GELU, nn.Mish, nn.PReLU])()


def _groups(r, a, b):
    return r.choice([g for g in range(1, min(a, b) + 1) if a % g == 0 and b % g == 0])


def _conv(r, channels, size):
    """A convolution that fits images of `size`, and the size that it makes."""
    while True:
        out = r.randint(1, 12)
        kernel = (r.randint(1, 5), r.randint(1, 5))
        dilation = (r.randint(1, 2), r.randint(1, 2))
        stride = (r.randint(1, 3), r.randint(1, 3))
        padding = (r.randint(0, 3), r.randint(0, 3))
        made = [(size[i] + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1) // stride[i] + 1
                for i in range(2)]
        if min(made) >= 1 and all(size[i] + 2 * padding[i] >= dilation[i] * (kernel[i] - 1) + 1
                                  for i in range(2)):
            return nn.Conv2d(channels, out, kernel, stride, padding, dilation,
                             _groups(r, channels, out), r.random() < 0.8), out, made


def _transposed(r, channels, out, size):
    while True:
        kernel = (r.randint(1, 5), r.randint(1, 5))
        dilation = (r.randint(1, 2), r.randint(1, 2))
        stride = (r.randint(1, 3), r.randint(1, 3))
        padding = (r.randint(0, 2), r.randint(0, 2))
        extra = tuple(r.randint(0, max(stride[i], dilation[i]) - 1) for i in range(2))
        made = [(size[i] - 1) * stride[i] - 2 * padding[i] + dilation[i] * (kernel[i] - 1)
                + extra[i] + 1 for i in range(2)]
        if min(made) >= 1 and max(made) <= 40:
            return nn.ConvTranspose2d(channels, out, kernel, stride, padding, extra,
                                      _groups(r, channels, out), r.random() < 0.8,
                                      dilation), made


def random_network(seed):
    """A module with encoder and decoder, its notation, its input's shape."""
    r = random.Random(seed)
    torch.manual_seed(seed)
    shape = [r.randint(1, 4), r.randint(5, 17), r.randint(5, 17)]
    channels, size, encoder = shape[0], shape[1:], []
    for _ in range(r.randint(1, 3)):
        layer, channels, size = _conv(r, channels, size)
        encoder += [layer, _activation(r)]
    latent, flat = r.randint(1, 9), channels * size[0] * size[1]
    encoder += [nn.Flatten(), nn.Linear(flat, latent, bias=r.random() < 0.8)]
    channels, size = r.randint(1, 8), [r.randint(1, 4), r.randint(1, 4)]
    decoder = [nn.Linear(latent, channels * size[0] * size[1]), _activation(r),
               nn.Unflatten(1, (channels, *size))]
    for _ in range(r.randint(1, 2)):
        out = r.randint(1, 8)
        layer, size = _transposed(r, channels, out, size)
        decoder += [layer, _activation(r)]
        channels = out
    # To the input's shape, whatever came out.
    decoder += [nn.Flatten(), nn.Linear(channels * size[0] * size[1], shape[0] * shape[1] * shape[2]),
                nn.Sigmoid(), nn.Unflatten(1, tuple(shape))]
    lines = [f"input = {shape[0]}, {shape[1]}, {shape[2]}"]
    for name, layers in (("encoder", encoder), ("decoder", decoder)):
        lines += [f"{name} = Sequential("] + [f"    {written(layer)}," for layer in layers] + [")"]
    return Parts(encoder, decoder), "\n".join(lines) + "\n", shape


def written(layer):
    """The layer as a notebook has it."""
    if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
        more = f", output_padding={layer.output_padding}" * isinstance(layer, nn.ConvTranspose2d)
        return (f"nn.{type(layer).__name__}({layer.in_channels}, {layer.out_channels}, "
                f"{layer.kernel_size}, stride={layer.stride}, padding={layer.padding}, "
                f"dilation={layer.dilation}, groups={layer.groups}, "
                f"bias={layer.bias is not None}{more})")
    if isinstance(layer, nn.Linear):
        return f"nn.Linear({layer.in_features}, {layer.out_features}, bias={layer.bias is not None})"
    if isinstance(layer, nn.Unflatten):
        return f"nn.Unflatten(1, {tuple(layer.unflattened_size)})"
    return f"nn.{type(layer).__name__}()"
