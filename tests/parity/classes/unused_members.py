import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvAutoencoder(nn.Module):
    def __init__(self):
        super(ConvAutoencoder, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(6)            # tried, made no difference
        self.conv2 = nn.Conv2d(6, 3, 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc_old = nn.Linear(3 * 7 * 7, 10)  # from the first version
        self.t_conv1 = nn.ConvTranspose2d(3, 6, 2, stride=2)
        self.t_conv2 = nn.ConvTranspose2d(6, 1, 2, stride=2)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = F.relu(self.t_conv1(x))
        x = torch.sigmoid(self.t_conv2(x))
        return x


model = ConvAutoencoder()
