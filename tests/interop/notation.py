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
    "Conv2d(2, 3, 3, padding=1, padding_mode='reflect')", "Conv2d(2, 3, 3, 2, (8, 3), padding_mode='reflect')",
    "Conv2d(2, 4, (3, 2), 1, 2, padding_mode='replicate', groups=2)",
    "Conv2d(2, 3, 3, 2, (17, 1), 2, padding_mode='replicate', bias=False)",
    "Conv2d(2, 3, 3, padding=(9, 7), padding_mode='circular')", "Conv2d(2, 3, 5, 1, 'same', 1, 1, True, 'circular')",
    "Conv2d(2, 3, (2, 4), padding='same', padding_mode='reflect')",
    "Conv2d(2, 3, 3, padding='valid', padding_mode='circular')", "Conv2d(2, 3, 3, padding_mode='reflect')",
    "ConvTranspose2d(2, 3, 3, [2], (1,), output_padding=[1], bias=())",
]
activations = [
    "LeakyReLU(), Flatten()", "Flatten(), Linear(126, 9), LeakyReLU(0.2, True)",
    "LeakyReLU(inplace=False, negative_slope=-.5), Conv2d(2, 3, 3), LeakyReLU(0), Flatten()",
    "ELU(), Flatten()", "Flatten(), Linear(126, 9), ELU(-0.7)", "Flatten(), Linear(126, 9), ELU(2, inplace=True)",
    "ReLU6(), Flatten()", "SiLU(True), Hardswish(), Flatten()", "GELU(), Flatten()", "GELU('tanh'), Mish(), Flatten()",
    "Softplus(), Softplus(2, 1), Flatten()", "PReLU(), Flatten()", "PReLU(2), Flatten(), Linear(126, 9), PReLU(9, 0.1)",
    "Softmax(1), Softmax(-1), Flatten()", "LogSoftmax(2), Flatten(), Softmax()", "Hardtanh(0.1, float('inf')), Flatten()",
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
shapes = [
    "MaxPool2d(2)", "MaxPool2d(3, 2, 1)", "MaxPool2d((3, 2), stride=[1, 2], padding=(1, 0), ceil_mode=True)",
    "MaxPool2d(3, 1, 1, 2)", "MaxPool2d(kernel_size=2, stride=None, return_indices=False)",
    "MaxPool2d(2, (3,), ceil_mode=True)", "MaxPool2d(3, 2, ceil_mode=True)", "MaxPool2d(2, 1, (1, 0), 3, False, True)",
    "AvgPool2d(2)", "AvgPool2d(3, 2, 1)", "AvgPool2d(3, 2, 1, count_include_pad=False)",
    "AvgPool2d(3, 2, 1, True)", "AvgPool2d((4, 3), (3, 2), 1, True, False)", "AvgPool2d(2, 3, ceil_mode=True)",
    "AvgPool2d((2, 3), 1, divisor_override=-3)", "AvgPool2d(3, 2, 1, True, True, None)",
    "AdaptiveAvgPool2d(3)", "AdaptiveAvgPool2d((10, None))", "AdaptiveAvgPool2d(1)", "AdaptiveAvgPool2d((9, 7))",
    "AdaptiveMaxPool2d((4, 3))", "AdaptiveMaxPool2d([None, 9])", "AdaptiveMaxPool2d(1)",
    "Upsample(scale_factor=2)", "Upsample(5)", "Upsample((17, 3))", "Upsample(scale_factor=(1.3, 2.7))",
    "Upsample(scale_factor=0.6)", "Upsample(scale_factor=1.7, recompute_scale_factor=True)",
    "Upsample(None, 2.0, 'nearest', None, False)", "Upsample((13, 3), mode='nearest-exact')",
    "Upsample(scale_factor=1.3, mode='nearest-exact')",
    "Upsample(scale_factor=2, mode='bilinear')", "Upsample(scale_factor=2, mode='bilinear', align_corners=True)",
    "Upsample((13, 5), mode='bilinear', align_corners=False)", "Upsample(1, mode='bilinear', align_corners=True)",
    "Upsample(1, mode='bilinear')", "Upsample(scale_factor=(0.7, 1.9), mode='bilinear')",
    "Upsample(scale_factor=(0.7, 1.9), mode='bilinear', recompute_scale_factor=True)",
    "Upsample(scale_factor=2, mode='bicubic')", "Upsample((13, 5), mode='bicubic', align_corners=True)",
    "Upsample(scale_factor=(0.7, 1.9), mode='bicubic')", "Upsample((2, 30), mode='bicubic')",
    "Conv2d(2, 8, 1), PixelShuffle(2)", "Conv2d(2, 9, 1), PixelShuffle(upscale_factor=3)",
    "ZeroPad2d((1, 2, 0, 1)), PixelUnshuffle(2)", "PixelUnshuffle(1)",
    "ZeroPad2d(1)", "ZeroPad2d((1, -2, -3, 1))", "ZeroPad2d([0, 0, 0, -1])", "ZeroPad2d(-2)",
    "ReflectionPad2d((3, 1, 2, 8))", "ReflectionPad2d((-1, 2, 0, -1))", "ReplicationPad2d(2)",
    "ReplicationPad2d((9, 1, 2, 10))", "ReplicationPad2d((-1, 9, 0, -1))",
]
refused = [
    "Conv2d(2, 3, 3, padding=7, padding_mode='reflect'), Flatten()",
    "Conv2d(2, 3, 3, padding=8, padding_mode='circular'), Flatten()",
    "Conv2d(2, 3, 3, padding=1, padding_mode='edge'), Flatten()",
    "ConvTranspose2d(2, 3, 3, padding_mode='reflect'), Flatten()",
    "Conv2d(2, 3, (10, 3), padding_mode='circular'), Flatten()",
    "MaxPool2d(3, padding=2), Flatten()", "MaxPool2d(3, 1, 2, 2), Flatten()", "MaxPool2d(8), Flatten()", "MaxPool2d(2, 0), Flatten()",
    "MaxPool2d(2, return_indices=True), Flatten()", "MaxPool2d(), Flatten()", "Flatten(), MaxPool2d(2)",
    "MaxPool2d(2, padding_mode='zeros'), Flatten()", "AvgPool2d(3, padding=2), Flatten()",
    "AvgPool2d(2, divisor_override=0), Flatten()", "AvgPool2d(2, dilation=1), Flatten()",
    "AdaptiveAvgPool2d(None), Flatten()", "AdaptiveAvgPool2d((2,)), Flatten()", "AdaptiveAvgPool2d(-1), Flatten()",
    "AdaptiveMaxPool2d(), Flatten()", "AdaptiveMaxPool2d(2, True), Flatten()", "Upsample(), Flatten()",
    "Upsample((3,)), Flatten()", "Upsample(3, 2), Flatten()", "Upsample(scale_factor=0.1), Flatten()",
    "Upsample(scale_factor=-1), Flatten()", "Upsample(scale_factor=(1, 2, 3)), Flatten()",
    "Upsample(scale_factor=2, align_corners=False), Flatten()", "Upsample(scale_factor=2, mode='linear'), Flatten()",
    "Upsample(3, recompute_scale_factor=True), Flatten()", "PixelShuffle(2), Flatten()",
    "PixelUnshuffle(2), Flatten()", "PixelUnshuffle(0), Flatten()", "ZeroPad2d((1, 2, 3)), Flatten()",
    "ZeroPad2d(-4), Flatten()", "ZeroPad2d((-8, 3, 0, 0)), Flatten()", "ReflectionPad2d(7), Flatten()",
    "ReflectionPad2d((1, 2)), Flatten()", "ReplicationPad2d((-8, 0, 0, 0)), Flatten()",
    "PReLU(3), Flatten()", "Softmax(4), Flatten()", "Softmax(-5), Flatten()", "GELU('erf'), Flatten()",
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
    "ReLU6", "SiLU", "GELU", "Hardswish", "Mish", "Softplus", "PReLU", "Softmax", "LogSoftmax",
    "Sigmoid", "Flatten", "Unflatten", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d", "Upsample", "PixelShuffle", "PixelUnshuffle", "ZeroPad2d",
    "ReflectionPad2d", "ReplicationPad2d",
    "Identity", "Sequential")} | {"torch": torch}
images = np.random.default_rng(5).uniform(-1, 1, (40, 2, 9, 7)).astype(np.float32)
np.savez(path("images.npz"), x_train=images, x_test=images[:1])  # all of it is training data


def build(layers):
    torch.manual_seed(3)
    encoder = eval(f"Sequential({layers})", names)
    encoder(torch.from_numpy(images.copy()))  # shapes are only known now
    return encoder


def write(name, layers, count):
    with open(path(name), "w") as file:
        file.write(f"input = 2, 9, 7\nencoder = Sequential({layers})\n"
                   f"decoder = Sequential(Linear({count}, 126), Unflatten(1, (2, 9, -1)))\n")


def compare(layers):
    encoder = build(layers)
    codes = encoder(torch.from_numpy(images.copy()))
    decoder = torch.nn.Sequential(torch.nn.Linear(codes.shape[1], 126),
                                  torch.nn.Unflatten(1, (2, 9, -1)))
    model = torch.nn.ModuleDict({"encoder": encoder, "decoder": decoder})
    made = decoder(codes)
    torch.nn.functional.mse_loss(made, torch.from_numpy(images.copy())).backward()
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
for layers in shapes:
    compare(f"Conv2d(2, 2, 3, padding=1), {layers}, Flatten()")
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
