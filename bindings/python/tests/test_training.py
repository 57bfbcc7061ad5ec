"""Training when it is called, state dicts, checkpoints, what is measured, exports."""
import math
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from binding import mnist, numpy_wanted, program, raises, rows, small, states, tiny  # noqa: E402

import embudo  # noqa: E402

images = small()
where = tempfile.TemporaryDirectory()


def at(*names):
    return os.path.join(where.name, *names)


def new():
    return embudo.Net.parse(tiny)


# It trains when it is called, and goes on: twice 2 epochs, or 1 and 3, are 4.
once = new()
whole = embudo.train(once, images, epochs=4, shuffle=True)
assert [epoch.number for epoch in whole] == [1, 2, 3, 4] and whole[-1].steps == 8
for parts in ((2, 2), (1, 3), (1, 1, 1, 1)):
    for threads in (0, 1, 3):
        net, seen = new(), []
        for i, part in enumerate(parts):
            seen += embudo.train(net, images, part, shuffle=True, threads=threads if i else 0)
        assert [e.number for e in seen] == [1, 2, 3, 4] and states(net) == states(once), (parts, threads)
        assert [e.loss for e in seen] == [e.loss for e in whole]

# Other images, options or weights begin another training, from the weights that are there.
net = new()
embudo.train(net, images, 2, shuffle=True)
before = states(net)
for change in ({"shuffle": False}, {"shuffle": True, "learning_rate": 1e-9}):
    assert embudo.train(net, images, 1, **change)[0].number == 1
assert max(abs(a - b) for a, b in zip(states(net)["decoder.0.bias"], before["decoder.0.bias"])) < 0.05
copied = embudo.Images([rows(images[i]) for i in range(40)], [i % 3 for i in range(40)])
assert embudo.train(net, copied, 1, shuffle=True, learning_rate=1e-9)[0].number == 2  # the same images
assert embudo.train(net, small(41), 1, shuffle=True, learning_rate=1e-9)[0].number == 1
begun, ran = new().init(7), new().init(7)
embudo.train(begun, images, 4, shuffle=True)  # keeps the weights that were drawn
run = embudo.Run(ran, images, shuffle=True, keep_weights=True)
for _ in range(4):
    run.epoch()
assert states(begun) == states(ran) != states(once)
assert embudo.train(begun.init(7), images, 4, shuffle=True)[0].number == 1 and states(begun) == states(ran)
for _ in range(2):
    assert embudo.train(begun, images, 4, shuffle=True, keep_weights=False)[0].number == 1
    assert states(begun) == states(once)
opened = embudo.Net.from_bytes(once.to_bytes())
embudo.train(opened, images, 1, learning_rate=1e-9)
assert max(abs(a - b) for a, b in zip(states(opened)["decoder.0.bias"], states(once)["decoder.0.bias"])) < 1e-6

# A run of one's own takes the network over; train() then begins anew.
run = embudo.Run(net, images)
assert embudo.train(net, images, 1)[0].number == 1 and run.step() > 0

# Callbacks: one, several, one that ends it; an exception leaves a training that goes on.
said, heard = [], []
net = new()
made = embudo.train(net, images, 5, callbacks=[said.append, lambda epoch: epoch.number == 3], shuffle=True)
assert said == made and len(made) == 3
embudo.train(net, images, 1, callbacks=heard.append, shuffle=True)
assert [e.number for e in heard] == [4] and states(net) == states(once)
raises(TypeError, "a callback is str", lambda: embudo.train(net, images, callbacks="print"))
raises(ValueError, "epochs is 0", lambda: embudo.train(net, images, 0))


def stops(epoch):
    raise KeyboardInterrupt


net = new()
raises(KeyboardInterrupt, "", lambda: embudo.train(net, images, 3, callbacks=stops, shuffle=True))
embudo.train(net, images, 3, shuffle=True)
assert states(net) == states(once)
# Within an epoch, too.
net, run_step, left = new(), embudo.Run.step, [3]


def interrupted(self):
    if left[0] == 0:
        left[0] = -1
        raise KeyboardInterrupt
    left[0] -= 1
    return run_step(self)


