import torch
import torch.nn as nn


def conv_block(in_c, out_c, kernel=3, **kwargs):
    """A convolution, its norm, its activation."""
    return nn.Sequential(
        nn.Conv2d(in_c, out_c, kernel, padding=kernel // 2, **kwargs),
        nn.BatchNorm2d(out_c),
        nn.ReLU6(),
    )


make_up = lambda scale: nn.Upsample(scale_factor=scale)


class ConvAutoEncoder(nn.Module):
    LATENT = 4

    def __init__(self, in_c=3):
        super().__init__()
        self.block1 = conv_block(in_c, 6)
        self.block2 = conv_block(6, self.LATENT, kernel=5, stride=2)
        self.pool = nn.AvgPool2d(2)
        self.up1 = self._up(self.LATENT, 6)
        self.up2 = self._up(6, 6)
        self.head = nn.Conv2d(6, in_c, 1)
        self.out = nn.Hardtanh(0, 1)

    @staticmethod
    def _up(c_in, c_out):
        return nn.Sequential(make_up(2), conv_block(c_in, c_out))

    def _encode(self, x):
        x = self.block1(x)
        x = self.block2(x)
        return self.pool(x)

    def forward(self, x):
        z = self._encode(x)
        x = self.up2(self.up1(z))
        return self.out(self.head(x))


net = ConvAutoEncoder()
