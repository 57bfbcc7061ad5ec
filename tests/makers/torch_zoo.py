"""Networks as people have them, small: residual, with pooling, with enlarging, with every activation
and normalisation. Each is a module and its input's shape; `warm` gives it numbers of its own.
"""
import torch
from torch import nn


class Residual(nn.Module):
    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut or nn.Identity()

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


class Parallel(nn.Sequential):
    def forward(self, x):
        return torch.cat([branch(x) for branch in self], 1)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(1, 4, 3, 1, 1), nn.ReLU())
        self.inner = nn.Sequential(
            nn.MaxPool2d(2), nn.Conv2d(4, 8, 3, 1, 1), nn.ReLU(), nn.Upsample(scale_factor=2),
            nn.Conv2d(8, 4, 3, 1, 1))
        self.last = nn.Conv2d(8, 1, 3, 1, 1)

    def forward(self, x):
        kept = self.first(x)
        return torch.sigmoid(self.last(torch.cat([kept, self.inner(kept)], 1)))


def basic(i, o, stride=1):
    """ResNet's block."""
    shortcut = None
    if i != o or stride > 1:
        shortcut = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))
    body = nn.Sequential(nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(),
                         nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o))
    return nn.Sequential(Residual(body, shortcut), nn.ReLU())


def inverted(c):
    """MobileNet's."""
    return Residual(nn.Sequential(
        nn.Conv2d(c, 2 * c, 1), nn.BatchNorm2d(2 * c), nn.ReLU6(),
        nn.Conv2d(2 * c, 2 * c, 3, 1, 1, groups=2 * c), nn.BatchNorm2d(2 * c), nn.ReLU6(),
        nn.Conv2d(2 * c, c, 1), nn.BatchNorm2d(c)))


def before(c):
    """A residual block whose activation comes first, and which reads its input three times then."""
    return Residual(nn.Sequential(nn.GroupNorm(2, c), nn.SiLU(), nn.Conv2d(c, c, 3, 1, 1)))


def dense(i, o):
    return Parallel(nn.Identity(), nn.Sequential(nn.BatchNorm2d(i), nn.ReLU(),
                                                 nn.Conv2d(i, o, 3, 1, 1)))


def conv(*layers, image=(3, 8, 8)):
    return nn.Sequential(*layers), list(image)


def active(activation):
    return conv(nn.Conv2d(3, 4, 3, 1, 1), activation, nn.Conv2d(4, 2, 3), activation, nn.Flatten(),
                nn.Linear(72, 3))


