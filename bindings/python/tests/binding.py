"""What the module's tests share. Each is called as: test_NAME.py PROGRAM REPOSITORY with|without (NumPy)."""
import os
import sys

program, root, numpy_wanted = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3] == "with"
if not numpy_wanted:
    sys.modules["numpy"] = None  # as if it were not installed
mnist = os.path.join(root, "data", "mnist")


def raises(kind, text, call):
    try:
        call()
    except kind as error:
        assert text in str(error), f"{error!r} has no {text!r}"
        return
    raise AssertionError(f"nothing raised; expected {text!r}")


def rows(values):
    return values.tolist() if hasattr(values, "tolist") else values


def states(net):
    return {name: rows(value) for name, value in net.state_dict().items()}


def small(count=40, side=8):
    """Images of a few patterns, with labels."""
    import embudo
    return embudo.Images([[[(i * j * k) % 7 / 7 for k in range(side)] for j in range(side)] for i in range(count)],
                         [i % 3 for i in range(count)])


tiny = """input = 1, 8, 8
encoder = Sequential(Flatten(), Linear(64, 4), Tanh())
decoder = Sequential(Linear(4, 64), Sigmoid(), Unflatten(1, (1, 8, 8)))"""