embudo.Run.step = interrupted
raises(KeyboardInterrupt, "", lambda: embudo.train(net, images, 4, shuffle=True))
embudo.Run.step = run_step
embudo.train(net, images, 3, shuffle=True)
assert states(net) == states(once)
stopped = embudo.train(new(), images, 9, stop_patience=1, stop_min_delta=1e9)
assert len(stopped) == 2

# A schedule spans the epochs of the call.
for schedule in "linear", "cosine", "one-cycle":
    assert len(embudo.train(new(), images, 2, schedule=schedule)) == 2

# State dicts: out as arrays, in as arrays, nested lists, or a file.
state = once.state_dict()
for given in (state, {name: rows(value) for name, value in state.items()},
              {"module." + name: value for name, value in state.items()}):
    net = new()
    net.load_state_dict(given)
    assert states(net) == states(once)
for name, wrong, text in (("encoder.1.bias", None, "tensor encoder.1.bias is missing"),
                          ("encoder.1.bias", [0.0] * 3, "tensor encoder.1.bias"),
                          ("encoder.9.bias", [0.0], "encoder.9.bias")):
    broken = dict(state)
    broken.pop(name, None)
    if wrong is not None:
        broken[name] = wrong
    raises(embudo.Error, text, lambda: new().load_state_dict(broken))
raises(TypeError, "expected text", lambda: new().load_state_dict({1: [0.0]}))
normed = embudo.Net.parse("""input = 1, 8, 8
encoder = Sequential(Conv2d(1, 2, 3, padding=1), BatchNorm2d(2), Flatten(), Linear(128, 2))
decoder = Sequential(Linear(2, 64), Unflatten(1, (1, 8, 8)))""")
embudo.train(normed, images, 2)
again = embudo.Net.parse(normed.notation)
again.load_state_dict(normed.state_dict())
assert states(again) == states(normed) and states(normed)["encoder.1.num_batches_tracked"] == 4

# Bytes are the file's.
once.save(at("once.safetensors"), {"said": "here"})
with open(at("once.safetensors"), "rb") as file:
    assert file.read() == once.to_bytes({"said": "here"})
assert embudo.Net.from_bytes(once.to_bytes({"said": "here"})).metadata("said") == "here"
raises(embudo.Error, "the model's bytes: ", lambda: embudo.Net.from_bytes(once.to_bytes()[:-1]))

