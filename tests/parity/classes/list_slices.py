import torch
import torch.nn as nn


class AE(nn.Module):
    def __init__(self, sizes=(784, 32, 16, 6)):
        super().__init__()
        n = len(sizes) - 1
        self.enc_layers = nn.ModuleList([nn.Linear(sizes[k], sizes[k + 1]) for k in range(n)])
        self.dec_layers = nn.ModuleList(nn.Linear(sizes[k], sizes[k - 1]) for k in range(n, 0, -1))
        self.act = torch.tanh

    def forward(self, x):
        for layer in self.enc_layers[:-1]:
            x = self.act(layer(x))
        code = self.enc_layers[-1](x)
        x = code
        for layer in self.dec_layers[:-1]:
            x = self.act(layer(x))
        x = self.dec_layers[-1](x)
        return torch.clamp(x, 0, 1), code


net = AE()
