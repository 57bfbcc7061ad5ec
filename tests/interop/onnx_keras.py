"""Models as Keras and tf2onnx write them, with onnxruntime as judge: images with channels last, transposed
before the first convolution and back at the end, flattened as rows, columns, channels; scaled by
themselves; shapes that are computed from shapes.

The graphs are made here, node by node as tf2onnx makes them, since TensorFlow is large.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import as_prepared, check, finish, need, path, run  # noqa: E402

np, onnx, ort = need("numpy", "onnx", "onnxruntime")
from onnx import helper, numpy_helper  # noqa: E402

ort.set_default_logger_severity(3)


class Graph:
    """Grows node by node; images at its end are channels first inside, channels last outside."""

    def __init__(self, *shape, seed=0):
        self.shape, self.end, self.nodes, self.constants = shape, "x", [], []
        self.numbers = np.random.RandomState(seed)
        self.channels = shape[-1]

    def constant(self, array, kind=np.float32):
        name = f"const_fold_opt__{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array, kind), name))
        return name

    def floats(self, *shape):
        return self.constant((2 * self.numbers.rand(*shape) - 1) / np.sqrt(np.prod(shape[1:]) or 1))

    def add(self, op, *inputs, start=None, **attributes):
        made = f"model/{op}__{len(self.nodes)}:0"
        self.nodes.append(helper.make_node(op, [self.end if start is None else start, *inputs],
                                           [made], **attributes))
        if start is None:
            self.end = made
        return made

    def first(self):
        """To channels first: a Reshape where there is one channel, which is the same."""
        h, w, c = self.shape
        if c == 1:
            self.add("Reshape", self.constant([-1, 1, h, w], np.int64))
        else:
            self.add("Transpose", perm=[0, 3, 1, 2])

    def conv(self, out, side, stride=1, pads=(0, 0, 0, 0)):
        self.add("Conv", self.floats(out, self.channels, side, side), self.floats(out),
                 dilations=[1, 1], strides=[stride] * 2, kernel_shape=[side] * 2, pads=pads, group=1)
        self.channels = out

    def up(self, out, side, pads, bias=True):
        """Conv2DTranspose; a bias for one channel stays an Add."""
        self.add("ConvTranspose", self.floats(self.channels, out, side, side),
                 *([self.floats(out)] if bias else []), dilations=[1, 1], strides=[2, 2],
                 kernel_shape=[side] * 2, pads=pads, auto_pad="NOTSET")
        if not bias:
            self.add("Add", self.floats(1, out, 1, 1))
        self.channels = out

    def flatten(self, count):
        """Rows, columns, channels; the shape is computed from the shape of what is channels first."""
        inside = self.end
        self.add("Transpose", perm=[0, 2, 3, 1])
        shape = self.add("Shape", start=inside)
        shape = self.add("Gather", self.constant([0, 2, 3, 1], np.int64), start=shape)
        shape = self.add("Cast", start=shape, to=6)
        batch = self.add("Slice", *(self.constant([k], np.int64) for k in (0, 1, 0)), start=shape)
        shape = self.add("Concat", self.constant([count], np.int32), start=batch, axis=0)
        self.add("Reshape", self.add("Cast", start=shape, to=7))

    def dense(self, i, o):
        self.add("MatMul", self.floats(i, o))
        self.add("Add", self.floats(o))

    def image(self, h, w, c):
        self.add("Reshape", self.constant([-1, h, w, c], np.int64))
        self.channels = c

    def repeated(self, axis, times, op):
        """ops.repeat: a dimension behind the one that is repeated; the shape by the shape before."""
        inside, many = self.end, [1] * 5
        many[axis + 1] = times
        self.add("Unsqueeze", self.constant([axis + 1], np.int64))
        self.add(op, self.constant(many, np.int64))
        shape = self.add("Shape", start=inside)
        factors = [times if i == axis else 1 for i in range(1, 4)]
        shape = self.add("Slice", *(self.constant([k], np.int64) for k in (1, 4, 0)), start=shape)
        shape = self.add("Mul", self.constant(factors, np.int64), start=shape)
        batch = self.constant([-1], np.int64)
        self.add("Reshape", self.add("Concat", shape, start=batch, axis=0))

    def repeat_rows(self):
        self.repeated(1, 2, "Tile")

    def repeat_columns(self):
        self.repeated(2, 3, "Expand")

    def cast(self):
        self.add("Cast", to=1)

    def resize_nearest(self):
        """UpSampling2D by tf2onnx."""
        self.add("Resize", "", self.constant([1, 1, 2, 2]), mode="nearest", nearest_mode="floor",
                 coordinate_transformation_mode="asymmetric")

    def resize_bilinear(self):
        """The same, by interpolation; the size is computed from the shape."""
        shape = self.add("Shape", start=self.end)
        shape = self.add("Slice", *(self.constant([k], np.int64) for k in (0, 2, 0)), start=shape)
        sizes = self.add("Concat", self.constant([14, 12], np.int64), start=shape, axis=0)
        self.add("Resize", "", "", sizes, mode="linear", nearest_mode="floor",
                 coordinate_transformation_mode="half_pixel")

    def crop(self):
        """Cropping2D(((1, 2), (0, 1)))"""
        for at, start, end in ((1, 1, -2), (2, 0, -1)):
            self.add("Slice", *(self.constant([k], np.int64) for k in (start, end, at)))

    def pad(self):
        """ZeroPadding2D(((1, 0), (2, 1)))"""
        self.add("Pad", self.constant([0, 1, 2, 0, 0, 0, 1, 0], np.int64), mode="constant")

    def reflect(self):
        self.add("Pad", self.constant([0, 1, 2, 0, 0, 0, 1, 0], np.int64), mode="reflect")

    def shift(self):
        self.add("Add", self.floats(1, 1, 1, self.channels))

    def last(self):
        if self.channels == 1:
            self.add("Reshape", self.constant([-1, *self.shape[:2], 1], np.int64))
        else:
            self.add("Transpose", perm=[0, 2, 3, 1])

    def save(self, where):
        self.nodes[-1].output[0] = "Identity:0"
        graph = helper.make_graph(
            self.nodes, "tf2onnx", [helper.make_tensor_value_info("x", 1, ["unk__1", *self.shape])],
            [helper.make_tensor_value_info("Identity:0", 1, None)], self.constants)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17),
                                                          helper.make_opsetid("ai.onnx.ml", 2)],
                                    ir_version=8, producer_name="tf2onnx"), where)


def autoencoder(c):
    g = Graph(16, 16, c)
    g.first()
    g.conv(6, 3, 2, (0, 0, 1, 1))
    g.add("Relu")
    g.conv(8, 3, 2, (0, 0, 1, 1))
    g.add("Relu")
    g.flatten(128)
    g.dense(128, 4)
    g.dense(4, 128)
    g.add("Relu")
    g.image(4, 4, 8)
    g.add("Transpose", perm=[0, 3, 1, 2])
    g.up(6, 3, (0, 0, 1, 1))
    g.add("Relu")
    g.up(c, 3, (0, 0, 1, 1), bias=c > 1)
    g.add("Sigmoid")
    g.last()
    return g


def normalised(c=3):
    """Batch normalisation as a product and a sum, of channels first and of channels last."""
    g = Graph(16, 16, c)
    g.first()
    g.conv(8, 3, 2, (0, 0, 1, 1))
    g.add("LeakyRelu", alpha=0.1)
    g.add("Mul", g.floats(1, 8, 1, 1))
    g.add("Add", g.floats(1, 8, 1, 1))
    g.flatten(512)
    g.dense(512, 5)
    g.dense(5, 512)
    g.image(8, 8, 8)
    g.add("Mul", g.floats(8))
    g.add("Add", g.floats(8))
    g.add("Transpose", perm=[0, 3, 1, 2])
    g.up(c, 4, (1, 1, 1, 1))
    g.add("Sigmoid")
    g.last()
    return g


def classifier(c, steps, padded):
    """Rescaling or Normalization first, Softmax last."""
    g = Graph(12, 12, c)
    for op, numbers in steps:
        g.add(op, g.constant(numbers))
    g.first()
    g.conv(6, 3, 1, (1, 1, 1, 1) if padded else (0, 0, 0, 0))
    g.add("LeakyRelu", alpha=0.2)
    side = 12 if padded else 10
    g.flatten(6 * side * side)
    g.dense(6 * side * side, 7)
    g.add("Softmax")
    return g


def residual():
    g = Graph(8, 8, 4)
    g.first()
    start = g.end
    g.conv(4, 3, 1, (1, 1, 1, 1))
    g.add("Relu")
    g.conv(4, 3, 1, (1, 1, 1, 1))
    g.add("Add", start)
    g.flatten(256)
    g.dense(256, 4)
    return g


def joined():
    g = Graph(8, 8, 4)
    g.first()
    start = g.end
    g.conv(2, 1)
    other, g.end, g.channels = g.end, start, 4
    g.conv(4, 3, 1, (1, 1, 1, 1))
    g.add("Concat", other, axis=1)
    g.flatten(384)
    g.dense(384, 4)
    return g


def spatial(*layers):
    """Layers between two Conv2D, as tf2onnx leaves them: where channels come last, or before that."""
    g = Graph(9, 8, 5)
    for layer in layers:
        if layer == "in":
            g.first()
            g.conv(6, 3)
        elif layer == "out":
            g.add("Transpose", perm=[0, 2, 3, 1])
        else:
            getattr(g, layer)()
    g.add("Transpose", perm=[0, 3, 1, 2])
    g.conv(3, 3, 1, (1, 1, 1, 1))
    g.add("Transpose", perm=[0, 2, 3, 1])
    return g


def decoded():
    """Dense, Reshape, UpSampling2D: nothing but what is repeated says that channels come last."""
    g = Graph(6)
    g.dense(6, 60)
    g.add("Relu")
    g.image(4, 3, 5)
    g.repeat_rows()
    g.repeat_columns()
    g.add("Transpose", perm=[0, 3, 1, 2])
    g.conv(2, 3, 1, (1, 1, 1, 1))
    g.add("Sigmoid")
    g.add("Transpose", perm=[0, 2, 3, 1])
    return g


def rows():
    """Conv1D: an image of one row."""
    g = Graph(30, 2)
    g.add("Transpose", perm=[0, 2, 1])
    g.add("Unsqueeze", g.constant([2], np.int64))
    g.add("Conv", g.floats(4, 2, 1, 3), g.floats(4), strides=[1, 2], kernel_shape=[1, 3],
          pads=[0, 0, 0, 1])
    g.add("Relu")
    g.add("Squeeze", g.constant([2], np.int64))
    g.add("Transpose", perm=[0, 2, 1])
    g.add("Reshape", g.constant([-1, 60], np.int64))
    g.dense(60, 3)
    return g


means, spreads = np.array([[[[0.4, 0.5, 0.3]]]]), 1 / np.array([[[[0.2, 0.25, 0.3]]]])
models = {
    "autoencoder, gray": (autoencoder(1), ["channels last"]),
    "autoencoder, coloured": (autoencoder(3), ["input has channels last", "output has channels last"]),
    "normalised": (normalised(), ["channels last"]),
    "Rescaling(1 / 255)": (classifier(1, [("Mul", np.float32(1 / 255)), ("Add", np.float32(0))],
                                      False),
                           ["makes 0 .. 1 of pixels from 0 to 255", "Softmax is left out"]),
    "Rescaling(1 / 127.5, -1)": (classifier(3, [("Mul", 1 / 127.5), ("Add", -1)], True),
                                 ["makes -1 .. 1 of pixels from 0 to 255"]),
    "Normalization": (classifier(3, [("Sub", means), ("Mul", spreads)], True),
                      ["one black and one white for all channels"]),
    "Normalization, alike": (classifier(3, [("Sub", means * 0 + 0.5), ("Mul", spreads * 0 + 2)], True),
                             ["makes -1 .. 1 of pixels from 0 to 1"]),
    "UpSampling2D": (spatial("in", "out", "repeat_rows", "cast", "repeat_columns"), ["factor=(2.0, 3.0))"]),
    "UpSampling2D, first": (spatial("repeat_rows", "repeat_columns"), ["factor=(2.0, 3.0))"]),
    "UpSampling2D by tf2onnx": (spatial("in", "resize_nearest", "out"), ["Upsample(scale_factor=2.0)"]),
    "UpSampling2D, bilinear": (spatial("in", "resize_bilinear", "out"), ["mode='bilinear'"]),
    "UpSampling2D behind Reshape": (decoded(), ["Upsample(scale_factor=(2.0, 3.0))"]),
    "Cropping2D": (spatial("in", "out", "crop"), ["ZeroPad2d((0, -1, -1, -2))"]),
    "Cropping2D, first": (spatial("crop", "shift"), ["ZeroPad2d((0, -1, -1, -2))"]),
    "ZeroPadding2D": (spatial("in", "out", "pad"), ["ZeroPad2d((2, 1, 1, 0))"]),
    "ZeroPadding2D, first": (spatial("shift", "pad"), ["ZeroPad2d((2, 1, 1, 0))"]),
    "reflected": (spatial("in", "out", "reflect", "crop"), ["ReflectionPad2d"]),
    "residual": (residual(), []), "joined": (joined(), []), "rows": (rows(), []),
}
for name, (graph, notes) in models.items():
    graph.save(path("keras.onnx"))
    part = ["--part", "encoder"] if len(graph.shape) == 1 else []
    said = run("import", "keras.onnx", *part, "-o", "m.safetensors", notes=True)
    for note in notes:
        check(note in said, f"{name}: '{note}' is not said:\n{said}")
    where = "keras.onnx"
    if "Softmax is left out" in said:
        where = "bare.onnx"
        graph.nodes.pop()
        graph.save(path(where))
        said = run("import", where, "--part", "encoder", "-o", "m.safetensors", notes=True)
    x = graph.numbers.rand(3, *graph.shape).astype(np.float32)
    session = ort.InferenceSession(path(where), providers=["CPUExecutionProvider"])
    wanted = session.run(None, {"x": x})[0]
    if wanted.ndim == 4:
        wanted = np.moveaxis(wanted, -1, 1)
    given = as_prepared(np.moveaxis(x, -1, 1), "m.safetensors", said)
    shape = [int(n) for n in said.split("input = ")[1].split("\n")[0].split(",")]
    np.save(path("x.npy"), np.ascontiguousarray(given.reshape(3, *shape)))
    command = "reconstruct" if "decoder = " in said else "encode"
    run(command, "m.safetensors", "x.npy", "--split", "all", "-o", "y.npy")
    made = np.load(path("y.npy"))
    worst = np.abs(made.reshape(wanted.shape) - wanted).max()
    check(worst <= 1e-5, f"{name}: differs by {worst:g}\n{said}")
    print(f"{name}: within {worst:.2g} of onnxruntime")
finish()
