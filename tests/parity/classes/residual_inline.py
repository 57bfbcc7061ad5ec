import torch as th
import torch.nn as nn
import torch.nn.functional as F


class SkipNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 6, 4, stride=4)
        self.a = nn.Conv2d(6, 6, 3, padding=1)
        self.b = nn.Conv2d(6, 6, 3, padding='same')
        self.to_code = nn.Linear(6 * 49, 7)
        self.from_code = nn.Linear(7, 6 * 49)
        self.c = nn.Conv2d(6, 6, 1)
        self.out = nn.ConvTranspose2d(6, 1, 4, stride=4)

    def forward(self, x):
        x = F.leaky_relu(self.stem(x), 0.1)
        identity = x
        y = F.elu(self.a(x))
        y = self.b(y)
        x = F.leaky_relu(identity + y, negative_slope=0.1)
        z = self.to_code(th.flatten(x, 1))
        h = self.from_code(z).reshape(-1, 6, 7, 7)
        h = h + F.silu(self.c(h))
        return th.sigmoid(self.out(h))


model = SkipNet()
