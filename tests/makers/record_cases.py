"""Tables of cases for records.py: each layer with each of its options away from the default, each loss,
optimiser and schedule.

A layer stands in a small autoencoder: a layer with weights before it, whose gradient is made from the
gradient by its input; its output is the code; a Linear from there to the input's shape.
"""
import re

import torch

import records

BATCHES = (16, 5, 37, 1)
IMAGES = {1: 7, 5: 23, 16: 40, 37: 91}


def bias_before(layer):
    """What follows the arguments of the layer before: a norm takes a bias away again, and leaves a
    gradient that is nothing but rounding."""
    return ", bias=False" if re.match(".*Norm|.*Softmax", layer) else ""


def around_image(layer, channels, height, width, first=2):
    """The notation of a layer of images; `channels` may be None: then it makes them from `first`."""
    before = f"Conv2d({first}, {channels}, 3, padding=1{bias_before(layer)}), " if channels else ""
    inside = f"Sequential({before}{layer}, Flatten())"
    torch.manual_seed(0)
    count = records.build(f"input = 1\nencoder = {inside}").eval()(
        torch.zeros(2, first, height, width)).shape[1]
    return (f"input = {first}, {height}, {width}\n"
            f"encoder = {inside}\n"
            f"decoder = Sequential(Linear({count}, {first * height * width}), "
            f"Unflatten(1, ({first}, {height}, {width})))\n")


def around_row(layer, features, first=7):
    """The same of a layer of rows of features."""
    before = f"Linear({first}, {features}{bias_before(layer)}), " if features else ""
    inside = f"Sequential({before}{layer})"
    torch.manual_seed(0)
    count = records.build(f"input = 1\nencoder = {inside}").eval()(torch.zeros(2, first)).shape[1]
    return (f"input = {first}\nencoder = {inside}\n"
            f"decoder = Sequential(Linear({count}, {first}))\n")


