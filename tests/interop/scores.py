"""`embudo export --score`: what ONNX Runtime and compiled C say of images is what `embudo score` says.

For MNIST and for a folder of pictures in colour, and by each kind of number: scores are the same to 1e-5
of them (distances of codes, to 1e-5 of the codes), and every image that is further than that from the
threshold is judged alike. The C compiles as
C99 without a warning and needs nothing but memory functions. A model's file keeps the threshold, and its
weights are the bytes that they were; so do exports without the score.
"""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, mnist, need, path, run, skip, trained  # noqa: E402

np, onnx, ort = need("numpy", "onnx", "onnxruntime")
compiler = shutil.which("gcc") or skip("gcc")
warnings = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror", "-O2"]
kinds = ("score", "reconstruction", "region", "corrected", "neighbours")
judge_c = r"""
#include <stdio.h>
#include "model.h"
int main(void)
{
    static model_pixel image[MODEL_IMAGE];
    while (fread(image, sizeof image, 1, stdin) == 1) {
        const float said[2] = {model_score(image), (float)model_unusual(image)};
        fwrite(said, sizeof said, 1, stdout);
    }
    return 0;
}
"""
with open(path("judge.c"), "w") as file:
    file.write(judge_c)


def weights(name):
    """The bytes of a safetensors file's tensors, and its metadata."""
    with open(path(name), "rb") as file:
        data = file.read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__")
    return {name: (t["dtype"], t["shape"], data[8 + length + t["data_offsets"][0]:8 + length + t["data_offsets"][1]])
            for name, t in header.items()}, metadata


def by_c(images):
    done = subprocess.run([compiler, *warnings, "-I" + path("line"), path("line", "model.c"), path("judge.c"),
                           "-o", path("judge")], capture_output=True, text=True)
    check(done.returncode == 0, f"C: {done.stderr[:400]}")
    out = subprocess.run([path("judge")], input=images.astype(np.float32).tobytes(), capture_output=True).stdout
    said = np.frombuffer(out, np.float32).reshape(-1, 2)
    return said[:, 0], said[:, 1] != 0


def by_onnx(images, pixels):
    session = ort.InferenceSession(path("onnx", "score.onnx"), providers=["CPUExecutionProvider"])
    made = [session.run(["score", "unusual", "reconstruction"], {"image": some})
            for some in np.array_split(pixels if "uint8" in session.get_inputs()[0].type else images, 7)]
    check(made[0][2].shape[1:] == images.shape[1:], "the shape of a reconstruction")
    return np.concatenate([m[0] for m in made]), np.concatenate([m[1] for m in made])


def compare(what, expected, threshold, said, size=0):
    """`size`: of what the scores are differences of, if that is more than they are."""
    scores, unusual = said
    check(scores.shape == expected.shape, f"{what}: {scores.shape}")
    worst = (np.abs(scores - expected) / np.maximum(expected, size)).max()
    check(worst < 1e-5, f"{what}: {worst:.2g} away")
    sure = np.abs(expected / threshold - 1) > 1e-4
    check((unusual == (expected > threshold))[sure].all(), f"{what}: judged otherwise")
    print(f"{what}: within {worst:.2g} of {len(expected)} scores")


