"""Classes of nn.Module as people write them (tests/parity/classes/), between embudo and PyTorch.

What embudo trains by the class's file loads strictly into that very class and computes the same; what
PyTorch trained is imported by the file and computes the same. The same is 1e-5.
"""
import contextlib
import io
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, need, path, root, run  # noqa: E402

np, torch, safetensors = need("numpy", "torch", "safetensors.torch")
sys.path.insert(0, os.path.join(root, "tests", "makers"))
import classes  # noqa: E402

torch.set_num_threads(1)


def reconstructed(what, model, x, case):
    """embudo's images of the model file `what`, and how far PyTorch's are."""
    run("reconstruct", what, "x.npy", "--split", "all", "-o", "made.npy")
    theirs = classes.evaluate(model.eval(), x, case[4], None)["outputs"]
    return float(np.abs(np.load(path("made.npy")).reshape(len(x), -1)
                        - theirs.reshape(len(x), -1).numpy()).max())


def compare(case):
    file, wanted, shape, given, place, _ = case
    here = "run-" + file
    torch.manual_seed(1)
    x = torch.rand(40, *shape)
    np.save(path("x.npy"), x.numpy())
    network = [os.path.join(classes.FOLDER, file)]
    more = (["--class", wanted] if wanted else []) \
        + [word for name, value in given.items() for word in ("--set", f"{name}={value}")]
    run("train", "x.npy", "--model", *network, *more, "--max-steps", 3, "--test-split", 0,
        "--val-split", 0, "-o", here)
    with contextlib.redirect_stdout(io.StringIO()):
        model = classes.construct(file, wanted, given)
    model.load_state_dict(safetensors.load_file(path(here, "model.safetensors")), strict=True)
    ours = reconstructed(here, model, x, case)
    check(ours <= 1e-5, f"{file}: trained here, PyTorch's reconstructions differ by {ours:g}")

    with contextlib.redirect_stdout(io.StringIO()):
        model = classes.construct(file, wanted, given)
    adam = torch.optim.Adam(model.parameters(), 1e-3)
    for _ in range(3):
        made = model(x)
        made = made if place is None else made[place]
        adam.zero_grad()
        try:
            torch.nn.functional.mse_loss(made.reshape(x.shape), x).backward()
        except RuntimeError as error:  # what is done in place may be beyond PyTorch's own training
            check("inplace operation" in str(error), f"{file}: {error}")
            break
        adam.step()
    safetensors.save_file({name: tensor.clone() for name, tensor in model.state_dict().items()},
                          path("theirs.safetensors"))  # one module may have two names
    run("import", "theirs.safetensors", "--notation", *network, *more,
        "--input", "x".join(map(str, shape)), "-o", "there.safetensors")
    theirs = reconstructed("there.safetensors", model, x, case)
    check(theirs <= 1e-5, f"{file}: trained in PyTorch, embudo's reconstructions differ by {theirs:g}")
    again = safetensors.load_file(path("there.safetensors"))
    state = model.state_dict()
    check(set(again) == set(state) and all((again[n] == state[n]).all() for n in state),
          f"{file}: the imported file has other tensors")
    return max(ours, theirs)


worst = max(compare(case) for case in classes.CASES)
print(f"{len(classes.CASES)} classes, both ways: reconstructions within {worst:.2g}")
finish()
