"""Classes of Python files and notebooks, and the kinds of autoencoder."""
import json
import math
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from binding import mnist, numpy_wanted, raises, rows, small, states  # noqa: E402

import embudo  # noqa: E402

where = tempfile.TemporaryDirectory()


def at(name):
    return os.path.join(where.name, name)


code = '''import torch
from torch import nn

class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
        self.decoder = nn.Sequential(nn.Linear(3, 64), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8)))

    def forward(self, x):
        return self.decoder(self.encoder(x))

class Wide(nn.Module):
    def __init__(self, size, hidden=16, latent=2, sharp=False):
        super().__init__()
        self.down = nn.Linear(size, hidden)
        self.code = nn.Linear(hidden, latent)
        self.up = nn.Linear(latent, size)
        self.last = nn.Sigmoid() if sharp else nn.Tanh()

    def forward(self, x):
        return self.last(self.up(self.code(torch.relu(self.down(x)))))

model = Wide(30)
'''
with open(at("both.py"), "w") as file:
    file.write(code)
with open(at("both.ipynb"), "w") as file:
    json.dump({"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Redes\n"]},
                         {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
                          "source": ["!pip install torch\n", "%matplotlib inline\n"]},
                         {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
                          "source": code.splitlines(True)}],
               "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, file)

# (class, input, set; input's shape, latent, parameters)
cases = [
    ({"class_name": "Small", "input": (1, 8, 8)}, (1, 8, 8), 3, 64 * 3 + 3 + 3 * 64 + 64),
    ({"class_name": "Small", "input": (8, 8)}, (1, 8, 8), 3, 64 * 3 + 3 + 3 * 64 + 64),
    ({"input": [30]}, (30, 1, 1), 2, 30 * 16 + 16 + 16 * 2 + 2 + 2 * 30 + 30),
    ({"class_name": "Wide", "input": (30,), "set": {"hidden": 5}}, (30, 1, 1), 2, 30 * 5 + 5 + 5 * 2 + 2 + 2 * 30 + 30),
    ({"class_name": "Wide", "input": (12,), "set": {"size": 12, "latent": 4, "sharp": True}}, (12, 1, 1), 4,
     12 * 16 + 16 + 16 * 4 + 4 + 4 * 12 + 12),
]
for name in "both.py", "both.ipynb":
    for how, shape, latent, parameters in cases:
        net = embudo.Net.open(at(name), **how)
        weights = net.state_dict()
        count = sum(math.prod(value.shape) for value in weights.values())
        assert (net.input_shape, net.latent, count) == (shape, latent, parameters), (name, how, net.notation)
        assert ("Sigmoid" in net.notation) == ("Small" in how.values() or "sharp" in how.get("set", {}))
    # The weights go both ways by the class's own names; load takes the same arguments.
    how = {"class_name": "Wide", "input": (30,), "set": {"hidden": 5}}
    net = embudo.Net.open(at(name), **how).init(3)
    assert list(net.state_dict()) == [f"{layer}.{kind}" for layer in ("down", "code", "up")
                                      for kind in ("weight", "bias")], list(net.state_dict())
    net.save(at("wide.safetensors"))
    # A state dict alone, as PyTorch saves it, has no notation.
    with open(at("alone.safetensors"), "wb") as file:
        file.write(embudo._safetensors.pack(net.state_dict()))
    for path in "wide.safetensors", "alone.safetensors":
        loaded = embudo.Net.load(at(path), notation=at(name), **how)
        assert states(loaded) == states(net) and loaded.latent == 2, (name, path)
    raises(embudo.Error, "alone.safetensors", lambda: embudo.Net.load(at("alone.safetensors"), notation=at(name),
                                                                       input=(30,)))  # hidden is 16 there
    raises(embudo.Error, name, lambda: embudo.Net.open(at(name), class_name="Tall", input=(30,)))
    raises(embudo.Error, name, lambda: embudo.Net.open(at(name), class_name="Wide", input=(31,)))
    raises(embudo.Error, "colour", lambda: embudo.Net.open(at(name), input=(30,), set={"colour": 3}))
    raises(embudo.Error, "latent 5", lambda: embudo.Net.open(at(name), 5, input=(30,)))
