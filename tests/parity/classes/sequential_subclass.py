from torch.nn import Linear, Module, ReLU, Sequential, Sigmoid, Flatten, Unflatten


class Encoder(Sequential):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__(Flatten(), Linear(n_in, n_hidden), ReLU(), Linear(n_hidden, n_out))


class Decoder(Sequential):
    def __init__(self, n_in, n_hidden, shape):
        n = 1
        for s in shape:
            n *= s
        super().__init__(Linear(n_in, n_hidden), ReLU(), Linear(n_hidden, n), Sigmoid(), Unflatten(1, shape))


class Autoencoder(Module):
    def __init__(self, shape, hidden=20, code=4):
        super().__init__()
        self.e = Encoder(shape[0] * shape[1] * shape[2], hidden, code)
        self.d = Decoder(code, hidden, shape)

    def forward(self, x):
        return self.d(self.e(x))


net = Autoencoder((1, 28, 28))