def hold(what, model, pixels):
    """Each kind, by C and by ONNX, against the program."""
    np.save(path("seen.npy"), pixels)
    images = (pixels.astype(np.float32) / np.float32(255)).astype(np.float32)
    before, _ = weights(f"{model}/model.safetensors")
    run("encode", model, "seen.npy", "-o", "codes.npy")
    codes = np.linalg.norm(np.load(path("codes.npy")), axis=1)
    for at, kind in enumerate(kinds):
        told = json.loads(run("score", model, "seen.npy", "--json", "--by", kind, "--keep"))
        expected = np.array([image["score"] for image in told["images"]])
        after, metadata = weights(f"{model}/model.safetensors")
        check(after == before, f"{what}: {kind}: the model's tensors changed")
        words = dict(word.split("=") for word in metadata["embudo.threshold"].split())
        check(words["by"] == kind and words["false_alarms"] == "0.01"
              and abs(float(words["threshold"]) / told["threshold"] - 1) < 1e-6, f"{what}: {words}")
        run("export", model, "--c", "line", "--name", "model", "--onnx", "-o", "onnx", "--score",
            *(["--uint8"] if at % 2 else []))
        onnx.checker.check_model(path("onnx", "score.onnx"), full_check=True)
        size = codes if kind == "neighbours" else 0
        compare(f"{what} by {kind}, C", expected, told["threshold"], by_c(images), size)
        compare(f"{what} by {kind}, ONNX", expected, told["threshold"], by_onnx(images, pixels), size)
    run("export", model, "--c", "plain", "--onnx", "-o", "plain")
    for name in ("encoder", "autoencoder"):
        props = {p.key: p.value for p in onnx.load(path("plain", f"{name}.onnx")).metadata_props}
        check(props.get("embudo.threshold") == metadata["embudo.threshold"], f"{what}: {name}.onnx: {props.keys()}")
    with open(path("plain", "embudo_model.h")) as file:
        check("EMBUDO_MODEL_THRESHOLD" in file.read(), f"{what}: a plain header has no threshold")


def paint(seed, size):
    """Soft stripes of two colours."""
    draw = np.random.default_rng(seed)
    y, x = np.mgrid[:size[0], :size[1]]
    wave = 0.5 + 0.5 * np.sin(x * draw.uniform(.1, .5) + y * draw.uniform(.1, .5) + draw.uniform(0, 6))
    one, two = draw.integers(0, 256, (2, 3, 1, 1))
    return np.clip(one * wave + two * (1 - wave) + draw.normal(0, 4, (3, *size)), 0, 255).astype(np.uint8)


def colour_folder(count, size):
    os.makedirs(path("stripes"))
    for i in range(count):
        with open(path("stripes", f"{i:04}.ppm"), "wb") as file:
            file.write(b"P6 %d %d 255\n" % (size[1], size[0]) + paint(i, size).transpose(1, 2, 0).tobytes())


folded = """input = 3, 23, 19
encoder = Sequential(Conv2d(3, 8, 3, stride=2, padding=1, bias=False), BatchNorm2d(8), ReLU(), Flatten(), Linear(960, 6))
decoder = Sequential(Linear(6, 960), ReLU(), Unflatten(1, (8, 12, 10)), ConvTranspose2d(8, 3, 3, stride=2, padding=1), Sigmoid())
"""
with open(path("folded.net"), "w") as file:
    file.write(folded)
digits, _ = mnist("t10k", 1000)
noise = np.random.default_rng(1).integers(0, 256, (20, 28, 28), dtype=np.uint8)
hold("MNIST", trained(), np.concatenate([digits, noise, np.zeros((1, 28, 28), np.uint8)])[:, None])
colour_folder(400, (23, 19))
run("train", "stripes", "--model", "folded.net", "--epochs", 30, "--lr", "0.003", "-o", "colour")
seen = np.stack([paint(5000 + i, (23, 19)) for i in range(300)] +
                [np.random.default_rng(i).integers(0, 256, (3, 23, 19), dtype=np.uint8) for i in range(9)])
hold("colour", "colour", seen)
# A network at the mean image: the score alone is left, from the image itself.
run("train", "stripes", "--model", "folded.net", "--epochs", 1, "--lr", "1e-7", "-o", "mean")
np.save(path("seen.npy"), seen)
told = json.loads(run("score", "mean", "seen.npy", "--json"))
run("export", "mean", "--c", "line", "--name", "model", "--onnx", "-o", "onnx", "--score")
expected, images = np.array([image["score"] for image in told["images"]]), (seen / np.float32(255)).astype(np.float32)
compare("the mean image, C", expected, told["threshold"], by_c(images))
compare("the mean image, ONNX", expected, told["threshold"], by_onnx(images, seen))
error = run("import", "onnx/score.onnx", "-o", "back.safetensors", code=1)
check("use autoencoder.onnx" in error, error)
finish()
