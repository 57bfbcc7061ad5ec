import torch
import torch.nn as nn
import torch.nn.functional as F


class InPlace(nn.Module):
    """What is done in place changes every name of the tensor, and what it is a view of."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(1, 4, 4, stride=4)
        self.mix = nn.Conv2d(4, 4, 3, padding=1)
        self.code = nn.Linear(196, 10)
        self.up = nn.Linear(10, 784)
        self.last = nn.Conv2d(1, 1, 3, padding=1)

    def forward(self, x):
        h = self.down(x)
        kept = h
        h += torch.tanh(self.mix(h))
        kept.add_(F.relu(self.mix(kept)))
        flat = h.view(h.size(0), -1)
        F.leaky_relu_(flat, 0.2)
        z = self.code(torch.sigmoid(kept + h).flatten(1))
        y = self.up(z).view(-1, 1, 28, 28)
        return self.last(y) + y


net = InPlace()
