"""60 networks at random for records.py, of all kinds of layers, losses and optimisers.

A draw is left out if PyTorch's own float32 strays from float64 by more than half of the test's tolerance, or
if float64 does where the weights begin 2^-22 of their size away (a number then crosses a corner of an
activation): there, nothing would be measured. Every kind must have been drawn at least once.
"""
import random
import re

import torch
from torch import nn

import records

COUNT = 60
NORMS = ("BatchNorm2d({c})", "BatchNorm2d({c}, momentum={m})", "GroupNorm({g}, {c})",
         "InstanceNorm2d({c}, affine=True)", "InstanceNorm2d({c}, track_running_stats=True)",
         "LayerNorm(({c}, {h}, {w}))", "LayerNorm({w})")
CURVES = ("Tanh()", "Sigmoid()", "ReLU()", "LeakyReLU({s})", "PReLU()", "PReLU({c})", "ELU({a})",
          "GELU()", "GELU('tanh')", "SiLU()", "Mish()", "Softplus({b})", "Hardtanh(-{a}, {a})", "ReLU6()")
POOLS = ("MaxPool2d(2)", "MaxPool2d(3, 2, 1)", "MaxPool2d(2, ceil_mode=True)", "AvgPool2d(2)",
         "AvgPool2d(3, 2, 1, count_include_pad=False)", "AdaptiveAvgPool2d(({i}, {j}))",
         "AdaptiveMaxPool2d({i})", "PixelUnshuffle(2)")
GROWTH = ("Upsample(scale_factor=2)", "Upsample(({x}, {y}))",
          "Upsample(scale_factor=2, mode='bilinear', align_corners=True)",
          "Upsample(scale_factor=1.5, mode='bilinear')", "Upsample(({x}, {y}), mode='bicubic')",
          "PixelShuffle(2)")
PADS = ("ZeroPad2d({p})", "ReflectionPad2d(1)", "ReplicationPad2d({p})")
MODES = ("zeros", "reflect", "replicate", "circular")


