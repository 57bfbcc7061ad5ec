import torch
import torch.nn as nn
import torch.nn.functional as F


class DenoisingAE(nn.Module):
    def __init__(self, n_in=784, n_hidden=30, noise=0.3):
        super().__init__()
        self.noise = noise
        self.enc = nn.Linear(n_in, n_hidden)
        self.dec = nn.Linear(n_hidden, n_in)

    def corrupt(self, x):
        return x + self.noise * torch.randn_like(x)

    def forward(self, x):
        if self.training:
            x = self.corrupt(x)
        h = torch.sigmoid(self.enc(x))
        return torch.sigmoid(self.dec(h))


model = DenoisingAE()