# Layers of images: after a convolution that makes so many channels of rows x columns.
images = [
    (None, 7, 9, ["Conv2d(2, 5, 3)", "Conv2d(2, 6, (3, 2), stride=(2, 1), padding=(1, 0))",
                  "Conv2d(2, 4, 3, dilation=(1, 2), padding=2, groups=2, bias=False)",
                  "Conv2d(2, 3, 3, padding='same')",
                  "Conv2d(2, 3, (2, 4), padding='same', dilation=(2, 1))",
                  "Conv2d(2, 9, 5, padding='same', groups=1)",
                  "Conv2d(2, 4, 3, padding='valid')",
                  "Conv2d(2, 5, 3, padding=1, padding_mode='reflect')",
                  "Conv2d(2, 5, 3, padding=(2, 3), stride=(2, 1), padding_mode='reflect')",
                  "Conv2d(2, 5, 3, padding=1, padding_mode='replicate')",
                  "Conv2d(2, 3, (5, 3), padding=(4, 2), dilation=2, padding_mode='replicate')",
                  "Conv2d(2, 5, 3, padding=1, padding_mode='circular')",
                  "Conv2d(2, 6, 3, stride=2, padding=(1, 2), groups=2, padding_mode='circular')",
                  "Conv2d(2, 4, (3, 4), padding='same', padding_mode='reflect')",
                  "Conv2d(2, 4, 4, padding='same', padding_mode='replicate')",
                  "Conv2d(2, 4, (2, 3), padding='same', padding_mode='circular', bias=False)",
                  "ConvTranspose2d(2, 5, 3)",
                  "ConvTranspose2d(2, 4, (3, 2), stride=(2, 3), padding=1, output_padding=(1, 0))",
                  "ConvTranspose2d(2, 6, 3, groups=2, bias=False, dilation=2)"]),
    (5, 7, 9, ["MaxPool2d(2)", "MaxPool2d(3, stride=2, padding=1)",
               "MaxPool2d(2, ceil_mode=True)", "MaxPool2d((3, 2), stride=(1, 2), padding=(1, 0))",
               "MaxPool2d(3, stride=2, padding=1, ceil_mode=True)", "MaxPool2d(3, dilation=2)",
               "MaxPool2d((2, 3), stride=1, dilation=(3, 2), padding=1, ceil_mode=True)",
               "MaxPool2d(7, stride=3, padding=3)"]),
    (17, 6, 5, ["MaxPool2d(2)", "AvgPool2d(2)"]),
    (5, 7, 9, ["AvgPool2d(2)", "AvgPool2d(3, stride=2, padding=1)", "AvgPool2d(2, ceil_mode=True)",
               "AvgPool2d(3, stride=2, padding=1, count_include_pad=False)",
               "AvgPool2d(3, stride=2, padding=1, ceil_mode=True)",
               "AvgPool2d(3, 2, 1, True, False)", "AvgPool2d((3, 2), (2, 1), (1, 0))",
               "AvgPool2d(3, divisor_override=5)",
               "AvgPool2d((4, 3), stride=3, padding=(2, 1), ceil_mode=True, divisor_override=7)"]),
    (5, 7, 9, ["AdaptiveAvgPool2d(1)", "AdaptiveAvgPool2d((3, 2))", "AdaptiveAvgPool2d((None, 4))",
               "AdaptiveAvgPool2d(5)", "AdaptiveAvgPool2d((9, 11))", "AdaptiveAvgPool2d((7, 9))",
               "AdaptiveMaxPool2d(1)", "AdaptiveMaxPool2d((3, 2))", "AdaptiveMaxPool2d((4, None))",
               "AdaptiveMaxPool2d(5)", "AdaptiveMaxPool2d((9, 11))"]),
    (3, 5, 4, ["Upsample(scale_factor=2)", "Upsample(scale_factor=(2, 3))", "Upsample((7, 9))",
               "Upsample(size=3)", "Upsample(scale_factor=1.5)", "Upsample(scale_factor=(1.7, 0.6))",
               "Upsample(scale_factor=2.6, mode='nearest')",
               "Upsample(scale_factor=2, mode='bilinear')",
               "Upsample(scale_factor=2, mode='bilinear', align_corners=True)",
               "Upsample(size=(7, 11), mode='bilinear')", "Upsample(3, mode='bilinear')",
               "Upsample(size=(2, 9), mode='bilinear', align_corners=True)",
               "Upsample(size=(1, 1), mode='bilinear', align_corners=True)",
               "Upsample(scale_factor=1.7, mode='bilinear')",
               "Upsample(scale_factor=(2.3, 0.7), mode='bilinear', align_corners=False)",
               "Upsample(scale_factor=1.7, mode='bilinear', recompute_scale_factor=True)",
               "Upsample(scale_factor=2, mode='bicubic')",
               "Upsample(scale_factor=2, mode='bicubic', align_corners=True)",
               "Upsample(size=(7, 11), mode='bicubic')", "Upsample(size=(3, 3), mode='bicubic')",
               "Upsample(size=(2, 9), mode='bicubic', align_corners=True)",
               "Upsample(scale_factor=(1.7, 2.5), mode='bicubic')"]),
    (18, 3, 5, ["PixelShuffle(3)"]), (4, 3, 5, ["PixelShuffle(2)", "PixelShuffle(1)"]),
    (3, 6, 4, ["PixelUnshuffle(2)"]), (2, 6, 9, ["PixelUnshuffle(3)"]),
    (5, 7, 9, ["ZeroPad2d(1)", "ZeroPad2d((1, 2, 0, 3))", "ZeroPad2d((-1, 2, 1, -2))",
               "ReflectionPad2d(2)", "ReflectionPad2d((1, 4, 3, 0))", "ReplicationPad2d(2)",
               "ReplicationPad2d((1, 12, 0, 9))"]),
    (6, 5, 4, ["BatchNorm2d(6)", "BatchNorm2d(6, eps=0.01)", "BatchNorm2d(6, momentum=0.3)",
               "BatchNorm2d(6, momentum=None)", "BatchNorm2d(6, momentum=0)", "BatchNorm2d(6, affine=False)",
               "BatchNorm2d(6, track_running_stats=False)",
               "BatchNorm2d(6, 0.001, 0.2, False, False)"]),
    (19, 7, 3, ["BatchNorm2d(19)"]),
    (6, 5, 4, ["GroupNorm(1, 6)", "GroupNorm(2, 6)", "GroupNorm(6, 6)", "GroupNorm(3, 6, eps=0.01)",
               "GroupNorm(3, 6, affine=False)",
               "LayerNorm((6, 5, 4))", "LayerNorm([5, 4])", "LayerNorm(4)",
               "LayerNorm((6, 5, 4), eps=0.01)", "LayerNorm((5, 4), elementwise_affine=False)",
               "LayerNorm((5, 4), bias=False)",
               "InstanceNorm2d(6)", "InstanceNorm2d(6, eps=0.01)", "InstanceNorm2d(6, affine=True)",
               "InstanceNorm2d(6, track_running_stats=True)",
               "InstanceNorm2d(6, momentum=0.3, affine=True, track_running_stats=True)"]),
    (20, 3, 7, ["GroupNorm(5, 20)", "LayerNorm((20, 3, 7))", "InstanceNorm2d(20, affine=True)"]),
    (6, 5, 4, ["Dropout()", "Dropout(0.2)", "Dropout(p=0.9, inplace=True)", "Dropout(0)",
               "Dropout2d()", "Dropout2d(0.3)", "Dropout2d(0.1, True)"]),
    (5, 3, 7, ["PReLU()", "PReLU(5)", "PReLU(num_parameters=5, init=0.1)", "PReLU(init=-0.3)",
               "GELU()", "SiLU()", "Mish()", "Softplus()", "Softmax(1)", "Softmax(dim=2)",
               "Softmax(-1)", "LogSoftmax(1)", "LogSoftmax(dim=-1)", "LogSoftmax(-2)"]),
]

