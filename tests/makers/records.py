#!/usr/bin/env python3
"""Runs cases with the real PyTorch and writes what tests/whole/test_records.c holds embudo against.

    python3 tests/makers/records.py [GROUP ...]       # writes into tests/parity/; all of them

A case is a network in embudo's notation, images from a formula, and a training. Its record has, of
the network at weights that are the initial ones and a formula's added: outputs in evaluation mode,
the loss and all gradients of a batch in training mode, buffers after it; and of a training as the
practice's notebook has it (one seed; split, weights, then loaders and Dropout draw): initial weights,
every step's loss and learning rate, weights and buffers after the last, outputs in evaluation mode.

Every number is from float64. The same is computed in float32; where PyTorch's own float32 is far from
float64, the record says how far. Of a tensor it keeps the norm, two sums with signs from a formula,
and four elements: `sample` below.
"""
import gzip
import io
import json
import os
import sys
import warnings

import numpy as np
import torch
from torch import nn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import record_kinds  # noqa: E402
import record_losses  # noqa: E402
import record_optimisers  # noqa: E402

warnings.simplefilter("ignore")
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)

PICKS = 4
BASE_TOLERANCE = 1e-5  # of the test


# ---- what C repeats -----------------------------------------------------------------------------

def draws(seed, count):
    """SplitMix64's outputs `seed` * 2^32 + 1, ... as uint64."""
    with np.errstate(over="ignore"):
        z = (np.uint64(seed) << np.uint64(32)) + np.arange(1, count + 1, dtype=np.uint64)
        z *= np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(seed, count):
    """float32 in [0, 1), 24 bits."""
    return (draws(seed, count) >> np.uint64(40)).astype(np.float32) * np.float32(2.0 ** -24)


def images_of(case):
    shape = case["shape"]
    count = case["images"] * int(np.prod(shape))
    values = uniform(1, count)
    if case["signed"]:
        values = values * np.float32(2) - np.float32(1)
    images = torch.from_numpy(values.reshape(case["images"], *shape))
    labels = None
    if case["classes"]:
        labels = torch.from_numpy((draws(2, case["images"]) % np.uint64(case["classes"]))
                                  .astype(np.int64))
    return images, labels


def move(model):
    """Adds u / 4 - 1/8 to every number that is trained, or a buffer of floats: tensor i's from seed
    16 + i, where i counts the state dict's tensors of floats."""
    with torch.no_grad():
        floats = [t for t in model.state_dict().values() if t.is_floating_point()]
        for i, tensor in enumerate(floats):
            u = uniform(16 + i, tensor.numel())
            step = (u * np.float32(2) - np.float32(1)) * np.float32(0.125)
            values = tensor.numpy().reshape(-1) + step
            tensor.copy_(torch.from_numpy(values.reshape(tensor.shape)))


