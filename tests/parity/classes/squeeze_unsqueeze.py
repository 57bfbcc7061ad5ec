import torch
from torch import nn


class Autoencoder(nn.Module):
    def __init__(self, latent_size):
        super().__init__()
        self.latent_size = latent_size
        self.enc_conv = nn.Sequential(
            nn.Conv2d(1, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.ReLU(),
            nn.Conv2d(4, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU(),
            nn.AdaptiveAvgPool2d((1, 1)))
        self.enc_fc = nn.Linear(8, latent_size)
        self.dec_conv = nn.Sequential(
            nn.ConvTranspose2d(latent_size, 8, 7), nn.ReLU(),
            nn.ConvTranspose2d(8, 4, 4, 2, 1), nn.ReLU(),
            nn.ConvTranspose2d(4, 1, 4, 2, 1))

    def forward(self, x):
        h = self.enc_conv(x)
        h = h.squeeze(-1).squeeze(-1)
        z = self.enc_fc(h)
        y = self.dec_conv(z.unsqueeze(-1).unsqueeze(-1))
        return torch.sigmoid(y)


model = Autoencoder(latent_size=6)
