"""Model files as people have them, from one of PyTorch's two ONNX exporters, with onnxruntime as judge.

Each kind is a network of random shapes, exported plainly and with its weights in a file beside it: what embudo imports computes what onnxruntime does, to 1e-5, or the file is refused
with a line that says what to do. EMBUDO_SEEDS=N tries N seeds, 0 to N - 1; by default two.
"""
import io
import logging
import os
import random
import shutil
import sys
import warnings
from contextlib import redirect_stderr, redirect_stdout

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "../makers")]
from common import as_prepared, check, finish, folder, need, path, run  # noqa: E402

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
np, onnx, ort, torch, _ = need("numpy", "onnx", "onnxruntime", "torch", "onnxscript")
from torch import nn  # noqa: E402
from onnx_networks import Call, divides_by_255, kinds, refused  # noqa: E402

torch.set_num_threads(1)
ort.set_default_logger_severity(3)


def export(model, x, where, dynamo, **options):
    noise = io.StringIO()
    os.makedirs(os.path.dirname(where), exist_ok=True)
    with redirect_stdout(noise), redirect_stderr(noise):
        return torch.onnx.export(model.eval(), (x,), where, dynamo=dynamo,
                                 **({"verbose": False} if dynamo else {}), **options)


def variants(seed, dynamo, r):
    """The exporter's options, which do not depend on what a kind draws."""
    if dynamo:
        return [{"dynamic_shapes": ({0: torch.export.Dim.DYNAMIC},)} if seed % 2 else {}]
    if seed > 0:
        return [{}]
    return [{}, {"dynamic_axes": {"x": {0: "n"}}, "input_names": ["x"],
                 "opset_version": r.choice([13, 14, 17, 18])},
            {"do_constant_folding": False}]


def without_softmax(where):
    """The model up to its last Softmax, in a file beside it."""
    model = onnx.load(where)
    last = [n for n in model.graph.node if "Softmax" in n.op_type][-1]
    model.graph.output[0].name = last.input[0]
    model.graph.node.remove(last)
    bare = os.path.join(os.path.dirname(where), "bare.onnx")
    onnx.save(model, bare)
    return bare


def compare(where, x, what, tolerance=1e-5):
    """What embudo makes of the file against what onnxruntime does."""
    # The file by its bytes would hide where its weights are.
    session = ort.InferenceSession(where, providers=["CPUExecutionProvider"])
    wanted = np.asarray(session.run(None, {session.get_inputs()[0].name: x})[0])
    given = x.astype(np.float32)
    notation = run("import", where, "-o", "m.safetensors", notes=True)
    if "Softmax is left out" in notation:
        return compare(without_softmax(where), x, what, tolerance)
    shape = [int(n) for n in notation.split("input = ")[1].split("\n")[0].split(",")]
    # As embudo has images: channels first.
    if x.ndim == 4 and list(x.shape[1:]) != shape and sorted(x.shape[1:]) == sorted(shape):
        given = given.transpose(0, 3, 1, 2)
        if wanted.ndim == 4:
            wanted = wanted.transpose(0, 3, 1, 2)
    given = as_prepared(given, "m.safetensors", notation)
    np.save(path("x.npy"), np.ascontiguousarray(given.reshape(len(x), *shape)))
    parts = [line.split(" = ")[0] for line in notation.splitlines() if "Sequential" in line]
    command = "reconstruct" if "decoder" in parts else "encode"
    if "classifier" in parts:
        # Logits are what an encoder gives.
        notation = run("import", where, "--part", "encoder", "-o", "m.safetensors", notes=True)
        command = "encode"
    run(command, "m.safetensors", "x.npy", "--split", "all", "-o", "y.npy")
    made = as_prepared(np.load(path("y.npy")), "m.safetensors", notation, back=True)
    worst = float(np.abs(made.reshape(wanted.shape) - wanted.astype(np.float32)).max())
    check(worst <= tolerance, f"{what}: differs from onnxruntime by {worst:g}\n{notation}")
    return worst


def move_weights(where, into):
    """The model's weights in a file at another place, as onnx.save names it."""
    model = onnx.load(where)
    folder_of = os.path.dirname(where)
    target = os.path.join(folder_of, "moved.onnx")
    os.makedirs(os.path.dirname(os.path.join(folder_of, into)), exist_ok=True)
    onnx.save(model, target, save_as_external_data=True, all_tensors_to_one_file=True,
              location=os.path.basename(into), size_threshold=128)
    if os.path.dirname(into):
        shutil.move(os.path.join(folder_of, os.path.basename(into)), os.path.join(folder_of, into))
        model = onnx.load(target, load_external_data=False)
        for tensor in model.graph.initializer:
            for pair in tensor.external_data:
                if pair.key == "location":
                    pair.value = into
        onnx.save(model, target)
    return target


