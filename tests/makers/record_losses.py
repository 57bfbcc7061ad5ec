"""Losses by their text in embudo: `mse`, `smooth_l1(beta=0.5)`, `mse + 0.2 * ssim`; see records.py."""
import re

import torch
import torch.nn.functional as F

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # of MS-SSIM's scales


def window(size, like):
    """A Gaussian of sigma 1.5, of sum 1."""
    at = torch.arange(size, dtype=torch.float64) - size // 2
    g = torch.exp(-at * at / (2 * 1.5 ** 2))
    return (g / g.sum()).to(like.dtype)


def filtered(x, g):
    """Each channel by itself, where the window lies within the image."""
    c = x.shape[1]
    x = F.conv2d(x, g.view(1, 1, -1, 1).expand(c, 1, -1, 1), groups=c)
    return F.conv2d(x, g.view(1, 1, 1, -1).expand(c, 1, 1, -1), groups=c)


def maps(x, y):
    """SSIM of each place, and its factor of contrast and structure (Wang and others, 2004)."""
    c1, c2 = 0.01 ** 2, 0.03 ** 2
    g = window(11, x)
    mx, my = filtered(x, g), filtered(y, g)
    vx, vy = filtered(x * x, g) - mx * mx, filtered(y * y, g) - my * my
    cov = filtered(x * y, g) - mx * my
    cs = (2 * cov + c2) / (vx + vy + c2)
    return (2 * mx * my + c1) / (mx * mx + my * my + c1) * cs, cs


def ssim(x, y):
    return 1 - maps(x, y)[0].mean()


def ms_ssim(x, y):
    """Wang, Simoncelli and Bovik, 2003: of each image and channel, then the mean."""
    total = 1
    for scale, weight in enumerate(WEIGHTS):
        if scale:
            x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
        whole, cs = (m.mean(dim=(2, 3)) for m in maps(x, y))
        total = total * torch.relu(whole if scale == len(WEIGHTS) - 1 else cs) ** weight
    return 1 - total.mean()


table = {
    "mse": F.mse_loss,
    "l1": F.l1_loss,
    "smooth_l1": F.smooth_l1_loss,
    "huber": F.huber_loss,
    "bce": F.binary_cross_entropy,
    "bce_with_logits": F.binary_cross_entropy_with_logits,
    "cross_entropy": F.cross_entropy,
    "ssim": ssim,
    "ms_ssim": ms_ssim,
}


def of(text):
    terms = []
    for term in text.split("+"):
        match = re.fullmatch(r"\s*(?:([\d.]+)\s*\*)?\s*(\w+)(?:\((.*)\))?\s*", term)
        arguments = dict(pair.split("=") for pair in (match[3] or "").replace(" ", "").split(",")
                         if pair)
        terms.append((float(match[1] or 1), table[match[2]],
                      {name: float(value) for name, value in arguments.items()}))
    return lambda x, y: sum(weight * loss(x, y, **arguments) for weight, loss, arguments in terms)
