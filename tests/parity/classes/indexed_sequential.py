import torch
import torch.nn as nn


class Block(nn.Module):
    expansion = 1

    def __init__(self, c, act_layer=nn.ReLU):
        super().__init__()
        self.body = nn.Sequential(nn.BatchNorm2d(c), act_layer(), nn.Conv2d(c, c, 3, 1, 1))
        self.gain = 1.0

    def forward(self, x):
        return x + self.body(x)


class AE(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 4, 4, 2, 1),
            *(Block(4) for _ in range(2)),
            nn.Conv2d(4, 2, 4, 2, 1),
            nn.ConvTranspose2d(2, 4, 4, 2, 1),
            Block(4, nn.ELU),
            nn.ConvTranspose2d(4, 1, 4, 2, 1),
        )

    def encode(self, x):
        return self.net[:4](x)

    def decode(self, z):
        for layer in self.net[4:]:
            z = layer(z)
        return z.sigmoid()

    def forward(self, x):
        return self.decode(self.encode(x))


ae = AE().cuda() if torch.cuda.is_available() else AE()
