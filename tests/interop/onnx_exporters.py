"""Model files as people have them, from PyTorch's two ONNX exporters, with onnxruntime as judge.

Each kind is a network of random shapes, exported by both exporters, plainly and with its weights in
a file beside it: what embudo imports computes what onnxruntime does, to 1e-5, or the file is refused
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

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, folder, need, path, run  # noqa: E402

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
np, onnx, ort, torch, _ = need("numpy", "onnx", "onnxruntime", "torch", "onnxscript")
from torch import nn  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(1)
ort.set_default_logger_severity(3)


# ---- networks -----------------------------------------------------------------------------------

class Call(nn.Module):
    """Modules and a function of them."""

    def __init__(self, forward, **modules):
        super().__init__()
        self.call = forward
        for name, module in modules.items():
            setattr(self, name, module)

    def forward(self, x):
        return self.call(self, x)


def activation(r):
    return r.choice([nn.ReLU, nn.Tanh, nn.Sigmoid])()


def mlp(r, i, o):
    hidden = r.randint(8, 40)
    return nn.Sequential(nn.Linear(i, hidden), activation(r), nn.Linear(hidden, o))


def conv_encoder(r, channels, latent, size, batch_norm=False):
    a, b = r.randint(2, 6), r.randint(2, 6)
    layers = [nn.Conv2d(channels, a, 3, 2, 1)] + [nn.BatchNorm2d(a)] * batch_norm + [activation(r)]
    layers += [nn.Conv2d(a, b, 3, 2, 1), activation(r), nn.Flatten()]
    side = (size + 3) // 4
    return nn.Sequential(*layers, nn.Linear(b * side * side, latent)), b, side


def conv_decoder(r, channels, latent, b, side):
    a = r.randint(2, 6)
    return nn.Sequential(
        nn.Linear(latent, b * side * side), activation(r), nn.Unflatten(1, (b, side, side)),
        nn.ConvTranspose2d(b, a, 3, 2, 1, 1), activation(r),
        nn.ConvTranspose2d(a, channels, 3, 2, 1, 1), nn.Sigmoid())


def autoencoder(r, channels, size, batch_norm=False):
    latent = r.randint(2, 6)
    encoder, b, side = conv_encoder(r, channels, latent, size, batch_norm)
    return nn.Sequential(encoder, conv_decoder(r, channels, latent, b, side))


def warm(model, *shape):
    """Batch normalisation with numbers of its own."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm2d, nn.BatchNorm1d)):
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    return model


def plain_mlp(r):
    n = r.randint(6, 30)
    return mlp(r, n, r.randint(2, 9)), [n]


def wide_mlp(r):
    """Its first layer alone has more numbers than its model file has bytes."""
    n = r.randint(400, 800)
    return nn.Sequential(nn.Linear(n, 512), nn.ReLU(), nn.Linear(512, 8), nn.ReLU(),
                         nn.Linear(8, n), nn.Sigmoid()), [n]


def mlp_on_images(r):
    h, w = r.randint(5, 20), r.randint(5, 20)
    return Call(lambda m, x: m.d(m.e(x.flatten(1))).reshape(-1, h, w),
                e=mlp(r, h * w, 3), d=mlp(r, 3, h * w)), [h, w]


def mlp_on_channels(r):
    h, w = r.randint(5, 20), r.randint(5, 20)
    return nn.Sequential(nn.Flatten(), mlp(r, h * w, 4), mlp(r, 4, h * w),
                         nn.Unflatten(1, (1, h, w))), [1, h, w]


def conv_autoencoder(r):
    size = 4 * r.randint(2, 6)
    return autoencoder(r, r.choice([1, 3]), size), None


def normalised_autoencoder(r):
    size = 4 * r.randint(2, 6)
    channels = r.choice([1, 3])
    return warm(autoencoder(r, channels, size, True)), [channels, size, size]


def classifier(r):
    size = 4 * r.randint(2, 6)
    return nn.Sequential(conv_encoder(r, 1, 16, size)[0], nn.ReLU(), nn.Dropout(0.3),
                         nn.Linear(16, 10)), [1, size, size]


def encoder_alone(r):
    size = 4 * r.randint(2, 6)
    return conv_encoder(r, 3, r.randint(2, 9), size)[0], [3, size, size]


