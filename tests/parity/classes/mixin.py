import torch
import torch.nn as nn
import torch.nn.functional as F


class Mixin:
    def n_params(self):
        return sum(p.numel() for p in self.parameters() if p.requires_grad)


class Base(nn.Module, Mixin):
    act = staticmethod(F.relu)

    def __init__(self, sizes):
        super().__init__()
        self.a = nn.Linear(sizes[0], sizes[1])
        self.b = nn.Linear(sizes[1], sizes[0])

    def encode(self, x):
        return self.act(self.a(x))

    def decode(self, z):
        return self.b(z)

    def forward(self, x):
        return self.decode(self.encode(x))


class Bounded(Base):
    def __init__(self, sizes, low=0.0, high=1.0):
        super(Bounded, self).__init__(sizes)
        self.low, self.high = low, high

    def forward(self, x):
        y = super().forward(x)
        return torch.clamp(y, min=self.low, max=self.high)


net = Bounded([784, 12])
print(net.n_params())
