import torch
import torch.nn as nn
import torch.nn.functional as F


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.d1 = nn.Conv2d(1, 4, 3, padding=1)
        self.d2 = nn.Conv2d(4, 8, 3, stride=2, padding=1)
        self.u1 = nn.ConvTranspose2d(8, 4, 2, stride=2)
        self.out = nn.Conv2d(8, 1, 3, padding=1)

    def forward(self, x):
        a = F.relu(self.d1(x))
        b = F.relu(self.d2(a))
        c = F.relu(self.u1(b))
        c = torch.cat((c, a), dim=1)
        return torch.sigmoid(self.out(c))


model = UNet()