def channels_last(r):
    """Takes and gives [N, H, W, C]."""
    size, channels = 4 * r.randint(2, 6), r.choice([1, 3])
    return Call(lambda m, x: m.a(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1),
                a=autoencoder(r, channels, size)), [size, size, channels]


def channels_last_mlp(r):
    """Never looks at the channels."""
    h, w, c = r.randint(5, 12), r.randint(5, 12), r.choice([1, 3])
    return Call(lambda m, x: m.d(m.e(x.reshape(x.shape[0], -1))).reshape(-1, h, w, c),
                e=mlp(r, h * w * c, 3), d=mlp(r, 3, h * w * c)), [h, w, c]


def channels_last_inside(r):
    """Flattens channels-last, as models from Keras do, and back."""
    size = 4 * r.randint(2, 5)
    conv, up = nn.Conv2d(1, 4, 3, 2, 1), nn.ConvTranspose2d(4, 1, 2, 2)
    n = 4 * (size // 2) ** 2

    def forward(m, x):
        y = torch.tanh(m.conv(x)).permute(0, 2, 3, 1).flatten(1)
        y = F.relu(m.d(m.e(y))).reshape(-1, size // 2, size // 2, 4).permute(0, 3, 1, 2)
        return torch.sigmoid(m.up(y))
    return Call(forward, conv=conv, up=up, e=nn.Linear(n, 5), d=nn.Linear(5, n)), [1, size, size]


def divides_by_255(r):
    size = 4 * r.randint(2, 6)
    return Call(lambda m, x: m.a(x / 255), a=autoencoder(r, 1, size)), [1, size, size]


def standardises(r):
    size, c = 4 * r.randint(2, 5), r.choice([1, 3])
    mean, std = torch.rand(c, 1, 1), torch.rand(c, 1, 1) + 0.5
    return Call(lambda m, x: m.a((x - mean) / std), a=autoencoder(r, c, size)), [c, size, size]


def scales_output(r):
    size = 4 * r.randint(2, 5)
    return Call(lambda m, x: m.a(x * 2 - 1) * 0.5 + 0.5, a=autoencoder(r, 1, size)), [1, size, size]


def unsqueezes(r):
    size = 4 * r.randint(2, 6)
    return Call(lambda m, x: m.a(x.unsqueeze(1)).squeeze(1),
                a=autoencoder(r, 1, size)), [size, size]


def pads(r):
    size = r.randint(6, 12)
    around = [r.randint(0, 2) for _ in range(4)]
    conv = nn.Conv2d(2, 3, 3)
    made = conv(F.pad(torch.rand(1, 2, size, size), around)).flatten(1).shape[1]
    return Call(lambda m, x: m.e(torch.tanh(m.conv(F.pad(x, around))).flatten(1)),
                conv=conv, e=nn.Linear(made, 3)), [2, size, size]


def transposed_weights(r):
    n = r.randint(6, 20)
    tied = nn.Parameter(torch.rand(5, n) - 0.5)
    model = Call(lambda m, x: torch.sigmoid(torch.tanh(x @ m.w.t() * 0.5) @ m.w + m.b))
    model.w, model.b = tied, nn.Parameter(torch.rand(n))
    return model, [n]


def signals(r):
    n = 2 * r.randint(4, 20)
    return nn.Sequential(nn.Conv1d(2, 4, 3, 2, 1), nn.Tanh(), nn.Flatten(),
                         nn.Linear(4 * n // 2, 3)), [2, n]


kinds = [plain_mlp, wide_mlp, mlp_on_images, mlp_on_channels, conv_autoencoder,
         normalised_autoencoder, classifier, encoder_alone, channels_last, channels_last_mlp,
         channels_last_inside, divides_by_255, standardises, scales_output, unsqueezes, pads,
         transposed_weights, signals]


# What no layer covers: refused, with what to do.
def pooled(r):
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.Flatten()), [1, 8, 8], "stride"


def leaky(r):
    return nn.Sequential(nn.Linear(4, 3), nn.LeakyReLU()), [4], "ReLU"


def shares(r):
    return nn.Sequential(nn.Linear(4, 3), nn.Softmax(1)), [4], "logits"


def clipped(r):
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU6()), [4], "Sigmoid"


def enlarged(r):
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.Upsample(scale_factor=2)), [1, 8, 8], \
        "ConvTranspose2d"


def residual(r):
    return Call(lambda m, x: x + m.l(x), l=nn.Linear(4, 4)), [4], "chain of layers"


refused = [pooled, leaky, shares, clipped, enlarged, residual]


# ---- exporting ----------------------------------------------------------------------------------

def export(model, x, where, dynamo, **options):
    noise = io.StringIO()
    os.makedirs(os.path.dirname(where), exist_ok=True)
    with redirect_stdout(noise), redirect_stderr(noise):
        torch.onnx.export(model.eval(), (x,), where, dynamo=dynamo,
                          **({"verbose": False} if dynamo else {}), **options)


def compare(where, x, what, tolerance=1e-5):
    """What embudo makes of the file against what onnxruntime does."""
    # The file by its bytes would hide where its weights are.
    session = ort.InferenceSession(where, providers=["CPUExecutionProvider"])
    wanted = np.asarray(session.run(None, {session.get_inputs()[0].name: x})[0])
    given = x.astype(np.float32)
    notation = run("import", where, "-o", "m.safetensors")
    shape = [int(n) for n in notation.split("input = ")[1].split("\n")[0].split(",")]
    # As embudo has images: channels first.
    if x.ndim == 4 and list(x.shape[1:]) != shape and sorted(x.shape[1:]) == sorted(shape):
        given = given.transpose(0, 3, 1, 2)
        if wanted.ndim == 4:
            wanted = wanted.transpose(0, 3, 1, 2)
    np.save(path("x.npy"), np.ascontiguousarray(given.reshape(len(x), *shape)))
    parts = [line.split(" = ")[0] for line in notation.splitlines() if "Sequential" in line]
    command = "reconstruct" if "decoder" in parts else "encode"
    if "classifier" in parts:
        # Logits are what an encoder gives.
        run("import", where, "--part", "encoder", "-o", "m.safetensors")
        command = "encode"
    run(command, "m.safetensors", "x.npy", "--split", "all", "-o", "y.npy")
    made = np.load(path("y.npy"))
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


def attempt(kind, seed):
    r = random.Random(1000 * seed + kinds.index(kind))
    torch.manual_seed(seed)
    model, shape = kind(r)
    if shape is None:
        first = next(m for m in model.modules() if isinstance(m, nn.Conv2d))
        shape = [first.in_channels, *size_of(model)]
    x = torch.rand(3, *shape) * (255 if kind is divides_by_255 else 1)
    worst = 0.0
    for dynamo in (False, True):
        what = f"{kind.__name__} {seed}, {'dynamo' if dynamo else 'TorchScript'}"
        where = path(f"{kind.__name__}-{dynamo}", "model.onnx")
        variants = [{}]
        if dynamo:
            variants += [{"dynamic_shapes": ({0: torch.export.Dim.DYNAMIC},)},
                         {"external_data": False}]
        else:
            variants += [{"dynamic_axes": {"x": {0: "n"}}, "input_names": ["x"],
                          "opset_version": r.choice([13, 14, 17, 18])},
                         {"do_constant_folding": False}]
        for options in variants:
            export(model, x, where, dynamo, **options)
            worst = max(worst, compare(where, x.numpy(), f"{what} {options}"))
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


def halves(seed):
    """Weights and graphs of 16 bits."""
    torch.manual_seed(seed)
    model, x = nn.Sequential(nn.Linear(12, 6), nn.Tanh(), nn.Linear(6, 3)), torch.rand(3, 12)
    for dynamo in (False, True):
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


only = os.environ.get("EMBUDO_KINDS")
for seed in range(int(os.environ.get("EMBUDO_SEEDS", "2"))):
    for kind in [k for k in kinds if not only or k.__name__ in only.split(",")]:
        try:
            worst = attempt(kind, seed)
        except AssertionError as error:
            check(False, f"{kind.__name__} {seed}: {error}")
            continue
        print(f"{kind.__name__} {seed}: within {worst:.2g} of onnxruntime")
    halves(seed)
for kind in refused:
    model, shape, advice = kind(random.Random(0))
    for dynamo in (False, True):
        export(model, torch.rand(3, *shape), path("refused", "model.onnx"), dynamo)
        said = run("import", "refused/model.onnx", "-o", "m.safetensors", code=1)
        check(advice in said and "\n" not in said, f"{kind.__name__}: said '{said}'")
finish()
