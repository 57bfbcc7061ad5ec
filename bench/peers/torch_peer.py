"""PyTorch as a peer: a worker process (see worker.py), and our notation as PyTorch's modules.

Variants: eager, channels_last (its convolutions' other order of memory), compile (torch.compile),
debian (eager under Debian's older PyTorch). What the manual leaves open is tried, and the
fastest way counts: which Adam and, for compile and debian, which order of memory.
"""
import os

import network
import worker

ADAMS = {"fused Adam": {"fused": True}, "foreach Adam": {"foreach": True},
         "for-loop Adam": {"foreach": False}}
RATE = 1e-3
FORMATS = {"eager": ("contiguous",), "channels_last": ("channels_last",),
           "compile": ("contiguous", "channels_last"), "debian": ("contiguous", "channels_last")}


def load(threads, variant):
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)
    # Generated code contains the number of threads, so each number has its own cache.
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(
        network.ROOT / "build" / "peers-cache" / f"threads-{threads}")
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    if variant == "compile":
        import torch._dynamo

        torch._dynamo.config.recompile_limit = 256  # one code for each batch size and network
    return f"PyTorch {torch.__version__}{blas()}", lambda request: prepare(request, variant)


def blas():
    """The BLAS as part of the name: Debian's PyTorch uses whatever BLAS the machine has."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        maps = file.read()
    names = [name for name in ("OpenBLAS", "BLIS", "ATLAS") if f"/lib{name.lower()}" in maps]
    return f", {names[0]}" if names else ", reference BLAS" if "/libblas.so" in maps else ""


def build(layers):
    from torch import nn

    return nn.Sequential(*(getattr(nn, layer.kind)(**layer.options) for layer in layers))


def lay(thing, order):
    """A module or a tensor of images, in that order of memory."""
    import torch

    if order == "contiguous":
        return thing
    if isinstance(thing, torch.nn.Module):
        return thing.to(memory_format=torch.channels_last)
    return thing.contiguous(memory_format=torch.channels_last)


def compiled(function, variant):
    import torch

    return torch.compile(function, dynamic=False) if variant == "compile" else function


def batches(net, batch, order):
    """The resident array's batches, as views of it."""
    import torch

    data = lay(torch.rand(network.resident(net, batch), *net.input), order)
    return data.split(batch)


def training(loss_of, adam, data):
    turn = 0

    def go(steps):
        nonlocal turn
        for _ in range(steps):
            adam.zero_grad(set_to_none=True)
            loss = loss_of(data[turn])
            loss.backward()
            adam.step()
            turn = (turn + 1) % len(data)
        return loss.item()

    return go


def train(net, batch, order, variant):
    """{name of an Adam: go}, for each Adam that this PyTorch has."""
    import torch

    model = lay(build([*net.encoder, *net.decoder]), order)
    criterion = torch.nn.MSELoss()
    loss_of = compiled(lambda x: criterion(model(x), x), variant)
    data = batches(net, batch, order)
    ways = {}
    for name, options in ADAMS.items():
        try:
            adam = torch.optim.Adam(model.parameters(), lr=RATE, **options)
        except (RuntimeError, TypeError):  # in older versions, fused Adam is only for CUDA
            continue
        ways[name] = training(loss_of, adam, data)
    return ways


def forward(net, batch, order, variant):
    import torch

    model = lay(build([*net.encoder, *net.decoder]), order).eval()
    call = compiled(model, variant)
    data = batches(net, batch, order)
    turn = 0

    @torch.inference_mode()
    def go(steps):
        nonlocal turn
        for _ in range(steps):
            call(data[turn])
            turn = (turn + 1) % len(data)

    return go


def single(net, work, order, variant):
    import torch

    if work == "encode1":
        layers, x = net.encoder, lay(torch.rand(1, *net.input), order)
    else:
        layers, x = net.decoder, torch.randn(1, net.latent)
    call = compiled(lay(build(layers), order).eval(), variant)

    @torch.inference_mode()
    def once():
        call(x)

    return once


def prepare(request, variant):
    net, work, batch = network.read(request["network"]), request["work"], request["batch"]
    found = {}
    for order in FORMATS[variant]:
        if work == "train":
            for name, go in train(net, batch, order, variant).items():
                found[f"{order}, {name}"] = go
        elif work == "forward":
            found[order] = forward(net, batch, order, variant)
        else:
            found[order] = single(net, work, order, variant)
    return worker.fastest(found, work)


if __name__ == "__main__":
    worker.serve(load)
