"""`embudo export --c`, compiled and run.

The two files compile without a warning with every C compiler that is here, as C99, and need nothing
but memory functions; their self-tests pass on this machine and, through qemu-user, on 32-bit Arm. Codes and
reconstructions of 200 images are the program's, to 1e-5; whole numbers cost at most 5 % in test MSE.
For a Cortex-M4 the notebook's encoder fits: 200 KB of flash in float, 60 KB in whole numbers, 32 KB
of RAM. Its speed: exported_c_speed.py.
"""
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, folder, mnist, need, path, root, run, skip, trained  # noqa: E402

np = need("numpy")
warnings = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror"]
m4 = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-ffreestanding", "-Os"]
tools = {name: shutil.which(name) for name in
         ("gcc", "clang", "arm-none-eabi-gcc", "arm-none-eabi-size", "arm-none-eabi-nm",
          "arm-linux-gnueabihf-gcc", "qemu-arm")}
missing = [name for name, found in tools.items() if not found]
if missing:
    skip(", ".join(missing) + " (Debian: gcc clang gcc-arm-none-eabi gcc-arm-linux-gnueabihf "
         "libc6-dev-armhf-cross qemu-user)")

main_c = r"""
#include <stdio.h>
#include "model.h"
int main(void) { return model_self_test(); }
"""
# Images from standard input, what the function makes of them to standard output.
filter_c = r"""
#include <stdio.h>
#include "model.h"
#define MODEL_INPUT %s
#define MODEL_OUTPUT %s
int main(void)
{
    static MODEL_INPUT;
    static MODEL_OUTPUT;
    while (fread(in, sizeof in, 1, stdin) == 1) {
        %s(in, out);
        fwrite(out, sizeof out, 1, stdout);
    }
    return 0;
}
"""


def compile(compiler, options, sources, output, where):
    done = subprocess.run([compiler, *options, f"-I{path(where)}", *sources, "-o", path(output)],
                          capture_output=True, text=True)
    check(done.returncode == 0, f"{where}: {os.path.basename(compiler)} {' '.join(options)}: "
          f"{done.stderr[:400]}")
    return done.returncode == 0


def source(name, text):
    with open(path(name), "w") as file:
        file.write(text)
    return path(name)


def self_tests(where, every=False):
    main, model = source("main.c", main_c), path(where, "model.c")
    builds = [("gcc", ["-O1", "-fsanitize=address,undefined"]), ("clang", ["-O3", "-march=native"])]
    if every:
        builds += [("gcc", ["-O3"]), ("gcc", ["-O2", "-march=native"]), ("clang", ["-O2"])]
    for compiler, options in builds:
        if compile(tools[compiler], warnings + options + ["-DMODEL_SELF_TEST"], [model, main],
                   "self", where):
            code = subprocess.run([path("self")]).returncode
            check(code == 0, f"{where}: {compiler} {options}: self-test gives {code}")
    if compile(tools["arm-linux-gnueabihf-gcc"], warnings + ["-O2", "-static", "-DMODEL_SELF_TEST"],
               [model, main], "arm", where):
        code = subprocess.run([tools["qemu-arm"], path("arm")]).returncode
        check(code == 0, f"{where}: 32-bit Arm: self-test gives {code}")


def for_m4(where):
    """Flash and RAM, in bytes."""
    if not compile(tools["arm-none-eabi-gcc"], warnings + m4 + ["-c"], [path(where, "model.c")],
                   "m4.o", where):
        return 0, 0
    text, data, bss = map(int, subprocess.run([tools["arm-none-eabi-size"], path("m4.o")],
                                              capture_output=True, text=True)
                          .stdout.splitlines()[1].split()[:3])
    undefined = subprocess.run([tools["arm-none-eabi-nm"], "-u", path("m4.o")], capture_output=True,
                               text=True).stdout.split()[1::2]
    allowed = {"memcpy", "memset"}
    check(all(name in allowed or name.startswith("__aeabi") for name in undefined),
          f"{where}: needs {undefined}")
    print(f"{where}, Cortex-M4: flash {text + data} bytes, RAM {data + bss} bytes")
    return text + data, data + bss


