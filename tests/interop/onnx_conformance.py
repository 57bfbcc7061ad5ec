"""ONNX's own node tests, for the operators that `embudo import` claims.

A node test is one operator with inputs and outputs. Its inputs but the first become constants, as
weights are in a model that somebody ships; `embudo import` makes a network of it, `embudo encode`
runs that, and the result is held against ONNX's. What embudo refuses is listed with its reason, and
must be among those that are known to be refused: nothing passes by being left out.
"""
import glob
import json
import os
import re
import sys

import warnings

from common import as_prepared, check, failures, finish, folder, need, path, program, root, run

warnings.simplefilter("ignore")  # of the node tests' own arithmetic
np, onnx = need("numpy", "onnx")
from onnx import numpy_helper  # noqa: E402

claimed = {"Conv", "ConvTranspose", "Gemm", "MatMul", "Add", "Sub", "Mul", "Div", "Neg", "Sum", "Concat",
           "BatchNormalization", "InstanceNormalization", "LayerNormalization", "GroupNormalization",
           "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "Resize", "Upsample",
           "DepthToSpace", "SpaceToDepth", "Tanh", "Sigmoid", "Relu", "LeakyRelu", "PRelu", "Elu",
           "Gelu", "Mish", "Softplus", "Swish", "Softmax", "LogSoftmax", "Clip", "Flatten", "Reshape",
           "Squeeze", "Unsqueeze", "Transpose", "Pad", "Cast", "Identity", "Dropout", "Constant"}


def collect():
    """(name, model, inputs, outputs), the first data set of each test."""
    from onnx.backend.test.case.node import collect_testcases
    for case in collect_testcases(None):
        if case.name.startswith("test_castlike"):
            continue  # Cast's tests once more
        yield case.name, case.model, *case.data_sets[0]
    data = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data")
    for kind in ("pytorch-converted", "pytorch-operator"):
        for where in sorted(glob.glob(os.path.join(data, kind, "test_*"))):
            model = onnx.load(os.path.join(where, "model.onnx"))

            def read(what, infos):
                arrays = []
                for i in range(len(glob.glob(os.path.join(where, "test_data_set_0", f"{what}_*.pb")))):
                    tensor = onnx.TensorProto()
                    with open(os.path.join(where, "test_data_set_0", f"{what}_{i}.pb"), "rb") as file:
                        tensor.ParseFromString(file.read())
                    arrays.append(numpy_helper.to_array(tensor))
                return arrays

            yield f"{kind}/{os.path.basename(where)}", model, read("input", model.graph.input), \
                read("output", model.graph.output)


def promote(model, inputs):
    """Inputs but the first that is no initializer become initializers."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    graph = model.graph
    given = {t.name for t in graph.initializer}
    free = [info for info in graph.input if info.name not in given]
    for info, array in list(zip(free, inputs))[1:]:
        graph.initializer.append(numpy_helper.from_array(np.asarray(array), info.name))
        graph.input.remove(info)
    return model


def is_claimed(model):
    ops = {node.op_type for node in model.graph.node}
    return bool(ops) and ops <= claimed and not any(node.domain for node in model.graph.node)


def attempt(name, model, inputs, outputs):
    """None where it passes, else why not: ("refused", reason) or ("failed", reason)."""
    onnx.save(promote(model, inputs), path("node.onnx"))
    try:
        notation = run("import", "node.onnx", "--part", "encoder", "-o", "node.safetensors",
                       notes=True)
    except AssertionError as error:
        text = str(error).split("node.onnx: ", 1)[-1]
        return "refused", re.sub(r"^node '[^']*' ", "", text)
    x, wanted = (numpy_helper.to_array(each) if isinstance(each, onnx.TensorProto)
                 else np.asarray(each) for each in (inputs[0], outputs[0]))
    # Some of ONNX's doubles are whatever lay in memory: what float32 cannot hold is left out.
    held = np.abs(x.astype(np.float64)) < 1e30
    if not held.all() and wanted.shape == x.shape:
        x, wanted = np.where(held, x, 0), np.where(held, wanted, 0)
    shape = [int(n) for n in re.search(r"^input = (.*)$", notation, re.M)[1].split(",")]
    given = as_prepared(x.reshape(len(x), *shape).astype(np.float32), "node.safetensors", notation)
    np.save(path("x.npy"), given)
    run("encode", "node.safetensors", "x.npy", "--split", "all", "-o", "y.npy")
    made = np.load(path("y.npy"))
    if made.size != wanted.size:
        return "failed", f"{made.size} numbers, expected {wanted.size}"
    made = made.reshape(wanted.shape)
    if wanted.shape == x.shape:
        made = np.where(held, made, 0)
    if not np.allclose(made, wanted, rtol=1e-2 if "BFLOAT16" in name else 1e-3, atol=1e-5):
        return "failed", f"differs by {np.abs(made - wanted).max():g}"
    return None


with open(os.path.join(root, "tests", "interop", "onnx_refused.json")) as file:
    known = json.load(file)
passed, refused = [], {}
for name, model, inputs, outputs in collect():
    if not is_claimed(model):
        continue
    result = attempt(name, model, inputs, outputs)
    if result is None:
        passed.append(name)
    elif result[0] == "refused":
        refused[name] = result[1]
    else:
        check(False, f"{name}: {result[1]}")
print(f"{len(passed)} passed: {' '.join(passed)}")
print(f"{len(refused)} refused:")
for name, reason in sorted(refused.items()):
    print(f"  {name}: {reason}")
    check(name in known, f"{name}: refused, and not known to be")
for name in known:
    check(name in refused or name not in passed, f"{name}: is known to be refused, and passes")
if os.environ.get("EMBUDO_INTEROP_RECORD"):
    with open(os.path.join(root, "tests", "interop", "onnx_refused.json"), "w") as file:
        json.dump(dict(sorted(refused.items())), file, indent=1)
        file.write("\n")
check(len(passed) > 40, f"only {len(passed)} tests passed")
told = f"{len(passed)} of ONNX's own tests of these operators pass; {len(refused)} need"
with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
    check(told in file.read(), f"the README does not say: {told}")
finish()