raises(ValueError, "input has 4 numbers", lambda: embudo.Net.open(at("both.py"), input=(1, 2, 3, 4)))
for how in {"set": {"q": 5}}, {"class_name": "Wide"}, {"input": (1, 28, 28)}:
    raises(ValueError, "'vq' is none", lambda: embudo.Net.open("vq", **how))
raises(ValueError, "input is 0", lambda: embudo.Net.open(at("both.py"), input=(0,)))
learned = embudo.Net.open(at("both.py"), class_name="Small", input=(8, 8))
assert len(embudo.train(learned, small(), 2)) == 2 and len(rows(learned.encode([[0.5] * 64]))[0]) == 3

# Every kind, from the network in models/: what is told of it in training and afterwards, and new images.
kinds = {
    "variational": ({"elbo", "reconstruction", "kl"}, True),
    "conditional": ({"elbo", "reconstruction", "kl"}, True),
    "vq": ({"reconstruction", "commitment", "perplexity", "unused"}, False),
    "sparse": None,
    "wasserstein": None,
}
digits = embudo.Images.open(mnist)
some = embudo.Images(digits[:160], [digits.label(i) for i in range(160)])
for name, expected in kinds.items():
    net = embudo.Net.open(name)
    last = embudo.train(net, some, 2)[-1]
    told = net.measure(some)
    names, prior = expected if expected else (set(last.measures), None)
    assert set(last.measures) == names, (name, last)
    assert set(told) == names | {"active"}, (name, told)
    assert all(math.isfinite(value) for value in told.values()), (name, told)
    assert net.measure(some, seed=42, threads=2) == told, name
    if "elbo" in names:
        assert abs(told["elbo"] + told["reconstruction"] + told["kl"]) < 1e-4 * abs(told["elbo"]), (name, told)
    if "perplexity" in names:
        assert 1 <= told["perplexity"] <= net.entries and 0 <= told["unused"] <= net.entries
        assert len(net.to_indices(net.encode(some[:2]))[0]) == net.places
    # The images of a seed are the same, however many, and by any number of threads; others are others.
    how = {} if prior else {"images": some}
    labels = {"labels": 7} if net.conditions else {}
    made = rows(net.sample(3, seed=5, **how, **labels))
    assert made == rows(net.sample(6, seed=5, threads=2, **how, **labels))[:3], name
    assert name == "vq" or made != rows(net.sample(3, 6, **how, **labels)), name  # its codebook is young
    assert len(made) == 3 and len(made[0][0]) == 28 and all(0 <= x <= 1 for row in made[0][0] for x in row)
    if net.conditions:
        assert net.conditions == 10 and rows(net.sample(3, seed=5, labels=1)) != made
        # What is drawn leaves no label behind.
        raises(embudo.Error, "needs a label", lambda: net.encode(digits[:2]))
        net.set_labels(3)
        three = rows(net.decode([[0.5] * net.latent]))
        net.sample(2, seed=5)
        assert rows(net.decode([[0.5] * net.latent])) == three
        net.set_labels([])
    if prior is False:
        raises(embudo.Error, "has no prior", lambda: net.sample(3))
    # It is saved and opened as what it is.
    again = embudo.Net.from_bytes(net.to_bytes())
    assert again.measure(some) == told and rows(again.sample(3, seed=5, **how, **labels)) == made, name
for call, text in ((lambda: net.measure(some[:3]), "expected Images"), (lambda: net.sample(0), "count is 0"),
                   (lambda: net.sample(3, images=[[0.5]]), "expected Images"), (lambda: net.sample(3, threads=-1), "threads")):
    raises((TypeError, ValueError), text, call)
plain = embudo.Net.open("notebook").init(1)
raises(embudo.Error, "nothing more to tell than its error", lambda: plain.measure(some))
assert len(rows(plain.sample(2, images=some))) == 2
where.cleanup()
print("classes and kinds hold", "with NumPy" if numpy_wanted else "without NumPy")
