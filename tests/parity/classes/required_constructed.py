import torch
from torch import nn, optim


class AutoEncoder(nn.Module):
    def __init__(self, input_dim, hidden, code_dim):
        super(AutoEncoder, self).__init__()
        self.enc = nn.Sequential(nn.Linear(input_dim, hidden), nn.Tanh(), nn.Linear(hidden, code_dim))
        self.dec = nn.Sequential(nn.Linear(code_dim, hidden), nn.Tanh(), nn.Linear(hidden, input_dim))

    def forward(self, batch):
        return self.dec(self.enc(batch))


EPOCHS = 20
learning_rate = 2e-3
hidden_units = 48

model = AutoEncoder(784, hidden=hidden_units, code_dim=hidden_units // 6)
opt = optim.Adam(model.parameters(), lr=learning_rate)
loss_fn = nn.MSELoss()
