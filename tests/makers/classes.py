#!/usr/bin/env python3
"""Runs the classes of tests/parity/classes/ with the real PyTorch and records what each is.

    python3 tests/makers/classes.py        # writes tests/parity/classes.json.gz

A file is run as a person would, except for what needs more than torch (data sets, plots, Lightning's
trainer): a statement that fails is left out, and so are a notebook's cells that do not parse and its
lines that begin with % or !. Lightning's module is nn.Module here.

The record has, of each class: the input's shape, the state dict's names, shapes and types in order, which of
them are a second name of the same tensor, all
numbers one after another as they are initially after torch.manual_seed(42), and the outputs and codes of two images in evaluation mode, at weights from a formula (`move`). A
variational code is its mean: what is drawn is zero. tests/model/test_classes.c does the same in C.
"""
import ast
import gzip
import io
import json
import os
import sys
import types

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from records import sample, uniform  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "..", "parity", "classes")
IMAGES = 2
ROW, GREY, COLOUR = [784], [1, 28, 28], [3, 32, 32]



def halves(model, x):
    for conv in (model.conv1, model.conv2):
        x = model.pool(F.relu(conv(x)))
    return x


# The file, the class (None: the one that is meant without a word), the input's shape; what is set; the
# reconstruction's place in a tuple; the code: the member whose output it is, its place in the tuple, or what
# computes it. A forward that says nothing has it where an image has the fewest numbers, at the last such place.
CASES = [
    ("sequential_members.py", None, ROW, {}, None, "encoder"),
    ("layer_by_layer.py", None, GREY, {}, None, lambda m, x: F.relu(m.fc2(F.relu(m.fc1(x.flatten(1)))))),
    ("pool_interpolate.py", None, GREY, {}, None,
     lambda m, x: F.max_pool2d(F.relu(m.conv2(F.max_pool2d(F.relu(m.conv1(x)), 2))), 2)),
    ("tanh_flatten.py", None, GREY, {}, None, "enc_linear_2"),
    ("residual_block.py", None, GREY, {}, None, "encoder"),
    ("residual_inline.py", None, GREY, {}, None, "to_code"),
    ("required_constructed.py", None, ROW, {}, None, "enc"),
    ("required_by_set.py", None, GREY, {"n_features": 784, "n_hidden": 40, "n_code": 6}, None, "encoder"),
    ("module_constants.py", None, GREY, {}, None, "encoder"),
    ("tuple_reconstruction_first.py", None, ROW, {}, 0, 1),
    ("tuple_code_first.py", None, ROW, {}, 1, 0),
    ("loop_of_layers.py", None, ROW, {}, None, "encoder"),
    ("loop_add_module.py", None, GREY, {}, None, "encoder"),
    ("if_in_init.py", None, GREY, {}, None, "encoder"),
    ("ordered_dict.py", None, GREY, {}, None, "encoder"),
    ("module_list.py", None, ROW, {}, None,
     lambda m, x: F.softplus(m.down[2](F.softplus(m.down[1](F.softplus(m.down[0](x))))))),
    ("called_twice.py", None, GREY, {}, None, halves),
    ("if_in_forward.py", None, GREY, {}, None, "fc2"),
    ("view_of_linear.py", None, GREY, {}, None, "fc"),
    ("encode_decode.py", None, GREY, {}, None, "linear2"),
    ("unused_members.py", None, GREY, {}, None, halves),
    ("never_composed.py", None, GREY, {}, None, "encoder"),
    ("composed.py", None, GREY, {}, None, "encoder"),
    ("composed_by_arguments.py", None, [3, 16, 16], {}, None, "encoder"),
    ("lightning.py", None, ROW, {}, None, "encoder"),
    ("lightning_training_step.py", None, ROW, {}, None, "down"),
    ("sequential_of_classes.py", None, GREY, {}, None, lambda m, x: m[0](x)),
    ("lightning_no_forward.py", None, GREY, {}, None, "encoder"),
    ("inheritance.py", None, GREY, {}, None, "encoder"),
    ("several_by_name.py", "Medium", ROW, {}, None, "encoder"),
    ("several_last_constructed.py", None, GREY, {}, None, "to_code"),
    ("several_by_shape.py", None, COLOUR, {}, None, "down"),
    ("helper_functions.py", None, COLOUR, {}, None, "pool"),
    ("comprehension_pixelshuffle.py", None, GREY, {}, None, "encoder"),
    ("config_dict.py", None, GREY, {}, None, "bottleneck"),
    ("weights_by_hand.py", None, GREY, {}, None, "fc_code"),
    ("branches.py", None, GREY, {}, None, "code"),
    ("notebook_redefined.ipynb", None, GREY, {}, None, "codificador"),
    ("notebook_broken_cells.ipynb", None, GREY, {}, None, "fc1"),
    ("crop_module.py", None, GREY, {}, None, "encoder"),
    ("sequential_subclass.py", None, GREY, {}, None, "e"),
    ("setattr_getattr.py", None, GREY, {}, None,
     lambda m, x: F.relu(m.down2(F.relu(m.down1(F.relu(m.down0(x))))))),
    ("constructed_in_main.py", None, ROW, {}, None,
     lambda m, x: torch.sigmoid(m.encoder_output_layer(F.relu(m.encoder_hidden_layer(x))))),
    ("size_by_trial.py", None, GREY, {}, None, "fc"),
    ("module_dict.py", None, ROW, {}, "recon", lambda m, x: m.encode(x)),
    ("list_slices.py", None, ROW, {}, 0, 1),
    ("either_construction.py", None, GREY, {}, 0, 1),
    ("indexed_sequential.py", None, GREY, {}, None, lambda m, x: m.encode(x)),
    ("squeeze_unsqueeze.py", None, GREY, {}, None, "enc_fc"),
    ("lightning_parts.py", None, ROW, {}, None, "encoder"),
    ("oddly_laid_out.py", None, ROW, {}, None, "f"),
    ("mixin.py", None, ROW, {}, None, lambda m, x: m.encode(x)),
    ("unet.py", None, GREY, {}, None, "out"),
    ("two_names.py", None, ROW, {}, None, "encoder"),
    ("vae_linear.py", None, GREY, {}, 0, 1),
    ("vae_convolutional.py", None, GREY, {}, 0, 2),
    ("vae_chunk.ipynb", None, GREY, {}, 0, 1),
    ("vae_normal.py", None, ROW, {}, 0, 1),
    ("in_place.py", None, GREY, {}, None, "code"),
]
TOGETHER = ("composed_by_arguments.py", "never_composed.py")  # their halves are drawn one after the other
MADE_IN_MAIN = {"constructed_in_main.py": ("AE", {"input_shape": 784})}
BY_HAND = ("weights_by_hand.py",)  # has initial weights of its own
CLASSES = {"several_by_shape.py": "Model", "required_by_set.py": "AutoEncoder"}  # nothing constructs them


