import torch
import torch.nn as nn


class AutoEncoder(nn.Module):
    """Layers held one by one, and again in the Sequential that runs them; one activation for all."""

    def __init__(self, n_code=6):
        super().__init__()
        self.fc1 = nn.Linear(784, 24)
        self.fc2 = nn.Linear(24, n_code)
        self.norm = nn.BatchNorm1d(24)
        act = nn.PReLU()
        self.encoder = nn.Sequential(self.fc1, self.norm, act, self.fc2)
        self.decoder = nn.Sequential(nn.Linear(n_code, 24), act, nn.Linear(24, 784))
        self.first = self.last = nn.Linear(784, 784)

    def forward(self, x):
        x = self.decoder(self.encoder(self.first(x)))
        return torch.sigmoid(self.last(x))


model = AutoEncoder()
