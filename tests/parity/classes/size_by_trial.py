import torch
import torch.nn as nn
import torch.nn.functional as F


class AE(nn.Module):
    def __init__(self, shape=(1, 28, 28), latent=3):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(shape[0], 4, 3, stride=2), nn.ReLU(), nn.Conv2d(4, 4, 3, stride=2))
        with torch.no_grad():
            out = self.features(torch.zeros(1, *shape))
        self.inner = out.shape[1:]
        n = out.view(1, -1).size(1)
        self.fc = nn.Linear(n, latent)
        self.fc_t = nn.Linear(latent, n)
        self.t1 = nn.ConvTranspose2d(4, 4, 3, stride=2)
        self.t2 = nn.ConvTranspose2d(4, shape[0], 4, stride=2)

    def forward(self, x):
        z = self.fc(self.features(x).view(x.size()[0], -1))
        h = self.fc_t(z).view(-1, *self.inner)
        return torch.sigmoid(self.t2(F.relu(self.t1(h))))


model = AE()
