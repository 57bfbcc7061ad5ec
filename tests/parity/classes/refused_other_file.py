import torch
import torch.nn as nn

from modelos import Encoder, Decoder


class AE(nn.Module):
    def __init__(self, latent=8):
        super().__init__()
        self.encoder = Encoder(latent)
        self.decoder = Decoder(latent)

    def forward(self, x):
        return self.decoder(self.encoder(x))


model = AE()
