import torch
import torch.nn as nn
import torch.nn.functional as F


class Autoencoder(nn.Module):
    def __init__(self, z_dim=10):
        super(Autoencoder, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, 4, 2, 1)
        self.conv2 = nn.Conv2d(6, 10, 4, 2, 1)
        self.fc = nn.Linear(10 * 7 * 7, z_dim)
        self.fc_back = nn.Linear(z_dim, 10 * 7 * 7)
        self.deconv1 = nn.ConvTranspose2d(10, 6, 4, 2, 1)
        self.deconv2 = nn.ConvTranspose2d(6, 1, 4, 2, 1)

    def forward(self, x):
        batch_size = x.size(0)
        h = F.relu(self.conv2(F.relu(self.conv1(x))))
        z = self.fc(h.view(batch_size, -1))
        h = self.fc_back(z).view(-1, 10, 7, 7)
        h = F.relu(self.deconv1(F.relu(h)))
        return self.deconv2(h).sigmoid()


autoencoder = Autoencoder(z_dim=8)