# Layers of rows: after a Linear that makes so many features.
rows = [
    (None, ["Linear(7, 5)", "Linear(7, 18, bias=False)"]),
    (11, ["Tanh()", "Sigmoid()", "ReLU()", "ReLU(True)", "Identity()", "LeakyReLU()",
          "LeakyReLU(0.2, True)", "LeakyReLU(negative_slope=-0.3)", "ELU()", "ELU(alpha=0.4)",
          "ELU(1.7, True)", "Hardtanh()", "Hardtanh(-0.3, 0.2)",
          "Hardtanh(min_val=0.1, max_val=0.5, inplace=True)", "ReLU6()", "ReLU6(inplace=True)",
          "PReLU()", "PReLU(11)", "PReLU(11, init=0.6)", "GELU()", "GELU(approximate='tanh')",
          "GELU('none')", "SiLU()", "SiLU(inplace=True)", "Mish()", "Mish(inplace=True)", "Hardswish()", "Hardswish(True)",
          "Softplus()", "Softplus(beta=3)", "Softplus(beta=0.5, threshold=0.4)",
          "Softmax(dim=1)", "Softmax(-1)", "LogSoftmax(dim=1)", "LogSoftmax(-1)",
          "BatchNorm1d(11)", "BatchNorm1d(11, eps=0.01, momentum=0.4)",
          "BatchNorm1d(11, momentum=None)", "BatchNorm1d(11, affine=False)",
          "BatchNorm1d(11, track_running_stats=False)", "GroupNorm(1, 11)", "GroupNorm(1, 11, 0.01, False)",
          "LayerNorm(11)", "LayerNorm(11, eps=0.1)", "LayerNorm((11,), elementwise_affine=False)",
          "LayerNorm([11], bias=False)", "Dropout()", "Dropout(0.3)", "Dropout(p=1)"]),
    (12, ["GroupNorm(4, 12)"]),
    (37, ["LayerNorm(37)", "GELU()", "BatchNorm1d(37)", "Softmax(1)"]),
]

