"""A training's optimiser, clipping, schedule and averaged weights, all torch's; see records.py."""
import math

import torch
from torch import optim

kinds = {"sgd": optim.SGD, "adam": optim.Adam, "adamw": optim.AdamW, "rmsprop": optim.RMSprop,
         "nadam": optim.NAdam}


class Optimiser:
    """Options: `optimizer` with torch's arguments of it in `arguments`, `clip_norm`, `clip_value`,
    `ema`; `schedule` with its arguments in `scheduled`, `warmup` steps before it."""

    def __init__(self, model, options, steps_per_epoch):
        self.trained, self.options = model, options
        kind = options.get("optimizer", "adam")
        arguments = dict(options.get("arguments", {}))
        arguments.setdefault("lr", 0.001)
        self.optimiser = kinds[kind](model.parameters(), **arguments)
        self.base = arguments["lr"]
        self.warmup, self.steps = options.get("warmup", 0), 0
        self.by_epoch = False
        self.schedule = self.make_schedule(options.get("schedule"), options.get("scheduled", {}),
                                           steps_per_epoch)
        self.ema = None
        if "ema" in options:
            self.ema = optim.swa_utils.AveragedModel(
                model, multi_avg_fn=optim.swa_utils.get_ema_multi_avg_fn(options["ema"]))

    def make_schedule(self, kind, arguments, steps_per_epoch):
        span = steps_per_epoch * arguments.get("epochs", 1)
        o = optim.lr_scheduler
        if kind is None:
            return None
        if kind == "linear":
            return o.LinearLR(self.optimiser, 1, 0, span)
        if kind == "cosine":
            return o.CosineAnnealingLR(self.optimiser, span)
        self.by_epoch = True
        if kind == "step":
            return o.StepLR(self.optimiser, arguments["step_size"], arguments["gamma"])
        raise ValueError(kind)

    def zero_grad(self):
        self.optimiser.zero_grad()

    def rate(self):
        return self.optimiser.param_groups[0]["lr"]

    def step(self):
        if "clip_norm" in self.options:
            torch.nn.utils.clip_grad_norm_(self.trained.parameters(), self.options["clip_norm"])
        if "clip_value" in self.options:
            torch.nn.utils.clip_grad_value_(self.trained.parameters(), self.options["clip_value"])
        self.optimiser.step()
        self.steps += 1
        if self.schedule and not self.by_epoch:
            self.schedule.step()
        if self.ema:
            self.ema.update_parameters(self.trained)

    def epoch(self):
        if self.schedule and self.by_epoch:
            self.schedule.step()

    def model(self):
        return self.ema.module if self.ema else self.trained
