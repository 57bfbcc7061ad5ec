import torch
import torch.nn as nn


class ConvAE(nn.Module):
    def __init__(self, channels=8, use_bn=True, activation='leaky', upsample='transposed', depth=None):
        super().__init__()
        if activation == 'relu':
            act = nn.ReLU()
        elif activation == 'leaky':
            act = nn.LeakyReLU(0.2)
        else:
            raise ValueError(f'unknown activation {activation}')
        depth = 2 if depth is None else depth
        assert depth in (1, 2, 3), "depth must be 1, 2 or 3"

        enc = []
        c = 1
        for d in range(depth):
            out = channels * 2 ** d
            enc.append(nn.Conv2d(c, out, 3, 2, 1, bias=not use_bn))
            if use_bn:
                enc.append(nn.BatchNorm2d(out))
            enc.append(act)
            c = out
        self.encoder = nn.Sequential(*enc)

        dec = []
        for d in range(depth):
            last = d == depth - 1
            out = 1 if last else c // 2
            if upsample == 'transposed':
                dec.append(nn.ConvTranspose2d(c, out, 4, 2, 1))
            else:
                dec.append(nn.Upsample(scale_factor=2, mode='bilinear', align_corners=False))
                dec.append(nn.Conv2d(c, out, 3, padding=1))
            if not last:
                dec.append(nn.BatchNorm2d(out) if use_bn else nn.Identity())
                dec.append(act)
            c = out
        dec.append(nn.Sigmoid())
        self.decoder = nn.Sequential(*dec)

    def forward(self, x):
        return self.decoder(self.encoder(x))


model = ConvAE(channels=3, upsample='bilinear')