# Containers, and layers one after another; each with its input.
whole = [
    ("nested Sequential", "Sequential(Conv2d(2, 5, 3, padding=1), Sequential(Tanh(), Conv2d(5, 4, 3, "
     "padding=1), Sequential(ReLU())), Flatten())"),
    ("Residual", "Sequential(Conv2d(2, 5, 3, padding=1), Residual(Sequential(Conv2d(5, 5, 3, "
     "padding=1), Tanh(), Conv2d(5, 5, 3, padding=1))), Flatten())"),
    ("Residual with a shortcut", "Sequential(Conv2d(2, 5, 3, padding=1), Residual(Sequential(Conv2d(5, "
     "6, 3, stride=2, padding=1), ReLU(), Conv2d(6, 6, 3, padding=1)), shortcut=Conv2d(5, 6, 1, "
     "stride=2)), ReLU(), Flatten())"),
    ("Residual of one layer", "Sequential(Conv2d(2, 5, 3, padding=1), Residual(Tanh()), Flatten())"),
    ("Residual, first layer", "Sequential(Residual(Conv2d(2, 2, 3, padding=1)), Flatten())"),
    ("Residual in Residual", "Sequential(Conv2d(2, 5, 3, padding=1), Residual(Sequential(Conv2d(5, 5, "
     "3, padding=1), Residual(Sequential(SiLU(), Conv2d(5, 5, 1))), Tanh())), Flatten())"),
    ("Residual with batch norms", "Sequential(Conv2d(2, 6, 3, padding=1, bias=False), BatchNorm2d(6), "
     "ReLU(), Residual(Sequential(Conv2d(6, 6, 3, padding=1, bias=False), BatchNorm2d(6), ReLU(), "
     "Conv2d(6, 6, 3, padding=1, bias=False), BatchNorm2d(6))), ReLU(), Flatten())"),
    ("Residual with batch norms and a shortcut", "Sequential(Conv2d(2, 6, 3, padding=1, bias=False), "
     "Residual(Sequential(Conv2d(6, 8, 3, stride=2, padding=1, bias=False), BatchNorm2d(8), ReLU()), "
     "shortcut=Sequential(Conv2d(6, 8, 1, stride=2, bias=False), BatchNorm2d(8))), ReLU(), Flatten())"),
    ("Residual of rows", "Sequential(Flatten(), Linear(126, 11), Residual(Sequential(Linear(11, 20), "
     "GELU(), Linear(20, 11))), LayerNorm(11))"),
    ("Parallel of images", "Sequential(Conv2d(2, 5, 3, padding=1), Parallel(Conv2d(5, 3, 1), "
     "Conv2d(5, 4, 3, padding=1), Sequential(MaxPool2d(3, 1, 1), Conv2d(5, 2, 1))), Tanh(), Flatten())"),
    ("Parallel of rows", "Sequential(Flatten(), Linear(126, 11), Parallel(Linear(11, 3), "
     "Sequential(Tanh(), Linear(11, 4, bias=False))))"),
    ("Parallel with itself", "Sequential(Conv2d(2, 3, 3, padding=1), Parallel(Identity(), Tanh()), "
     "Flatten())"),
    ("convolution, bias, batch norm", "Sequential(Conv2d(2, 5, 3, padding=1), "
     "BatchNorm2d(5), ReLU(), MaxPool2d(2), Flatten())"),
    ("two dropouts", "Sequential(Conv2d(2, 5, 3, padding=1), Dropout2d(0.25), ReLU(), Dropout(0.4), "
     "Flatten(), Linear(315, 9), Dropout())"),
    ("dropout in a Residual", "Sequential(Conv2d(2, 5, 3, padding=1), Residual(Sequential(Dropout(0.3), "
     "Conv2d(5, 5, 3, padding=1)), shortcut=Dropout2d(0.2)), Dropout(0.1), Flatten())"),
    ("dropout and batch norm", "Sequential(Conv2d(2, 5, 3, padding=1, bias=False), BatchNorm2d(5), "
     "LeakyReLU(0.1), Dropout(0.2), MaxPool2d(2), Flatten())"),
    ("Flatten and Unflatten", "Sequential(Conv2d(2, 5, 3, padding=1), Flatten(2), Unflatten(2, (9, 7)), "
     "Tanh(), Flatten(1, -2), Flatten())"),
    ("ties of a maximum", "Sequential(Conv2d(2, 5, 3, padding=1), ReLU(), MaxPool2d(3, 2, 1), "
     "Flatten())"),
]


