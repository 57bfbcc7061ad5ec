"""Data sets, codes and images as NumPy keeps them, both ways."""
import gzip
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, mnist, need, path, run, trained  # noqa: E402

np = need("numpy")
run_folder = trained()
images, labels = mnist("t10k", 300)
floats = (images / 255).astype(np.float32)
colour = np.random.default_rng(1).integers(0, 256, (40, 3, 6, 5), np.uint8)

# One array each, in every type, order and layout that is one data set: the same codes.
np.save(path("uint8.npy"), images)
np.save(path("uint8_channel.npy"), images[:, None])
np.save(path("uint8_fortran.npy"), np.asfortranarray(images))
np.save(path("float32.npy"), floats)
np.save(path("float32_fortran.npy"), np.asfortranarray(floats[:, None]))
np.save(path("big_endian.npy"), floats.astype(">f4"))
np.save(path("float64.npy"), floats.astype(np.float64))
np.save(path("float64_big_fortran.npy"), np.asfortranarray(floats.astype(">f8")))
np.save(path("channels_last.npy"), images[..., None])
np.save(path("channels_last_fortran.npy"), np.asfortranarray(floats[..., None]))
np.save(path("rows.npy"), images.reshape(300, 784))
np.save(path("whole.npy"), images.astype(">i8"))
np.savez(path("stored.npz"), images=images, labels=labels)
np.savez_compressed(path("deflated.npz"), images=floats, labels=labels.astype(np.int64))
with open(path("version2.npy"), "wb") as file:
    np.lib.format.write_array(file, images, version=(2, 0))
os.mkdir(path("folder"))
np.save(path("folder", "images.npy"), images)
np.save(path("folder", "labels.npy"), labels.astype(">i4"))
codes = None
for name in ("uint8.npy", "uint8_channel.npy", "uint8_fortran.npy", "float32.npy",
             "float32_fortran.npy", "big_endian.npy", "float64.npy", "float64_big_fortran.npy",
             "channels_last.npy", "channels_last_fortran.npy", "rows.npy", "whole.npy",
             "version2.npy", "stored.npz", "deflated.npz", "folder"):
    run("encode", run_folder, name, "-o", "codes.npy")
    made = np.load(path("codes.npy"))
    check(made.shape == (300, 2) and made.dtype == np.float32, f"{name}: {made.shape}")
    check(codes is None or (made == codes).all(), f"{name}: other codes")
    codes = made
    has_labels = os.path.exists(path("codes-labels.npy"))
    check(has_labels == (name in ("stored.npz", "deflated.npz", "folder")), f"{name}: labels")
    if has_labels:
        check((np.load(path("codes-labels.npy")) == labels).all(), f"{name}: other labels")
        os.remove(path("codes-labels.npy"))
np.save(path("half.npy"), floats.astype(np.float16))
run("encode", run_folder, "half.npy", "-o", "half-codes.npy")
check(np.abs(np.load(path("half-codes.npy")) - codes).max() < 0.1, "float16")

# Two parts, as Keras and MedMNIST name them; labels beside; codes out as NPZ and CSV.
for name, keys in (("keras.npz", ("x_train", "y_train", "x_test", "y_test")),
                   ("med.npz", ("train_images", "train_labels", "test_images", "test_labels"))):
    np.savez(path(name), **dict(zip(keys, (images[:200], labels[:200, None], images[200:],
                                          labels[200:, None]))))
    run("encode", run_folder, name, "-o", "codes.npz")
    with np.load(path("codes.npz")) as made:
        check((made["codes"] == codes[200:]).all() and (made["labels"] == labels[200:]).all(),
              f"{name}: its test part")
    run("encode", run_folder, name, "--split", "all", "-o", "codes.csv")
    table = np.loadtxt(path("codes.csv"), delimiter=",", skiprows=1)
    check((table[:, :2].astype(np.float32) == codes).all() and (table[:, 2] == labels).all(),
          f"{name}: all as CSV")
np.save(path("alone.npy"), images)
np.save(path("alone-labels.npy"), labels.astype(np.float64))
said = run("classify", run_folder, "alone.npy", "--epochs", 1, "-o", "classes")
check("accuracy" in said.lower(), "labels beside an array are found")

