"""Kinds of autoencoder for records.py: the modules as docs/FORMAT.md has them, with what embudo draws
instead of torch.randn, and the term of each of a batch's losses.

What is drawn for an image is a function of the seed, the epoch and the image's index: SplitMix64, and a
ziggurat of 128 layers, as src/device/draws.h says.
"""
import math

import torch
from torch import nn

import quantizer

MASK = 2 ** 64 - 1
STEP = 0x9E3779B97F4A7C15
CODES = 2  # what the numbers are for
LAYERS, TAIL, AREA = 128, 3.442619855899, 9.91256303526217e-3

now = {"seed": 42, "epoch": 0, "epochs": 0.0, "indices": None, "labels": None, "numbers": 1}


def mix(x):
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ x >> 27) * 0x94D049BB133111EB & MASK
    return x ^ x >> 31


def curve(x):
    return math.exp(-0.5 * x * x)


def make_edges():
    height = curve(TAIL)
    edge = [AREA / height, TAIL]
    for i in range(2, LAYERS):
        edge.append(math.sqrt(-2 * math.log(AREA / edge[i - 1] + height)))
        height = curve(edge[i])
    return edge + [0.0]


edges = make_edges()


class Draws:
    def __init__(self, seed, epoch, image):
        self.state = 0
        for term in (seed, CODES, epoch, image):
            self.state = mix(self.state + STEP * (term + 1) & MASK)

    def bits(self):
        self.state = self.state + STEP & MASK
        return mix(self.state)

    def unit(self):
        return (self.bits() >> 11) * 2.0 ** -53

    def tail(self):
        while True:
            x, y = -math.log(1 - self.unit()) / TAIL, -math.log(1 - self.unit())
            if 2 * y >= x * x:
                return TAIL + x

    def normal(self):
        while True:
            bits = self.bits()
            i, u = bits % LAYERS, 2 * (bits >> 11) * 2.0 ** -53 - 1
            x = u * edges[i]
            if abs(u) < edges[i + 1] / edges[i]:
                return x
            if i == 0:
                return -self.tail() if u < 0 else self.tail()
            low, high = curve(edges[i]), curve(edges[i + 1])
            if low + self.unit() * (high - low) < curve(x):
                return x


def normals(like):
    """For each image of the batch, as many as it has numbers, rounded to float32."""
    rows = []
    for image in now["indices"].tolist():
        draws = Draws(now["seed"], now["epoch"], image)
        rows.append([draws.normal() for _ in range(like[0].numel())])
    return torch.tensor(rows, dtype=torch.float32).to(like.dtype).reshape(like.shape)


class Kind(nn.Module):
    """Gives its input outside of a training."""
    term = 0


class Variational(Kind):
    def __init__(self, beta=1.0, warmup=0.0, free_bits=0.0):
        super().__init__()
        self.beta, self.warmup, self.free_bits = beta, warmup, free_bits

    def forward(self, x):
        mean, logvar = x.chunk(2, dim=1)
        kl = 0.5 * (mean ** 2 + logvar.exp() - 1 - logvar)
        kl = kl.flatten(2).sum(2) if kl.dim() > 2 else kl
        beta = self.beta * min(1, now["epochs"] / self.warmup) if self.warmup else self.beta
        if self.free_bits:
            kl = kl.mean(0, keepdim=True).clamp(min=self.free_bits)
        self.term = beta * kl.sum(1).mean() / now["numbers"]
        return mean + (0.5 * logvar).exp() * normals(mean) if self.training else mean


class Sparse(Kind):
    def __init__(self, l1=0.0, kl=0.0, rate=0.05):
        super().__init__()
        self.l1, self.kl, self.rate = l1, kl, rate

    def forward(self, z):
        self.term = self.l1 * z.abs().flatten(1).sum(1).mean() / now["numbers"]
        if self.kl:
            p, r = self.rate, z.mean([0, *range(2, z.dim())])
            kl = p * (math.log(p) - r.log()) + (1 - p) * (math.log(1 - p) - (1 - r).log())
            self.term = self.term + self.kl * kl.sum() / now["numbers"]
        return z


