"""onnxruntime as a peer: a worker process (see worker.py). It runs what torch.onnx exports from the
very network that torch_peer.py builds, with fixed shapes and every optimisation of the graph.

Single images go through Python, as everything does here. `floor_us` is the time of the same call on
a graph that only passes its input on: the cost of calling itself.
"""
import contextlib
import statistics
import tempfile

import network
import torch_peer
import worker


def load(threads, _variant):
    torch_peer.load(1, "eager")  # PyTorch only exports
    import onnxruntime

    return f"onnxruntime {onnxruntime.__version__}", lambda request: prepare(request, threads)


def session(model, threads):
    """A session on a model's bytes."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def exported(layers, shape):
    import torch

    model = torch_peer.build(layers).eval()
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        torch.onnx.export(model, (torch.rand(*shape),), file.name, input_names=["x"],
                          output_names=["y"], dynamo=True, external_data=False, verbose=False)
        return file.read()


def identity():
    from onnx import TensorProto, helper

    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1]) for name in "xy"]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "identity",
                              values[:1], values[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()


def bindings(run, data):
    """A binding for each input, and one output that all share: no call allocates or copies."""
    import numpy
    import onnxruntime

    shape = run.get_outputs()[0].shape
    out = onnxruntime.OrtValue.ortvalue_from_numpy(numpy.empty(shape, numpy.float32))
    found = []
    for x in data:
        binding = run.io_binding()
        binding.bind_ortvalue_input("x", onnxruntime.OrtValue.ortvalue_from_numpy(x))
        binding.bind_ortvalue_output("y", out)
        found.append(binding)
    return found


def throughputs(run, data):
    """{how: go}: with IoBinding, and with plain NumPy arrays."""
    bound = bindings(run, data)

    def over(call, inputs):
        turn = 0

        def go(steps):
            nonlocal turn
            for _ in range(steps):
                call(inputs[turn])
                turn = (turn + 1) % len(inputs)

        return go

    return {"IoBinding": over(run.run_with_iobinding, bound),
            "NumPy": over(lambda x: run.run(["y"], {"x": x}), data)}


def calls(run, x):
    """{how: call}, for one image."""
    bound = bindings(run, [x])[0]
    return {"IoBinding": lambda: run.run_with_iobinding(bound),
            "NumPy": lambda: run.run(["y"], {"x": x})}


def prepare(request, threads):
    import numpy

    net, work, batch = network.read(request["network"]), request["work"], request["batch"]
    random = numpy.random.default_rng(0)
    if work == "forward":
        run = session(exported([*net.encoder, *net.decoder], (batch, *net.input)), threads)
        data = random.random((network.resident(net, batch), *net.input), numpy.float32)
        data = [data[at:at + batch] for at in range(0, len(data), batch)]
        return worker.fastest(throughputs(run, data), work)
    if work not in ("encode1", "decode1"):
        raise ValueError(f"onnxruntime does not {work}")
    layers, shape = (net.encoder, net.input) if work == "encode1" else (net.decoder, (net.latent,))
    x = random.random((1, *shape), numpy.float32)
    call, how = worker.fastest(calls(session(exported(layers, x.shape), threads), x), work)
    empty = calls(session(identity(), threads), numpy.zeros((1, 1), numpy.float32))[how]
    floor = statistics.median(worker.latencies(empty, worker.TRIAL))
    return call, how, {"floor_us": floor}


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        worker.serve(load)