def through(where, function, array, outputs, kind, wanted_kind):
    """array[n][...] through a function of the model."""
    text = filter_c % (f"{kind} in[{array[0].size}]", f"{wanted_kind} out[{outputs}]", function)
    if not compile(tools["gcc"], ["-std=c99", "-O2"], [source("filter.c", text),
                                                     path(where, "model.c")], "filter", where):
        return np.zeros((len(array), outputs))
    done = subprocess.run([path("filter")], input=array.tobytes(), capture_output=True)
    out = np.frombuffer(done.stdout, np.uint8 if wanted_kind == "uint8_t" else np.float32)
    return out.reshape(len(array), outputs)


def export(run_folder, where, *options):
    return run("export", run_folder, "--c", where, "--name", "model", "--self-test", *options)


run_folder = trained()
images, _ = mnist("t10k", 200)
run("encode", run_folder, "mnist", "-o", "codes.npy")
run("reconstruct", run_folder, "mnist", "-o", "made.npy")
codes = np.load(path("codes.npy"))[:200]
made = np.load(path("made.npy"))[:200].reshape(200, -1)
floats = (images.astype(np.float32) / 255).reshape(200, -1)

export(run_folder, "float")
ours = through("float", "model_encode", floats, codes.shape[1], "float", "float")
check(np.abs(ours - codes).max() <= 1e-5, f"float codes differ by {np.abs(ours - codes).max():g}")
ours = through("float", "model_decode", codes, 784, "float", "float")
check(np.abs(ours - made).max() <= 1e-5, f"float images differ by {np.abs(ours - made).max():g}")

kilobytes = []
for part, flash_limit, options in (("encoder", 200_000, []), ("encoder", 60_000, ["--int8"]),
                                   ("decoder", 1 << 30, []), ("decoder", 1 << 30, ["--int8"]),
                                   ("all", 1 << 30, []), ("all", 1 << 30, ["--int8"])):
    where = "-".join([part] + [o.strip("-") for o in options])
    said = export(run_folder, where, "--part", part, *options)
    self_tests(where, every=part == "all")
    flash, ram = for_m4(where)
    kilobytes += [round(flash / 1000), round(ram / 1000)]
    check(flash <= flash_limit and ram <= 32_000, f"{where}: {flash} bytes of flash, {ram} of RAM")
    if options:
        loss = float(re.search(r"\(([+-][0-9.]+) %\)", said)[1])
        print(f"{where}: {said.splitlines()[-1]}")
        check(loss <= 5, f"{where}: whole numbers cost {loss} %")
told = "{} kB of flash and {} kB of RAM in float, {} kB and {} kB with `--int8`".format(*kilobytes)
with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
    check(told in file.read(), f"the README does not say: {told}")

# Other layers and shapes: groups, dilation, depthwise, odd sizes, activations in a row.
with open(path("odd.net"), "w") as file:
    file.write("""input = 1, 28, 28
encoder = Sequential(
    ReLU(), Conv2d(1, 6, (5, 3), stride=(2, 3), padding=(0, 2), dilation=(1, 2)), ReLU(), Tanh(),
    Conv2d(6, 6, 3, groups=6, bias=False), Sigmoid(), Conv2d(6, 40, 3, groups=2, padding=1), ReLU(),
    Flatten(), Linear(3200, 70), LeakyReLU(), Linear(70, 5), Tanh())
decoder = Sequential(
    Linear(5, 36, bias=False), ReLU(), Unflatten(1, (4, 3, 3)), Flatten(), Unflatten(1, (9, 2, 2)),
    ConvTranspose2d(9, 33, (4, 3), stride=(3, 2), padding=(0, 1), dilation=(2, 1)), Tanh(),
    ConvTranspose2d(33, 3, 3, stride=(2, 4), groups=3, output_padding=(1, 2), padding=(2, 0)),
    Sigmoid(), Flatten(), Linear(702, 784), ELU(), Sigmoid(), Unflatten(1, (1, 28, 28)))
""")
run("train", "--model", "odd.net", "--max-steps", 300, "-o", "odd")
for options in ([], ["--int8"]):
    where = "odd" + "".join(options)
    print(f"{where}: {export('odd', where, *options).splitlines()[-1]}")
    self_tests(where)