def sample(exact, own=None):
    """[norm, sum, sum, elements ..., how far float32 is]: the sums have signs from a formula, the
    elements are at j * (count - 1) // 3; the last is left out where it is below half a tolerance. The
    distance is the largest of those that the test measures, in the same measure."""
    def parts(tensor):
        x = tensor.detach().reshape(-1).double().numpy()
        bits = draws(3, x.size)
        signs = [1 - 2 * ((bits >> np.uint64(k)) & np.uint64(1)).astype(np.float64) for k in (7, 23)]
        picks = [x[j * (x.size - 1) // (PICKS - 1)] for j in range(PICKS)]
        return [float(np.sqrt((x * x).sum()))] + [float((s * x).sum()) for s in signs] \
            + [float(p) for p in picks]
    wanted = parts(exact)
    row = [float(f"{v:.8g}") for v in wanted]
    if own is not None:
        norm, rms = wanted[0], wanted[0] / max(1, exact.numel()) ** 0.5
        scales = [norm] * 3 + [abs(v) + rms for v in wanted[3:]]
        far = max((abs(a - b) / s if s else 0.0 if a == b else 1.0)
                  for a, b, s in zip(parts(own), wanted, scales))
        if far > BASE_TOLERANCE / 4:
            row.append(float(f"{far:.2g}"))
    return row


# ---- networks -----------------------------------------------------------------------------------

class Residual(nn.Module):
    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body = body
        if shortcut is not None:
            self.shortcut = shortcut

    def forward(self, x):
        return self.body(x) + (self.shortcut(x) if hasattr(self, "shortcut") else x)


class Parallel(nn.Sequential):
    """The outputs of all, one after another along the channels."""

    def forward(self, x):
        return torch.cat([branch(x) for branch in self], dim=1)


class Model(nn.Module):
    def forward(self, x):
        for part in self.children():
            x = part(x)
        return x


def build(notation):
    """The notation's lines are Python's."""
    names = {name: getattr(nn, name) for name in nn.__all__ if name[0].isupper()} \
        if hasattr(nn, "__all__") else {name: getattr(nn, name) for name in dir(nn)}
    names.update(Residual=Residual, Parallel=Parallel, **record_kinds.modules)
    values = {}
    exec(notation, names, values)
    model = Model()
    for name in ("encoder", "decoder", "classifier"):
        if name in values:
            model.add_module(name, values[name])
    model.input = values["input"] if isinstance(values["input"], tuple) else (values["input"],)
    return model


def evaluate(model, x):
    """Codes and outputs in evaluation mode; of an encoder alone its codes."""
    model.eval()
    made = {}
    with torch.no_grad():
        for name, part in model.named_children():
            x = part(x)
            made["codes" if name == "encoder" else "outputs"] = x
    model.train()
    return made


# ---- a case -------------------------------------------------------------------------------------

def rows_of(case, count):
    """The first images with their labels, split as the practice's notebook splits: all to train on."""
    images, labels = images_of(case)
    labels = torch.zeros(len(images), dtype=torch.int64) if labels is None else labels
    rows = torch.utils.data.TensorDataset(images[:count], labels[:count], torch.arange(count))
    return torch.utils.data.random_split(rows, [count, 0])[0]


def standing(case, dtype):
    """Outputs, and the first batch's loss and gradients, at the moved weights."""
    torch.manual_seed(case["seed"])
    model = build(case["notation"])
    move(model)
    model = model.to(dtype)
    images, labels = images_of(case)
    record_kinds.now["labels"] = labels
    made = {"evaluated": evaluate(model, images[:case["batch"]].to(dtype))}
    torch.manual_seed(case["seed"])  # dropout's stream is a training's
    rows = rows_of(case, case["batch"])
    build(case["notation"])
    x, y, at = next(iter(torch.utils.data.DataLoader(rows, batch_size=case["batch"])))
    x = x.to(dtype)
    record_kinds.now.update(seed=case["seed"], epoch=0, epochs=0.0, indices=at, labels=y,
                            numbers=x[0].numel())
    loss = record_losses.of(case["loss"])(model(x), y if case["predicts"] else x)
    loss = loss + record_kinds.term_of(model)
    loss.backward()
    made["loss"] = loss.item()
    made["gradients"] = {name: p.grad for name, p in model.named_parameters()}
    return made


def training(case, dtype, shake=None):
    """`shake`: a seed by which the initial weights are moved as far as another order of sums might."""
    torch.manual_seed(case["seed"])
    rows = rows_of(case, case["images"])
    loader = torch.utils.data.DataLoader(rows, batch_size=case["batch"], shuffle=case["shuffle"])
    model = build(case["notation"])
    initial = {name: t.clone() for name, t in model.state_dict().items()}
    model = model.to(dtype)
    if shake is not None:
        with torch.no_grad():
            for i, p in enumerate(model.parameters()):
                signs = torch.from_numpy(uniform(shake + i, p.numel()) * 2 - 1).reshape(p.shape)
                p.mul_(1 + signs * 2.0 ** -22)
    loss_of = record_losses.of(case["loss"])
    optimiser = record_optimisers.Optimiser(model, case["train"], len(loader))
    losses, rates = [], []
    while len(losses) < case["steps"]:
        for x, y, at in loader:
            if len(losses) == case["steps"]:
                break
            x = x.to(dtype)
            record_kinds.now.update(seed=case["seed"], epoch=len(losses) // len(loader),
                                    epochs=len(losses) / len(loader), indices=at, labels=y,
                                    numbers=x[0].numel())
            optimiser.zero_grad()
            made = model(x)
            loss = loss_of(made, y if case["predicts"] else x) + record_kinds.term_of(model)
            loss.backward()
            rates.append(optimiser.rate())
            optimiser.step(loss.item(), (made.argmax(1) == y).tolist() if case["predicts"] else [])
            losses.append(loss.item())
        else:
            optimiser.epoch()
    made = {"initial": initial, "losses": losses, "rates": rates,
            "final": {name: t.clone() for name, t in optimiser.model().state_dict().items()}}
    images, record_kinds.now["labels"] = images_of(case)
    made["trained"] = evaluate(optimiser.model(), images[:case["batch"]].to(dtype))
    return made


def far(a, b):
    return max(abs(x - y) / max(abs(y), 1e-30) for x, y in zip(a, b))


def samples(exact, own):
    return {name: sample(t, own[name]) for name, t in exact.items()}


def record(case):
    made = {}
    exact, own = standing(case, torch.float64), standing(case, torch.float32)
    made["evaluated"] = samples(exact["evaluated"], own["evaluated"])
    made["batch_loss"] = float(f"{exact['loss']:.9g}")
    made["gradients"] = samples(exact["gradients"], own["gradients"])
    if case["steps"]:
        exact, own = training(case, torch.float64), training(case, torch.float32)
        made["shapes"] = {name: list(t.shape) for name, t in exact["initial"].items()}
        made["initial"] = samples(own["initial"], own["initial"])
        made["losses"] = [float(f"{v:.8g}") for v in exact["losses"]]
        distance = far(own["losses"], exact["losses"])
        if distance > BASE_TOLERANCE / 4:
            made["losses_off"] = float(f"{distance:.2g}")
        if len(set(exact["rates"])) > 1:
            made["rates"] = [float(f"{v:.9g}") for v in exact["rates"]]
        made["final"] = samples(exact["final"], own["final"])
        made["trained"] = samples(exact["trained"], own["trained"])
    return made


def offs(made):
    """All distances of PyTorch's own float32 in a record that are worth a number."""
    found = [made["losses_off"]] if "losses_off" in made else []
    for key in ("evaluated", "gradients", "final", "trained"):
        found += [row[-1] for row in made.get(key, {}).values() if len(row) > 3 + PICKS]
    return found


defaults = {"seed": 42, "batch": 16, "images": 40, "signed": True, "classes": 0, "loss": None,
            "by_step": False, "steps": 20, "shuffle": False, "train": {}}


def fill(case):
    case = {**defaults, **case}
    record_kinds.now["labels"] = torch.zeros(1, dtype=torch.int64)
    model = build(case["notation"])
    shape = list(model.input)
    case["shape"] = shape
    case["predicts"] = hasattr(model, "classifier")
    plain = "cross_entropy" if case["predicts"] else "mse"
    case["loss"] = case["loss"] or plain
    # emb_net_gradients takes the plain loss, and drops nothing out.
    case["by_step"] = case["by_step"] or case["loss"] != plain or any(
        isinstance(m, (nn.Dropout, nn.Dropout2d)) for m in model.modules())
    return case


def write(group, cases, folder):
    rows, worst = [], []
    for case in cases:
        case = fill(case)
        made = record(case)
        off = offs(made)
        if off:
            worst.append((max(off), case["name"]))
        rows.append({**case, **made})
    names = [row["name"] for row in rows]
    assert len(set(names)) == len(names), [n for n in names if names.count(n) > 1]
    text = {"origin": f"PyTorch {torch.__version__}, float64, one thread; "
                      f"python3 tests/makers/records.py {group}",
            "cases": rows}
    bytes_ = io.BytesIO()
    with gzip.GzipFile(fileobj=bytes_, mode="wb", mtime=0, compresslevel=9) as file:
        file.write(json.dumps(text, separators=(",", ":")).replace('{"name"', '\n{"name"').encode())
    path = os.path.join(folder, f"{group}.json.gz")
    with open(path, "wb") as file:
        file.write(bytes_.getvalue())
    print(f"{path}: {len(rows)} cases, {len(bytes_.getvalue())} bytes")
    for off, name in sorted(worst, reverse=True)[:12]:
        print(f"    PyTorch's float32 is {off:g} from float64: {name}")


if __name__ == "__main__":
    import record_cases
    import record_networks
    groups = {**record_cases.groups, "networks": record_networks.cases,
              "kinds": record_kinds.cases}
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "parity")
    for name in sys.argv[1:] or groups:
        write(name, groups[name](), here)
