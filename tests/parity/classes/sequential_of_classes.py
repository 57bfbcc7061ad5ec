from torch import nn


class Funnel(nn.Module):
    def __init__(self, code):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 4, stride=4)
        self.fc = nn.Linear(8 * 7 * 7, code)

    def forward(self, x):
        return self.fc(self.conv(x).relu().flatten(1))


class Horn(nn.Module):
    def __init__(self, code):
        super().__init__()
        self.fc = nn.Linear(code, 8 * 7 * 7)
        self.conv = nn.ConvTranspose2d(8, 1, 4, stride=4)

    def forward(self, z):
        return self.conv(self.fc(z).relu().view(-1, 8, 7, 7)).sigmoid()


model = nn.Sequential(Funnel(7), Horn(7))