class Writer:
    """Lines of layers, one after another, with the shape that they make."""

    def __init__(self, r, shape):
        self.r, self.shape, self.layers = r, shape, []

    def add(self, text):
        with torch.no_grad():
            layer = records.build(f"input = 1\nencoder = Sequential({text})").eval()
            made = layer(torch.zeros(2, *self.shape)).shape[1:]
        if min(made) < 1 or made.numel() > 2500:
            raise ValueError(text)
        self.shape = tuple(made)
        self.layers.append(text)

    def filled(self, templates):
        r, c = self.r, self.shape[0]
        h, w = self.shape[1:] if len(self.shape) == 3 else (1, 1)
        return r.choice(templates).format(
            c=c, h=h, w=w, g=r.choice([g for g in range(1, c + 1) if c % g == 0]),
            m=r.choice((0.05, 0.3)), s=r.choice((0.01, 0.2)), a=r.choice((0.7, 1.0, 1.3)),
            b=r.choice((1, 2)), p=r.randint(1, 2), i=r.randint(1, max(1, h - 1)),
            j=r.randint(1, max(1, w - 1)), x=r.randint(h, 2 * h), y=r.randint(w, 2 * w))

    def curve(self):
        self.add(self.filled(CURVES))

    def conv(self, out, stride=1, norm=False):
        r, c = self.r, self.shape[0]
        kernel = r.choice((1, 3, 3, 5))
        bias = "" if not norm else ", bias=False"
        if stride == 1 and r.random() < 0.4:
            same = f"padding='same', padding_mode='{r.choice(MODES)}'"
            self.add(f"Conv2d({c}, {out}, {r.choice((2, 3, 4))}, {same}{bias})")
        else:
            groups = r.choice([g for g in (1, 2, 3) if c % g == 0 and out % g == 0])
            self.add(f"Conv2d({c}, {out}, {kernel}, stride={stride}, padding={kernel // 2}, "
                     f"groups={groups}{bias})")
        if norm:
            h, w = self.shape[1:]
            self.add(self.filled(NORMS if h * w > 1 and w > 1 else NORMS[:2]))

    def block(self):
        r, c = self.r, self.shape[0]
        way = r.random()
        if way < 0.3:
            self.conv(r.randint(2, 19), r.choice((1, 1, 2)), r.random() < 0.7)
            self.curve()
        elif way < 0.5:  # a body, and a shortcut where the shape changes
            body, out = Writer(r, self.shape), c if r.random() < 0.5 else r.randint(2, 12)
            stride = 1 if out == c else r.choice((1, 2))
            body.conv(out, stride, True)
            body.curve()
            body.conv(out, 1, r.random() < 0.5)
            if body.shape == self.shape:
                short = r.choice(("", ", Dropout(0.1)"))
            else:
                short = f", shortcut=Conv2d({c}, {out}, 1, stride={stride})"
            self.add(f"Residual(Sequential({', '.join(body.layers)}){short})")
            self.curve()
        elif way < 0.62:
            branches = [Writer(r, self.shape) for _ in range(r.randint(2, 3))]
            for branch in branches:
                branch.conv(r.randint(1, 6))
                if r.random() < 0.4:
                    branch.curve()
            self.add(f"Parallel({', '.join(in_one(branch.layers) for branch in branches)})")
            self.curve()
        elif way < 0.72:
            inside = Writer(r, self.shape)
            inside.conv(r.randint(2, 8), 1, r.random() < 0.5)
            inside.curve()
            self.add(in_one(inside.layers, True))
        elif way < 0.82:
            self.add(self.filled(PADS))
        elif way < 0.9:
            self.add(r.choice(("Dropout(0.2)", "Dropout2d(0.2)", "Dropout(0.4)")))
        elif way < 0.95:
            self.add(r.choice(("Softmax(1)", "LogSoftmax(1)", "Softmax(-1)")))
        else:
            self.add(f"ConvTranspose2d({c}, {r.randint(2, 9)}, 3, stride={r.randint(1, 2)}, padding=1)")

    def rows(self, features):
        """A Linear, often with a norm or a curve after it."""
        r, norm = self.r, self.r.random() < 0.5
        self.add(f"Linear({self.shape[0]}, {features}{', bias=False' if norm else ''})")
        if norm:
            self.add(r.choice((f"BatchNorm1d({features})", f"LayerNorm({features})")))
        if r.random() < 0.7:
            self.curve()
        if r.random() < 0.2:
            self.add("Dropout(0.2)")


def in_one(layers, always=False):
    return layers[0] if len(layers) == 1 and not always else f"Sequential({', '.join(layers)})"


def encoder(r, shape):
    w = Writer(r, shape)
    w.conv(r.randint(3, 18), 1, r.random() < 0.5)
    w.curve()
    for _ in range(r.randint(1, 3)):
        w.block()
    if r.random() < 0.7:
        w.add(w.filled(POOLS))
    if r.random() < 0.5:
        w.block()
    w.add("Flatten()")
    return w


def lines(name, layers):
    return f"{name} = Sequential(\n" + "".join(f"    {layer},\n" for layer in layers) + ")\n"


