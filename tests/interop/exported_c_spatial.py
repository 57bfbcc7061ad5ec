"""`embudo export --c` of pooling, enlarging, shuffling, padding and branches, compiled and run: no warning,
the self-tests pass, floats are PyTorch's to 1e-5, and whole numbers stay near them."""
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
    "SiLU()", "GELU(), MaxPool2d(2)", "GELU('tanh')", "Mish(), SiLU(), Mish()", "Hardswish(), Tanh()", "Softplus()",
    "Softplus(3, 9), GELU(), GELU('tanh')", "Softplus(-2)", "SiLU(), AvgPool2d(2), Hardswish()",
    "Flatten(), Unflatten(1, (4, 4, 16)), MaxPool2d(2)", "Flatten(), Unflatten(1, (8, 8, 4)), PixelShuffle(2)",
]
ends = [
    "MaxPool2d(2), Conv2d(2, 3, 3)", "Conv2d(2, 3, 3, padding=1, padding_mode='replicate')", "ZeroPad2d(1)",
    "Conv2d(2, 4, 3), AdaptiveAvgPool2d(1)", "PixelUnshuffle(2)", "Conv2d(2, 4, 1), MaxPool2d(2), Flatten()",
    "Upsample(scale_factor=2, mode='bilinear'), Sigmoid()", "Flatten(), Unflatten(1, (8, 4, 4)), PixelShuffle(2)",
    "AvgPool2d(2), ReLU()", "Conv2d(2, 4, 3), GELU()", "Mish()", "Flatten(), Linear(128, 9), Softplus(0.5)", "Hardswish(), SiLU()",
    "Conv2d(2, 4, 3), Softplus(), Parallel(Mish(), Softplus(-1), GELU('tanh'), Hardswish()), SiLU()",
]
# Branches: what they hold, how their tensors lie, what reads them, in the encoder and in a decoder of its code.
graphs = [
    ("Conv2d(2, 4, 3, padding=1), Residual(Sequential(Conv2d(4, 4, 3, padding=1), ReLU(), Conv2d(4, 4, 1))), ReLU(), "
     "Conv2d(4, 2, 2), Flatten(), Linear(98, 12)",
     "Linear(12, 36), Unflatten(1, (4, 3, 3)), Residual(Conv2d(4, 4, 3, padding=1), Identity()), Tanh(), Residual(Residual(Identity())), "
     "ConvTranspose2d(4, 2, 4, 2)"),
    # a shortcut, one Residual in another one, and an input that several read after its activation
    ("Conv2d(2, 4, 3), LeakyReLU(), Residual(Sequential(Conv2d(4, 6, 3, padding=1), Residual(Sequential(ReLU(), "
     "Conv2d(6, 6, 1), Residual(Conv2d(6, 6, 3, padding=1))), Conv2d(6, 6, 1))), Conv2d(4, 6, 1)), MaxPool2d(2), Flatten()",
     "Residual(Linear(54, 54)), Residual(Sequential(Tanh(), Linear(54, 54)), Linear(54, 54)), Linear(54, 128), "
     "Unflatten(1, (2, 8, 8)), Residual(Residual(ReLU()))"),
    # two heads, one of them flat by another way; the code is what they make
    ("Conv2d(2, 4, 3, stride=2, padding=1), ReLU(), Parallel(Sequential(Conv2d(4, 2, 1), Flatten()), Sequential(Flatten(), "
     "Linear(64, 5), Tanh()), Sequential(MaxPool2d(2), Flatten()))",
     "Parallel(Linear(53, 64), Sequential(Linear(53, 9), ReLU(), Linear(9, 64))), Unflatten(1, (2, 8, 8)), "
     "Parallel(Identity(), Conv2d(2, 1, 3, padding=1), ReLU()), Conv2d(5, 2, 1)"),
    # kernels of several sizes, at the very beginning and at the end
    ("Parallel(Conv2d(2, 3, 1), Conv2d(2, 2, 3, padding=1), Sequential(AvgPool2d(3, 1, 1), Sigmoid())), "
     "Parallel(Sequential(Conv2d(7, 2, 4, 4), Flatten()), Sequential(AdaptiveAvgPool2d(1), Flatten()))",
     "Linear(15, 128), Unflatten(1, (2, 8, 8)), Parallel(Conv2d(2, 1, 3, padding=1, padding_mode='reflect'), Conv2d(2, 1, 1))"),
    # sums of tensors that lie differently: features of an image, an image of features, of other channels
    ("Conv2d(2, 4, 2, 2), Flatten(), Residual(Sequential(Linear(64, 64), ReLU())), Unflatten(1, (4, 4, 4)), "
     "Conv2d(4, 3, 3), Flatten()",
     "Linear(12, 128), Residual(Sequential(Unflatten(1, (2, 8, 8)), Conv2d(2, 8, 2, 2), Flatten())), "
     "Residual(Identity()), Unflatten(1, (2, 8, 8)), Residual(Conv2d(2, 2, 1))"),
    ("Residual(Conv2d(2, 2, 3, padding=1)), Dropout(0.5), Residual(Sequential(PixelUnshuffle(2), Conv2d(8, 8, 1), "
     "PixelShuffle(2)), Sequential(Conv2d(2, 2, 1, bias=False), Identity())), Parallel(Flatten())",
     "Unflatten(1, (2, 8, 8)), Residual(Parallel(Conv2d(2, 1, 1), Sequential(Conv2d(2, 3, 1), Conv2d(3, 1, 3, padding=1))))"),
]


