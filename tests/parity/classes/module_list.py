import torch
import torch.nn as nn
import torch.nn.functional as F


class AE(nn.Module):
    def __init__(self, sizes):
        super(AE, self).__init__()
        self.down = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
        self.up = nn.ModuleList()
        for a, b in zip(sizes[::-1], sizes[-2::-1]):
            self.up.append(nn.Linear(a, b))

    def forward(self, x):
        for layer in self.down:
            x = F.softplus(layer(x))
        for i, layer in enumerate(self.up):
            x = layer(x)
            if i < len(self.up) - 1:
                x = F.relu6(x)
        return x


layer_sizes = [784, 56, 28, 7]
model = AE(layer_sizes)