def attempt(kind, seed, dynamo):
    r = random.Random(1000 * seed + kinds.index(kind))
    torch.manual_seed(seed)
    model, shape = kind(r)
    if shape is None:
        first = next(m for m in model.modules() if isinstance(m, nn.Conv2d))
        shape = [first.in_channels, *size_of(model)]
    x = torch.rand(3, *shape) * (255 if kind is divides_by_255 else 1)
    worst = 0.0
    what = f"{kind.__name__} {seed}, {'dynamo' if dynamo else 'TorchScript'}"
    where = path(f"{kind.__name__}-{dynamo}", "model.onnx")
    for options in variants(seed, dynamo, r):
        # What the newer exporter makes takes a second to make and nothing to write: it is written both ways.
        made = export(model, x, where, dynamo, **options)
        worst = max(worst, compare(where, x.numpy(), f"{what} {options}"))
        if dynamo:
            inside = path(f"{kind.__name__}-{dynamo}", "inside.onnx")
            made.save(inside, external_data=False)
            worst = max(worst, compare(inside, x.numpy(), f"{what} {options}, weights inside"))
    for into in ("weights.bin", "sub/folder/w.bin", "./w.bin"):
        moved = move_weights(where, into)
        worst = max(worst, compare(moved, x.numpy(), f"{what}, weights in {into}"))
    # By its bytes, whatever its name.
    other = path(f"{kind.__name__}-{dynamo}", "model.bin")
    shutil.copy(where, other)
    worst = max(worst, compare(other, x.numpy(), f"{what}, as .bin"))
    return worst


def size_of(model):
    """Of a network without a Linear that fixes it: here all have one."""
    linear = next(m for m in model.modules() if isinstance(m, nn.Linear))
    channels = [m for m in model.modules() if isinstance(m, nn.Conv2d)][-1].out_channels
    side = 4 * int((linear.in_features / channels) ** 0.5)
    return side, side


def halves(seed, dynamo):
    """Weights and graphs of 16 bits."""
    torch.manual_seed(seed)
    model, x = nn.Sequential(nn.Linear(12, 6), nn.Tanh(), nn.Linear(6, 3)), torch.rand(3, 12)
    name = f"half {seed}, {'dynamo' if dynamo else 'TorchScript'}"
    where = path(f"half-{dynamo}", "model.onnx")
    export(model, x, where, dynamo)
    graph = onnx.load(where)
    # Stored in 16 bits, made wider by a Cast: exact.
    stored = onnx.ModelProto()
    stored.CopyFrom(graph)
    casts = []
    for tensor in stored.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        array = onnx.numpy_helper.to_array(tensor).astype(np.float16)
        old = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(array, old + "_16"))
        casts.append(onnx.helper.make_node("Cast", [old + "_16"], [old], to=1))
    for node in reversed(casts):
        stored.graph.node.insert(0, node)
    cast = path(f"half-{dynamo}", "cast.onnx")
    onnx.save(stored, cast)
    compare(cast, x.numpy(), f"{name}, weights of 16 bits")
    # The graph itself in float16: as close as those are.
    half = path(f"half-{dynamo}", "half.onnx")
    export(Call(lambda m, v: m.m(v.half()).float(), m=model.half()), x, half, dynamo)
    compare(half, x.numpy(), f"{name}, Cast at its ends", 2e-3)
    export(model, x.half(), half, dynamo)
    compare(half, x.half().numpy(), f"{name}, of float16", 2e-3)
    model = model.float()
    double = path(f"half-{dynamo}", "double.onnx")
    export(model.double(), x.double(), double, dynamo)
    compare(double, x.double().numpy(), f"{name}, of float64")
    model = model.float()


def all_of(dynamo):
    """Every kind, weights and graphs of 16 bits, and what is refused, by this exporter."""
    only = os.environ.get("EMBUDO_KINDS")
    for seed in range(int(os.environ.get("EMBUDO_SEEDS", "2"))):
        for kind in [k for k in kinds if not only or k.__name__ in only.split(",")]:
            try:
                worst = attempt(kind, seed, dynamo)
            except AssertionError as error:
                check(False, f"{kind.__name__} {seed}: {error}")
                continue
            print(f"{kind.__name__} {seed}: within {worst:.2g} of onnxruntime")
        halves(seed, dynamo)
    for kind in refused:
        model, shape, advice = kind(random.Random(0))
        export(model, torch.rand(3, *shape), path("refused", "model.onnx"), dynamo)
        said = run("import", "refused/model.onnx", "-o", "m.safetensors", code=1)
        check(advice in said and "\n" not in said, f"{kind.__name__}: said '{said}'")
    finish()
