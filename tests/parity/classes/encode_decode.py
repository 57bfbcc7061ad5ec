import torch
import torch.nn as nn
import torch.nn.functional as F


class Autoencoder(nn.Module):
    def __init__(self, in_features: int = 784, hidden_features: int = 52, latent_features: int = 11) -> None:
        super().__init__()
        self.in_features = in_features
        self.linear1 = nn.Linear(in_features, hidden_features)
        self.linear2 = nn.Linear(hidden_features, latent_features)
        self.linear3 = nn.Linear(latent_features, hidden_features)
        self.linear4 = nn.Linear(hidden_features, in_features)

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        h = F.mish(self.linear1(x))
        return self.linear2(h)

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        h = F.mish(self.linear3(z))
        return torch.sigmoid(self.linear4(h))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        z = self.encode(x.view(-1, self.in_features))
        return self.decode(z)


model = Autoencoder()