def network(r):
    """The notation, the loss, how many classes; whether images have signs."""
    shape = (r.randint(1, 4), r.randint(6, 13), r.randint(6, 13))
    notation = f"input = {shape[0]}, {shape[1]}, {shape[2]}\n"
    first = encoder(r, shape)
    if r.random() < 0.35:
        classes = r.randint(2, 9)
        if r.random() < 0.5:
            first.rows(r.randint(4, 20))
            notation += lines("encoder", first.layers)
            first.layers = []
        elif r.random() < 0.5:
            first.rows(r.randint(4, 20))
        first.add(f"Linear({first.shape[0]}, {classes})")
        loss = r.choice(("cross_entropy", "cross_entropy(label_smoothing=0.1)"))
        return notation + lines("classifier", first.layers), loss, classes, True
    first.rows(r.randint(4, 30))
    last = Writer(r, first.shape)
    c, h, w = r.randint(2, 8), r.randint(2, 4), r.randint(2, 4)
    if r.random() < 0.7:
        last.rows(c * h * w)
    else:
        last.add(f"Linear({last.shape[0]}, {c * h * w})")
    last.add(f"Unflatten(1, ({c}, {h}, {w}))")
    for _ in range(r.randint(1, 2)):
        last.add(last.filled(GROWTH if last.shape[0] % 4 == 0 else GROWTH[:-1]))
        last.block()
    numbers = shape[0] * shape[1] * shape[2]
    count = 1
    for d in last.shape:
        count *= d
    end, loss, signed = r.choice((("Sigmoid()", "bce", False), ("Sigmoid()", "mse", False),
                                  ("Sigmoid()", "mse + 0.3*bce", False),
                                  ("Identity()", "bce_with_logits", False),
                                  ("Identity()", "mse", True), ("Tanh()", "smooth_l1", True),
                                  ("Identity()", "huber(delta=0.5)", True),
                                  ("Tanh()", "0.5*mse + smooth_l1(beta=0.5)", True)))
    if min(shape[1:]) >= 11 and not signed:
        end, loss = "Sigmoid()", "mse + 0.2*ssim"
    for text in ("Flatten()", f"Linear({count}, {numbers})", f"Unflatten(1, {shape})", end):
        last.add(text)
    return notation + lines("encoder", first.layers) + lines("decoder", last.layers), loss, 0, signed


def training(r):
    train = r.choice(({}, {"learning_rate": 0.003}, {"optimiser": "adamw", "weight_decay": 0.1},
                      {"optimiser": "sgd", "learning_rate": 0.05},
                      {"optimiser": "sgd", "learning_rate": 0.02, "momentum": 0.9, "nesterov": True},
                      {"optimiser": "rmsprop", "learning_rate": 0.0005},
                      {"optimiser": "nadam", "learning_rate": 0.001}, {"amsgrad": True}))
    more = r.choice(({}, {}, {"clip_norm": 0.5}, {"clip_value": 0.01}, {"ema": 0.9},
                     {"schedule": "cosine", "epochs": 8}, {"schedule": "one_cycle", "epochs": 8},
                     {"schedule": "step", "step_size": 2, "gamma": 0.5}, {"warmup": 5}))
    return {**train, **more}


def drawn(seed):
    r = random.Random(seed)
    notation, loss, classes, signed = network(r)
    batch = r.choice((5, 16, 37))
    return {"name": f"network {seed}", "notation": notation, "loss": loss, "classes": classes,
            "signed": signed, "batch": batch, "images": 2 * batch + r.randint(3, batch),
            "shuffle": r.random() < 0.5, "seed": seed, "steps": 20, "train": training(r)}


def is_steady(case):
    most = records.BASE_TOLERANCE / 2
    if max(records.offs(records.record(case)), default=0) > most:
        return False
    exact = records.training(case, torch.float64)
    for shake in (100, 200, 300):
        other = records.training(case, torch.float64, shake)
        if records.far(other["losses"], exact["losses"]) > most:
            return False
        rows = [records.sample(t, other["final"][name]) for name, t in exact["final"].items()]
        if any(len(row) > 3 + records.PICKS and row[-1] > most for row in rows):
            return False
    return True


def cases():
    kept, seed = [], 0
    while len(kept) < COUNT:
        seed += 1
        try:
            case = drawn(seed)
            if is_steady(records.fill(case)):
                kept.append(case)
        except (ValueError, RuntimeError):  # does not fit together
            continue
    text = "".join(case["notation"] + case["loss"] for case in kept)
    for kind in re.findall(r"(\w+)\(", "".join(NORMS + CURVES + POOLS + GROWTH + PADS)):
        assert kind + "(" in text, f"no network has a {kind}"
    print(f"{seed} networks drawn")
    return kept
