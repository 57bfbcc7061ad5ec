"""The notation's spellings: the same text, read by Python as PyTorch's modules and by embudo, gives
the same shapes, outputs and gradients, or is refused by both."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, need, path, run  # noqa: E402

np, torch, safetensors = need("numpy", "torch", "safetensors.torch")
gradients = os.environ.get("EMBUDO_GRADIENTS", "")
torch.set_num_threads(1)

# Encoders of images of 2 x 9 x 7, and how many numbers leave them.
convolutions = [
    "Conv2d(2, 3, 3, padding='same')", "Conv2d(2, 3, 2, padding='same')",
    "Conv2d(2, 3, (4, 3), padding='same')", "Conv2d(2, 3, (2, 4), dilation=(3, 1), padding='same')",
    "Conv2d(2, 3, (1, 6), 1, 'same', bias=None)", "Conv2d(2, 4, 4, 1, 'same', 2, 2)",
    "Conv2d(2, 3, [3, 2], padding='valid', stride=[2, 1])", "Conv2d(2, 3, 3, padding=[1, 2], bias=0)",
    "Conv2d(2, 3, 3, bias=1)", "Conv2d(2, 3, (12, 14), padding='same')",
    "Conv2d(2, 3, 3, stride=(2,), padding=[1])", "Conv2d(2, 3, 3, bias='', padding_mode='zeros', device=None)",
    "ConvTranspose2d(2, 3, 3, [2], (1,), output_padding=[1], bias=())",
]
activations = [
    "LeakyReLU(), Flatten()", "Flatten(), Linear(126, 9), LeakyReLU(0.2, True)",
    "LeakyReLU(inplace=False, negative_slope=-.5), Conv2d(2, 3, 3), LeakyReLU(0), Flatten()",
    "ELU(), Flatten()", "Flatten(), Linear(126, 9), ELU(-0.7)", "Flatten(), Linear(126, 9), ELU(2, inplace=True)",
    "Hardtanh(), Flatten()", "Flatten(), Linear(126, 9), Hardtanh(-.1, .2)", "Hardtanh(max_val=0.5), Flatten()",
]
reshapes = [
    "Flatten(start_dim=1)", "Flatten(1, -1)", "Flatten(-3)", "Flatten(1, 3)", "Flatten(1, 2), Flatten()",
    "Flatten(2), Flatten()", "Flatten(2, 2), Flatten()", "Flatten(-2, -1), Tanh(), Flatten()",
    "Flatten(), Unflatten(1, (126,))", "Flatten(), Unflatten(1, [-1])",
    "Flatten(), Unflatten(1, (6, 21)), Tanh(), Flatten()",
    "Flatten(), Unflatten(1, (2, -1, 7)), Tanh(), Flatten()",
    "Flatten(), Unflatten(-1, (3, 2, 3, 7)), Tanh(), Flatten(1, 2), ReLU(True), Flatten(start_dim=1)",
    "Flatten(), Unflatten(1, torch.Size([2, 63])), Tanh(), Flatten()",
    "Unflatten(2, (3, -1)), Tanh(), Flatten()", "Unflatten(1, (2, 1)), Tanh(), Flatten(2, 3), Flatten()",
    "Flatten(), Unflatten(1, (6, 21)), Unflatten(2, (-1, 7)), Flatten()",
    "Flatten(), Unflatten(dim=1, unflattened_size=(2, 9, 7)), Conv2d(2, 1, 3), Flatten()",
    "Identity(54, unused_argument1=0.1, unused_argument2=False), Flatten()",
]
refused = [
    "Hardtanh(1, 1), Flatten()", "Hardtanh(2), Flatten()", "LeakyReLU('a'), Flatten()",
    "Conv2d(2, 3, 3, stride=2, padding='same'), Flatten()", "Conv2d(2, 3, 3, padding='full'), Flatten()",
    "ConvTranspose2d(2, 3, 3, padding='same'), Flatten()", "Flatten(1, 4)", "Flatten(3, 2)",
    "Flatten(-5)", "Flatten(), Unflatten(1, (5, 5))", "Flatten(), Unflatten(1, (-1, -1))",
    "Flatten(), Unflatten(1, (-1, 5))", "Flatten(), Unflatten(2, (2, 63))",
    "Flatten(), Unflatten(1, 126)", "Unflatten(1, (2, 2)), Flatten()",
    "Flatten(), Linear(126, 4, bias=True, 3)", "Flatten(1 2)", "Conv2d(2, 3, 3, padding=()), Flatten()",
    "Conv2d(2, 3, (3,)), Flatten()", "Identity(1 2), Flatten()", "Identity([1, 2), Flatten()",
]
names = {name: getattr(torch.nn, name) for name in (
    "Conv2d", "ConvTranspose2d", "Linear", "Tanh", "ReLU", "LeakyReLU", "ELU", "Hardtanh",
    "Sigmoid", "Flatten", "Unflatten",
    "Identity", "Sequential")} | {"torch": torch}
images = np.random.default_rng(5).uniform(-1, 1, (40, 2, 9, 7)).astype(np.float32)
np.savez(path("images.npz"), x_train=images, x_test=images[:1])  # all of it is training data


def build(layers):
    torch.manual_seed(3)
    encoder = eval(f"Sequential({layers})", names)
    encoder(torch.from_numpy(images))  # shapes are only known now
    return encoder


def write(name, layers, count):
    with open(path(name), "w") as file:
        file.write(f"input = 2, 9, 7\nencoder = Sequential({layers})\n"
                   f"decoder = Sequential(Linear({count}, 126), Unflatten(1, (2, 9, -1)))\n")


def compare(layers):
    encoder = build(layers)
    codes = encoder(torch.from_numpy(images))
    decoder = torch.nn.Sequential(torch.nn.Linear(codes.shape[1], 126),
                                  torch.nn.Unflatten(1, (2, 9, -1)))
    model = torch.nn.ModuleDict({"encoder": encoder, "decoder": decoder})
    made = decoder(codes)
    torch.nn.functional.mse_loss(made, torch.from_numpy(images)).backward()
    write("net.net", layers, codes.shape[1])
    safetensors.save_file(model.state_dict(), path("dict.safetensors"))
    run("import", "dict.safetensors", "--notation", "net.net", "-o", "model.safetensors")
    run("encode", "model.safetensors", "images.npz", "--split", "all", "-o", "codes.npy")
    run("reconstruct", "model.safetensors", "images.npz", "--split", "all", "-o", "made.npy")
    for what, ours, theirs in (("codes", "codes.npy", codes), ("reconstructions", "made.npy", made)):
        ours, theirs = np.load(path(ours))[:40], theirs.detach().numpy()
        check(ours.shape == theirs.shape and np.abs(ours - theirs).max() <= 2e-6,
              f"{layers}: {what} differ")
    done = subprocess.run([gradients, path("model.safetensors"), path("images.npz"), path("grad.safetensors")],
                          capture_output=True, text=True)
    check(done.returncode == 0, f"{layers}: {done.stderr}")
    ours = safetensors.load_file(path("grad.safetensors"))
    for name, parameter in model.named_parameters():
        error = float((ours[name] - parameter.grad).abs().max() / parameter.grad.abs().max())
        check(error <= 2e-5, f"{layers}: gradients of {name} differ by {error:g}")
    export(layers, codes.detach().numpy())


def export(layers, codes):
    """What is exported says the same."""
    try:
        import onnxruntime
    except ImportError:
        return
    run("export", "model.safetensors", "--onnx", "-o", ".", "--part", "encoder")
    session = onnxruntime.InferenceSession(path("encoder.onnx"), providers=["CPUExecutionProvider"])
    theirs = session.run(None, {session.get_inputs()[0].name: images})[0]
    check(theirs.shape == codes.shape and np.abs(theirs - codes).max() <= 2e-6,
          f"{layers}: exported as ONNX")


check(gradients, "no gradients were compared: EMBUDO_GRADIENTS is not set")
for layers in convolutions:
    compare(f"{layers}, Tanh(), Flatten()")
for layers in activations + reshapes:
    compare(layers)
for layers in refused:
    write("bad.net", layers, 4)
    error = run("info", "bad.net", code=1)
    check(error.startswith("embudo: bad.net:2") or error.startswith("bad.net:2"), f"{layers}: said '{error}'")
    try:
        build(layers)
    except Exception:
        continue
    check(False, f"{layers}: PyTorch takes it")
finish()
