import torch
import torch.nn as nn


class StackedAE(nn.Module):
    def __init__(self, sizes=(784, 60, 12, 4), activation=nn.Tanh):
        super().__init__()
        self.encoder = nn.Sequential()
        for n, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:])):
            self.encoder.add_module(f"linear{n}", nn.Linear(n_in, n_out))
            self.encoder.add_module("act%d" % n, activation())
        self.decoder = nn.Sequential()
        back = list(reversed(sizes))
        for n, (n_in, n_out) in enumerate(zip(back, back[1:])):
            self.decoder.add_module("linear{}".format(n), nn.Linear(n_in, n_out))
            if n < len(back) - 2:
                self.decoder.add_module("act" + str(n), activation())

    def forward(self, x):
        x = torch.flatten(x, start_dim=1)
        x = self.encoder(x)
        x = self.decoder(x)
        return torch.sigmoid(x)


model = StackedAE()
