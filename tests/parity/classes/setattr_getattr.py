import torch
import torch.nn as nn
from torch.nn.functional import relu, interpolate


class AE(nn.Module):
    def __init__(self, widths=[4, 6, 3]):
        super().__init__()
        self.n = len(widths)
        in_features = 1
        for i, width in enumerate(widths):
            setattr(self, f"down{i}", nn.Conv2d(in_features, width, 3, 2 if i < 2 else 1, 1))
            in_features = width
        for i, width in enumerate(widths[-2::-1] + [1]):
            setattr(self, "up%d" % i, nn.Conv2d(in_features, width, 3, padding=1))
            in_features = width

    def forward(self, x):
        for i in range(self.n):
            x = relu(getattr(self, f"down{i}")(x))
        for i in range(self.n):
            if i > 0:
                x = interpolate(x, scale_factor=2.0)
            x = getattr(self, "up%d" % i)(x)
            x = relu(x) if i + 1 < self.n else torch.sigmoid(x)
        return x
