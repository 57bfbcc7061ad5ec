import torch
import torch.nn as nn


class TinyAE(nn.Module):
    def __init__(self, n_blocks=3, width=8, code=9):
        super().__init__()
        n_half = width // 2
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(16, width, 1),
            *[nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.SiLU()) for _ in range(n_blocks)],
            nn.Flatten(),
            nn.LayerNorm(width * 7 * 7),
            nn.Linear(width * 7 * 7, code))
        self.decoder = nn.Sequential(*(
            [nn.Linear(code, n_half * 49), nn.Unflatten(1, (n_half, 7, 7))]
            + [nn.Sequential(nn.Conv2d(n_half, n_half, 3, padding=1, padding_mode='replicate'), nn.SiLU())] * 1
            + [nn.Conv2d(n_half, 16, 3, padding=1), nn.PixelShuffle(4), nn.Sigmoid()]))

    def forward(self, x):
        return self.decoder(self.encoder(x))


model = TinyAE(n_blocks=2)