def stub(name, **values):
    module = types.ModuleType(name)
    for key, value in values.items():
        setattr(module, key, value)
    sys.modules[name] = module


class LightningModule(nn.Module):
    def save_hyperparameters(self):
        pass


stub("pytorch_lightning", LightningModule=LightningModule)
stub("lightning", LightningModule=LightningModule)


def cells(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if not path.endswith(".ipynb"):
        return [text]
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]


def run(path):
    """The file's names after it has run."""
    names = {"__name__": "classes"}
    argv, sys.argv = sys.argv, [path]  # a file may read its own
    for cell in cells(path):
        plain = "\n".join(line if line.lstrip()[:1] not in ("%", "!") else "" for line in cell.split("\n"))
        try:
            statements = ast.parse(plain).body
        except SyntaxError:
            continue
        for statement in statements:
            if path.endswith(TOGETHER) is (len(names) == 1):
                torch.manual_seed(42)
            try:
                exec(compile(ast.Module([statement], []), path, "exec"), names)
            except (Exception, SystemExit):
                pass
    sys.argv = argv
    return names


class Pair(nn.Module):
    """An encoder and a decoder that the file never puts together."""

    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, x):
        return self.decoder(self.encoder(x))


def construct(file, wanted, given):
    names = run(os.path.join(FOLDER, file))
    wanted = wanted or CLASSES.get(file)
    torch.manual_seed(42)
    if file in MADE_IN_MAIN:
        wanted, given = MADE_IN_MAIN[file]
    if wanted:
        return names[wanted](**given)
    ours = [value for value in names.values() if isinstance(value, type) and value.__module__ == "classes"]
    made = [value for value in names.values() if isinstance(value, nn.Module) and type(value).__module__ == "classes"]
    if file == "sequential_of_classes.py":
        return names["model"]
    if file == "never_composed.py":
        return Pair(names["encoder"], names["decoder"])
    model = made[-1] if made else ours[-1]()
    if file == "lightning_training_step.py":  # the way of its training_step
        model.forward = lambda x: model.up(model.down(x))
        return model
    if isinstance(model, LightningModule):
        return Pair(model.encoder, model.decoder)
    return model


