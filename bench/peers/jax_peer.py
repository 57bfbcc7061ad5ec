"""JAX as a peer: a worker process (see worker.py), and our notation as JAX operations.

Parameters are a list with a (weight, bias) or None for each layer. Images are NCHW, PyTorch's
order, or NHWC, which XLA's convolutions on a processor read directly: the faster one counts.
"""
import os

import network
import worker

BETA1, BETA2, EPSILON, RATE = 0.9, 0.999, 1e-8, 1e-3  # PyTorch's Adam


def load(threads, _variant):
    # There is no other way to set the pool's size, and it must be set before the import.
    os.environ["NPROC"] = str(threads)
    if threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    os.environ["JAX_PLATFORMS"] = "cpu"
    import jax

    return f"JAX {jax.__version__}", prepare


def init_layer(layer, order, key):
    """A layer's weight and bias, uniform in +-1/sqrt(fan_in) as in PyTorch; None if it has none."""
    import jax

    o = layer.options
    if layer.kind == "Linear":
        shape, fan_in, outputs = (o["in_features"], o["out_features"]), o["in_features"], \
            o["out_features"]
    elif layer.kind in ("Conv2d", "ConvTranspose2d"):
        ins, outputs, kernel = o["in_channels"], o["out_channels"], o["kernel_size"]
        shape = (outputs, ins, *kernel) if order == "NCHW" else (*kernel, ins, outputs)
        fan_in = ins * kernel[0] * kernel[1]
    else:
        return None
    first, second = jax.random.split(key)
    bound = fan_in ** -0.5
    return (jax.random.uniform(first, shape, minval=-bound, maxval=bound),
            jax.random.uniform(second, (outputs,), minval=-bound, maxval=bound))


def init(layers, order, seed):
    import jax

    keys = jax.random.split(jax.random.PRNGKey(seed), len(layers))
    return [init_layer(layer, order, key) for layer, key in zip(layers, keys)]


def convolve(layer, parameters, x, order):
    """A transposed convolution is a convolution over x spread out by the stride. Its kernel would
    have to be rotated by 180 degrees; the weights are random, so they count as rotated already."""
    import jax

    o, (weight, bias) = layer.options, parameters
    names = ("NCHW", "OIHW", "NCHW") if order == "NCHW" else ("NHWC", "HWIO", "NHWC")
    if layer.kind == "Conv2d":
        strides, spread, padding = o["stride"], None, [(p, p) for p in o["padding"]]
    else:
        strides, spread = (1, 1), o["stride"]
        padding = [(k - 1 - p, k - 1 - p + more) for k, p, more in
                   zip(o["kernel_size"], o["padding"], o["output_padding"])]
    y = jax.lax.conv_general_dilated(x, weight, strides, padding, lhs_dilation=spread,
                                     dimension_numbers=names)
    return y + (bias[:, None, None] if order == "NCHW" else bias)


def apply(layers, parameters, x, order):
    import jax
    import jax.numpy as jnp

    functions = {"Tanh": jnp.tanh, "Sigmoid": jax.nn.sigmoid, "ReLU": jax.nn.relu}
    for layer, own in zip(layers, parameters):
        if layer.kind in functions:
            x = functions[layer.kind](x)
        elif layer.kind == "Linear":
            x = x @ own[0] + own[1]
        elif layer.kind == "Flatten":
            x = x.reshape(x.shape[0], -1)
        elif layer.kind == "Unflatten":
            channels, height, width = layer.options["unflattened_size"]
            shape = (channels, height, width) if order == "NCHW" else (height, width, channels)
            x = x.reshape(x.shape[0], *shape)
        else:
            x = convolve(layer, own, x, order)
    return x


def adam(parameters, gradients, moments, step):
    import jax
    import jax.numpy as jnp

    first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, moments[0], gradients)
    second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, moments[1], gradients)
    one, two = 1 - BETA1 ** step, 1 - BETA2 ** step
    parameters = jax.tree.map(
        lambda p, m, v: p - RATE * (m / one) / (jnp.sqrt(v / two) + EPSILON),
        parameters, first, second)
    return parameters, (first, second)


def images(net, count, order):
    import jax

    channels, height, width = net.input
    shape = (channels, height, width) if order == "NCHW" else (height, width, channels)
    return jax.block_until_ready(jax.random.uniform(jax.random.PRNGKey(0), (count, *shape)))


def batches(net, batch, order):
    """The resident array's batches, each an array of its own: a slice would be a copy in each step."""
    data = images(net, network.resident(net, batch), order)
    return [data[at:at + batch] for at in range(0, len(data), batch)]


def train(net, batch, order):
    import functools

    import jax
    import jax.numpy as jnp

    layers = [*net.encoder, *net.decoder]

    def loss_of(parameters, x):
        y = apply(layers, parameters, x, order)
        assert y.shape == x.shape
        return jnp.mean((y - x) ** 2)

    @functools.partial(jax.jit, donate_argnums=(0, 1, 2))
    def step(parameters, moments, number, x):
        loss, gradients = jax.value_and_grad(loss_of)(parameters, x)
        number = number + 1
        return *adam(parameters, gradients, moments, number), number, loss

    start = init(layers, order, 0)
    zeros = lambda: jax.tree.map(jnp.zeros_like, start)  # one each: step donates them
    data = batches(net, batch, order)
    state = [start, (zeros(), zeros()), jnp.float32(0)]
    turn = 0

    def go(steps):
        nonlocal turn
        for _ in range(steps):
            *state[:], loss = step(*state, data[turn])
            turn = (turn + 1) % len(data)
        return float(loss)

    return go


def forward(net, batch, order):
    import jax

    layers = [*net.encoder, *net.decoder]
    parameters = init(layers, order, 0)
    call = jax.jit(lambda x: apply(layers, parameters, x, order))
    data = batches(net, batch, order)
    turn = 0

    def go(steps):
        nonlocal turn
        for _ in range(steps):
            out = call(data[turn])
            turn = (turn + 1) % len(data)
        out.block_until_ready()

    return go


def single(net, work, order):
    import jax

    if work == "encode1":
        layers, x = net.encoder, images(net, 1, order)
    else:
        layers, x = net.decoder, jax.random.normal(jax.random.PRNGKey(0), (1, net.latent))
    parameters = init(layers, order, 0)
    call = jax.jit(lambda x: apply(layers, parameters, x, order))
    return lambda: call(x).block_until_ready()


def prepare(request):
    net, work = network.read(request["network"]), request["work"]
    found = {}
    for order in ("NHWC", "NCHW"):
        if work == "train":
            found[order] = train(net, request["batch"], order)
        elif work == "forward":
            found[order] = forward(net, request["batch"], order)
        else:
            found[order] = single(net, work, order)
    return worker.fastest(found, work)


if __name__ == "__main__":
    worker.serve(load)
