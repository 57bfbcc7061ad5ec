"""Three sizes of the same idea, tried one after another."""
import torch
import torch.nn as nn


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(784, 4)
        self.decoder = nn.Linear(4, 784)

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Medium(nn.Module):
    def __init__(self, bottleneck=6):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 32), nn.Hardswish(), nn.Linear(32, bottleneck))
        self.decoder = nn.Sequential(nn.Linear(bottleneck, 32), nn.Hardswish(), nn.Linear(32, 784))

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Large(Medium):
    def __init__(self):
        super().__init__(bottleneck=24)


models = {"small": Small(), "medium": Medium(), "large": Large()}