def batches(layer, seen):
    """All four for a kind's first row, one of them for another."""
    kind = layer.split("(")[0]
    first = kind not in seen
    seen[kind] = seen.get(kind, -1) + 1
    chosen = BATCHES if first else (BATCHES[seen[kind] % 4],)
    # A batch norm refuses what has one number a channel.
    return [b if b > 1 or not kind.startswith("BatchNorm1d") else 3 for b in chosen]


def case(name, notation, batch, **more):
    return {"name": f"{name}, batch {batch}", "notation": notation, "batch": batch,
            "images": IMAGES.get(batch, 3 * batch), **more}


def u_net(levels):
    """What is beside each level's way down and up is laid beside what comes from below."""
    inside = "Conv2d(3, 3, 3, padding=1), ReLU()"
    for level in range(levels):
        up = "ConvTranspose2d(3, 3, 2, 2)" if level % 2 else "Upsample(scale_factor=2)"
        inside = (f"Conv2d(3, 3, 3, padding=1), ReLU(), Parallel(Identity(), Sequential(MaxPool2d(2), "
                  f"{inside}, {up})), Conv2d(6, 3, 3, padding=1), ReLU()")
    return (f"input = 1, 32, 32\nencoder = Sequential(Conv2d(1, 3, 3, padding=1), {inside})\n"
            "decoder = Sequential(Conv2d(3, 1, 1), Sigmoid())\n")


def layers():
    cases, seen = [], {}
    for channels, height, width, kinds in images:
        for layer in kinds:
            notation = around_image(layer, channels, height, width)
            for batch in batches(layer, seen):
                at = f"{channels or 2}x{height}x{width}"
                cases.append(case(f"{layer} of {at}", notation, batch))
    for features, kinds in rows:
        for layer in kinds:
            for batch in batches(layer + " row", seen):
                cases.append(case(f"{layer} of {features or 7}", around_row(layer, features), batch))
    for name, inside in whole:
        torch.manual_seed(0)
        count = records.build(f"input = 1\nencoder = {inside}").eval()(
            torch.zeros(2, 2, 7, 9)).shape[1]
        notation = (f"input = 2, 7, 9\nencoder = {inside}\n"
                    f"decoder = Sequential(Linear({count}, 126), Unflatten(1, (2, 7, 9)))\n")
        for batch in (16, 37) if "ropout" in name or "norm" in name else (5,):
            cases.append(case(name, notation, batch, shuffle=True, seed=7))
    cases.append(case("U-Net of five levels", u_net(5), 5, shuffle=True, seed=7))
    return cases


# ---- losses, optimisers, schedules -----------------------------------------------------------------

