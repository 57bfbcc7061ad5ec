import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvAE(nn.Module):
    def __init__(self):
        super(ConvAE, self).__init__()
        self.conv1 = nn.Conv2d(1, 12, 3, padding=1)
        self.conv2 = nn.Conv2d(12, 4, 3, padding=1)
        self.conv3 = nn.Conv2d(4, 12, 3, padding=1)
        self.conv4 = nn.Conv2d(12, 1, 3, padding=1)

    def forward(self, x):
        # ---- encode
        x = F.relu(self.conv1(x))
        x = F.max_pool2d(x, 2)
        x = F.relu(self.conv2(x))
        x = F.max_pool2d(x, kernel_size=2, stride=2)       # 4 x 7 x 7
        # ---- decode
        x = F.interpolate(x, scale_factor=2)
        x = F.relu(self.conv3(x))
        x = F.interpolate(x, scale_factor=2, mode='nearest')
        x = torch.sigmoid(self.conv4(x))
        return x


model = ConvAE()
