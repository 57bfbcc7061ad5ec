"""One image is encoded by exported C in at most twice onnxruntime's time. Alone on the machine."""
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, mnist, need, path, run, skip, trained  # noqa: E402

np, ort = need("numpy", "onnxruntime")
tools = {name: shutil.which(name) for name in ("gcc", "clang")}
if not all(tools.values()):
    skip("gcc and clang")

time_c = r"""
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <time.h>
#include "model.h"
int main(void)
{
    static model_pixel image[MODEL_IMAGE];
    float code[MODEL_CODE], sum = 0;
    double best = 1e9;
    for (int round = 0; round < 40; round++) {
        struct timespec a, b;
        clock_gettime(CLOCK_MONOTONIC, &a);
        for (int i = 0; i < 500; i++) {
            image[i] = (model_pixel)(i % 2);
            model_encode(image, code);
            sum += code[0];
        }
        clock_gettime(CLOCK_MONOTONIC, &b);
        const double t = ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / 500;
        if (t < best) best = t;
    }
    printf("%f %f\n", best / 1000, (double)sum);
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


run_folder = trained()
images, _ = mnist("t10k", 1)
one = (images.astype(np.float32) / 255).reshape(1, 1, 28, 28)
for where, options in (("encoder", []), ("encoder-int8", ["--int8"])):
    run("export", run_folder, "--c", where, "--name", "model", "--part", "encoder", *options)
run("export", run_folder, "--onnx", "-o", "onnx")
options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(path("onnx", "encoder.onnx"), options,
                               providers=["CPUExecutionProvider"])


def theirs():
    best = 1e9
    for _ in range(40):
        start = time.perf_counter()
        for _ in range(100):
            session.run(None, {"image": one})
        best = min(best, (time.perf_counter() - start) / 100)
    return best * 1e6


for where in ("encoder", "encoder-int8"):
    for compiler in ("gcc", "clang"):
        compile(tools[compiler], ["-std=c99", "-O3", "-march=native"],
                [source("time.c", time_c), path(where, "model.c")], "time", where)
        ratios = []
        for _ in range(3):
            ours = float(subprocess.run([path("time")], capture_output=True, text=True)
                         .stdout.split()[0])
            peer = theirs()
            ratios.append(ours / peer)
        print(f"one image, {where}, {compiler} -O3 -march=native: {ours:.1f} us, onnxruntime "
              f"{peer:.1f} us: {sorted(ratios)[1]:.2f} times its time")
        check(where != "encoder" or min(ratios) <= 2, f"{compiler}: {ratios} times onnxruntime's time")
finish()