def zoo():
    """Name: (module, shape)."""
    c, b, r, f = nn.Conv2d, nn.BatchNorm2d, nn.ReLU, nn.Flatten
    return {
        "resnet": conv(c(3, 8, 3, 1, 1, bias=False), b(8), r(), basic(8, 8), basic(8, 12, 2),
                       nn.AdaptiveAvgPool2d(1), f(), nn.Linear(12, 10), image=(3, 16, 16)),
        "resnet, probabilities": conv(c(3, 8, 3, 1, 1), r(), basic(8, 8), nn.AvgPool2d(4), f(),
                                      nn.Linear(128, 10), nn.Softmax(1), image=(3, 16, 16)),
        "circular": conv(c(3, 2, 3, 1, 1, padding_mode="circular")),
        "mobilenet": conv(c(3, 8, 3, 2, 1), b(8), nn.ReLU6(), inverted(8), nn.AdaptiveAvgPool2d(1),
                          f(), nn.Dropout(), nn.Linear(8, 5), image=(3, 16, 16)),
        "densenet": conv(c(3, 4, 3, 1, 1), dense(4, 3), dense(7, 3), f(), nn.Linear(640, 4)),
        "inception": conv(c(3, 4, 3, 1, 1),
                          Parallel(c(4, 2, 1), nn.Sequential(c(4, 2, 1), r(), c(2, 3, 3, 1, 1)),
                                   nn.Sequential(nn.MaxPool2d(3, 1, 1), c(4, 2, 1))),
                          r(), nn.AdaptiveAvgPool2d(1), f(), nn.Linear(7, 4)),
        "unet": (UNet(), [1, 16, 16]),
        "SiLU first": conv(c(3, 4, 3, 1, 1), Residual(nn.Sequential(nn.SiLU(), c(4, 4, 3, 1, 1))),
                           Residual(nn.Sequential(nn.GELU(), c(4, 4, 3, 1, 1), nn.Mish())), f(),
                           nn.Linear(256, 3)),
        "activation first": conv(c(3, 4, 3, 1, 1), before(4), before(4), f(), nn.Linear(256, 3)),
        "vgg": conv(c(1, 6, 3, 1, 1), b(6), r(), nn.MaxPool2d(2), c(6, 8, 3, 1, 1), b(8), r(),
                    nn.MaxPool2d(2), f(), nn.Dropout(.5), nn.Linear(392, 10), image=(1, 28, 28)),
        "autoencoder, transposed": conv(
            c(1, 8, 3, 2, 1), b(8), nn.LeakyReLU(.2), c(8, 12, 3, 2, 1), b(12), nn.LeakyReLU(.2),
            f(), nn.Linear(588, 6), nn.Linear(6, 588), nn.Unflatten(1, (12, 7, 7)),
            nn.ConvTranspose2d(12, 8, 4, 2, 1), b(8), r(), nn.ConvTranspose2d(8, 1, 4, 2, 1),
            nn.Sigmoid(), image=(1, 28, 28)),
        "autoencoder, pooled": conv(
            c(1, 8, 3, 1, 1), r(), nn.MaxPool2d(2), c(8, 4, 3, 1, 1), r(), nn.MaxPool2d(2),
            c(4, 4, 3, 1, 1), nn.Upsample(scale_factor=2), c(4, 8, 3, 1, 1), r(),
            nn.Upsample(scale_factor=2, mode="bilinear"), c(8, 1, 3, 1, 1), nn.Sigmoid(),
            image=(1, 28, 28)),
        "upsample to a size": conv(c(1, 8, 3, 2, 1), r(), nn.Upsample(size=(28, 28)),
                                   c(8, 1, 3, 1, 1), image=(1, 28, 28)),
        "upsample, corners": conv(
            c(1, 8, 3, 2, 1), nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
            c(8, 1, 3, 1, 1), image=(1, 14, 14)),
        "upsample, bicubic": conv(c(1, 8, 3, 2, 1), nn.Upsample(scale_factor=2, mode="bicubic"),
                                  c(8, 1, 3, 1, 1), image=(1, 14, 14)),
        "pixel shuffle": conv(c(1, 8, 3, 2, 1), nn.PixelShuffle(2), c(2, 1, 3, 1, 1),
                              image=(1, 14, 14)),
        "average to a size": conv(c(3, 6, 3), nn.AdaptiveAvgPool2d((2, 3)), f(), nn.Linear(36, 4)),
        "largest": conv(c(3, 6, 3), nn.AdaptiveMaxPool2d(1), f(), nn.Linear(6, 4)),
        "ceil": conv(c(3, 6, 3), nn.MaxPool2d(3, 2, 1, ceil_mode=True),
                     nn.AvgPool2d(2, count_include_pad=False, padding=1), f(), nn.Linear(54, 4)),
        "groups": conv(c(3, 8, 3), nn.GroupNorm(4, 8), r(), c(8, 8, 3), nn.GroupNorm(1, 8), f(),
                       nn.Linear(128, 4)),
        "instances": conv(c(3, 8, 3), nn.InstanceNorm2d(8), r(), c(8, 8, 3),
                          nn.InstanceNorm2d(8, affine=True), f(), nn.Linear(128, 4)),
        "layers": conv(c(3, 8, 3), nn.LayerNorm([8, 6, 6]), r(), f(), nn.Linear(288, 16),
                       nn.LayerNorm(16), nn.Linear(16, 4)),
        "batches of rows": conv(f(), nn.Linear(192, 20), nn.BatchNorm1d(20), r(), nn.Dropout(.2),
                                nn.Linear(20, 4)),
        "padded": conv(nn.ReflectionPad2d(2), c(3, 6, 3), nn.ReplicationPad2d(1), c(6, 6, 3),
                       nn.ZeroPad2d((1, 2, 0, 1)), c(6, 2, 3)),
        "padding modes": conv(c(3, 6, 3, 1, 1, padding_mode="reflect"),
                              c(6, 6, 3, 1, 1, padding_mode="replicate"), c(6, 2, 4, padding="same")),
        "channels dropped": conv(c(3, 4, 3), nn.Dropout2d(.3), f(), nn.Linear(144, 2)),
        "log probabilities": conv(f(), nn.Linear(192, 10), nn.LogSoftmax(dim=1)),
        "softmax between": conv(f(), nn.Linear(192, 10), nn.Softmax(dim=1), nn.Linear(10, 2)),
        "weight normalisation": conv(nn.utils.parametrizations.weight_norm(c(3, 4, 3)), f(),
                                     nn.utils.parametrizations.weight_norm(nn.Linear(144, 2))),
        **{type(a).__name__ + "".join(f" {n}" for n in [a.extra_repr()] if n): active(a)
           for a in (nn.SiLU(), nn.GELU(), nn.GELU("tanh"), nn.Mish(), nn.Softplus(),
                     nn.Softplus(2.), nn.PReLU(), nn.ReLU6(), nn.ELU(), nn.LeakyReLU(),
                     nn.Hardtanh())},
        "PReLU of channels": conv(c(3, 4, 3), nn.PReLU(4), f(), nn.Linear(144, 2)),
    }


def warm(model):
    for m in model.modules():
        if isinstance(m, (nn.BatchNorm2d, nn.BatchNorm1d)):
            nn.init.uniform_(m.running_mean, -0.5, 0.5)
            nn.init.uniform_(m.running_var, 0.5, 2)
        if isinstance(m, (nn.BatchNorm2d, nn.BatchNorm1d, nn.GroupNorm, nn.LayerNorm,
                          nn.InstanceNorm2d)) and m.weight is not None:
            nn.init.uniform_(m.weight, 0.5, 1.5)
            nn.init.uniform_(m.bias, -0.5, 0.5)
        if isinstance(m, nn.PReLU):
            nn.init.uniform_(m.weight, 0.1, 0.4)
    return model.eval()


# What no layer covers, with a part of the line that refuses it.
refused = {
    "a gate": ((nn.Sequential(nn.Flatten(), Residual(nn.Linear(12, 12)), nn.GLU(1)), [3, 2, 2]),
               ""),
    "attention": ((nn.Sequential(nn.Flatten(2), nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)),
                   [3, 2, 2]), ""),
}
