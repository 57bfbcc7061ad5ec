"""Chains of ONNX's operators at random, with branches that meet again, and onnxruntime as judge: what is
imported computes the same.

Such chains turn, reshape, scale and pad as no exporter would. Most are imported; the others are refused
with one line. None may compute something else. EMBUDO_CHAINS=FIRST,COUNT tries other ones.
"""
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import as_prepared, check, finish, need, path, run  # noqa: E402

np, onnx, ort = need("numpy", "onnx", "onnxruntime")
from onnx import helper, numpy_helper  # noqa: E402

ort.set_default_logger_severity(3)


class Chain:
    """A graph that grows node by node, and the dimensions of one image at its end."""

    def __init__(self, seed):
        self.r, self.numbers = random.Random(seed), np.random.RandomState(seed)
        rank = self.r.choice([1, 2, 3, 3, 3])
        self.input = [self.r.randint(1, 8) for _ in range(rank)]
        if rank == 3 and self.r.random() < 0.4:  # square, and channels last or as many as rows
            side = self.r.choice([3, 4, 5, 6])
            self.input = [side, side, self.r.choice([1, 2, 3, side])]
        self.d, self.end, self.nodes, self.constants = list(self.input), "x", [], []

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def floats(self, *shape):
        return (2 * self.numbers.rand(*shape) - 1).astype(np.float32)

    def whole(self, *numbers):
        return self.constant(np.array(numbers, np.int64))

    def add(self, op, inputs, **attributes):
        self.end = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [self.end], **attributes))

    def pointwise(self):
        self.add(self.r.choice(["Relu", "LeakyRelu", "Elu", "Tanh", "Sigmoid", "Neg",
                                "Identity"]), [self.end])

    def clip(self):
        low, high = self.constant(np.float32(0)), self.constant(np.float32(1))
        self.add("Clip", [self.end, low, high][:self.r.choice([2, 3])])

    def turn(self):
        order = list(range(len(self.d)))
        self.r.shuffle(order)
        self.add("Transpose", [self.end], perm=[0] + [1 + i for i in order])
        self.d = [self.d[i] for i in order]

    def reshape(self):
        n = int(np.prod(self.d))
        a = self.r.choice([k for k in range(1, n + 1) if n % k == 0])
        b = self.r.choice([k for k in range(1, n // a + 1) if n // a % k == 0])
        self.d = self.r.choice([[n], [a, n // a], [a, b, n // a // b]])
        self.add("Reshape", [self.end, self.whole(0, *self.d)])

    def squeeze(self):
        ones = [i for i, d in enumerate(self.d) if d == 1]
        if ones and len(self.d) > 1:
            i = self.r.choice(ones)
            self.add("Squeeze", [self.end, self.whole(1 + i)])
            self.d.pop(i)
        elif len(self.d) < 3:
            i = self.r.randint(0, len(self.d))
            self.add("Unsqueeze", [self.end, self.whole(1 + i)])
            self.d.insert(i, 1)

    def arithmetic(self):
        kept = self.r.choice([[], [self.r.randrange(len(self.d))], range(len(self.d))])
        shape = [d if i in kept else 1 for i, d in enumerate(self.d)]
        numbers = self.floats(*([1] + shape if self.r.random() < 0.3 else shape))
        numbers = np.where(np.abs(numbers) < 0.2, np.float32(0.7), numbers)
        op = self.r.choice(["Add", "Sub", "Mul", "Div"])
        pair = [self.end, self.constant(numbers)]
        self.add(op, pair if op == "Div" or self.r.random() < 0.7 else pair[::-1])

    def convolve(self):
        if len(self.d) < 2:
            return
        channels, sides = self.d[0], self.d[1:]
        groups = self.r.choice([1, 1, 1, channels])
        out = groups * self.r.randint(1, 3)
        kernel = [min(s, self.r.randint(1, 3)) for s in sides]
        pads, strides = ([self.r.choice(some) for _ in sides] for some in ([0, 0, 1], [1, 1, 2]))
        ahead = self.r.random() < 0.6
        made = [(s + 2 * p - k) // t + 1 if ahead else (s - 1) * t + k - 2 * p
                for s, p, k, t in zip(sides, pads, kernel, strides)]
        if min(made) < 1:
            return
        weights = (out, channels // groups) if ahead else (channels, out // groups)
        self.add("Conv" if ahead else "ConvTranspose",
                 [self.end, self.constant(self.floats(*weights, *kernel)),
                  self.constant(self.floats(out))],
                 group=groups, pads=pads * 2, strides=strides, kernel_shape=kernel)
        self.d = [out, *made]

    def multiply(self):
        if len(self.d) == 1:
            out = self.r.randint(1, 12)
            self.add("Gemm", [self.end, self.constant(self.floats(out, self.d[0])),
                              self.constant(self.floats(out))], transB=1)
            self.d = [out]

    def normalize(self):
        parts = [self.constant(self.floats(self.d[0])) for _ in range(3)]
        self.add("BatchNormalization", [self.end, *parts, self.constant(
            (self.numbers.rand(self.d[0]) + 0.5).astype(np.float32))])

    def keep(self, depth):
        """A few steps that change no dimension; maybe none."""
        for _ in range(self.r.randint(0, 3)):
            if self.r.random() < 0.2 and depth < 1:
                self.part(depth + 1)
            elif self.r.random() < 0.5 or len(self.d) == 2:
                self.pointwise()
            elif len(self.d) == 1:
                self.add("Gemm", [self.end, self.constant(self.floats(self.d[0], self.d[0]))])
            else:
                self.add("Conv", [self.end, self.constant(self.floats(self.d[0], self.d[0], 3, 3))],
                         pads=[1] * 4)
                self.arithmetic()

    def part(self, depth=0):
        """Branches that meet: sums of two or three, or features side by side."""
        if np.prod(self.d) > 2000:
            return
        start, d, ends = self.end, list(self.d), []
        for _ in range(self.r.choice([2, 2, 2, 3])):
            self.end = start
            self.keep(depth)
            ends.append(self.end)
        self.r.shuffle(ends)
        if depth == 0 and len(d) != 2 and self.r.random() < 0.4:
            self.add("Concat", ends, axis=1)
            self.d = [len(ends) * d[0], *d[1:]]
            return
        self.end = ends[0]
        for other in ends[1:]:
            self.add("Add", [self.end, other])

    def save(self, where):
        steps = [self.pointwise, self.pointwise, self.clip, self.turn, self.turn, self.reshape,
                 self.squeeze, self.arithmetic, self.arithmetic, self.convolve, self.convolve,
                 self.multiply, self.multiply, self.normalize, self.part, self.part]
        for _ in range(self.r.randint(2, 9)):
            if np.prod(self.d) < 5000:
                self.r.choice(steps)()
        self.add("Identity", [self.end])
        self.nodes[-1].output[0] = "y"
        graph = helper.make_graph(
            self.nodes, "g", [helper.make_tensor_value_info("x", 1, ["N", *self.input])],
            [helper.make_tensor_value_info("y", 1, None)], self.constants)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)],
                                    ir_version=8), where)


def laid_as_said(array, what, notes):
    """Channels first, where a note says that they are elsewhere."""
    for place, text in ((-1, "last"), (2, "between")):
        if f"its {what} has channels {text}" in notes:
            return np.moveaxis(array, place, 1)
    return array


first, count = map(int, os.environ.get("EMBUDO_CHAINS", "0,400").split(","))
same = refused = 0
for seed in range(first, first + count):
    chain = Chain(seed)
    chain.save(path("chain.onnx"))
    try:
        said = run("import", "chain.onnx", "--part", "encoder", "-o", "m.safetensors", notes=True)
    except AssertionError as error:
        check("exit code 1" in str(error), f"chain {seed}: {error}")
        refused += 1
        if os.environ.get("EMBUDO_CHAINS"):
            print(f"chain {seed}: {str(error).split(': ', 3)[-1]}")
        continue
    x = chain.numbers.rand(3, *chain.input).astype(np.float32)
    session = ort.InferenceSession(path("chain.onnx"), providers=["CPUExecutionProvider"])
    wanted = laid_as_said(session.run(None, {"x": x})[0], "output", said)
    shape = [int(n) for n in said.split("input = ")[1].split("\n")[0].split(",")]
    given = as_prepared(laid_as_said(x, "input", said), "m.safetensors", said)
    np.save(path("x.npy"), np.ascontiguousarray(given.reshape(3, *shape)))
    run("encode", "m.safetensors", "x.npy", "--split", "all", "-o", "y.npy")
    made = np.load(path("y.npy"))
    good = made.size == wanted.size
    worst = np.abs(made.reshape(wanted.shape) - wanted).max() if good else np.inf
    check(worst <= 1e-5 * (1 + np.abs(wanted).max()), f"chain {seed}: differs by {worst:g}\n{said}")
    same += good
print(f"{same} chains as in onnxruntime, {refused} refused")
check(same >= count / 2, "few chains are imported")
finish()
