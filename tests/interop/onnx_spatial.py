"""Pooling, enlarging, shuffling and padding as PyTorch's two exporters write them, and as embudo does:
what embudo imports computes what PyTorch does, to 1e-5, or is refused with a line that says why."""
import io
import logging
import os
import sys
import warnings
from contextlib import redirect_stderr, redirect_stdout

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, need, path, run  # noqa: E402

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
np, onnx, torch, safetensors, _ = need("numpy", "onnx", "torch", "safetensors.torch", "onnxscript")
torch.set_num_threads(1)

# Between two convolutions of images of 2 x 9 x 7, and which kinds of layers they become.
layers = {
    "MaxPool2d(2)": "MaxPool2d(2)", "MaxPool2d(3, 2, 1)": "MaxPool2d(3, stride=2, padding=1)",
    "MaxPool2d((3, 2), stride=[1, 2], padding=(1, 0), ceil_mode=True)": "MaxPool2d",
    "MaxPool2d(3, 1, 1, 2)": "MaxPool2d(3, stride=1, padding=1, dilation=2)",
    "MaxPool2d(2, ceil_mode=True)": "MaxPool2d(2, ceil_mode=True)", "AvgPool2d(2)": "AvgPool2d(2)",
    "AvgPool2d(3, 2, 1)": "AvgPool2d", "AvgPool2d(3, 2, 1, count_include_pad=False)": "count_include_pad=False",
    "AvgPool2d(2, 3, ceil_mode=True)": "AvgPool2d", "AvgPool2d((3, 2), 1)": "AvgPool2d",
    "AdaptiveAvgPool2d(1)": "AdaptiveAvgPool2d(1)", "AdaptiveAvgPool2d((3, 7))": "AvgPool2d",
    "AdaptiveMaxPool2d(1)": "Pool2d", "AdaptiveMaxPool2d((3, 1))": "MaxPool2d",
    "Upsample(scale_factor=2)": "Upsample(scale_factor=2.0)", "Upsample((18, 14))": "Upsample",
    "Upsample(scale_factor=(3, 2))": "Upsample(scale_factor=(3.0, 2.0))",
    "Upsample(scale_factor=2, mode='bilinear')": "mode='bilinear'",
    "Upsample(scale_factor=2, mode='bilinear', align_corners=True)": "align_corners=True",
    "Upsample((13, 5), mode='bilinear')": "mode='bilinear'", "Upsample((17, 9), mode='nearest')": "Upsample",
    "Upsample(scale_factor=(0.7, 1.9), mode='bilinear')": "mode='bilinear'",
    "Upsample(scale_factor=2, mode='bicubic')": "mode='bicubic'",
    "Upsample((13, 5), mode='bicubic', align_corners=True)": "mode='bicubic'",
    "Conv2d(2, 8, 1), PixelShuffle(2)": "PixelShuffle(2)", "ZeroPad2d((1, 2, 0, 1)), PixelUnshuffle(2)": "PixelUnshuffle(2)",
    "Conv2d(2, 4, 1), PixelShuffle(2)": "PixelShuffle(2)",
    "ZeroPad2d(1), Tanh()": "ZeroPad2d(1)", "ZeroPad2d((1, -2, -3, 1))": "ZeroPad2d((1, -2, -3, 1))",
    "ReflectionPad2d((3, 1, 2, 0))": "ReflectionPad2d((3, 1, 2, 0))", "ReplicationPad2d(2)": "ReplicationPad2d(2)",
    "Conv2d(2, 2, 3, padding=1, padding_mode='reflect')": "ReflectionPad2d(1)",
    "Conv2d(2, 2, (4, 3), padding='same', padding_mode='replicate')": "ReplicationPad2d((1, 1, 1, 2))",
    "Conv2d(2, 2, (4, 3), padding='same')": "Conv2d",
    "Conv2d(2, 2, 3, padding=1, padding_mode='circular')": "3, padding=1, padding_mode='circular')",
    "Conv2d(2, 2, (4, 3), padding='same', padding_mode='circular')": "padding_mode='circular'",
    "Conv2d(2, 2, (3, 5), (2, 1), (0, 2), padding_mode='circular')": "(0, 2), padding_mode='circular')",
    "CircularPad2d((1, 2, 3, 0))": "padding_mode='circular'", "Upsample(scale_factor=1.7)": "Upsample",
    "Upsample(scale_factor=(0.6, 2.3))": "Upsample", "Crop()": "ZeroPad2d((-1, -2, -2, 0))", "Thin()": "Upsample",
    "Turn()": "Upsample(scale_factor=(1.0, 2.0))", "AvgPool2d((2, 3), (3, 2), 1, ceil_mode=True)": "AvgPool2d",
}


