import torch
import torch.nn as nn


class Classifier(nn.Module):
    """Reads codes; trained afterwards."""

    def __init__(self, n_in, n_classes=10):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n_in, 32), nn.ReLU(), nn.Linear(32, n_classes))

    def forward(self, z):
        return self.net(z)


class DenseAE(nn.Module):
    def __init__(self, n_code):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(784, n_code), nn.Linear(n_code, 784))

    def forward(self, x):
        return self.layers(x)


class ConvAE(nn.Module):
    def __init__(self, n_code, width=6):
        super().__init__()
        self.width = width
        self.conv = nn.Conv2d(1, width, 7, stride=7)
        self.act = nn.PReLU()
        self.norm = nn.GroupNorm(2, width)
        self.to_code = nn.Linear(width * 16, n_code)
        self.to_image = nn.Linear(n_code, width * 16)
        self.deconv = nn.ConvTranspose2d(width, 1, 7, stride=7)

    def forward(self, x):
        h = self.norm(self.act(self.conv(x)))
        z = self.to_code(h.view(h.shape[0], -1))
        h = self.to_image(z).view(z.shape[0], self.width, 4, 4)
        return torch.sigmoid(self.deconv(h))


dense = DenseAE(8)
classifier = Classifier(8)
net = ConvAE(n_code=8)