class Residual(torch.nn.Module):
    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut or torch.nn.Identity()

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


class Parallel(torch.nn.Sequential):
    def forward(self, x):
        return torch.cat([branch(x) for branch in self], dim=1)


names = {name: getattr(torch.nn, name) for name in dir(torch.nn) if name[0].isupper()}
names.update(Residual=Residual, Parallel=Parallel)
images = np.random.default_rng(5).uniform(-1, 1, (60, 2, 8, 8)).astype(np.float32)
np.savez(path("images.npz"), x_train=images, x_test=images[:20])
np.savez(path("bytes.npz"), x_train=((images + 1) * 127).astype(np.uint8))
main_c = "#include \"model.h\"\nint main(void) { return model_self_test(); }\n"
filter_c = """#include <stdio.h>
#include "model.h"
int main(void)
{
    static float in[%d];
    static float out[%d];
    while (fread(in, sizeof in, 1, stdin) == 1) {
        model_%s(in, out);
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


turn = 0


def self_tests(data, part, what, *options):
    """Exports to "c"; whether it compiles and agrees with itself. Bytes, where images are bytes, are the same."""
    run("export", "model.safetensors", data, "--c", "c", "--name", "model", "--self-test", "--part", part, *options)
    global turn
    turn += 1
    compiler = compilers[turn % len(compilers)]  # they take turns
    error = compile(compiler, ["-O1", "-DMODEL_SELF_TEST"], "self", main_c)
    check(not error, f"{what}: {compiler}: {error}")
    if error:
        return False
    code = subprocess.run([path("self")]).returncode
    check(code == 0, f"{what}: {compiler}: the self-test gives {code}")
    return True


def export(layers, part, ins, outs, *options):
    """The part makes `outs` of `ins`."""
    what = f"{layers} {' '.join(options)}"
    if not self_tests("images.npz", part, what, *options):
        return
    function = "encode" if part == "encoder" else "decode"
    error = compile(compilers[0], ["-O2"], "filter", filter_c % (ins[0].size, outs[0].size, function))
    check(not error, f"{what}: {error}")
    done = subprocess.run([path("filter")], input=ins.tobytes(), capture_output=True)
    ours = np.frombuffer(done.stdout, np.float32).reshape(outs.shape)
    if not options:
        check(np.abs(ours - outs).max() <= 1e-5, f"{what}: floats differ by {np.abs(ours - outs).max():g}")
    else:
        error = np.sqrt(((ours - outs) ** 2).mean() / (outs ** 2).mean())
        check(error <= 0.03, f"{what}: whole numbers are off by {100 * error:.2f} %")


def compare(layers, decodes=None):
    """The encoder, and the decoder unless it is None."""
    torch.manual_seed(3)
    encoder = eval(f"Sequential({layers})", names).eval()
    codes = encoder(torch.from_numpy(images)).detach()
    flat = codes[0].numel()
    more = decodes or f"Flatten(), Linear({flat}, 128), Unflatten(1, (2, 8, 8))"
    decoder = eval(f"Sequential({more})", names)
    with open(path("net.net"), "w") as file:
        file.write(f"input = 2, 8, 8\nencoder = Sequential({layers})\ndecoder = Sequential({more})\n")
    model = torch.nn.ModuleDict({"encoder": encoder, "decoder": decoder})
    safetensors.save_file(model.state_dict(), path("dict.safetensors"))
    run("import", "dict.safetensors", "--notation", "net.net", "-o", "model.safetensors")
    for options in ([], ["--int8"]):
        export(layers, "encoder", images, codes.numpy(), *options)
        if decodes:
            export(decodes, "decoder", codes.numpy(), decoder(codes).detach().numpy(), *options)
            self_tests("bytes.npz", "all", f"{layers}, {decodes} of bytes", *options)


for layers in middle:
    after = eval(f"Sequential(Conv2d(2, 4, 3, padding=1), {layers})", names)(torch.from_numpy(images)).shape[1]
    compare(f"Conv2d(2, 4, 3, padding=1), {layers}, Conv2d({after}, 3, 2), Flatten()")
for layers in ends:
    compare(layers)
for layers, decodes in graphs:
    compare(layers, decodes)
finish()