# Normalisations, of every layout at their two sides; whole numbers refuse them by name.
with open(path("norms.net"), "w") as file:
    file.write("""input = 1, 28, 28
encoder = Sequential(
    InstanceNorm2d(1), Conv2d(1, 6, 5, stride=3), GroupNorm(3, 6), ReLU(), LayerNorm(8), Conv2d(6, 4, 3),
    LayerNorm((4, 6, 6)), Tanh(), Conv2d(4, 4, 3, stride=2), LayerNorm((2, 2), bias=False), Flatten(),
    GroupNorm(4, 16), Linear(16, 5), LayerNorm(5))
decoder = Sequential(
    Linear(5, 64), GroupNorm(1, 64, affine=False), Unflatten(1, (4, 4, 4)), InstanceNorm2d(4, affine=True),
    ConvTranspose2d(4, 1, 7, stride=7), GroupNorm(1, 1), Sigmoid())
""")
run("train", "--model", "norms.net", "--max-steps", 100, "-o", "norms")
print(f"norms: {export('norms', 'norms').splitlines()[-1]}")
self_tests("norms")
said = run("export", "norms", "--c", "norms-int8", "--int8", code=1)
check("encoder.0 InstanceNorm2d to int8" in said, f"normalisations in whole numbers: {said}")
# Curves of every kind, of every layout at their two sides; some are refused in whole numbers.
with open(path("curves.net"), "w") as file:
    file.write("""input = 1, 28, 28
encoder = Sequential(
    PReLU(), Conv2d(1, 6, 5, stride=3), PReLU(6), GELU(), Conv2d(6, 4, 3), Softmax(1), Mish(), Hardswish(),
    Conv2d(4, 4, 3, stride=2), SiLU(), LogSoftmax(2), Softmax(3), Flatten(), Softplus(2, 1), Linear(16, 5), PReLU(5))
decoder = Sequential(
    Linear(5, 64), LogSoftmax(1), GELU('tanh'), Unflatten(1, (4, 4, 4)), Softmax(2),
    ConvTranspose2d(4, 1, 7, stride=7), Softplus(), ReLU6(), Hardtanh(max_val=float('inf')))
""")
run("train", "--model", "curves.net", "--max-steps", 100, "-o", "curves")
print(f"curves: {export('curves', 'curves').splitlines()[-1]}")
self_tests("curves")
said = run("export", "curves", "--c", "curves-int8", "--int8", code=1)
check("encoder.0 PReLU to int8" in said, f"PReLU in whole numbers: {said}")
# A codebook, of an image's places and of a row; whole numbers refuse it by name.
run("train", "--model", "vq", "--max-steps", 100, "--batch-size", 64, "-o", "vq")
print(f"vq: {export('vq', 'vq').splitlines()[-1]}")
self_tests("vq")
with open(path("row.net"), "w") as file:
    file.write("""input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 8), Tanh(), VectorQuantizer(40, 8))
decoder = Sequential(Linear(8, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
""")
run("train", "--model", "row.net", "--max-steps", 100, "-o", "row")
print(f"row: {export('row', 'row').splitlines()[-1]}")
self_tests("row")
said = run("export", "vq", "--c", "vq-int8", "--int8", code=1)
check("encoder.5 VectorQuantizer to int8" in said, f"a codebook in whole numbers: {said}")
# BatchNorm within the weights before it, and where there are none; in whole numbers, too.
with open(path("batch.net"), "w") as file:
    file.write("""input = 1, 28, 28
encoder = Sequential(
    BatchNorm2d(1), Conv2d(1, 6, 5, stride=3, bias=False), BatchNorm2d(6), ReLU(), BatchNorm2d(6), Flatten(),
    Linear(384, 5), BatchNorm1d(5), Tanh(), BatchNorm1d(5))
decoder = Sequential(
    Linear(5, 64, bias=False), BatchNorm1d(64), ReLU(), Unflatten(1, (4, 4, 4)),
    InstanceNorm2d(4, affine=True, track_running_stats=True), ConvTranspose2d(4, 1, 7, stride=7), BatchNorm2d(1), Sigmoid())
""")
run("train", "--model", "batch.net", "--max-steps", 200, "-o", "batch")
for options in ([], ["--int8"]):
    where = "batch" + "".join(options)
    print(f"{where}: {export('batch', where, *options).splitlines()[-1]}")
    self_tests(where)
