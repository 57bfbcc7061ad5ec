import torch
import torch.nn as nn
import torch.nn.functional as F


class TiedAE(nn.Module):
    def __init__(self, n=784, k=16):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(k, n) * 0.01)
        self.b1 = nn.Parameter(torch.zeros(k))
        self.b2 = nn.Parameter(torch.zeros(n))

    def forward(self, x):
        h = torch.sigmoid(F.linear(x, self.weight, self.b1))
        return torch.sigmoid(F.linear(h, self.weight.t(), self.b2))


model = TiedAE()
