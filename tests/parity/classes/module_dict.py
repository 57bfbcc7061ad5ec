import torch
import torch.nn as nn
from types import SimpleNamespace
from dataclasses import dataclass

args = SimpleNamespace(hidden=24, latent=5, lr=3e-4)


@dataclass
class Config:
    n_in: int = 784
    hidden: int = 24
    latent: int = 5


class AE(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.layers = nn.ModuleDict({
            "enc1": nn.Linear(config.n_in, config.hidden),
            "enc2": nn.Linear(config.hidden, config.latent),
            "dec1": nn.Linear(config.latent, config.hidden),
        })
        self.layers["dec2"] = nn.Linear(config.hidden, config.n_in)

    @torch.no_grad()
    def embed(self, x):
        return self.encode(x).cpu().numpy()

    @property
    def latent(self):
        return self.config.latent

    def encode(self, x):
        return self.layers["enc2"](torch.relu(self.layers["enc1"](x)))

    def forward(self, x):
        z = self.encode(x)
        recon = self.layers["dec2"](torch.relu(self.layers["dec1"](z)))
        return {"recon": recon, "z": z}


model = AE(Config(hidden=args.hidden))
