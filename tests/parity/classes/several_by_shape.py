import torch.nn as nn
import torch.nn.functional as F


class ConvBlock(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1)
        self.norm = nn.InstanceNorm2d(c_out, affine=True)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)), inplace=True)


class UpBlock(nn.Module):
    def __init__(self, c_in, c_out, scale=2):
        super().__init__()
        self.scale = scale
        self.block = ConvBlock(c_in, c_out)

    def forward(self, x):
        x = F.interpolate(x, scale_factor=self.scale, mode="bilinear", align_corners=False)
        return self.block(x)


class Model(nn.Module):
    def __init__(self, base=4):
        super().__init__()
        self.down = nn.Sequential(ConvBlock(3, base), ConvBlock(base, base * 2, 2), ConvBlock(base * 2, 2, 2))
        self.up = nn.Sequential(UpBlock(2, base * 2), UpBlock(base * 2, base))
        self.last = nn.Conv2d(base, 3, kernel_size=1)

    def forward(self, x):
        return self.last(self.up(self.down(x))).sigmoid()


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = ConvBlock(3, 4, 2)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(4, 10)

    def forward(self, x):
        return self.fc(self.pool(self.features(x)).flatten(1))
