"""Normalisations both ways: what PyTorch's two exporters write is imported, what embudo writes runs in
onnxruntime, and state dicts go to and fro. All against PyTorch's own numbers, to 1e-5.
"""
import io
import logging
import os
import sys
import warnings
from contextlib import redirect_stderr, redirect_stdout

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, need, path, run  # noqa: E402

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
np, onnx, ort, torch, safetensors, _ = need("numpy", "onnx", "onnxruntime", "torch", "safetensors.torch", "onnxscript")
from torch import nn  # noqa: E402

torch.set_num_threads(1)
torch.manual_seed(1)
ort.set_default_logger_severity(3)

# After a convolution of 2x8x8 to 4x6x6, and what is expected of the imported notation.
images = [
    ("GroupNorm(2, 4)",), ("GroupNorm(1, 4, eps=0.01)",), ("GroupNorm(4, 4)",), ("GroupNorm(2, 4, affine=False)",),
    ("LayerNorm((4, 6, 6))",), ("LayerNorm((6, 6), bias=False)",), ("LayerNorm(6)",),
    ("LayerNorm(6, elementwise_affine=False)",), ("InstanceNorm2d(4)",), ("InstanceNorm2d(4, affine=True)",),
]
# After a Linear of 128 to 8.
rows = [("GroupNorm(2, 8)",), ("GroupNorm(1, 8, affine=False)",), ("LayerNorm(8)",), ("LayerNorm(8, eps=0.1, bias=False)",),
        ("LayerNorm(8, elementwise_affine=False)",)]

# BatchNorm behind a layer that takes it over, and behind one that does not.
folded = [
    ("Conv2d(2, 4, 3, bias=False), BatchNorm2d(4), ReLU()", True), ("ConvTranspose2d(2, 4, 3, groups=2), BatchNorm2d(4)", True),
    ("Conv2d(2, 4, 3), ReLU(), BatchNorm2d(4, eps=0.01)", False), ("Conv2d(2, 4, 3), BatchNorm2d(4, affine=False)", True),
    ("Flatten(), Linear(128, 8), BatchNorm1d(8), Tanh()", True), ("Flatten(), Linear(128, 8), Tanh(), BatchNorm1d(8)", False),
    ("Conv2d(2, 4, 3, padding=1), LeakyReLU(), BatchNorm2d(4), Conv2d(4, 3, 3, padding=1)", False),
    ("Conv2d(2, 4, 3), InstanceNorm2d(4, track_running_stats=True)", True),
    ("Conv2d(2, 4, 3), InstanceNorm2d(4, affine=True, track_running_stats=True), ReLU()", True),
]


def randomised(model):
    for name, p in model.named_parameters():
        p.data = torch.randn_like(p) * 0.5 + 0.3
    for name, b in model.named_buffers():
        if b.dtype.is_floating_point:
            b.copy_(torch.rand_like(b) + 0.5)
    return model.eval()

def networks():
    for (text,) in images:
        yield text, nn.Sequential(nn.Conv2d(2, 4, 3), eval("nn." + text), nn.ReLU()), f"Conv2d(2, 4, 3), {text}, ReLU()"
    for (text,) in rows:
        yield (text + " of a row", nn.Sequential(nn.Flatten(), nn.Linear(128, 8), eval("nn." + text), nn.Tanh()),
               f"Flatten(), Linear(128, 8), {text}, Tanh()")

def batch_norms():
    for text, folds in folded:
        model = nn.Sequential(*eval("[" + __import__("re").sub(r"([A-Z][A-Za-z0-9]*)\(", r"nn.\1(", text) + "]"))
        yield text, model, text, folds


def export(model, x, where, dynamo, opset, free=True):
    noise = io.StringIO()
    batch = {"dynamic_shapes": ({0: torch.export.Dim("batch")},), "verbose": False} if dynamo else {
        "dynamic_axes": {"x": {0: "batch"}}, "input_names": ["x"]}
    if not free:
        batch = {}
    with redirect_stdout(noise), redirect_stderr(noise):
        torch.onnx.export(model, (x,), where, dynamo=dynamo, opset_version=opset, **batch)

def encoded(model, x):
    np.save(path("x.npy"), x)
    run("encode", model, "x.npy", "--split", "all", "-o", "y.npy")
    return np.load(path("y.npy"))

x = torch.randn(5, 2, 8, 8) * 2 + 0.5
for turn, (name, model, text, folds) in enumerate([(*n, None) for n in networks()] + list(batch_norms())):
    randomised(model)
    wanted = model(x).detach().numpy()
    most = 1e-5 * max(1, abs(wanted).max())
    # Running statistics of instances are of a fixed number of images in the exporter that traces.
    tracked = "track_running_stats" in name
    exports = [(False, (11, 17)[turn % 2], not tracked)]
    if folds is None:  # each norm alone also as other opsets and a fixed batch have it, in turn
        exports += [(True, 18, turn % 2 == 0), (True, 21, turn % 2 != 0)]
    else:
        exports += [(True, 18, True)]
    for dynamo, opset, free in exports:
        export(model, x, path("m.onnx"), dynamo, opset, free)
        notation = run("import", "m.onnx", "--part", "encoder", "-o", "m.safetensors")
        made = encoded("m.safetensors", x.numpy())
        worst = abs(made.reshape(wanted.shape) - wanted).max()
        what = f"{name}, {'dynamo' if dynamo else 'TorchScript'}, opset {opset}, {'any' if free else 'a fixed'} batch"
        check(worst <= most, f"{what}: the import differs by {worst:g}\n{notation}")

        if folds is None:
            check(name.split(" of")[0] in notation, f"{what}: is imported as\n{notation}")
        else:
            check(("BatchNorm" in notation) != folds, f"{what}: is imported as\n{notation}")
    # PyTorch's state dict here, and from here as ONNX.
    with open(path("n.net"), "w") as file:
        file.write(f"input = 2, 8, 8\nencoder = Sequential({text})\n")
    safetensors.save_file({"encoder." + k: v.contiguous() for k, v in model.state_dict().items()}, path("d.safetensors"))
    run("import", "d.safetensors", "--notation", "n.net", "-o", "s.safetensors")
    check(abs(encoded("s.safetensors", x.numpy()).reshape(wanted.shape) - wanted).max() <= most, f"{name}: the state dict")
    run("export", "s.safetensors", "--onnx", "-o", ".")
    onnx.checker.check_model(path("encoder.onnx"), full_check=True)
    session = ort.InferenceSession(path("encoder.onnx"), providers=["CPUExecutionProvider"])
    given = np.asarray(session.run(None, {session.get_inputs()[0].name: x.numpy()})[0])
    check(abs(given.reshape(wanted.shape) - wanted).max() <= most, f"{name}: the export in onnxruntime")
    again = run("import", "encoder.onnx", "--part", "encoder", "-o", "t.safetensors")
    check(("BatchNorm" in again) != folds if folds is not None else name.split(" of")[0] in again,
          f"{name}: its own export is imported as\n{again}")
    run("import", "encoder.onnx", "--part", "encoder", "-o", "t.safetensors")
    check(abs(encoded("t.safetensors", x.numpy()).reshape(wanted.shape) - wanted).max() <= most, f"{name}: there and back")

finish()