AUTOENCODER = """input = 2, 7, 9
encoder = Sequential(Conv2d(2, 5, 3, stride=2, padding=1), Tanh(), Flatten(), Linear(100, 4))
decoder = Sequential(Linear(4, 20), Tanh(), Linear(20, 126), Unflatten(1, (2, 7, 9)), %s())
"""
# Of which the output is like the input: where nothing is alike, MS-SSIM has no slope.
LARGER = """input = 3, 13, 12
encoder = Sequential(Conv2d(3, 4, 3, padding=1), Tanh())
decoder = Sequential(Conv2d(4, 3, 3, padding=1), Sigmoid())
"""
LARGE = """input = 1, 176, 184
encoder = Sequential(Conv2d(1, 2, 3, stride=2, padding=1), Tanh())
decoder = Sequential(ConvTranspose2d(2, 1, 4, stride=2, padding=1), Sigmoid())
"""
CLASSIFIER = """input = 2, 7, 9
classifier = Sequential(Flatten(), Linear(126, 11), Tanh(), Linear(11, 5))
"""
BOTH = """input = 2, 7, 9
encoder = Sequential(Conv2d(2, 5, 3, stride=2, padding=1), Tanh(), Flatten(), Linear(100, 4))
classifier = Sequential(Tanh(), Linear(4, 3))
"""
NORMED = """input = 2, 7, 9
encoder = Sequential(Conv2d(2, 5, 3, padding=1, bias=False), BatchNorm2d(5), LeakyReLU(), Flatten(), Linear(315, 6))
decoder = Sequential(Linear(6, 126), Unflatten(1, (2, 7, 9)))
"""


def losses():
    row = "input = 7\nencoder = Sequential(Linear(7, 4))\ndecoder = Sequential(Linear(4, 7)%s)\n"
    cases, plain = [], AUTOENCODER % "Identity"
    for loss in ("mse", "l1", "smooth_l1", "smooth_l1(beta=0.3)", "huber", "huber(delta=0.25)",
                 "0.5*mse + 2*l1", "mse + 0.25*huber(delta=0.5) + smooth_l1"):
        for batch in BATCHES if loss in ("l1", "huber") else (16, 5):
            # Signs add up to exactly 0, or to nearly; Adam would make a step of either.
            train = {"optimiser": "sgd", "learning_rate": 0.3} if loss == "l1" else {}
            cases.append(case(loss, plain, batch, seed=3, loss=loss, train=train))
        cases.append(case(f"{loss} of rows", row % "", 37, loss=loss))
    for loss, end in (("bce", "Sigmoid"), ("bce_with_logits", "Identity"), ("bce + 0.1*mse", "Sigmoid")):
        for batch in BATCHES:
            cases.append(case(loss, AUTOENCODER % end, batch, loss=loss, signed=False))
    for loss in ("cross_entropy", "cross_entropy(label_smoothing=0.1)"):
        for batch in BATCHES:
            cases.append(case(loss, CLASSIFIER, batch, loss=loss, classes=5))
        cases.append(case(f"{loss} of codes", BOTH, 16, loss=loss, classes=3))
    for loss in ("ssim", "mse + 0.2*ssim", "l1 + 0.5*ssim"):
        for batch in (16, 5):
            cases.append(case(loss, LARGER, batch, seed=12, loss=loss, signed=False))
    cases.append(case("ms_ssim", LARGE, 3, images=4, seed=12, loss="ms_ssim", signed=False,
                      train={"optimiser": "sgd", "learning_rate": 0.3}))
    cases.append(case("mse + ms_ssim", LARGE, 3, images=4, seed=12, loss="0.5*mse + 0.5*ms_ssim", signed=False,
                      train={"optimiser": "sgd", "learning_rate": 0.3}))
    return cases


