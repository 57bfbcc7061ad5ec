"""A picture's code is the same, whichever way it goes: `embudo encode` of files and of their folder, the
Python module, the C library: the same bits. Exported C and ONNX, from the bytes of the fitted picture: to 1e-5.

The pictures are those of tests/parity/pictures.tar.gz (every format, transparent, palettes, 16 bits, inks,
turned by EXIF) and some of odd sizes. What was decided for them stands in the exported header and in ONNX.
"""
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, need, path, program, root, run, skip, skip_part  # noqa: E402

np = need("numpy")
library = os.path.join(os.path.dirname(program), "libembudo.so")
if not os.path.exists(library):
    skip("the shared library beside the program")
os.environ.setdefault("EMBUDO_LIBRARY", library)
os.environ["XDG_CACHE_HOME"] = path("cache")
os.mkdir(path("cache"))
sys.path.insert(0, os.path.join(root, "bindings", "python"))
try:
    import embudo
except (ImportError, OSError) as error:  # a library of a build with sanitizers, for instance
    skip(f"the Python module ({error})")


def png(name, pixels):
    """RGBA."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)), (b"IDAT", zlib.compress(rows)),
              (b"IEND", b""))
    with open(path("pictures", name), "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks))


def pictures():
    """Their names, in the order of bytes."""
    os.mkdir(path("pictures"))
    with tarfile.open(os.path.join(root, "tests", "parity", "pictures.tar.gz")) as archive:
        index = archive.extractfile("index").read().decode().splitlines()
        for line in index:
            words = line.split()
            if words[0] == "good":
                with open(path("pictures", words[1]), "wb") as file:
                    file.write(archive.extractfile(words[1]).read())
    random = np.random.default_rng(5)
    for height, width in ((97, 51), (40, 203), (1, 60), (33, 32)):
        y, x = np.mgrid[:height, :width]
        waves = [np.sin(x / (7 + k) + y / (5 + 2 * k) + k) * 100 + 128 for k in range(3)]
        alpha = np.hypot(y - height / 2, x - width / 2) * 4 + random.integers(0, 40, (height, width))
        png(f"odd-{height}x{width}.png", np.stack([*waves, np.clip(alpha, 0, 255)], -1).astype(np.uint8))
    return sorted(os.listdir(path("pictures")), key=os.fsencode)


main_c = r"""
#include <stdio.h>
#include "model.h"
int main(void)
{
    static uint8_t picture[MODEL_IMAGE];
    static model_pixel image[MODEL_IMAGE];
    static float code[MODEL_CODE];
    while (fread(picture, sizeof picture, 1, stdin) == 1) {
        model_prepare(picture, image);
        model_encode(image, code);
        fwrite(code, sizeof code, 1, stdout);
    }
    return 0;
}
"""


def same(what, found, wanted):
    check(found.shape == wanted.shape and found.tobytes() == wanted.tobytes(), f"{what}: not the same bits")


def near(what, found, wanted):
    most = np.abs(found - wanted).max() / max(1.0, np.abs(wanted).max())
    check(most <= 1e-5, f"{what}: {most:.2g} apart")


def exported_c(name, fitted, codes, header):
    run("export", name, "--c", f"{name}-c", "--name", "model", "--part", "encoder")
    with open(path(f"{name}-c", "model.h")) as file:
        text = file.read()
    for line in header:
        check(line + "\n" in text or line + " " in text, f"{name}: model.h has no '{line}'")
    compiler = shutil.which("cc")
    if not compiler:
        skip_part("a C compiler")
        return
    with open(path("main.c"), "w") as file:
        file.write(main_c)
    subprocess.run([compiler, "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-O2",
                    "-I" + path(f"{name}-c"), path("main.c"), path(f"{name}-c", "model.c"), "-o", path("main")],
                   check=True)
    done = subprocess.run([path("main")], input=fitted.transpose(0, 2, 3, 1).tobytes(), capture_output=True)
    near(f"{name}: exported C", np.frombuffer(done.stdout, np.float32).reshape(codes.shape), codes)


def onnx(name, files, fitted, codes):
    try:
        from onnxruntime import InferenceSession
    except ImportError as error:
        skip_part(f"Python's onnxruntime ({error})")
        return
    run("export", name, "--onnx", "--uint8", "--part", "encoder", "-o", f"{name}-onnx")
    session = InferenceSession(path(f"{name}-onnx", "encoder.onnx"))
    found = session.run(None, {"image": fitted})[0]
    near(f"{name}: ONNX", found, codes)
    kept = session.get_modelmeta().custom_metadata_map["embudo.preprocessing"]
    own = embudo.Net.open(path(name, "model.safetensors")).metadata("embudo.preprocessing")
    check(kept == own, f"{name}: ONNX has the preprocessing {kept} instead of {own}")
    run("encode", f"{name}-onnx/encoder.onnx", *files, "-o", f"{name}-onnx.npy")
    near(f"{name}: ONNX read back", np.load(path(f"{name}-onnx.npy")), codes)


def ways(name, names, options, header):
    run("train", "pictures", "--max-steps", "2", "--test-split", "0", "-o", name, *options)
    files = [os.path.join("pictures", file) for file in names]
    run("encode", name, *files, "-o", f"{name}.npy")
    codes = np.load(path(f"{name}.npy"))
    check(len(np.unique(codes[:, 0])) > 20, f"{name}: the codes are all alike")

    run("encode", name, "pictures", "--split", "all", "-o", f"{name}-folder.npy")
    same(f"{name}: encode of the folder", np.load(path(f"{name}-folder.npy")), codes)

    net = embudo.Net.open(path(name))
    read = embudo.Images.read([path(file) for file in files], net)
    same(f"{name}: Python's Images.read", np.asarray(net.encode(read[:])), codes)
    folder = embudo.Images.open(path("pictures"), test_split=0, net=net)
    check([folder.file(i) for i in range(len(folder))] == names, f"{name}: the folder's order")
    same(f"{name}: Python's Images.open", np.asarray(net.encode(folder[:])), codes)

    done = subprocess.run([os.environ["EMBUDO_CODES"], path(name, "model.safetensors"),
                           *[path(file) for file in files]], capture_output=True)
    check(done.returncode == 0, f"{name}: codes: {done.stderr.decode()}")
    same(f"{name}: the C library", np.frombuffer(done.stdout, np.float32).reshape(codes.shape), codes)

    fitted = np.rint(np.asarray(read[:]) * 255).astype(np.uint8)
    exported_c(name, fitted, codes, header)
    onnx(name, files, fitted, codes)


def laid_out():
    """Photographed digits, to a network that learned from MNIST."""
    subprocess.run([sys.executable, os.path.join(root, "tests", "makers", "drawn_digits.py"), path("drawn"), "3"], check=True)
    run("train", "mnist", "--max-steps", "2", "-o", "digits")
    files = [os.path.join("drawn", file) for file in sorted(os.listdir(path("drawn")))]
    net = embudo.Net.open(path("digits"))
    for like, option in ((None, []), (True, ["--like-mnist"]), (False, ["--no-like-mnist"])):
        run("encode", "digits", *files, "-o", "digits.npy", *option)
        read = embudo.Images.read([path(file) for file in files], net, like_mnist=like)
        same(f"photographs, like_mnist={like}: Python's Images.read", np.asarray(net.encode(read[:])), np.load(path("digits.npy")))


names = pictures()
laid_out()
check(len(names) > 60, f"only {len(names)} pictures")
ways("crop", names, ["--size", "24x32", "--colour"], ["#define MODEL_FIT_CROP 1"])
ways("pad", names, ["--size", "32x24", "--colour", "--fit", "pad", "--background", "30a0ff"],
     ["#define MODEL_FIT_PAD 1", "#define MODEL_BACKGROUND 0x30a0ff"])
ways("stretch", names, ["--size", "32x32", "--grey", "--fit", "stretch", "--background", "white"],
     ["#define MODEL_FIT_STRETCH 1", "#define MODEL_BACKGROUND 0xffffff"])
finish()
