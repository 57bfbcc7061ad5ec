import torch
import torch.nn as nn


class AE(nn.Module):
    def __init__(self, d=784, z=9):
        nn.Module.__init__(self)
        self.encoder = nn.Sequential(nn.Linear(d, 50), nn.GELU(), nn.Linear(50, z))
        self.decoder = nn.Sequential(nn.Linear(z, 50), nn.GELU(), nn.Linear(50, d), nn.Sigmoid())

    def forward(self, x: torch.Tensor):
        z = self.encoder(x)
        x_hat = self.decoder(z)
        return x_hat, z


ae = AE()
x = torch.rand(8, 784)
recon, latent = ae(x)
