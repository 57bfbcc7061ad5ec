import torch
import torch.nn as nn

# Hyperparameters
IMG_SIZE = 28
IN_CHANNELS = 1
FILTERS = (4, 8)
LATENT_DIM = 2 ** 3
KERNEL, STRIDE, PAD = 3, 2, 1
FEATURE_SIZE = IMG_SIZE // 4
FLAT = FILTERS[-1] * FEATURE_SIZE * FEATURE_SIZE
SLOPE = 2e-1


class ConvAutoencoder(nn.Module):
    def __init__(self):
        super(ConvAutoencoder, self).__init__()

        self.encoder = nn.Sequential(
            nn.Conv2d(IN_CHANNELS, FILTERS[0], KERNEL, stride=STRIDE, padding=PAD),
            nn.LeakyReLU(SLOPE),
            nn.Conv2d(FILTERS[0], FILTERS[1], KERNEL, stride=STRIDE, padding=PAD),
            nn.LeakyReLU(SLOPE),
            nn.Flatten(),
            nn.Linear(FLAT, LATENT_DIM),
        )

        self.decoder = nn.Sequential(
            nn.Linear(LATENT_DIM, FLAT),
            nn.Unflatten(dim=1, unflattened_size=(FILTERS[1], FEATURE_SIZE, FEATURE_SIZE)),
            nn.ConvTranspose2d(FILTERS[1], FILTERS[0], KERNEL, STRIDE, PAD, output_padding=1),
            nn.LeakyReLU(SLOPE),
            nn.ConvTranspose2d(FILTERS[0], IN_CHANNELS, KERNEL, STRIDE, PAD, output_padding=1),
            nn.Sigmoid(),
        )

    def forward(self, x):
        encoded = self.encoder(x)
        decoded = self.decoder(encoded)
        return decoded


model = ConvAutoencoder()
