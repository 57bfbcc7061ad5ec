import torch
import torch.nn as nn
from torch.distributions import Independent, Normal, kl_divergence

LATENT = 6


class ProbabilisticAE(nn.Module):
    """Draws by a distribution, and gives its divergence back with the reconstruction."""

    def __init__(self, n_in=784, latent=LATENT):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(n_in, 48), nn.SiLU())
        self.mean = nn.Linear(48, latent)
        self.log_var = nn.Linear(48, latent)
        self.decoder = nn.Sequential(nn.Linear(latent, 48), nn.SiLU(), nn.Linear(48, n_in), nn.Sigmoid())
        self.mean.weight.data.mul_(1.0)

    def posterior(self, x):
        h = self.body(x)
        return Independent(Normal(loc=self.mean(h), scale=torch.exp(0.5 * self.log_var(h))), 1)

    def forward(self, x):
        q = self.posterior(x)
        p = Independent(Normal(torch.zeros_like(q.mean), torch.ones_like(q.mean)), 1)
        z = q.rsample() if self.training else q.mean
        return self.decoder(z), q.mean, kl_divergence(q, p)


LATENT = 32  # afterwards: a default is what it was where the class is made
model = ProbabilisticAE()
