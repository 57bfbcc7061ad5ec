"""The module against the program: test_embudo.py PROGRAM REPOSITORY with|without (NumPy)."""
import array
import ctypes
import math
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from binding import mnist, numpy_wanted, program, raises, root, rows  # noqa: E402

import embudo  # noqa: E402


def encode_many(threads):
    return rows(net.encode(many, threads=threads))


assert embudo.version() == subprocess.run([program, "--version"], capture_output=True,
                                          text=True).stdout.split()[1]
assert embudo.threads() >= 1
everything = {}
exec("from embudo import *", everything)
assert set(embudo.__all__) <= set(everything) and ("Autoencoder" in everything) == numpy_wanted
if not numpy_wanted:
    raises(ImportError, "needs NumPy", lambda: embudo.Autoencoder)
with open(os.path.join(root, "include", "embudo", "base.h")) as header:
    declared = dict(re.findall(r"EMB_(MAX_\w+) = ([0-9<]+(?: << [0-9]+)?)", header.read()))
for limit in "MAX_SIZE", "MAX_CLASSES", "MAX_BATCH", "MAX_EPOCHS", "MAX_WARMUP", "MAX_THREADS":
    assert getattr(embudo._library, limit) == eval(declared[limit]), limit
# The module's structs are the headers' ones.
structs = {"emb_net_options": "NetOptions", "emb_open_options": "OpenOptions", "emb_pictures": "Pictures",
           "emb_read_options": "ReadOptions", "emb_import_options": "ImportOptions", "emb_pair": "Pair",
           "emb_preprocessing": "Preprocessing", "emb_tensor_info": "TensorInfo",
           "emb_train_options": "TrainOptions", "emb_epoch": "EpochInfo", "emb_score": "Score",
           "emb_checkup": "Checkup", "emb_examine_options": "ExamineOptions", "emb_data_checkup": "DataCheckup",
           "emb_layer_info": "LayerInfo", "emb_onnx_options": "OnnxOptions", "emb_c_options": "COptions",
           "emb_c_size": "CSize", "emb_figure": "Figure", "emb_measured": "Measured", "emb_measuring": "Measuring"}
if shutil.which("cc"):
    with tempfile.TemporaryDirectory() as folder:
        asked = os.path.join(folder, "sizes")
        with open(asked + ".c", "w") as file:
            file.write('#include <stdio.h>\n#include "embudo.h"\nint main(void) {\n' + "".join(
                f'    printf("%zu\\n", sizeof({name}));\n' for name in structs) + "    return 0;\n}\n")
        subprocess.run(["cc", "-std=c17", "-I" + os.path.join(root, "include"), asked + ".c", "-o", asked],
                       check=True)
        sizes = map(int, subprocess.run([asked], capture_output=True, text=True).stdout.split())
        for (name, own), size in zip(structs.items(), sizes):
            assert ctypes.sizeof(getattr(embudo._library, own)) == size, name
images, test = embudo.Images.open(mnist), embudo.Images.open(mnist, "test")
assert (len(images), len(test), images.shape) == (60000, 10000, (1, 28, 28))
assert [images.label(i) for i in range(5)] == [5, 0, 4, 1, 9]

# Seeds as torch.manual_seed has them: negative ones beside 2**64, all of them modulo 2**32.
drawn = embudo.Net.open("notebook")
weights = {}
for seed in (0, 42, 2**32, 2**32 + 42, -1, 2**64 - 1, -2**63):
    drawn.init(seed)
    weights[seed] = rows(drawn.decode([[0.5, -0.5]]))
assert weights[0] == weights[2**32] == weights[-2**63] != weights[42] == weights[2**32 + 42]
assert weights[-1] == weights[2**64 - 1] != weights[42]
for seed in (2**64, -2**63 - 1):
    raises(ValueError, f"seed is {seed}", lambda: drawn.init(seed))