class Wasserstein(Kind):
    def __init__(self, weight=10.0):
        super().__init__()
        self.weight = weight

    def forward(self, z):
        if self.training:
            self.term = self.weight * self.mmd(z.flatten(1), normals(z).flatten(1)) / now["numbers"]
        return z

    @staticmethod
    def mmd(z, p):
        n, length = z.shape

        def kernel(a, b):
            far = ((a[:, None] - b[None]) ** 2).sum(-1)
            return sum(2 * length * s / (2 * length * s + far) for s in (.1, .2, .5, 1, 2, 5, 10))
        off = 1 - torch.eye(n, dtype=z.dtype)
        return ((kernel(z, z) + kernel(p, p)) * off).sum() / (n * (n - 1)) - 2 * kernel(z, p).mean()


class VectorQuantizer(quantizer.VectorQuantizer, Kind):
    pass


class Condition(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.classes = classes

    def forward(self, x):
        hot = nn.functional.one_hot(now["labels"][:len(x)], self.classes).to(x.dtype)
        hot = hot.view(*hot.shape, *[1] * (x.dim() - 2)).expand(-1, -1, *x.shape[2:])
        return torch.cat([x, hot], dim=1)


modules = {"Condition": Condition, "Variational": Variational, "Sparse": Sparse,
           "Wasserstein": Wasserstein, "VectorQuantizer": VectorQuantizer}


def term_of(model):
    return sum(m.term for m in model.modules() if isinstance(m, Kind))


FLAT = ("input = 2, 4, 5\nencoder = Sequential(Conv2d(2, 3, 3, padding=1), Tanh(), Flatten(), %s)\n"
        "decoder = Sequential(Linear(%d, 11), Tanh(), Linear(11, 40), Sigmoid(), "
        "Unflatten(1, (2, 4, 5)))\n")
WIDE = ("input = 2, 4, 6\nencoder = Sequential(Conv2d(2, 4, 3, padding=1), %s)\n"
        "decoder = Sequential(Conv2d(%d, 2, 3, padding=1), Sigmoid())\n")


LABELLED = ("input = 2, 4, 5\nencoder = Sequential(Condition(5), Conv2d(7, 3, 3, padding=1), Tanh(), "
            "Flatten(), Condition(5), Linear(65, 6), %s)\ndecoder = Sequential(Condition(5), "
            "Linear(5 + %d, 11), Tanh(), Linear(11, 40), Sigmoid(), Unflatten(1, (2, 4, 5)))\n")


def cases():
    made = []

    def add(text, layers, code, batch, **more):
        made.append({"name": f"{layers}, batch {batch}", "notation": text % (layers, code),
                     "batch": batch, "images": {16: 40, 5: 23, 37: 91}[batch], "signed": False,
                     "by_step": True, **more})
    for batch in (16, 5, 37):
        for layers in ("Linear(60, 6), Variational()",
                       "Linear(60, 6), Variational(beta=4.0, warmup=2.5)",
                       "Linear(60, 6), Variational(beta=0.5, free_bits=0.2)",
                       "Parallel(Linear(60, 3), Linear(60, 3)), Variational()",
                       "Linear(60, 3), ReLU(), Sparse(l1=0.5)",
                       "Linear(60, 3), Sigmoid(), Sparse(kl=3.0)",
                       "Linear(60, 3), Sigmoid(), Sparse(l1=0.1, kl=1.0, rate=0.2)",
                       "Linear(60, 3), Wasserstein()",
                       "Linear(60, 3), Wasserstein(weight=100.0)"):
            if layers.endswith("Wasserstein()") and batch == 5:
                continue
            add(FLAT, layers, 3, batch, **({"loss": "bce"} if batch == 37 else {}))
        for layers in ("Linear(60, 3), VectorQuantizer(7, 3)",
                       "Linear(60, 3), Tanh(), VectorQuantizer(5, 3, commitment=1.0, decay=0.8, epsilon=0.001)"):
            add(FLAT, layers, 3, batch, **({"loss": "bce"} if batch == 37 else {}))
        for layers, code in (("Variational(free_bits=1.0)", 2), ("Sigmoid(), Sparse(kl=2.0)", 4),
                             ("Wasserstein()", 4), ("VectorQuantizer(6, 4)", 4),
                             ("VectorQuantizer(9, 4, commitment=0.5, decay=0.7)", 4)):
            add(WIDE, layers, code, batch)
        add(LABELLED, "Variational()", 3, batch, classes=5, loss="bce")
    return made
