from collections import OrderedDict
import torch
import torch.nn as nn

latent_dim = 5


class Autoencoder(nn.Module):
    def __init__(self, latent_dim=latent_dim):
        super().__init__()
        self.encoder = nn.Sequential(OrderedDict([
            ('conv1', nn.Conv2d(1, 4, 3, stride=2, padding=1)),
            ('relu1', nn.ReLU()),
            ('conv2', nn.Conv2d(4, 8, 3, stride=2, padding=1)),
            ('relu2', nn.ReLU()),
            ('flatten', nn.Flatten()),
            ('fc', nn.Linear(8 * 7 * 7, latent_dim)),
        ]))
        self.decoder = nn.Sequential(OrderedDict({
            'fc': nn.Linear(latent_dim, 8 * 7 * 7),
            'relu0': nn.ReLU(),
            'unflatten': nn.Unflatten(1, (8, 7, 7)),
            'deconv1': nn.ConvTranspose2d(8, 4, 2, stride=2),
            'relu1': nn.ReLU(),
            'deconv2': nn.ConvTranspose2d(4, 1, 2, stride=2),
            'sigmoid': nn.Sigmoid(),
        }))

    def forward(self, x):
        latent = self.encoder(x)
        reconstructed = self.decoder(latent)
        return reconstructed


model = Autoencoder()
