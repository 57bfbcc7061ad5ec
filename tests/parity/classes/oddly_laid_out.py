"""Docstring with a class in it:

class Fake(nn.Module):
    pass
"""
import os, sys; import torch
try:
    import torch.nn as nn
except ImportError:
    sys.exit("no torch")

HID = int(os.environ.get("HIDDEN", "16")) if False else 16
DEVICE = 'cuda:0' if torch.cuda.is_available() else 'cpu'
print("device:", DEVICE); n_pixels = 28**2


class AE(nn.Module):

    def __init__(self, \
                 hid=HID, code=4):
        super().__init__()
        self.f = nn.Sequential(nn.Linear(n_pixels, hid), nn.ReLU(), nn.Linear(hid, code))
        self.g = nn.Sequential(
            nn.Linear(code, hid), nn.ReLU(),
            nn.Linear(hid, n_pixels))
        self.register_buffer("mean", torch.zeros(1)) if False else None

    def forward(self, x): return self.g(self.f(x))


if True:
    model = AE(code = 5)
    lr: float = 1e-3
    with open(os.devnull) as nothing: pass
