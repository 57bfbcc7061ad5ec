import torch
import torch.nn as nn


class AutoEncoder(nn.Module):
    """Nothing in this file says how large it is to be."""

    def __init__(self, n_features, n_hidden, n_code, dropout=0.1):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(n_features, n_hidden), nn.ELU(), nn.Dropout(p=dropout), nn.Linear(n_hidden, n_code))
        self.decoder = nn.Sequential(
            nn.Linear(n_code, n_hidden), nn.ELU(), nn.Dropout(p=dropout), nn.Linear(n_hidden, n_features))

    def forward(self, x):
        shape = x.shape
        x = x.reshape(shape[0], -1)
        return self.decoder(self.encoder(x)).reshape(shape)


def train(model, loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(epochs):
        for x, _y in loader:
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x), x).backward()
            optimizer.step()
