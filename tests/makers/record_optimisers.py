"""A training's optimiser, clipping, schedule and averaged weights, all torch's; see records.py.

The options are named as in embudo's emb_train_options, and have the same defaults.
"""
import torch
from torch import optim
from torch.optim import lr_scheduler, swa_utils

# embudo's names of torch's arguments of each kind, and what differs.
ARGUMENTS = {
    "adam": (optim.Adam, {"epsilon": "eps", "amsgrad": "amsgrad", "weight_decay": "weight_decay"}),
    "adamw": (optim.AdamW, {"epsilon": "eps", "amsgrad": "amsgrad", "weight_decay": "weight_decay"}),
    "sgd": (optim.SGD, {"momentum": "momentum", "dampening": "dampening", "nesterov": "nesterov",
                        "weight_decay": "weight_decay"}),
    "rmsprop": (optim.RMSprop, {"alpha": "alpha", "epsilon": "eps", "centered": "centered",
                                "momentum": "momentum", "weight_decay": "weight_decay"}),
    "nadam": (optim.NAdam, {"epsilon": "eps", "momentum_decay": "momentum_decay",
                            "decoupled_weight_decay": "decoupled_weight_decay",
                            "weight_decay": "weight_decay"}),
}


class Optimiser:
    def __init__(self, model, options, steps_per_epoch):
        o = self.options = {"optimiser": "adam", "schedule": "constant", "warmup": 0, **options}
        kind, names = ARGUMENTS[o["optimiser"]]
        given = {names[key]: max(value, 0) for key, value in o.items() if key in names}
        if "learning_rate" in o:
            given["lr"] = o["learning_rate"]
        if "beta1" in o or "beta2" in o:
            given["betas"] = (max(o.get("beta1", 0.9), 0.0), max(o.get("beta2", 0.999), 0.0))
        self.trained, self.steps, self.losses, self.right = model, 0, [], []
        self.optimiser = kind(model.parameters(), **given)
        self.by_epoch = o["schedule"] in ("step", "plateau")
        self.schedule = self.make_schedule(steps_per_epoch * o.get("epochs", 1))
        self.ema = None
        if "ema" in o:
            self.ema = swa_utils.AveragedModel(
                model, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(o["ema"]))

    def make_schedule(self, span):
        o, to = self.options, self.optimiser
        if o["schedule"] == "linear":
            return lr_scheduler.LinearLR(to, 1, 0, span)
        if o["schedule"] == "cosine":
            return lr_scheduler.CosineAnnealingLR(to, span, eta_min=o.get("eta_min", 0))
        if o["schedule"] == "step":
            return lr_scheduler.StepLR(to, o["step_size"], o.get("gamma", 0.1))
        if o["schedule"] == "one_cycle":
            given = {key: max(o[key], 0) for key in ("pct_start", "div_factor", "final_div_factor",
                                                     "base_momentum", "max_momentum") if key in o}
            return lr_scheduler.OneCycleLR(to, to.param_groups[0]["lr"], span,
                                           cycle_momentum=not o.get("fixed_momentum"), **given)
        if o["schedule"] == "plateau":
            return lr_scheduler.ReduceLROnPlateau(
                to, factor=max(o.get("factor", 0.1), 0.0), patience=max(o.get("patience", 10), 0),
                threshold=max(o.get("threshold", 1e-4), 0),
                **{key: o[key] for key in ("cooldown", "min_lr", "mode", "threshold_mode")
                   if key in o})
        return None

    def zero_grad(self):
        self.optimiser.zero_grad()

    def warmth(self):
        return min((self.steps + 1) / self.options["warmup"], 1) if self.options["warmup"] else 1

    def rate(self):
        return self.optimiser.param_groups[0]["lr"] * self.warmth()

    def step(self, loss, right=()):
        """`right`: whether each image of the batch was classified correctly, before the update."""
        parameters, group = list(self.trained.parameters()), self.optimiser.param_groups[0]
        if "clip_norm" in self.options:
            torch.nn.utils.clip_grad_norm_(parameters, self.options["clip_norm"])
        if "clip_value" in self.options:
            torch.nn.utils.clip_grad_value_(parameters, self.options["clip_value"])
        scheduled = group["lr"]
        group["lr"] = self.rate()
        self.optimiser.step()
        group["lr"] = scheduled
        self.steps += 1
        self.losses.append(loss)
        self.right += right
        if self.schedule and not self.by_epoch:
            self.schedule.step()
        if self.ema:
            self.ema.update_parameters(self.trained)

    def epoch(self):
        if self.options["schedule"] == "plateau":
            rises = self.options.get("mode") == "max"
            seen = self.right if rises else self.losses
            self.schedule.step(sum(seen) / len(seen))
        elif self.by_epoch:
            self.schedule.step()
        self.losses, self.right = [], []

    def model(self):
        return self.ema.module if self.ema else self.trained