def aliases(model):
    """The names of tensors that have another one before, and that one."""
    seen, found = {}, {}
    for name, tensor in model.state_dict().items():
        first = seen.setdefault(tensor.data_ptr(), name)
        if first != name:
            found[name] = first
    return found


def move(model):
    """Numbers of tensor i (of floats, in the state dict's order) from u, uniform in [0, 1), of seed 16 + i:
    of two dimensions or more (2u - 1) sqrt(3 / fan in); running_var and a norm's weight 1 + (2u - 1) / 4;
    of other tensors (2u - 1) / 4. Counters are 3. A tensor that has two names has one set of numbers."""
    at = 0
    again = aliases(model)
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if name in again:
                continue
            if not tensor.is_floating_point():
                tensor.fill_(3)
                continue
            step = uniform(16 + at, tensor.numel()) * np.float32(2) - np.float32(1)
            if tensor.dim() > 1:
                values = step * np.sqrt(np.float32(3) / np.float32(tensor[0].numel()))
            else:
                one = name.endswith(("weight", "running_var"))
                values = step * np.float32(0.25) + np.float32(1 if one else 0)
            tensor.copy_(torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape))
            at += 1


def evaluate(model, x, place, code):
    """Outputs and codes; `code` is a place in the tuple, or a member, whose output it is."""
    kept = {}
    handle = None
    if isinstance(code, str):
        handle = getattr(model, code).register_forward_hook(
            lambda module, given, made: kept.update(codes=made))
    drawn = torch.randn_like
    torch.randn_like = torch.zeros_like
    try:
        with torch.no_grad():
            made = model(x)
    finally:
        torch.randn_like = drawn
        if handle:
            handle.remove()
    if isinstance(code, int):
        kept["codes"] = made[code]
    elif callable(code):
        with torch.no_grad():
            kept["codes"] = code(model, x)
    kept["outputs"] = made if place is None else made[place]
    return kept


def record(case):
    file, wanted, shape, given, place, code = case
    model = construct(file, wanted, given).eval()
    floats = torch.cat([t.flatten() for t in model.state_dict().values() if t.is_floating_point()])
    initial = {} if file in BY_HAND else {"all": sample(floats)}
    move(model)
    state = model.state_dict()
    x = torch.from_numpy(uniform(1, IMAGES * int(np.prod(shape))).reshape(IMAGES, *shape))
    own = evaluate(model, x, place, code)
    exact = evaluate(model.double(), x.double(), place, code)
    assert exact["outputs"].numel() == x.numel(), (file, exact["outputs"].shape)
    return {
        "name": file, "class": wanted, "shape": shape, "set": given, "images": IMAGES, "batch": IMAGES,
        "signed": False, "classes": 0, "variational": file.startswith("vae_"),
        "tensors": {name: list(t.shape) for name, t in state.items()}, "aliases": aliases(model),
        "initial": initial, "evaluated": {name: sample(t, own[name]) for name, t in exact.items()},
    }


if __name__ == "__main__":
    rows = [record(case) for case in CASES]
    names = [row["name"] for row in rows]
    found = sorted(f for f in os.listdir(FOLDER) if not f.startswith("refused_"))
    assert sorted(names) == found, set(found) ^ set(names)
    text = {"origin": f"PyTorch {torch.__version__}, float64, one thread; python3 tests/makers/classes.py",
            "cases": rows}
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb", mtime=0, compresslevel=9) as file:
        file.write(json.dumps(text, separators=(",", ":")).replace('{"name"', '\n{"name"').encode())
    path = os.path.join(HERE, "..", "parity", "classes.json.gz")
    with open(path, "wb") as file:
        file.write(made.getvalue())
    print(f"{path}: {len(rows)} classes, {len(made.getvalue())} bytes")
    for row in rows:
        off = [r[-1] for r in row["evaluated"].values() if len(r) > 7]
        print(f"{row['name']:32} {sum(int(np.prod(s)) for s in row['tensors'].values()):8} numbers"
              + (f", PyTorch's float32 is {max(off):g} from float64" if off else ""))
