import torch
import torch.nn as nn


class BaseAE(nn.Module):
    """What all of them share; each makes its own halves."""

    def __init__(self, latent_dim, input_shape=(1, 28, 28)):
        super().__init__()
        self.latent_dim = latent_dim
        self.input_shape = input_shape
        self.n_pixels = input_shape[0] * input_shape[1] * input_shape[2]
        self.encoder = self.build_encoder()
        self.decoder = self.build_decoder()

    def build_encoder(self):
        raise NotImplementedError

    def build_decoder(self):
        raise NotImplementedError

    def forward(self, x):
        return self.decoder(self.encoder(x))


class LinearAE(BaseAE):
    def __init__(self, latent_dim, hidden=30, **kwargs):
        self.hidden = hidden
        super().__init__(latent_dim, **kwargs)

    def build_encoder(self):
        return nn.Sequential(nn.Flatten(), nn.Linear(self.n_pixels, self.hidden), nn.ReLU(),
                             nn.Linear(self.hidden, self.latent_dim))

    def build_decoder(self):
        return nn.Sequential(nn.Linear(self.latent_dim, self.hidden), nn.ReLU(),
                             nn.Linear(self.hidden, self.n_pixels), nn.Sigmoid(),
                             nn.Unflatten(1, self.input_shape))


class BottleneckAE(LinearAE):
    def build_encoder(self):
        layers = super().build_encoder()
        layers.append(nn.Tanh())
        return layers


model = BottleneckAE(5, hidden=22)
