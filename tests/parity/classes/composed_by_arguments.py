import torch
import torch.nn as nn


class Encoder(nn.Module):
    def __init__(self, num_input_channels: int, base_channel_size: int, latent_dim: int, act_fn: object = nn.GELU):
        """
        Args:
            num_input_channels : 1 for grey, 3 for colour
            base_channel_size : channels of the first layer
            latent_dim : numbers of the code
            act_fn : the activation between the layers
        """
        super().__init__()
        c_hid = base_channel_size
        self.net = nn.Sequential(
            nn.Conv2d(num_input_channels, c_hid, kernel_size=3, padding=1, stride=2),  # 16 => 8
            act_fn(),
            nn.Conv2d(c_hid, 2 * c_hid, kernel_size=3, padding=1, stride=2),  # 8 => 4
            act_fn(),
            nn.Flatten(),
            nn.Linear(2 * 16 * c_hid, latent_dim),
        )

    def forward(self, x):
        return self.net(x)


class Decoder(nn.Module):
    def __init__(self, num_input_channels: int, base_channel_size: int, latent_dim: int, act_fn: object = nn.GELU):
        super().__init__()
        c_hid = base_channel_size
        self.linear = nn.Sequential(nn.Linear(latent_dim, 2 * 16 * c_hid), act_fn())
        self.net = nn.Sequential(
            nn.ConvTranspose2d(2 * c_hid, c_hid, kernel_size=3, output_padding=1, padding=1, stride=2),
            act_fn(),
            nn.ConvTranspose2d(c_hid, num_input_channels, kernel_size=3, output_padding=1, padding=1, stride=2),
            nn.Tanh(),
        )

    def forward(self, x):
        x = self.linear(x)
        x = x.reshape(x.shape[0], -1, 4, 4)
        x = self.net(x)
        return x


class Autoencoder(nn.Module):
    def __init__(self, encoder: nn.Module, decoder: nn.Module, name: str = "ae"):
        super().__init__()
        self.name = name
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, x):
        """The reconstructed images."""
        z = self.encoder(x)
        x_hat = self.decoder(z)
        return x_hat


enc = Encoder(3, base_channel_size=5, latent_dim=12)
dec = Decoder(3, base_channel_size=5, latent_dim=12)
model = Autoencoder(enc, dec)