# Checkpoints, at every step: the same bits as without one. The program's, too.
full = embudo.Run(new(), images, shuffle=True)
epochs = [full.epoch(), full.epoch()]
for steps in range(1, 4):
    run = embudo.Run(new(), images, shuffle=True)
    for _ in range(steps):
        run.step()
        if run.steps == run.steps_per_epoch:
            assert run.epoch().loss == epochs[0].loss
    run.save(at("checkpoint.safetensors"))
    del run
    went_on = embudo.Run.resume(at("checkpoint.safetensors"), images, threads=1)
    assert (went_on.steps, went_on.epochs) == (steps, steps // 2)
    while went_on.epochs < 2:
        last = went_on.epoch()
    assert (last.number, last.loss) == (2, epochs[1].loss) and states(went_on.net) == states(full.net)
subprocess.run([program, "train", mnist, "--max-steps", "40", "-o", at("theirs")], check=True, capture_output=True)
digits = embudo.Images.open(mnist)
run = embudo.Run(embudo.Net.open("notebook"), digits)
losses = [run.step() for _ in range(42)]
went_on = embudo.Run.resume(at("theirs", "checkpoints", "000000040.safetensors"), digits)
assert [went_on.step(), went_on.step()] == losses[40:]
raises(embudo.Error, "", lambda: embudo.Run.resume(at("checkpoint.safetensors"), small(41)))
raises(embudo.Error, "no such file", lambda: embudo.Run.resume(at("nothing"), images))

# The split is the run's; its rate is set.
run = embudo.Run(new(), images, seed=5)
for mine, theirs in zip(embudo.split(40, seed=5), (run.train_indices, run.val_indices)):
    assert rows(mine) == rows(theirs)
assert sorted(rows(run.train_indices) + rows(run.val_indices)) == list(range(40)) and len(run.val_indices) == 8
assert len(embudo.Run(new(), images, val_split=0).val_indices) == 0
assert run.learning_rate == 0.001 and run.images is images
run.learning_rate = 0.5
assert run.learning_rate == 0.5
raises(ValueError, "expected above 0", lambda: setattr(run, "learning_rate", 0))
run.restore()
run.set_epochs(7)
gone = embudo.Run(new(), images)
gone._net.__del__()
raises(ValueError, "the training is over", lambda: gone.steps)

# Errors image by image; their mean is the score.
errors = rows(once.errors(images))
assert len(errors) == 40 and abs(sum(errors) / 40 - once.score(images)) < 1e-12
assert rows(once.errors(images, [7, 3, 7])) == [errors[7], errors[3], errors[7]]
assert rows(once.errors(images, threads=3)) == errors and rows(once.errors(images, [])) == []
raises(ValueError, "an index is 40", lambda: once.errors(images, [40]))

# Principal components: the explained variances and the errors that are left belong together.
pca = embudo.PCA(images, 3)
assert len(pca) == 3 and len(rows(pca.encode(images, [1, 2]))) == 2 and len(rows(pca.encode(images))[0]) == 3
assert len(rows(pca.vectors)) == 3 and len(rows(pca.mean)[0]) == 8
for kept in range(4):
    left = pca.total_variance - sum(rows(pca.variances)[:kept])
    assert abs(pca.score(images, kept) * 64 - left) < 1e-6, kept
assert pca.score(images) == pca.score(images, 3)
raises(embudo.Error, "", lambda: embudo.PCA(images, 41))
raises(ValueError, "components is 0", lambda: embudo.PCA(images, 0))

# The doctor: nothing, something, and both kinds of it.
saturated = new()
saturated.load_state_dict({**state, "encoder.1.bias": [50.0] * 4})
told = saturated.examine(images)
assert "constant" in told.findings and "every image has the same code" in str(told), told
assert told.latent == 4 and math.isclose(told.mse, saturated.score(images), rel_tol=1e-6)
well = embudo.Net.parse(tiny.replace("64, 4", "64, 40").replace("(4, 64", "(40, 64"))
embudo.train(well, images, 300, learning_rate=0.01)
told = well.examine(images, young=True)
assert told.findings == () and str(told) == "nothing is wrong", told
run = embudo.Run(new(), images)
run.epoch()
assert run.examine(young=True).mean_mse > 0
assert run.examine_data().findings == ()
run = embudo.Run(well, images)
assert run.examine_data().findings == ("few",) and "by heart" in str(run.examine_data())
alike = embudo.Images([[[0.5] * 8] * 8] * 40)
assert "alike" in once.examine_data(alike).findings and "same picture" in str(once.examine_data(alike))

# Exports are the program's own files.
once.export_onnx(at("once.onnx"))
once.export_onnx(at("encoder.onnx"), part="encoder")
subprocess.run([program, "export", at("once.safetensors"), "--onnx", "-o", at("onnx")],
               check=True, capture_output=True)
with open(at("once.onnx"), "rb") as mine, open(at("onnx", "autoencoder.onnx"), "rb") as theirs:
    assert mine.read() == theirs.read()
assert os.path.getsize(at("encoder.onnx")) < os.path.getsize(at("once.onnx"))
assert once.export_c(at(), name="once", sample=images[0]) == (at("once.c"), at("once.h"))
whole_numbers = once.export_c(at(), name="whole", int8=images)
with open(whole_numbers[0]) as file:
    assert "int8_t" in file.read()
raises(embudo.Error, "", lambda: once.export_onnx(at("nowhere", "x.onnx")))
raises(embudo.Error, "", lambda: once.export_onnx(at("x.onnx"), part="nose"))

# What a bar shows in a terminal, and nothing without being asked.
shown = subprocess.run([sys.executable, "-c", f"""
import sys
sys.argv = {sys.argv!r}
sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r})
from binding import small, tiny
import embudo
net = embudo.Net.parse(tiny)
embudo.train(net, small(), 1)
embudo.train(net, small(), 1, progress=True)
"""], capture_output=True, text=True)
assert shown.stdout == "" and shown.stderr.count("Epoch [2/2], Loss: ") == 1 and "Epoch [1" not in shown.stderr, shown
where.cleanup()
print("trainings hold", "with NumPy" if numpy_wanted else "without NumPy")
