"""State dicts between embudo and PyTorch, as safetensors.

A network that embudo trained loads strictly into the notebook's own class and computes the same;
one that PyTorch trained is imported and does too; of 20 networks made at random, outputs and
gradients agree. The safetensors package reads what embudo writes, and refuses what embudo refuses.

The same is 1e-6. Where two numbers of up to 10 carry an image, float32 ends about there: then
embudo's result may be twice as far from float64's as PyTorch's is.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, mnist, need, path, run, trained  # noqa: E402
import subprocess  # noqa: E402

np, torch, safetensors = need("numpy", "torch", "safetensors.torch")
from notebook import Autoencoder, random_network  # noqa: E402

gradients = os.environ.get("EMBUDO_GRADIENTS", "")
torch.set_num_threads(1)
images, _ = mnist("t10k", 1000)
pixels = torch.from_numpy(images[:, None].astype(np.float32) / 255)

# Ours in PyTorch.
model = Autoencoder()
model.load_state_dict(safetensors.load_file(path(trained(), "model.safetensors")), strict=True)
run("encode", "run", "mnist", "-o", "codes.npy")
run("reconstruct", "run", "mnist", "-o", "made.npy")
with torch.no_grad():
    theirs = model.decoder(torch.from_numpy(np.load(path("codes.npy"))[:1000])).numpy()
    codes = model.encoder(pixels).numpy()
    whole = model(pixels).numpy()
    exact = model.double()(pixels.double()).numpy()
made = np.load(path("made.npy"))[:1000]
worst, own, its = (float(np.abs(a - b).max())
                   for a, b in ((whole, made), (made, exact), (whole, exact)))
check(worst <= 1e-6 or own <= 2 * its,
      f"trained here, reconstructions in PyTorch: differ by {worst:g}; from float64 by {own:g}, "
      f"PyTorch's by {its:g}")
print(f"trained here, opened in PyTorch: reconstructions within {worst:.2g} (from float64 "
      f"{own:.2g}, PyTorch's {its:.2g}), decoded codes within "
      f"{np.abs(theirs - made).max():.2g}, codes within "
      f"{np.abs(codes - np.load(path('codes.npy'))[:1000]).max():.2g} of up to "
      f"{np.abs(codes).max():.0f}")

# PyTorch's here.
torch.manual_seed(7)
model = Autoencoder(8)
adam = torch.optim.Adam(model.parameters(), 1e-3)
for step in range(60):
    batch = pixels[step * 16:step * 16 + 16]
    adam.zero_grad()
    torch.nn.functional.mse_loss(model(batch), batch).backward()
    adam.step()
safetensors.save_file(model.state_dict(), path("theirs.safetensors"))
with open(path("eight.net"), "w") as file, \
        open(os.path.join(os.path.dirname(__file__), "..", "..", "models", "notebook.net")) as ours:
    file.write(ours.read().replace("latent = 2", "latent = 8"))
run("import", "theirs.safetensors", "--notation", "eight.net", "-o", "theirs.embudo.safetensors")
run("reconstruct", "theirs.embudo.safetensors", "mnist", "-o", "made.npy")
with torch.no_grad():
    worst = np.abs(model(pixels).numpy() - np.load(path("made.npy"))[:1000]).max()
check(worst <= 1e-6, f"trained in PyTorch: differs by {worst:g}")
print(f"trained in PyTorch, opened here: within {worst:.2g}")

# Narrow types are widened; tensors that do not belong are named.
for dtype in (torch.float16, torch.bfloat16):
    narrow = {name: tensor.to(dtype) for name, tensor in model.state_dict().items()}
    safetensors.save_file(narrow, path("narrow.safetensors"))
    run("import", "narrow.safetensors", "--notation", "eight.net", "-o", "wide.safetensors")
    wide = safetensors.load_file(path("wide.safetensors"))
    check(all((wide[name] == narrow[name].to(torch.float32)).all() for name in narrow),
          f"{dtype} is widened")
state = model.state_dict()
for what, broken, text in (
        ("a tensor too many", {**state, "decoder.99.weight": torch.ones(2)}, "decoder.99.weight"),
        ("a tensor too few", {k: v for k, v in state.items() if k != "encoder.7.bias"},
         "encoder.7.bias"),
        ("another shape", {**state, "encoder.0.bias": torch.ones(9)}, "encoder.0.bias"),
        ("too large doubles",
         {**state, "encoder.0.bias": torch.full((8,), 1e300, dtype=torch.float64)}, "float32"),
        ("whole numbers", {**state, "encoder.0.bias": torch.ones(8, dtype=torch.int64)}, "I64")):
    safetensors.save_file(broken, path("broken.safetensors"))
    error = run("import", "broken.safetensors", "--notation", "eight.net", "-o", "x.safetensors",
                code=1)
    check(text in error and "broken.safetensors" in error and "\n" not in error,
          f"{what}: said '{error}'")

# Wrapped, compiled, in doubles; an encoder alone; tied weights, which save_model keeps once.
def opened(what, save, notation, wanted):
    save(path("wrapped.safetensors"))
    run("import", "wrapped.safetensors", "--notation", notation, "-o", "w.safetensors")
    made = safetensors.load_file(path("w.safetensors"))
    check(set(made) == set(wanted) and all((made[name] == wanted[name].float()).all()
                                           for name in wanted), what)


class Holder(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model


for what, wrapped in (("DataParallel", torch.nn.DataParallel(model)),
                      ("torch.compile", torch.compile(model)),
                      ("a Lightning module", Holder(model)),
                      ("several at once", Holder(torch.nn.DataParallel(torch.compile(model))))):
    opened(what, lambda where: safetensors.save_file(wrapped.state_dict(), where), "eight.net", state)
opened("doubles", lambda where: safetensors.save_file(
    {name: tensor.double() for name, tensor in state.items()}, where), "eight.net", state)
with open(path("alone.net"), "w") as file:
    file.write(open(path("eight.net")).read().split("decoder")[0])
opened("an encoder alone", lambda where: safetensors.save_file(model.encoder.state_dict(), where),
       "alone.net", {k: v for k, v in state.items() if k.startswith("encoder.")})


class Tied(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = torch.nn.Sequential(torch.nn.Linear(5, 5), torch.nn.Tanh())
        self.decoder = torch.nn.Sequential(torch.nn.Linear(5, 5))
        self.decoder[0].weight = self.encoder[0].weight


tied = Tied()
with open(path("tied.net"), "w") as file:
    file.write("input = 5\nencoder = Sequential(Linear(5, 5), Tanh())\n"
               "decoder = Sequential(Linear(5, 5))\n")
opened("tied weights", lambda where: safetensors.save_model(tied, where), "tied.net",
       tied.state_dict())
opened("tied weights, wrapped", lambda where: safetensors.save_model(Holder(tied), where),
       "tied.net", tied.state_dict())

# 20 networks at random, their notation in the metadata.
worst_output = worst_gradient = 0.0
for seed in range(20):
    model, notation, shape = random_network(seed)
    x = torch.rand(41, *shape)
    safetensors.save_file(model.state_dict(), path("random.safetensors"),
                          metadata={"embudo.notation": notation})
    run("import", "random.safetensors", "-o", "random.embudo.safetensors")
    np.save(path("x.npy"), x.numpy())
    run("reconstruct", "random.embudo.safetensors", "x.npy", "--split", "all", "-o", "y.npy")
    y = model(x)
    error = float(np.abs(np.load(path("y.npy")) - y.detach().numpy()).max())
    worst_output = max(worst_output, error)
    check(error <= 1e-6, f"random network {seed}: outputs differ by {error:g}\n{notation}")
    torch.nn.functional.mse_loss(y, x).backward()
    if not gradients:
        continue
    subprocess.run([gradients, path("random.embudo.safetensors"), path("x.npy"),
                    path("g.safetensors")], check=True)
    ours = safetensors.load_file(path("g.safetensors"))
    for name, parameter in model.named_parameters():
        theirs = parameter.grad
        error = float((ours[name] - theirs).abs().max() / (theirs.abs().max() + 1e-4))
        worst_gradient = max(worst_gradient, error)
        # Sums of thousands of float32 products in another order.
        check(error <= 2e-5, f"random network {seed}, {name}: gradients differ by {error:g}")
print(f"20 random networks: outputs within {worst_output:.2g}, gradients within "
      f"{worst_gradient:.2g} of their tensor's largest")
check(gradients, "no gradients were compared: EMBUDO_GRADIENTS is not set")
finish()