# What a network was trained on decides how it reads bytes.
flat = [[[float(i * 37 % 256) for i in range(k, k + 4)] for k in range(0, 16, 4)] for _ in range(20)]
raw = bytes(int(x) for image in flat for row in image for x in row)
small = ("input = 1, 4, 4\nencoder = Sequential(Flatten(), Linear(16, 2))\n"
         "decoder = Sequential(Linear(2, 16), Unflatten(1, (1, 4, 4)))\n")
for black, white, told in ((0, 255, True), (0, 255, False)):
    floats = embudo.Images(flat, pixel_range=(black, white) if told else None)
    ranged = embudo.Net.parse(small)
    embudo.Run(ranged, floats).step()
    known = ranged.preprocessing
    assert known == embudo.Preprocessing(True, 0, 225, told, 0, 255 if told else 1), known
    as_bytes = memoryview(raw).cast("B", (20, 4, 4))
    if told:
        assert rows(ranged.encode(as_bytes)) == rows(ranged.encode(flat))
    else:
        raises(ValueError, "nothing says which of them are black", lambda: ranged.encode(as_bytes))
raises(embudo.Error, "two different numbers", lambda: embudo.Images(flat, pixel_range=(1, 1)))
# A failure's code is that of the program: po/codes.txt has it, with the English text.
with open(os.path.join(root, "po", "codes.txt"), encoding="utf-8") as lines:
    coded = dict(line.rstrip("\n").split("\t", 1) for line in lines)
for call, text in ((lambda: embudo.Images(flat, pixel_range=(1, 1)), "two different numbers"),
                   (lambda: embudo.Net.open("nowhere.safetensors"), "nowhere")):
    try:
        call()
        raise AssertionError("nothing raised")
    except embudo.Error as error:
        assert re.fullmatch("E[0-9]{4}", error.code) and error.code in coded, (error.code, str(error))
        assert text != "two different numbers" or text in coded[error.code], coded[error.code]
assert embudo.Error("of nobody").code == ""

# Channels last are put first, of bytes and of floats; rows become what a net reads.
bytes_last = [[[[(i + 7 * y + 2 * x + c) % 251 for c in range(2)] for x in range(3)] for y in range(5)]
              for i in range(2)]
for scale in (1, 0.5):
    last = [[[[value * scale for value in pixel] for pixel in row] for row in image] for image in bytes_last]
    made = embudo.Images(last)
    assert made.shape == (2, 5, 3), made.shape
    for i in range(2):
        plane = rows(made[i])
        assert all(plane[c][y][x] == last[i][y][x][c]
                   for c in range(2) for y in range(5) for x in range(3))
square = array.array("B", range(5 * 5 * 2))
made = embudo.Images(memoryview(square).cast("B", (1, 5, 5, 2)))
assert made.shape == (2, 5, 5) and abs(rows(made[0])[1][0][1] * 255 - 3) < 1e-5
flat = embudo.Images([[0.5] * 784, [0.25] * 784], labels=[1, 0])
assert flat.notes == "" and flat.class_name(0) is None
assert flat.fit(drawn).shape == (1, 28, 28) and "rows of 784 numbers" in flat.notes
raises(embudo.Error, "expects images of 1x28x28", lambda: embudo.Images([[0.5] * 783]).fit(drawn))

# A kind of autoencoder: what is told of it, and new images.
kind = embudo.Net.parse("""input = 1, 8, 8
encoder = Sequential(Flatten(), Linear(64, 4), Variational())
decoder = Sequential(Linear(2, 64), Unflatten(1, (1, 8, 8)), Sigmoid())""")
small = embudo.Images([[[(i * j * k) % 7 / 7 for k in range(8)] for j in range(8)] for i in range(40)])
last = list(embudo.train(kind, small, epochs=2, loss="bce"))[-1]
assert set(last.measures) == {"elbo", "reconstruction", "kl"}, last
assert abs(last.measures["elbo"] + 64 * last.validation_loss) < 1e-3, last
told = kind.measure(small, loss="bce")
assert abs(told["elbo"] + told["reconstruction"] + told["kl"]) < 1e-6 and 0 <= told["active"] <= 2
assert rows(kind.sample(3, seed=5)) == rows(kind.sample(5, seed=5))[:3]
knows = embudo.Net.parse("""input = 1, 8, 8
encoder = Sequential(Flatten(), Linear(64, 4), Variational())
decoder = Sequential(Condition(3), Linear(5, 64), Unflatten(1, (1, 8, 8)), Sigmoid())""").init(1)
assert knows.conditions == 3 and kind.conditions == 0
raises(embudo.Error, "needs a label, 0 to 2", lambda: knows.decode([0.0, 0.0]))
assert rows(knows.sample(5))[4] == rows(knows.sample(5, labels=1))[4] != rows(knows.sample(5, labels=2))[4]
raises(embudo.Error, "label 3; expected 0 to 2", lambda: knows.set_labels(3))
raises(embudo.Error, "is not conditional", lambda: kind.set_labels([1]))
raises(embudo.Error, "has no prior", lambda: drawn.sample(3))
assert last.__class__(1, 0, 0, 0, 0, 0, 0, 0).measures == {}

