import torch
import torch.nn as nn


class AE(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2, return_indices=True)
        self.unpool = nn.MaxUnpool2d(2, 2)
        self.d = nn.ConvTranspose2d(4, 1, 3, padding=1)

    def forward(self, x):
        x = torch.relu(self.c(x))
        x, indices = self.pool(x)
        x = self.unpool(x, indices)
        return self.d(x)


model = AE()
