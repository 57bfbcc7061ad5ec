import torch
import torch.nn as nn
from typing import List


class DeepAE(nn.Module):
    def __init__(self, dims: List[int]):
        super().__init__()
        layers = []
        for i in range(len(dims) - 1):
            layers.append(nn.Linear(dims[i], dims[i + 1]))
            if i < len(dims) - 2:
                layers.append(nn.BatchNorm1d(dims[i + 1]))
                layers += [nn.ReLU()]
        self.encoder = nn.Sequential(*layers)

        dims = dims[::-1]
        layers = []
        for i in range(len(dims) - 1):
            layers.append(nn.Linear(dims[i], dims[i + 1]))
            if i != len(dims) - 2:
                layers.extend([nn.BatchNorm1d(dims[i + 1]), nn.ReLU()])
        layers.append(nn.Sigmoid())
        self.decoder = nn.Sequential(*layers)

    def forward(self, x):
        return self.decoder(self.encoder(x))


model = DeepAE([784, 40, 20, 8])