class Crop(torch.nn.Module):
    def forward(self, x):
        return x[:, :, 2:, 1:-2]


class Thin(torch.nn.Module):
    def forward(self, x):
        return x[:, :, ::2, ::2]


class Turn(torch.nn.Module):
    """Each pixel twice."""

    def forward(self, x):
        return x.repeat_interleave(2, 3)



names = {name: getattr(torch.nn, name) for name in dir(torch.nn) if name[0].isupper()}
names.update(Crop=Crop, Thin=Thin, Turn=Turn)
images = np.random.default_rng(5).uniform(-1, 1, (20, 2, 9, 7)).astype(np.float32)
np.save(path("x.npy"), images)


def compare(where, wanted, what, kind):
    notation = run("import", where, "--part", "encoder", "-o", "m.safetensors")
    run("encode", "m.safetensors", "x.npy", "--split", "all", "-o", "y.npy")
    worst = np.abs(np.load(path("y.npy")).reshape(wanted.shape) - wanted).max()
    check(worst <= 1e-5, f"{what}: differs by {worst:g}\n{notation}")
    check(kind in notation, f"{what}: not as {kind}\n{notation}")


def exported(model, where, dynamo, **options):
    noise = io.StringIO()
    with redirect_stdout(noise), redirect_stderr(noise):
        torch.onnx.export(model.eval(), (torch.from_numpy(images),), path(where), dynamo=dynamo, **options)


for text, kind in layers.items():
    torch.manual_seed(3)
    model = eval(f"Sequential(Conv2d(2, 2, 3, padding=1), {text}, Tanh(), Flatten())", names)
    wanted = model(torch.from_numpy(images)).detach().numpy()
    for dynamo, options in ((False, {"opset_version": 11}), (False, {"opset_version": 17}), (True, {}),
                            (False, {"opset_version": 17, "dynamic_axes": {"x": {0: "n"}}, "input_names": ["x"]})):
        what = f"{text} by {'dynamo' if dynamo else 'TorchScript'} {options}"
        try:
            exported(model, "model.onnx", dynamo, **options)
        except Exception as error:
            print(f"{what}: PyTorch does not export it: {type(error).__name__}")
            continue
        try:
            compare("model.onnx", wanted, what, kind)
        except AssertionError as error:
            check(False, f"{what}: {error}")