# Reconstructions and decoded codes; what is written opens again.
run("reconstruct", run_folder, "keras.npz", "-o", "made.npz")
run("reconstruct", run_folder, "keras.npz", "-o", "made.npy")
run("reconstruct", run_folder, "keras.npz", "-o", "made.csv")
run("decode", run_folder, "codes.npz", "-o", "decoded.npz")
with np.load(path("made.npz")) as made, np.load(path("decoded.npz")) as decoded:
    check(made["images"].shape == (100, 1, 28, 28), "reconstructions as NPZ")
    check((made["labels"] == labels[200:]).all(), "their labels")
    check((made["images"] == np.load(path("made.npy"))).all(), "reconstructions as NPY")
    check((made["images"] == decoded["images"]).all(), "decoded codes")
    table = np.loadtxt(path("made.csv"), delimiter=",", skiprows=1)
    check((table[:, :784].astype(np.float32) == made["images"].reshape(100, 784)).all(), "as CSV")
run("eval", run_folder, "made.npz")

# Labels of every kind; words are numbered as numpy.unique does, over both parts.
words = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "\u00e9"])
kinds = {"hot": np.eye(10)[labels], "hot_bool": np.eye(10, dtype=bool)[labels],
         "float": labels.astype(np.float32), "text": words[labels], "big": words[labels].astype(">U9"),
         "bytes": np.array([word.encode() for word in words])[labels]}
for kind, made in kinds.items():
    np.savez_compressed(path("kind.npz"), x_train=images[:8], y_train=made[:8], x_test=images[8:],
                        y_test=made[8:])
    run("encode", run_folder, "kind.npz", "-o", "kind-codes.npz")
    expected = labels if made.dtype.kind not in "US" else np.unique(made, return_inverse=True)[1]
    with np.load(path("kind-codes.npz")) as read:
        check((read["labels"] == expected[8:]).all(), f"labels as {kind}")

# Colour, other sizes: training on an array.
with open(path("colour.net"), "w") as file:
    file.write("input = 3, 6, 5\nencoder = Sequential(Flatten(), Linear(90, 4), Tanh())\n"
               "decoder = Sequential(Linear(4, 90), Sigmoid(), Unflatten(1, (3, 6, 5)))\n")
np.save(path("colour.npy"), colour)
run("train", "colour.npy", "--model", "colour.net", "--epochs", 2, "-o", "colour")
run("encode", "colour", "--split", "all", "-o", "colour-codes.npy")
check(np.load(path("colour-codes.npy")).shape == (40, 4), "the run's own data set is found again")

# What is no data set is refused in one line that names the file.
np.save(path("int64.npy"), images.astype(np.int64) * 257)
np.save(path("complex.npy"), images.astype(np.complex64))
np.save(path("objects.npy"), np.array([None, 1]), allow_pickle=True)
np.save(path("flat.npy"), np.arange(5, dtype=np.float32))
np.save(path("five.npy"), np.zeros((1, 1, 1, 28, 28), np.float32))
np.save(path("empty.npy"), np.zeros((0, 28, 28), np.uint8))
np.save(path("nan.npy"), np.full((2, 28, 28), np.nan, np.float32))
np.save(path("small.npy"), images[:, :20, :20])
np.save(path("short.npy"), images)
np.save(path("short-labels.npy"), labels[:299])
np.save(path("wide.npy"), images)
np.save(path("wide-labels.npy"), labels.astype(np.int64) + 250)
np.savez(path("other.npz"), something=images)
with open(path("keras.npz"), "rb") as file:
    whole = file.read()
for name, content in (("cut.npz", whole[:9000]), ("zeros.npz", bytes(200)),
                      ("flipped.npz", whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]),
                      ("cut.npy", open(path("uint8.npy"), "rb").read()[:5000]),
                      ("longer.npy", open(path("uint8.npy"), "rb").read() + b"x"),
                      ("header.npy", b"\x93NUMPY\x01\x00\xff\xff{'descr'"), ("nothing.npy", b"")):
    with open(path(name), "wb") as file:
        file.write(content)
for name in ("int64.npy", "complex.npy", "objects.npy", "flat.npy", "five.npy", "empty.npy",
             "nan.npy", "small.npy", "short.npy", "wide.npy", "other.npz", "cut.npz", "zeros.npz",
             "flipped.npz", "cut.npy", "longer.npy", "header.npy", "nothing.npy", "absent.npy"):
    part = "train" if name == "flipped.npz" else "all"
    error = run("encode", run_folder, name, "--split", "all", "-o", "x.npy", code=1)
    check("\n" not in error and name.split(".")[0] in error, f"{name}: said '{error}'")
    check(not os.path.exists(path("x.npy")), f"{name}: left a file")
finish()
