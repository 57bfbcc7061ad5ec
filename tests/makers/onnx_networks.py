"""Networks of random shapes, for both of PyTorch's ONNX exporters.

Each of `kinds` gives from a random generator a network and its input's shape (None: of its first
convolution); each of `refused` the shape and a part of the line that refuses it, too.
"""
import torch
from torch import nn
import torch.nn.functional as F

class Call(nn.Module):
    """Modules and a function of them."""

    def __init__(self, forward, **modules):
        super().__init__()
        self.call = forward
        for name, module in modules.items():
            setattr(self, name, module)

    def forward(self, x):
        return self.call(self, x)


def activation(r):
    return r.choice([nn.ReLU, nn.Tanh, nn.Sigmoid, nn.LeakyReLU, nn.ELU, nn.Hardtanh,
                     nn.ReLU6, nn.SiLU, nn.GELU, nn.Mish, nn.Softplus, nn.PReLU])()


def mlp(r, i, o):
    hidden = r.randint(8, 40)
    return nn.Sequential(nn.Linear(i, hidden), activation(r), nn.Linear(hidden, o))


def conv_encoder(r, channels, latent, size, batch_norm=False):
    a, b = r.randint(2, 6), r.randint(2, 6)
    layers = [nn.Conv2d(channels, a, 3, 2, 1)] + [nn.BatchNorm2d(a)] * batch_norm + [activation(r)]
    layers += [nn.Conv2d(a, b, 3, 2, 1), activation(r), nn.Flatten()]
    side = (size + 3) // 4
    return nn.Sequential(*layers, nn.Linear(b * side * side, latent)), b, side


def conv_decoder(r, channels, latent, b, side):
    a = r.randint(2, 6)
    return nn.Sequential(
        nn.Linear(latent, b * side * side), activation(r), nn.Unflatten(1, (b, side, side)),
        nn.ConvTranspose2d(b, a, 3, 2, 1, 1), activation(r),
        nn.ConvTranspose2d(a, channels, 3, 2, 1, 1), nn.Sigmoid())


def autoencoder(r, channels, size, batch_norm=False):
    latent = r.randint(2, 6)
    encoder, b, side = conv_encoder(r, channels, latent, size, batch_norm)
    return nn.Sequential(encoder, conv_decoder(r, channels, latent, b, side))


