import torch
import torch.nn as nn
import torch.nn.functional as F


class Inception(nn.Module):
    """Kernels of 1, 3 and 5 side by side."""

    def __init__(self, c_in, c_each):
        super().__init__()
        self.b1 = nn.Conv2d(c_in, c_each, 1)
        self.b3 = nn.Conv2d(c_in, c_each, 3, padding=1)
        self.b5 = nn.Sequential(nn.Conv2d(c_in, c_each, 3, padding=1), nn.ReLU(),
                                nn.Conv2d(c_each, c_each, 3, padding=1))

    def forward(self, x):
        x1 = F.relu(self.b1(x))
        x3 = F.relu(self.b3(x))
        x5 = F.relu(self.b5(x))
        return torch.cat([x1, x3, x5], dim=1)


class InceptionAE(nn.Module):
    def __init__(self, width=3, code=8):
        super().__init__()
        self.inc1 = Inception(1, width)
        self.inc2 = Inception(3 * width, width)
        self.squeeze = nn.Conv2d(3 * width, 2, 1)
        self.code = nn.Linear(2 * 7 * 7, code)
        self.grow = nn.Linear(code, 3 * width * 49)
        self.inc3 = Inception(3 * width, width)
        self.out = nn.Conv2d(3 * width, 1, 3, padding=1)

    def forward(self, x):
        x = F.avg_pool2d(self.inc1(x), 2)
        x = F.max_pool2d(self.inc2(x), 2)
        x = self.squeeze(x)
        code = self.code(torch.flatten(x, 1))
        x = self.grow(code).view(x.size(0), -1, 7, 7)
        x = F.interpolate(x, size=(14, 14))
        x = self.inc3(x)
        x = F.interpolate(x, scale_factor=2, mode='bicubic', align_corners=True)
        return torch.sigmoid(self.out(x))


net = InceptionAE()
