import torch
import torch.nn as nn

config = {
    "channels": [1, 4, 8],
    "kernel": 3,
    "latent": 6,
    "act": "elu",
    "lr": 1e-3,
    "batch_size": 32,
}

ACTIVATIONS = {"relu": nn.ReLU, "elu": nn.ELU, "tanh": nn.Tanh}


class CFG:
    image = 28
    code_act = None


class Autoencoder(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        ch, k = cfg["channels"], cfg["kernel"]
        act = ACTIVATIONS[cfg.get("act", "relu")]
        side = CFG.image // 2 ** (len(ch) - 1)
        flat = ch[-1] * side ** 2

        down = []
        for i, (a, b) in enumerate(zip(ch, ch[1:]), start=1):
            down += [nn.Conv2d(a, b, k, stride=2, padding=(k - 1) // 2), act()]
        self.down = nn.Sequential(*down, nn.Flatten())
        self.bottleneck = nn.Linear(flat, cfg["latent"])
        self.code_act = CFG.code_act() if CFG.code_act is not None else None
        self.expand = nn.Sequential(nn.Linear(cfg["latent"], flat), act(), nn.Unflatten(1, (ch[-1], side, side)))
        up = []
        for i in reversed(range(1, len(ch))):
            up.append(nn.ConvTranspose2d(ch[i], ch[i - 1], k, stride=2, padding=(k - 1) // 2, output_padding=1))
            up.append(act() if i > 1 else nn.Sigmoid())
        self.up = nn.Sequential(*up)

    def forward(self, x):
        z = self.bottleneck(self.down(x))
        if self.code_act is not None:
            z = self.code_act(z)
        return self.up(self.expand(z))


model = Autoencoder(config)
optimizer = torch.optim.Adam(model.parameters(), lr=config["lr"])
