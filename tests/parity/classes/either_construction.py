import torch.nn as nn
import torch.nn.functional as f
import torch


def make_layer(kind, *a, act=None, **k):
    layers = [getattr(nn, kind)(*a, **k)]
    if act:
        layers.append(getattr(nn, act)())
    return nn.Sequential(*layers) if len(layers) > 1 else layers[0]


class UpSample(torch.nn.Module):
    def __init__(self, ch: int, out: int, *, factor: int = 2):
        super().__init__()
        self.c = make_layer("Conv2d", ch, out, 3, padding=1, act="ReLU")
        self.factor = factor

    def forward(self, t: torch.Tensor) -> torch.Tensor:
        return self.c(f.interpolate(t, scale_factor=(self.factor,) * 2))


class Net(torch.nn.Module):
    def __init__(self, ch=1, widths=(4, 8), latent=10):
        super().__init__()
        w1, w2 = widths
        self.down = torch.nn.Sequential(
            make_layer("Conv2d", ch, w1, 3, 2, 1, act="ReLU"), make_layer("Conv2d", w1, w2, 3, 2, 1, act="ReLU"))
        self.squash = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(w2 * 49, latent))
        self.spread = torch.nn.Linear(latent, w2 * 49)
        self.up = torch.nn.Sequential(UpSample(w2, w1), UpSample(w1, w1, factor=2))
        self.final = torch.nn.Conv2d(w1, ch, 1)
        self.w2 = w2

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        assert x.ndim == 4
        n, *_ = x.shape
        z = self.squash(self.down(x))
        y = self.spread(z).relu().view(n, self.w2, 7, 7)
        y = self.up(y)
        return torch.sigmoid(self.final(y)), z


m = nn.DataParallel(Net(latent=6)) if torch.cuda.device_count() > 1 else Net(latent=6)
