"""Activations both ways: what PyTorch's two exporters write is imported as the layer that it was, what
embudo writes runs in onnxruntime and is read back. All against PyTorch's own numbers, to 1e-5.
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

# After a convolution of 2x8x8 to 4x6x6, and then after a Linear; with True, TorchScript drops the threshold.
curves = [
    ("ReLU6()",), ("SiLU()",), ("GELU()",), ("GELU(approximate='tanh')",), ("Mish()",), ("Hardswish()",), ("Softplus()",),
    ("Softplus(beta=2.0)",), ("Softplus(beta=0.5, threshold=1.0)", True), ("PReLU()",), ("PReLU(num_parameters=4)",),
    ("Hardtanh(min_val=0.1, max_val=float('inf'))",), ("LeakyReLU(negative_slope=0.2)",), ("ELU(alpha=1.5)",),
    ("Softmax(dim=1)",), ("Softmax(dim=2)",), ("Softmax(dim=3)",), ("LogSoftmax(dim=1)",), ("LogSoftmax(dim=3)",),
]


def export(model, x, where, dynamo, opset):
    noise = io.StringIO()
    batch = {"dynamic_shapes": ({0: torch.export.Dim("batch")},), "verbose": False} if dynamo else {
        "dynamic_axes": {"x": {0: "batch"}}, "input_names": ["x"]}
    with redirect_stdout(noise), redirect_stderr(noise):
        torch.onnx.export(model, (x,), where, dynamo=dynamo, opset_version=opset, **batch)


def encoded(model, x):
    np.save(path("x.npy"), x)
    run("encode", model, "x.npy", "--split", "all", "-o", "y.npy")
    return np.load(path("y.npy"))


x = torch.randn(5, 2, 8, 8) * 3 + 0.5
for turn, (text, *rest) in enumerate(curves):
    row = text if "dim=" not in text and "num" not in text else "Tanh()"
    model = nn.Sequential(nn.Conv2d(2, 4, 3), eval("nn." + text), nn.Flatten(), nn.Linear(144, 8), eval("nn." + row)).eval()
    for name, p in model.named_parameters():
        p.data = torch.randn_like(p) * 0.3
    wanted = model(x).detach().numpy()
    # From opset 20 on there is a Gelu; the others' two are exported in turn.
    newer = (18, 21) if "GELU" in text else ((18, 21)[turn % 2],)
    for dynamo, opset in ((False, 12), (False, 17), *((True, opset) for opset in newer)):
        if rest and not dynamo:
            continue
        export(model, x, path("m.onnx"), dynamo, opset)
        notation = run("import", "m.onnx", "--part", "encoder", "-o", "m.safetensors")
        what = f"{text}, {'dynamo' if dynamo else 'TorchScript'}, opset {opset}"
        worst = abs(encoded("m.safetensors", x.numpy()) - wanted).max()
        check(worst <= 1e-5 * max(1, abs(wanted).max()), f"{what}: the import differs by {worst:g}\n{notation}")
        check(text in notation, f"{what}: is imported as\n{notation}")
    with open(path("n.net"), "w") as file:
        file.write(f"input = 2, 8, 8\nencoder = Sequential(Conv2d(2, 4, 3), {text}, Flatten(), Linear(144, 8), {row})\n")
    safetensors.save_file({"encoder." + k: v.contiguous() for k, v in model.state_dict().items()}, path("d.safetensors"))
    run("import", "d.safetensors", "--notation", "n.net", "-o", "s.safetensors")
    worst = abs(encoded("s.safetensors", x.numpy()) - wanted).max()
    check(worst <= 1e-5 * max(1, abs(wanted).max()), f"{text}: the state dict differs by {worst:g}")
    run("export", "s.safetensors", "--onnx", "-o", ".")
    onnx.checker.check_model(path("encoder.onnx"), full_check=True)
    session = ort.InferenceSession(path("encoder.onnx"), providers=["CPUExecutionProvider"])
    given = np.asarray(session.run(None, {session.get_inputs()[0].name: x.numpy()})[0])
    worst = abs(given - wanted).max()
    check(worst <= 1e-5 * max(1, abs(wanted).max()), f"{text}: the export differs by {worst:g} in onnxruntime")
    again = run("import", "encoder.onnx", "--part", "encoder", "-o", "t.safetensors")
    check(text in again, f"{text}: its own export is imported as\n{again}")

finish()