# Branches that are added, within one another, with a shortcut, and side by side; in whole numbers, too.
with open(path("graph.net"), "w") as file:
    file.write("""input = 1, 28, 28
encoder = Sequential(
    Conv2d(1, 6, 5, stride=3), SiLU(), Residual(Sequential(Conv2d(6, 6, 3, padding=1), BatchNorm2d(6), GELU(),
        Residual(Conv2d(6, 6, 1)))), ReLU(), Residual(Conv2d(6, 4, 3, stride=2), Conv2d(6, 4, 3, stride=2)), Mish(),
    Parallel(Sequential(Flatten(), Linear(36, 5)), Sequential(AvgPool2d(3), Flatten(), Linear(4, 3))))
decoder = Sequential(
    Linear(8, 64), Residual(Sequential(Linear(64, 64), Hardswish())), Unflatten(1, (4, 4, 4)),
    Parallel(Conv2d(4, 2, 1), Conv2d(4, 2, 3, padding=1)), ConvTranspose2d(4, 1, 7, stride=7), Residual(Softplus()),
    Sigmoid())
""")
run("train", "--model", "graph.net", "--max-steps", 200, "-o", "graph")
for options in ([], ["--int8"]):
    where = "graph" + "".join(options)
    print(f"{where}: {export('graph', where, *options).splitlines()[-1]}")
    self_tests(where)
run("classify", "--images", "--net", "cnn", "--epochs", "1", "-o", "classes")
for options in ([], ["--int8"]):
    where = "classes" + "".join(options)
    print(f"{where}: {export('classes', where, *options).splitlines()[-1]}")
    self_tests(where)

# What a part may end in, one activation or two, and parts that are nothing else: not one warning.
rng = np.random.default_rng(1)
np.save(path("small.npy"), rng.integers(0, 256, (40, 1, 6, 6), np.uint8))
np.save(path("small-labels.npy"), (np.arange(40) % 3).astype(np.uint8))
np.save(path("signed.npy"), rng.standard_normal((40, 1, 6, 6)).astype(np.float32))
np.save(path("signed-labels.npy"), (np.arange(40) % 3).astype(np.uint8))
# Images, compilers, and floats and whole numbers take turns, so that every kind has both of each.
for turn, end in enumerate((
        "", "Tanh()", "Sigmoid()", "ReLU()", "Sigmoid(), ReLU()", "ReLU(), ReLU()", "ReLU(), Tanh()",
        "LeakyReLU()", "LeakyReLU(-0.5), Tanh()", "ELU()", "ELU(0.5), LeakyReLU()", "Hardtanh()",
        "Hardtanh(0.1, 0.6), Hardtanh(-0.5, 0.5)", "ReLU6()", "Hardtanh(0.2, float('inf'))")):
    more = ", " + end if end else ""
    ends = {
        "dense": f"encoder = Sequential(Flatten(), Linear(36, 5){more})\n"
                 f"decoder = Sequential(Linear(5, 36), Unflatten(1, (1, 6, 6)){more})\n",
        "conv": f"encoder = Sequential(Conv2d(1, 2, 3, stride=2, padding=1){more})\n"
                f"decoder = Sequential(ConvTranspose2d(2, 1, 2, stride=2){more})\n",
        "bare": f"encoder = Sequential(Flatten(){more})\n"
                "decoder = Sequential(Linear(36, 36), Unflatten(1, (1, 6, 6)))\n",
        "class": f"classifier = Sequential(Flatten(), Linear(36, 3){more})\n"}
    for place, (kind, parts) in enumerate(ends.items()):
        data = ("small.npy", "signed.npy")[(turn + place) % 2]
        with open(path("end.net"), "w") as file:
            file.write("input = 1, 6, 6\n" + parts)
        shutil.rmtree(path("end"), ignore_errors=True)
        how = ["classify", "--images", "--net", "end.net"] if kind == "class" else ["train", "--model", "end.net"]
        run(*how, data, "--epochs", 1, "-o", "end")
        options = ([], ["--int8"])[(turn + place) % 2]
        run("export", "end", data, "--c", "end-c", "--name", "model", "--self-test", *options)
        compiler = ("gcc", "clang")[turn // 2 % 2]
        if compile(tools[compiler], warnings + ["-O1", "-DMODEL_SELF_TEST"],
                   [path("end-c", "model.c"), path("main.c")], "self", "end-c"):
            code = subprocess.run([path("self")]).returncode
            check(code == 0, f"{kind} {end} {data} {options} {compiler}: self-test gives {code}")

finish()
