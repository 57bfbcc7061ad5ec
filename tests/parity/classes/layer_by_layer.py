import torch
from torch import nn
import torch.nn.functional as F


class AE(nn.Module):
    """Layers held one by one; the shape is undone and restored in forward."""

    def __init__(self):
        super().__init__()
        # encoder
        self.fc1 = nn.Linear(784, 64)
        self.fc2 = nn.Linear(64, 10)
        # decoder
        self.fc3 = nn.Linear(10, 64)
        self.fc4 = nn.Linear(64, 784)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        x = torch.sigmoid(self.fc4(x))
        return x.view(-1, 1, 28, 28)


if __name__ == "__main__":
    net = AE()
    print(net)
    print("parameters:", sum(p.numel() for p in net.parameters()))