# A codebook: codes are indices of its entries.
book = embudo.Net.parse("""input = 1, 8, 8
encoder = Sequential(Conv2d(1, 2, 4, stride=4), VectorQuantizer(3, 2))
decoder = Sequential(ConvTranspose2d(2, 1, 4, stride=4), Sigmoid())""")
last = list(embudo.train(book, small, epochs=1))[-1]
assert set(last.measures) == {"reconstruction", "commitment", "perplexity", "unused"}, last
codes = book.encode([rows(small[i]) for i in range(3)])
indices = book.to_indices(codes)
assert (book.entries, book.places, drawn.entries) == (3, 4, 0)
assert len(indices) == 3 and all(len(row) == 4 and max(row) < 3 for row in indices)
assert rows(book.from_indices(indices)) == rows(codes)
raises(embudo.Error, "the entries of", lambda: book.from_indices([[0, 1, 2, 3]]))
raises(ValueError, "expected 4 indices", lambda: book.from_indices([[0, 1]]))
raises(embudo.Error, "has no VectorQuantizer", lambda: drawn.from_indices([[]]))

# A short training gives the program's own bits.
with tempfile.TemporaryDirectory() as folder:
    model = os.path.join(folder, "run", "model.safetensors")
    subprocess.run([program, "train", mnist, "--max-steps", "40", "--latent", "3", "-o",
                    os.path.join(folder, "run")], check=True, capture_output=True)
    net = embudo.Net.open("notebook", latent=3)
    run = embudo.Run(net, images, threads=1)
    losses = [run.step() for _ in range(40)]
    assert run.steps == 40 and all(0 < loss < 1 for loss in losses)
    theirs = embudo.Net.open(model)
    ours, wanted = net.state_dict(), theirs.state_dict()
    assert list(ours) == list(wanted) and len(ours) == 20
    assert all(rows(ours[name]) == rows(wanted[name]) for name in ours)
    assert theirs.metadata("embudo.steps") == "40" and theirs.metadata("nothing") is None
    saved = os.path.join(folder, "saved.safetensors")
    net.save(saved, {"said": "here"})
    again = embudo.Net.open(saved)
    assert again.metadata("said") == "here" and again.notation == net.notation
    again.init(7).load_state_dict(saved)
    assert embudo.Net.load(saved, notation=None).latent == 3

    # Encode, decode, reconstruct: floats, bytes, lists; the same bits each way.
    some = images[:5]
    codes = net.encode(some)
    assert rows(net.decode(codes)) == rows(net.reconstruct(some))
    assert rows(net.encode(rows(some))) == rows(codes)
    assert rows(net.encode(images[2])) == [rows(codes)[2]]
    assert rows(net.encode(array.array("f", [0.0] * 784))) == rows(net.encode(bytearray(784)))
    assert len(rows(net.encode(images[0:0]))) == 0
    subprocess.run([program, "encode", model, mnist, "-o", os.path.join(folder, "codes.csv")],
                   check=True, capture_output=True)
    with open(os.path.join(folder, "codes.csv")) as file:
        line = file.readlines()[1].split(",")
    assert [float("%.9g" % x) for x in rows(net.encode(test[0]))[0]] == [float(x) for x in line[:3]]
    if numpy_wanted:
        import numpy
        assert isinstance(codes, numpy.ndarray) and codes.dtype == numpy.float32
        assert codes.shape == (5, 3)
        pixels = (numpy.asarray(some) * 255).round().astype(numpy.uint8)
        assert (net.encode(pixels) == codes).all()
        numpy.save(os.path.join(folder, "x.npy"), pixels)
        # One of the five is held out for testing.
        assert len(embudo.Images.open(os.path.join(folder, "x.npy"))) == 4

    # The loss's slopes: a step along them lowers it.
    five = embudo.Images(rows(some))
    loss, slopes = net.gradients(five)
    assert abs(loss - net.score(five)) < 1e-6 and list(slopes) == list(ours)
    assert len(rows(slopes["encoder.0.weight"])) == 8

    # Several threads: the same codes; no copies; shapes are looked at.
    import concurrent.futures
    import copy
    import pickle
    many = images[:40]
    wanted_codes = rows(net.encode(many))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for made in pool.map(lambda _: rows(net.encode(many)), range(24)):
            assert made == wanted_codes
    for call in (copy.copy, copy.deepcopy, pickle.dumps):
        for thing in (net, images, run):
            raises(TypeError, "cannot be copied or pickled", lambda: call(thing))
    # What is no object of the library never reaches it.
    raises(TypeError, "Net cannot be made from str: Net.open opens", lambda: embudo.Net("notebook"))
    for call in (lambda: embudo.train(net, some), lambda: net.score(some), lambda: net.gradients(some),
                 lambda: embudo.Run(net, images, validation=some)):
        raises(TypeError, "expected Images, got ", call)
    raises(TypeError, "expected Net, got str", lambda: embudo.train("notebook", images))
    # Channels last: one channel lies as it would first.
    last = [[[[number] for number in row] for row in image[0]] for image in rows(many)]
    assert rows(net.encode(last)) == wanted_codes
    raises(ValueError, "expected rows of 784", lambda: net.encode([[0.0, 0.0]] * 784))
    raises(ValueError, "expected rows of 3", lambda: net.decode([[0.0] * 6]))
    for labels in ([256], [-1], [0.5], [float("nan")], [None]):
        raises(ValueError, "expected a whole number 0 to 255", lambda: embudo.Images([[[0.5]]], labels))
    raises(ValueError, "row 0 is not one-hot", lambda: embudo.Images([[[0.5]]], [[0, 1, 1]]))
    raises(TypeError, "labels are words", lambda: embudo.Images([[[0.5]]], ["cat"]))
    for labels in ([2], [2.0], [[2]], [[0, 0, 1]], [(False, False, True)]):
        assert embudo.Images([[[0.5]]], labels).label(0) == 2
    assert embudo.Images([[[0.5]]], [True]).label(0) == 1
    raises(ValueError, "label 0 is 1.5", lambda: embudo.Images([[[0.5]]], [1.5]))
    raises(TypeError, "", lambda: net.encode("0" * 784))
    raises(TypeError, "expected numbers", lambda: net.encode(None))
    raises(ValueError, "embedded null", lambda: net.save(saved + "\0junk"))
    raises(ValueError, "latent is -1", lambda: embudo.Net.open("notebook", latent=-1))
    raises(ValueError, "threads is 1000", lambda: net.encode(some, threads=1000))
    raises(ValueError, "batch_size is 0", lambda: embudo.Run(net, images, batch_size=0))
    raises(TypeError, "nonsense", lambda: embudo.train(net, images, nonsense=3))
    assert rows(net.encode([images[0], images[1]])) == rows(net.encode(images[:2]))
    # A forked child works on, with threads, after the parent has used some: by hand and in a pool.
    if hasattr(os, "fork"):
        grown = embudo.Net.open("notebook", latent=3)
        going = embudo.Run(grown, images, threads=2)
        going.step()
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # rather than a test that hangs
            good = rows(net.encode(many, threads=2)) == wanted_codes
            losses_there = [going.step() for _ in range(3)]
            os._exit(0 if good and losses_there == losses[1:4] else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert [going.step() for _ in range(3)] == losses[1:4]
        with multiprocessing.get_context("fork").Pool(2) as pool:
            assert pool.map_async(encode_many, [1, 2]).get(60) == [wanted_codes] * 2

    # Errors carry the library's text.
    raises(embudo.Error, "no such file", lambda: embudo.Net.open("nothing.safetensors"))
    raises(embudo.Error, "Linear expects", lambda: embudo.Net.parse(
        "input = 4\nencoder = Sequential(Linear(5, 2))\ndecoder = Sequential(Linear(2, 4))"))
    raises(embudo.Error, "no part called classifier", lambda: net.classify(some))
    raises(ValueError, "rows of 784", lambda: net.encode([1.0, 2.0]))
    raises(ValueError, "expected one of train, test, val", lambda: embudo.Images.open(mnist, "all"))
    raises(embudo.Error, "has no validation images", lambda: embudo.Images.open(mnist, "val"))

    # A folder of pictures, treated as asked.
    pictures = os.path.join(folder, "pictures")
    os.mkdir(pictures)
    for i in range(4):
        with open(os.path.join(pictures, f"{i}.ppm"), "wb") as file:
            file.write(b"P6 4 2 255\n" + bytes([255, 0, 10 * i]) * 8)
    with open(os.path.join(pictures, "5.ppm"), "wb") as file:
        file.write(b"P6 4 2 255\n")
    def opened(**how):
        return embudo.Images.open(pictures, test_split=0, cache=False, **how)
    raises(embudo.Error, "1 of 5 pictures cannot be read", lambda: opened())
    raises(embudo.Error, "1 of 5 pictures cannot be read", lambda: opened(bad="stop"))
    assert opened(bad="skip").shape == (3, 2, 4) and len(opened(bad="skip", memory=1)) == 4
    assert opened(bad="skip", size=(6, 8), grey=True).shape == (1, 8, 6)
    assert opened(bad="skip", size=8, grey=False).shape == (3, 8, 8)
    corner = [rows(opened(bad="skip", size=8, **how)[0])[0][0][0]
              for how in ({"fit": "pad", "background": (51, 0, 0)}, {"fit": "pad", "background": "black"},
                          {"fit": "stretch"})]
    assert [round(255 * red) for red in corner] == [51, 0, 255]
    raises(ValueError, "expected one of crop, pad, stretch", lambda: opened(fit="cut"))
    raises(ValueError, "expected one of few, skip, stop", lambda: opened(bad="all"))
    raises(ValueError, "three numbers 0..255", lambda: opened(background=(0, 0, 256)))
    raises(ValueError, "at least 1", lambda: opened(size=0))

    # One array: test images are held out, and a model says which.
    one = os.path.join(folder, "one.npy")
    with open(one, "wb") as file:
        text = "{'descr': '|u1', 'fortran_order': False, 'shape': (60, 28, 28), }"
        file.write(b"\x93NUMPY\x01\x00v\x00" + text.ljust(117).encode() + b"\n")
        for i in range(60):
            file.write(bytes([i]) * 784)
    def values(part, **how):
        opened = embudo.Images.open(one, part, **how)
        return {round(255 * rows(opened[i])[0][0][0]) for i in range(len(opened))}
    assert len(values("test")) == 10 and values("train") == set(range(60)) - values("test")
    assert len(values("train", test_split=0)) == 60
    for part in "train", "test":
        assert "10 of its 60 images are held out" in embudo.Images.open(one, part).notes
    assert "held out" not in embudo.Images.open(one, test_split=0).notes
    assert values("test", test_seed=7) != values("test")
    raises(embudo.Error, "none are held out", lambda: values("test", test_split=0))
    raises(ValueError, "expected 0 to below 1", lambda: values("test", test_split=1))
    subprocess.run([program, "train", one, "--model", "notebook", "--epochs", "1", "--test-split",
                    "0.25", "--test-seed", "5", "-o", os.path.join(folder, "one")],
                   check=True, capture_output=True)
    trained = embudo.Net.open(os.path.join(folder, "one", "model.safetensors"))
    assert values("test", held_by=trained) == values("test", test_split=0.25, test_seed=5)
    raises(ValueError, "does not say", lambda: values("test", held_by=net))
    raises(embudo.Error, "are bytes", lambda: embudo.Images.open(one, pixel_range=(0, 16)))
    with open(one, "r+b") as file:
        file.seek(128 + 784 * 30)
        file.write(b"\xff")
    for part in "train", "test":
        raises(ValueError, "is not the data set", lambda: values(part, held_by=trained))

    # Images of their own to validate on: none are split off.
    run = embudo.Run(embudo.Net.open("notebook"), embudo.Images.open(one),
                     validation=embudo.Images.open(one, "test"))
    assert run.epoch().steps == (50 + 15) // 16
    raises(IndexError, "image 60000", lambda: images[60000])

# Epochs, on images of one's own.
own = embudo.Images(memoryview(bytes(range(256)) * 32).cast("B", (128, 8, 8)),
                    [i % 4 for i in range(128)])
assert own.shape == (1, 8, 8) and own.label(5) == 1
tiny = embudo.Net.parse("""input = 1, 8, 8
encoder = Sequential(Flatten(), Linear(64, 4), Tanh())
decoder = Sequential(Linear(4, 64), Sigmoid(), Unflatten(1, (1, 8, 8)))""")
epochs = list(embudo.train(tiny, own, epochs=5, learning_rate=0.01, shuffle=True))
assert [e.number for e in epochs] == [1, 2, 3, 4, 5] and epochs[-1].steps == 5 * 7
assert epochs[-1].validation_loss < epochs[0].validation_loss and math.isnan(epochs[0].accuracy)
assert abs(tiny.score(own) - sum(
    (a - b) ** 2 for x, y in zip(rows(own[:]), rows(tiny.reconstruct(own[:])))
    for p, q in zip(x[0], y[0]) for a, b in zip(p, q)) / (128 * 64)) < 1e-6

# Losses, optimisers and early stopping.
run = embudo.Run(tiny, own, loss="mse + 0.5*l1", optimiser="SGD", momentum=0.9, nesterov=True,
                 schedule="one-cycle", epochs=2, clip_norm=1, ema=0.9)
assert run.step() > 0 and not run.stopped
stops = embudo.train(tiny, own, epochs=9, stop_patience=1, stop_min_delta=1e9)
assert len(list(stops)) == 2
assert embudo.Run(tiny, own, freeze="encoder").step() > 0
assert embudo.Run(tiny, own, augment="contrast=0.1", denoise="gaussian=0.3").step() > 0
raises(embudo.Error, "expected gaussian=X, salt=X or mask=X", lambda: embudo.Run(tiny, own, denoise="blur=1"))
raises(embudo.Error, "nothing called 'enc'", lambda: embudo.Run(tiny, own, freeze="enc"))
raises(embudo.Error, "expected one of mse", lambda: embudo.Run(tiny, own, loss="mze"))
raises(embudo.Error, "is of SGD and RMSprop", lambda: embudo.Run(tiny, own, momentum=0.9))
raises(embudo.Error, "gamma is of the schedule step", lambda: embudo.Run(tiny, own, gamma=0.5))
raises(ValueError, "expected one of", lambda: embudo.Run(tiny, own, optimiser="Lion"))
raises(ValueError, "expected one of", lambda: embudo.Run(tiny, own, mode="up"))
plateau = embudo.Run(tiny, own, schedule="plateau", factor=0, patience=0, threshold=1e9, cooldown=1,
                     min_lr=1e-4, threshold_mode="abs")
assert plateau.epoch().number == 1
losses = []
for beta1 in (0, 0.9, 1e-300):
    run = embudo.Run(tiny, own, beta1=beta1)
    losses.append([run.step() for _ in range(3)])
assert losses[0] != losses[1] and losses[0] == losses[2]
raises(TypeError, "no option", lambda: embudo.Run(tiny, own, momentun=0.9))
print(f"the module holds {'with' if numpy_wanted else 'without'} NumPy, Python "
      f"{sys.version.split()[0]}")
