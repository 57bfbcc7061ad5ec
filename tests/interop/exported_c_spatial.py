"""`embudo export --c` of pooling, enlarging, shuffling and padding, compiled and run: no warning, the
self-tests pass, float codes are PyTorch's to 1e-5, and whole numbers stay near them."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, need, path, run, skip  # noqa: E402

np, torch, safetensors = need("numpy", "torch", "safetensors.torch")
torch.set_num_threads(1)
compilers = [name for name in ("gcc", "clang") if shutil.which(name)]
if not compilers:
    skip("gcc or clang")
warnings = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror"]

# What stands between two convolutions of images of 2 x 8 x 8, or at an end.
middle = [
    "MaxPool2d(2)", "ReLU(), MaxPool2d(3, 2, 1)", "MaxPool2d(2, 1, (1, 0), 3), Tanh()", "AvgPool2d(3, 2, 1)",
    "ReLU(), AvgPool2d(3, 2, 1, True)", "AvgPool2d(3, 2, 1, count_include_pad=False)",
    "AvgPool2d(2, divisor_override=3)", "AdaptiveAvgPool2d((3, 5))", "AdaptiveMaxPool2d((3, 5))",
    "Upsample(scale_factor=2)", "Upsample((5, 11))", "Upsample(scale_factor=2, mode='bilinear')",
    "ReLU(), Upsample((13, 5), mode='bilinear', align_corners=True)", "Upsample(scale_factor=1.7, mode='bicubic')",
    "PixelShuffle(2)", "ReLU(), PixelUnshuffle(2)", "ZeroPad2d((1, -2, 0, 3))", "ReflectionPad2d((3, 1, 2, 0))",
    "Sigmoid(), ReplicationPad2d(2)", "MaxPool2d(2), Upsample(scale_factor=2), LeakyReLU()",
    "Conv2d(4, 4, 3, padding=1, padding_mode='reflect')", "Conv2d(4, 4, (4, 3), padding='same', padding_mode='circular')",
    "Flatten(), Unflatten(1, (4, 4, 16)), MaxPool2d(2)", "Flatten(), Unflatten(1, (8, 8, 4)), PixelShuffle(2)",
]
ends = [
    "MaxPool2d(2), Conv2d(2, 3, 3)", "Conv2d(2, 3, 3, padding=1, padding_mode='replicate')", "ZeroPad2d(1)",
    "Conv2d(2, 4, 3), AdaptiveAvgPool2d(1)", "PixelUnshuffle(2)", "Conv2d(2, 4, 1), MaxPool2d(2), Flatten()",
    "Upsample(scale_factor=2, mode='bilinear'), Sigmoid()", "Flatten(), Unflatten(1, (8, 4, 4)), PixelShuffle(2)",
    "AvgPool2d(2), ReLU()",
]
names = {name: getattr(torch.nn, name) for name in dir(torch.nn) if name[0].isupper()}
images = np.random.default_rng(5).uniform(-1, 1, (60, 2, 8, 8)).astype(np.float32)
np.savez(path("images.npz"), x_train=images, x_test=images[:20])
main_c = "#include \"model.h\"\nint main(void) { return model_self_test(); }\n"
filter_c = """#include <stdio.h>
#include "model.h"
int main(void)
{
    static float in[128];
    static float out[%d];
    while (fread(in, sizeof in, 1, stdin) == 1) {
        model_encode(in, out);
        fwrite(out, sizeof out, 1, stdout);
    }
    return 0;
}
"""


def compile(compiler, options, name, text):
    with open(path(name + ".c"), "w") as file:
        file.write(text)
    done = subprocess.run([compiler, *warnings, *options, f"-I{path('c')}", path("c", "model.c"), path(name + ".c"),
                           "-o", path(name)], capture_output=True, text=True)
    return done.stderr[:600] if done.returncode else ""


def export(layers, codes, *options):
    run("export", "model.safetensors", "images.npz", "--c", "c", "--name", "model", "--self-test",
        "--part", "encoder", *options)
    what = f"{layers} {' '.join(options)}"
    for compiler in compilers:
        error = compile(compiler, ["-O1", "-DMODEL_SELF_TEST"], "self", main_c)
        check(not error, f"{what}: {compiler}: {error}")
        if error:
            return
        code = subprocess.run([path("self")]).returncode
        check(code == 0, f"{what}: {compiler}: the self-test gives {code}")
    error = compile(compilers[0], ["-O2"], "filter", filter_c % codes[0].size)
    check(not error, f"{what}: {error}")
    done = subprocess.run([path("filter")], input=images.tobytes(), capture_output=True)
    ours = np.frombuffer(done.stdout, np.float32).reshape(codes.shape)
    if not options:
        check(np.abs(ours - codes).max() <= 1e-5, f"{what}: codes differ by {np.abs(ours - codes).max():g}")
    else:
        error = np.sqrt(((ours - codes) ** 2).mean() / (codes ** 2).mean())
        check(error <= 0.03, f"{what}: whole numbers are off by {100 * error:.2f} %")


def compare(layers):
    torch.manual_seed(3)
    encoder = eval(f"Sequential({layers})", names)
    codes = encoder(torch.from_numpy(images)).detach()
    flat = codes[0].numel()
    decoder = eval(f"Sequential(Flatten(), Linear({flat}, 128), Unflatten(1, (2, 8, 8)))", names)
    with open(path("net.net"), "w") as file:
        file.write(f"input = 2, 8, 8\nencoder = Sequential({layers})\n"
                   f"decoder = Sequential(Flatten(), Linear({flat}, 128), Unflatten(1, (2, 8, 8)))\n")
    model = torch.nn.ModuleDict({"encoder": encoder, "decoder": decoder})
    safetensors.save_file(model.state_dict(), path("dict.safetensors"))
    run("import", "dict.safetensors", "--notation", "net.net", "-o", "model.safetensors")
    for options in ([], ["--int8"]):
        export(layers, codes.numpy(), *options)


for layers in middle:
    after = eval(f"Sequential(Conv2d(2, 4, 3, padding=1), {layers})", names)(torch.from_numpy(images)).shape[1]
    compare(f"Conv2d(2, 4, 3, padding=1), {layers}, Conv2d({after}, 3, 2), Flatten()")
for layers in ends:
    compare(layers)
finish()
