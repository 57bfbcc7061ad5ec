import torch
import torch.nn as nn


class AttentionAE(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.patch = nn.Conv2d(1, dim, 7, stride=7)
        self.q = nn.Conv2d(dim, dim, 1)
        self.k = nn.Conv2d(dim, dim, 1)
        self.v = nn.Conv2d(dim, dim, 1)
        self.out = nn.ConvTranspose2d(dim, 1, 7, stride=7)

    def attend(self, x):
        q, k, v = self.q(x).flatten(2), self.k(x).flatten(2), self.v(x).flatten(2)
        weights = torch.einsum('bci,bcj->bij', q, k).softmax(-1)
        return torch.einsum('bij,bcj->bci', weights, v).view_as(x)

    def forward(self, x):
        x = self.patch(x)
        x = x + self.attend(x)
        return self.out(x).sigmoid()


model = AttentionAE()