def optimisers():
    tables = [
        {"learning_rate": 0.01}, {"learning_rate": 0.01, "beta1": 0.8}, {"beta2": 0.9},
        {"epsilon": 0.001}, {"weight_decay": 0.1}, {"amsgrad": True},
        {"amsgrad": True, "beta2": 0.5, "learning_rate": 0.02, "weight_decay": 0.01},
        {"optimiser": "adamw"}, {"optimiser": "adamw", "weight_decay": 0.3, "learning_rate": 0.01},
        {"optimiser": "adamw", "amsgrad": True, "beta1": 0.7, "beta2": 0.9, "epsilon": 0.01},
        {"optimiser": "adamw", "weight_decay": -1},
        {"optimiser": "sgd", "learning_rate": 0.1},
        {"optimiser": "sgd", "learning_rate": 0.1, "weight_decay": 0.02},
        {"optimiser": "sgd", "learning_rate": 0.1, "momentum": 0.9},
        {"optimiser": "sgd", "learning_rate": 0.1, "momentum": 0.9, "nesterov": True},
        {"optimiser": "sgd", "learning_rate": 0.1, "momentum": 0.8, "dampening": 0.4},
        {"optimiser": "sgd", "learning_rate": 0.1, "momentum": 0.8, "nesterov": True,
         "weight_decay": 0.05},
        {"optimiser": "rmsprop"}, {"optimiser": "rmsprop", "learning_rate": 0.001, "alpha": 0.9},
        {"optimiser": "rmsprop", "learning_rate": 0.001, "epsilon": 0.01},
        {"optimiser": "rmsprop", "learning_rate": 0.001, "centered": True},
        {"optimiser": "rmsprop", "learning_rate": 0.001, "momentum": 0.9},
        {"optimiser": "rmsprop", "learning_rate": 0.001, "weight_decay": 0.1},
        {"optimiser": "rmsprop", "learning_rate": 0.001, "momentum": 0.5, "centered": True,
         "alpha": 0.95, "weight_decay": 0.01},
        {"optimiser": "nadam"}, {"optimiser": "nadam", "learning_rate": 0.01},
        {"optimiser": "nadam", "beta1": 0.8, "beta2": 0.99, "epsilon": 0.0001},
        {"optimiser": "nadam", "momentum_decay": 0.1}, {"optimiser": "nadam", "weight_decay": 0.1},
        {"optimiser": "nadam", "momentum_decay": -1},
        {"clip_norm": 0.05}, {"clip_norm": 100}, {"clip_value": 0.001},
        {"optimiser": "sgd", "learning_rate": 0.5, "clip_norm": 0.1},
        {"optimiser": "sgd", "learning_rate": 0.5, "clip_value": 0.005},
        {"optimiser": "sgd", "learning_rate": 0.5, "clip_norm": 0.1, "clip_value": 0.01},
        {"ema": 0.9}, {"ema": 0.5, "optimiser": "sgd", "learning_rate": 0.1, "momentum": 0.9},
        {"optimiser": "nadam", "weight_decay": 0.1, "decoupled_weight_decay": True},
        {"optimiser": "nadam", "weight_decay": 1, "decoupled_weight_decay": True,
         "learning_rate": 0.02, "beta1": 0.7},
        {"beta1": -1}, {"beta2": -1, "epsilon": 0.001}, {"optimiser": "adamw", "beta1": -1},
        {"optimiser": "nadam", "beta1": -1},
        {"optimiser": "nadam", "beta2": -1, "epsilon": 0.01},
        {"optimiser": "rmsprop", "alpha": -1, "epsilon": 0.001, "learning_rate": 0.001},
    ]
    cases = []
    for train in tables:
        name = ", ".join(f"{key} {value}" for key, value in train.items())
        cases.append(case(name, AUTOENCODER % "Identity", 16, train=train))
    for train in (tables[0], tables[14], tables[20], tables[25]):
        name = ", ".join(f"{key} {value}" for key, value in train.items())
        cases.append(case(f"{name}, shuffled", AUTOENCODER % "Identity", 37, train=train, shuffle=True))
        cases.append(case(f"{name}, classifier", CLASSIFIER, 5, train=train, classes=5))
    for train in ({"ema": 0.9}, {"optimiser": "sgd", "learning_rate": 0.1, "clip_norm": 0.1}):
        name = ", ".join(f"{key} {value}" for key, value in train.items())
        cases.append(case(f"{name}, with a batch norm", NORMED, 16, train=train))
    return cases


