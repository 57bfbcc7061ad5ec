import torch
import torch.nn as nn


class AE(nn.Module):
    def __init__(self, n_in, n_hidden, n_code=2):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(n_in, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_code))
        self.decoder = nn.Sequential(nn.Linear(n_code, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_in))

    def forward(self, x):
        return self.decoder(self.encoder(x))


def build(data, n_hidden):
    return AE(data.shape[1], n_hidden)