# Files of other exporters, made by hand: the operator, its attributes, its constants, the layers.
one = np.random.default_rng(6).uniform(-1, 1, (20, 2, 9, 7)).astype(np.float32)
by_hand = [
    ("MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2], "auto_pad": "SAME_UPPER"}, {}, "MaxPool2d(2, ceil_mode=True)"),
    ("MaxPool", {"kernel_shape": [2, 2], "auto_pad": "SAME_UPPER"}, {}, "ZeroPad2d((-1, 0, -1, 0))"),
    ("MaxPool", {"kernel_shape": [3, 3], "strides": [2, 2], "auto_pad": "SAME_LOWER"}, {}, "MaxPool2d"),
    ("MaxPool", {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [0, 0, 1, 1]}, {}, "MaxPool2d"),
    ("AveragePool", {"kernel_shape": [2, 2], "auto_pad": "SAME_UPPER"}, {}, "count_include_pad=False"),
    ("AveragePool", {"kernel_shape": [3, 3], "pads": [0, 1, 2, 1], "count_include_pad": 1}, {}, "ZeroPad2d((1, 1, 0, 2))"),
    ("GlobalMaxPool", {}, {}, "AdaptiveMaxPool2d(1)"), ("ReduceMean", {"axes": [2, 3], "keepdims": 0}, {}, "AdaptiveAvgPool2d(1)"),
    ("ReduceMax", {"axes": [-1, -2]}, {}, "AdaptiveMaxPool2d(1)"),
    ("DepthToSpace", {"blocksize": 2}, {}, "ConvTranspose2d"), ("SpaceToDepth", {"blocksize": 3}, {}, "Conv2d(2, 18, 3, stride=3"),
    ("Resize", {"mode": "nearest"}, {"scales": [1, 1, 2, 2]}, "Upsample(scale_factor=2.0)"),
    ("Resize", {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
     {"scales": [1, 1, 1.5, 2.5]}, "Upsample"),
    ("Resize", {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}, {"sizes": [20, 2, 13, 5]}, "mode='bilinear'"),
    ("Resize", {"mode": "linear", "coordinate_transformation_mode": "asymmetric"}, {"scales": [1, 1, 2, 2]}, None),
    ("Resize", {"mode": "cubic", "cubic_coeff_a": -0.5}, {"scales": [1, 1, 2, 2]}, None),
    ("Pad", {"mode": "reflect"}, {"pads": [0, 0, 1, 2, 0, 0, 3, 0]}, "ReflectionPad2d((2, 0, 1, 3))"),
    ("Pad", {"mode": "constant"}, {"pads": [0, 0, 1, 2, 0, 0, -3, 0]}, "ZeroPad2d((2, 0, 1, -3))"),
    ("Pad", {"mode": "wrap"}, {"pads": [0, 0, 1, 2, 0, 0, 3, 0]}, "padding_mode='circular'"),
]
try:
    import onnxruntime
except ImportError:
    onnxruntime = None
for op, attributes, constants, kind in by_hand if onnxruntime else []:
    channels = 8 if op == "DepthToSpace" else 2
    given = one[:, :, :, :6] if channels == 2 else np.concatenate([one] * 4, 1)
    order = {"Resize": ["", "roi", "scales", "sizes"], "Pad": ["", "pads"]}.get(op, [""])
    inputs, initial = ["x"], []
    for name in order[1:]:
        inputs.append(name if name in constants else "")
        if name in constants:
            kind_of = np.float32 if name == "scales" else np.int64
            initial.append(onnx.numpy_helper.from_array(np.array(constants[name], kind_of), name))
    while inputs[-1] == "":
        inputs.pop()
    node = onnx.helper.make_node(op, inputs, ["y"], **attributes)
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph([node], "g", [value("x", 1, [20, *given.shape[1:]])], [value("y", 1, None)], initial)
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17 if op != "Pad" or
              attributes["mode"] != "wrap" else 19)], ir_version=9), path("hand.onnx"))
    np.save(path("x.npy"), given)
    what = f"{op} {attributes} {constants}"
    if kind is None:
        error = run("import", "hand.onnx", "--part", "encoder", "-o", "m.safetensors", code=1)
        check("hand.onnx: node" in error, f"{what}: said {error}")
        continue
    session = onnxruntime.InferenceSession(path("hand.onnx"), providers=["CPUExecutionProvider"])
    try:
        compare("hand.onnx", session.run(None, {"x": given})[0], what, kind)
    except AssertionError as error:
        check(False, f"{what}: {error}")

# What embudo writes for an Upsample: by the definition of ONNX, in onnxruntime, and read again.
sizes = [(1, 1), (2, 7), (7, 3), (9, 14), (13, 8), (14, 23), (23, 29), (29, 5)]
upsamples = [f"size={size}, mode='{mode}', align_corners={align}"
             for mode in ("bilinear", "bicubic") for align in (True, False) for size in sizes]
upsamples += [f"scale_factor={factor}, mode='{mode}', align_corners={align}"
              for mode in ("bilinear", "bicubic") for align in (True, False) for factor in (1.27, (0.6, 2.45), 3)]
upsamples += [f"scale_factor={factor}, mode='{mode}'" for mode in ("nearest", "nearest-exact") for factor in (2, 1.27)]
np.save(path("x.npy"), images)
for text in upsamples if onnxruntime else []:
    from onnx.reference import ReferenceEvaluator
    with open(path("n.net"), "w") as file:
        file.write(f"input = 2, 9, 7\nencoder = Sequential(Upsample({text}))\n")
    safetensors.save_file({}, path("d.safetensors"))
    run("import", "d.safetensors", "--notation", "n.net", "-o", "s.safetensors")
    run("export", "s.safetensors", "--onnx", "-o", ".")
    wanted = eval(f"Upsample({text})", names)(torch.from_numpy(images)).numpy()
    session = onnxruntime.InferenceSession(path("encoder.onnx"), providers=["CPUExecutionProvider"])
    for who, made in (("onnxruntime", session.run(None, {"image": images})[0]),
                      ("ONNX's definition", ReferenceEvaluator(path("encoder.onnx")).run(None, {"image": images})[0])):
        check(made.shape == wanted.shape and np.abs(made - wanted).max() <= 1e-5, f"Upsample({text}): not so by {who}")
    try:
        compare("encoder.onnx", wanted, f"Upsample({text}) of embudo", "Sequential")
    except AssertionError as error:
        check(False, f"Upsample({text}) of embudo: {error}")
finish()