def schedules():
    """60 steps, 3 an epoch."""
    sgd = {"optimiser": "sgd", "learning_rate": 0.1}
    tables = [
        {"warmup": 7}, {"schedule": "linear", "epochs": 20}, {"schedule": "cosine", "epochs": 20},
        {"schedule": "linear", "epochs": 20, "warmup": 5},
        {"schedule": "cosine", "epochs": 20, "warmup": 10},
        {"schedule": "step", "step_size": 4}, {"schedule": "step", "step_size": 1, "gamma": 0.8},
        {"schedule": "step", "step_size": 3, "gamma": 0.5, "warmup": 12},
        {"schedule": "one_cycle", "epochs": 20},
        {"schedule": "one_cycle", "epochs": 20, "learning_rate": 0.01, "pct_start": 0.5},
        {"schedule": "one_cycle", "epochs": 20, "learning_rate": 0.01, "div_factor": 10,
         "final_div_factor": 100},
        {"schedule": "one_cycle", "epochs": 20, "learning_rate": 0.01, "fixed_momentum": True},
        {"schedule": "one_cycle", "epochs": 20, "base_momentum": 0.7, "max_momentum": 0.9},
        {"schedule": "one_cycle", "epochs": 20, "warmup": 5},
        {**sgd, "momentum": 0.9, "schedule": "one_cycle", "epochs": 20},
        {**sgd, "momentum": 0.8, "schedule": "one_cycle", "epochs": 20, "fixed_momentum": True},
        {"optimiser": "rmsprop", "learning_rate": 0.001, "momentum": 0.9, "schedule": "one_cycle",
         "epochs": 20},
        {"optimiser": "nadam", "schedule": "one_cycle", "epochs": 20},
        {**sgd, "learning_rate": 3, "schedule": "plateau", "patience": -1},
        {**sgd, "schedule": "plateau", "patience": 2, "factor": 0.5, "threshold": 0.05},
        {**sgd, "schedule": "plateau", "patience": 1, "threshold": 0.02, "warmup": 9},
        {"optimiser": "adamw", "schedule": "cosine", "epochs": 20},
        {"optimiser": "nadam", "schedule": "step", "step_size": 5},
        {"schedule": "cosine", "epochs": 20, "eta_min": 0.0004},
        {"schedule": "cosine", "epochs": 20, "eta_min": 0.01, "warmup": 5},
        {"schedule": "one_cycle", "epochs": 20, "base_momentum": -1},
        {**sgd, "learning_rate": 3, "schedule": "plateau", "patience": -1, "cooldown": 2},
        {**sgd, "learning_rate": 3, "schedule": "plateau", "patience": -1, "cooldown": 3, "factor": 0.5,
         "threshold": 0.05, "min_lr": 0.4},
        {**sgd, "schedule": "plateau", "patience": 1, "factor": 0.5, "threshold": 0.001,
         "threshold_mode": "abs", "cooldown": 1},
        {**sgd, "schedule": "plateau", "patience": 2, "factor": -1, "threshold": 0.05},
        {"schedule": "plateau", "patience": -1, "factor": 0.7, "min_lr": 0.0005, "threshold": 0.9},
    ]
    cases = [case(", ".join(f"{key} {value}" for key, value in train.items()),
                  AUTOENCODER % "Identity", 16, steps=60, train=train) for train in tables]
    for rest in ({"cooldown": 1}, {"threshold_mode": "abs", "threshold": 0.05}, {"threshold": 0.3}):
        train = {"schedule": "plateau", "mode": "max", "patience": 1, "factor": 0.5, **rest}
        name = ", ".join(f"{key} {value}" for key, value in train.items())
        cases.append(case(f"{name}, classifier", CLASSIFIER, 5, steps=60, train=train, classes=5))
    return cases


groups = {"layers": layers, "losses": losses, "optimisers": optimisers, "schedules": schedules}
