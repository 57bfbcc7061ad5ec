"""The network of a page that `embudo export --html` writes, run in node: what it makes of codes and images is the program's,
bit for bit, and its pictures are those of `embudo decode`, byte for byte. The notebook's network, and others with all kinds
of layers. The page of MNIST's 70,000 codes has at most 1 MB, with the 10,000 test images in it at most 5 MB; the same run
gives the same bytes."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, folder, need, path, root, run, skip, trained  # noqa: E402

np = need("numpy")
if not shutil.which("node"):
    skip("node (Debian: nodejs)")

# (data, numbers of a code, encoder, decoder): data are floats [2, 8, 8] or bytes [1, 8, 8], with three classes.
TAIL = "Flatten(), Linear(%d, 3)"
HEAD = "Linear(3, 32), Unflatten(1, (2, 4, 4)), ConvTranspose2d(2, 2, 4, stride=2, padding=1)"
NETWORKS = [
    ("floats", 3, "Conv2d(2, 4, 3, padding=1), BatchNorm2d(4), ReLU(), MaxPool2d(3, 2, 1), Conv2d(4, 4, 3, padding=1, padding_mode='reflect'), "
     "LeakyReLU(0.2), AvgPool2d(2), " + TAIL % 16,
     "Linear(3, 16), BatchNorm1d(16), Tanh(), Unflatten(1, (4, 2, 2)), Upsample(scale_factor=2), ELU(), "
     "ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=1), PReLU(3), Upsample((8, 8), mode='bilinear'), Conv2d(3, 2, 1)"),
    ("floats", 3, "BatchNorm2d(2), Conv2d(2, 6, 3, stride=2, padding=2, dilation=2, groups=2), GroupNorm(3, 6), SiLU(), PixelShuffle(1), "
     "AdaptiveAvgPool2d((3, 2)), Dropout(0.2), " + TAIL % 36,
     "Linear(3, 64), LayerNorm(64), GELU(), Unflatten(1, (16, 2, 2)), PixelShuffle(4), InstanceNorm2d(1, affine=True), "
     "GELU('tanh'), ZeroPad2d((1, 0, 0, 1)), Conv2d(1, 2, 2), Hardtanh(-2, 2)"),
    ("floats", 3, "PixelUnshuffle(2), Conv2d(8, 4, 1, bias=False), InstanceNorm2d(4, track_running_stats=True), Mish(), ReplicationPad2d(1), "
     "MaxPool2d(2, 1, (1, 0), 3), Softplus(2, 9), " + TAIL % 60,
     "Linear(3, 128), Softplus(-1), Unflatten(1, (2, 8, 8)), ReflectionPad2d(1), LayerNorm((2, 10, 10)), Conv2d(2, 2, 3), Hardswish(), "
     "Upsample(scale_factor=1.7, mode='bicubic'), AdaptiveMaxPool2d((8, 8)), PReLU()"),
    ("floats", 3, "Conv2d(2, 4, 3), LeakyReLU(), Residual(Sequential(Conv2d(4, 6, 3, padding=1), Residual(Sequential(ReLU(), Conv2d(6, 6, 1))))"
     ", Conv2d(4, 6, 1)), MaxPool2d(2), Parallel(Sequential(Conv2d(6, 2, 1), Flatten()), Sequential(Flatten(), Linear(54, 5), Softmax(1))), "
     "Linear(23, 3)", "Residual(Sequential(Tanh(), Linear(3, 3))), Parallel(Linear(3, 64), Sequential(Linear(3, 9), LogSoftmax(1), Linear(9, 64))), "
     "Unflatten(1, (2, 8, 8)), Softmax(1), Conv2d(2, 2, 3, padding='same', padding_mode='circular')"),
    ("bytes", 4, "Flatten(), Linear(64, 700), ReLU(), Linear(700, 8), Variational(0.1)", "Linear(4, 600), Tanh(), Linear(600, 64), "
     "Unflatten(1, (1, 8, 8)), Sigmoid()"),
    ("bytes", 2, "Flatten(), Condition(3), Linear(67, 2)", "Condition(3), Linear(5, 64), Unflatten(1, (1, 8, 8)), Sigmoid()"),
    ("bytes", 48, "Conv2d(1, 4, 4, stride=2, padding=1), ReLU(), Conv2d(4, 3, 1), VectorQuantizer(5, 3)", "Conv2d(3, 40, 3, padding=1), ReLU(), "
     "ConvTranspose2d(40, 1, 4, stride=2, padding=1), Sigmoid()"),
    ("bytes", 6, "Flatten(), Linear(64, 6), Sigmoid(), Sparse(kl=1)", "Linear(6, 64), Unflatten(1, (1, 8, 8))"),
    ("bytes", 4, "Conv2d(1, 70, 3, stride=2, padding=1), ReLU(), Conv2d(70, 3, 3), Flatten(), Linear(12, 4)", "Linear(4, 140 * 4), "
     "Unflatten(1, (140, 2, 2)), ConvTranspose2d(140, 2, 4, stride=4), Conv2d(2, 1, 1)"),
    ("bytes", 2, "Flatten(), Linear(64, 2), Wasserstein()", "Linear(2, 64), Sigmoid(), Unflatten(1, (1, 8, 8))"),
]
rng = np.random.default_rng(5)


def codes_for(latent):
    """Usual ones, large ones, small ones, and zeros."""
    scale = np.repeat([1, 1, 30, 1e-3, 1e-41, 1e9, 0], 3)[:, None]
    return (rng.standard_normal((21, latent)) * scale).astype(np.float32)


def lay_out(name, model, data, latent, label=None, split="all"):
    """Makes what page_net.mjs compares; `split`: whose images the page has."""
    os.makedirs(path(name), exist_ok=True)
    np.save(path(name, "codes.npy"), codes_for(latent))
    run("export", model, data, "--html", f"{name}/page.html", "--images", split)
    options = [] if label is None else ["--label", label]
    if label is not None:
        with open(path(name, "LABEL"), "w") as file:
            file.write(str(label))
    vectors = ["--vectors"] if "VectorQuantizer" in name else []
    run("decode", model, f"{name}/codes.npy", "-o", f"{name}/images.npy", *options, *vectors)
    run("encode", model, data, "-o", f"{name}/encoded.npy", "--split", split, *vectors)
    return name


def other_networks():
    images = rng.uniform(-1, 1, (40, 2, 8, 8)).astype(np.float32)
    labels = (np.arange(40) % 3).astype(np.uint8)
    np.savez(path("floats.npz"), x_train=images, y_train=labels, x_test=images[:5], y_test=labels[:5])
    whole = ((images[:, :1] + 1) * 127).astype(np.uint8)
    np.savez(path("bytes.npz"), x_train=whole, y_train=labels, x_test=whole[:5], y_test=labels[:5])
    for number, (data, latent, encoder, decoder) in enumerate(NETWORKS):
        with open(path("net.net"), "w") as file:
            shape = "2, 8, 8" if data == "floats" else "1, 8, 8"
            file.write(f"input = {shape}\nencoder = Sequential({encoder})\ndecoder = Sequential({decoder})\n")
        kind = encoder.split(", ")[-1].split("(")[0]
        run("train", f"{data}.npz", "--model", "net.net", "--epochs", 1, "--batch-size", 8, "--no-doctor", "-o", f"run{number}")
        name = f"{number}-{'VectorQuantizer' if 'VectorQuantizer' in encoder else kind}"
        yield lay_out(name, f"run{number}", f"{data}.npz", latent, 2 if "Condition" in encoder else None)
        if number > 0:
            continue
        run("export", "run0", f"{data}.npz", "--html", "again.html", "--images", "all")
        with open(path(name, "page.html"), "rb") as one, open(path("again.html"), "rb") as other:
            check(one.read() == other.read(), "the same run gives other bytes")


def notebook():
    """Its page, its size, and its pictures."""
    model = trained()
    name = lay_out("notebook", model, "mnist", 2, split="test")
    run("decode", model, f"{name}/codes.npy", "-o", f"{name}/png/")
    with open(path(name, "page.html"), "rb") as file:
        page = file.read()
    images = page[page.index(b'"images":{'):page.index(b"</script>")]
    for what, size, most in (("with the test images", len(page), 5e6), ("without them", len(page) - len(images), 1e6)):
        check(size <= most, f"MNIST's page has {size} bytes {what}")
        print(f"MNIST's page {what}: {size} bytes")
    return name


# As modules: what web/ has are no packages of node's.
shutil.copytree(os.path.join(root, "web"), path("web"))
with open(path("web", "package.json"), "w") as file:
    file.write('{"type": "module"}')
folders = [notebook(), *other_networks()]
done = subprocess.run(["node", os.path.join(root, "tests", "interop", "page_net.mjs"), path("web"), *folders], cwd=folder,
                      capture_output=True, text=True)
check(done.returncode == 0, done.stdout + done.stderr[:800])
check(done.returncode != 0 or int(done.stdout.split()[0]) > 60000, f"little was compared: {done.stdout}")
finish()