def warm(model, *shape):
    """Batch normalisation with numbers of its own."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm2d, nn.BatchNorm1d)):
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    return model


def plain_mlp(r):
    n = r.randint(6, 30)
    return mlp(r, n, r.randint(2, 9)), [n]


def wide_mlp(r):
    """Its first layer alone has more numbers than its model file has bytes."""
    n = r.randint(400, 800)
    return nn.Sequential(nn.Linear(n, 512), nn.ReLU(), nn.Linear(512, 8), nn.ReLU(),
                         nn.Linear(8, n), nn.Sigmoid()), [n]


def mlp_on_images(r):
    h, w = r.randint(5, 20), r.randint(5, 20)
    return Call(lambda m, x: m.d(m.e(x.flatten(1))).reshape(-1, h, w),
                e=mlp(r, h * w, 3), d=mlp(r, 3, h * w)), [h, w]


def mlp_on_channels(r):
    h, w = r.randint(5, 20), r.randint(5, 20)
    return nn.Sequential(nn.Flatten(), mlp(r, h * w, 4), mlp(r, 4, h * w),
                         nn.Unflatten(1, (1, h, w))), [1, h, w]


def conv_autoencoder(r):
    size = 4 * r.randint(2, 6)
    return autoencoder(r, r.choice([1, 3]), size), None


def normalised_autoencoder(r):
    size = 4 * r.randint(2, 6)
    channels = r.choice([1, 3])
    return warm(autoencoder(r, channels, size, True)), [channels, size, size]


def classifier(r):
    size = 4 * r.randint(2, 6)
    return nn.Sequential(conv_encoder(r, 1, 16, size)[0], nn.ReLU(), nn.Dropout(0.3),
                         nn.Linear(16, 10)), [1, size, size]


def soft_classifier(r):
    """Ends with what its loss would do."""
    model, shape = classifier(r)
    return nn.Sequential(model, r.choice([nn.Softmax(1), nn.LogSoftmax(1)])), shape


def encoder_alone(r):
    size = 4 * r.randint(2, 6)
    return conv_encoder(r, 3, r.randint(2, 9), size)[0], [3, size, size]


def channels_last(r):
    """Takes and gives [N, H, W, C]."""
    size, channels = 4 * r.randint(2, 6), r.choice([1, 3])
    return Call(lambda m, x: m.a(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1),
                a=autoencoder(r, channels, size)), [size, size, channels]


def channels_last_mlp(r):
    """Never looks at the channels."""
    h, w, c = r.randint(5, 12), r.randint(5, 12), r.choice([1, 3])
    return Call(lambda m, x: m.d(m.e(x.reshape(x.shape[0], -1))).reshape(-1, h, w, c),
                e=mlp(r, h * w * c, 3), d=mlp(r, 3, h * w * c)), [h, w, c]


def channels_last_inside(r):
    """Flattens channels-last, as models from Keras do, and back."""
    size = 4 * r.randint(2, 5)
    conv, up = nn.Conv2d(1, 4, 3, 2, 1), nn.ConvTranspose2d(4, 1, 2, 2)
    n = 4 * (size // 2) ** 2

    def forward(m, x):
        y = torch.tanh(m.conv(x)).permute(0, 2, 3, 1).flatten(1)
        y = F.relu(m.d(m.e(y))).reshape(-1, size // 2, size // 2, 4).permute(0, 3, 1, 2)
        return torch.sigmoid(m.up(y))
    return Call(forward, conv=conv, up=up, e=nn.Linear(n, 5), d=nn.Linear(5, n)), [1, size, size]


def divides_by_255(r):
    size = 4 * r.randint(2, 6)
    return Call(lambda m, x: m.a(x / 255), a=autoencoder(r, 1, size)), [1, size, size]


def standardises(r):
    size, c = 4 * r.randint(2, 5), r.choice([1, 3])
    mean, std = torch.rand(c, 1, 1), torch.rand(c, 1, 1) + 0.5
    return Call(lambda m, x: m.a((x - mean) / std), a=autoencoder(r, c, size)), [c, size, size]


def scales_output(r):
    size = 4 * r.randint(2, 5)
    return Call(lambda m, x: m.a(x * 2 - 1) * 0.5 + 0.5, a=autoencoder(r, 1, size)), [1, size, size]


def unsqueezes(r):
    size = 4 * r.randint(2, 6)
    return Call(lambda m, x: m.a(x.unsqueeze(1)).squeeze(1),
                a=autoencoder(r, 1, size)), [size, size]


def pads(r):
    size = r.randint(6, 12)
    around = [r.randint(0, 2) for _ in range(4)]
    conv = nn.Conv2d(2, 3, 3)
    made = conv(F.pad(torch.rand(1, 2, size, size), around)).flatten(1).shape[1]
    return Call(lambda m, x: m.e(torch.tanh(m.conv(F.pad(x, around))).flatten(1)),
                conv=conv, e=nn.Linear(made, 3)), [2, size, size]


def transposed_weights(r):
    n = r.randint(6, 20)
    tied = nn.Parameter(torch.rand(5, n) - 0.5)
    model = Call(lambda m, x: torch.sigmoid(torch.tanh(x @ m.w.t() * 0.5) @ m.w + m.b))
    model.w, model.b = tied, nn.Parameter(torch.rand(n))
    return model, [n]


def signals(r):
    n = 2 * r.randint(4, 20)
    return nn.Sequential(nn.Conv1d(2, 4, 3, 2, 1), nn.Tanh(), nn.Flatten(),
                         nn.Linear(4 * n // 2, 3)), [2, n]


def pooled(r):
    return nn.Sequential(nn.Conv2d(1, 8, 3), nn.MaxPool2d(2), nn.Flatten()), [1, 8, 8]


def soft(r):
    return nn.Sequential(nn.Linear(16, 12), nn.Softplus()), [16]


def shares(r):
    return nn.Sequential(nn.Linear(16, 12), nn.Softmax(1), nn.Linear(12, 5)), [16]


def enlarged(r):
    return nn.Sequential(nn.Conv2d(1, 8, 3), nn.Upsample(scale_factor=2)), [1, 8, 8]


def residual(r):
    return Call(lambda m, x: x + m.l(x), l=nn.Linear(12, 12)), [12]


kinds = [plain_mlp, wide_mlp, mlp_on_images, mlp_on_channels, conv_autoencoder,
         normalised_autoencoder, classifier, soft_classifier, encoder_alone, channels_last, channels_last_mlp,
         channels_last_inside, divides_by_255, standardises, scales_output, unsqueezes, pads,
         transposed_weights, signals, pooled, soft, shares, enlarged, residual]


# What no layer covers: refused, with what to do.
def gated(r):
    return nn.Sequential(nn.Linear(4, 6), nn.GLU(1)), [4], "export the part"


refused = [gated]
