"""ONNX between embudo, onnxruntime and PyTorch's exporters.

What embudo exports passes ONNX's checker and strict shape inference, and onnxruntime computes from
it what embudo does, to 1e-5, on 1,000 test images in batches of 1, 7 and 64, from floats and from
bytes. What PyTorch's two exporters write is imported and computes what PyTorch does.
"""
import os
import sys
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, folder, mnist, need, path, run, skip_part, trained  # noqa: E402

warnings.simplefilter("ignore")
np, onnx, ort = need("numpy", "onnx", "onnxruntime")
run_folder = trained()
images, _ = mnist("t10k", 1000)
run("encode", run_folder, "mnist", "-o", "codes.npy")
run("reconstruct", run_folder, "mnist", "-o", "made.npy")
codes, made = np.load(path("codes.npy"))[:1000], np.load(path("made.npy"))[:1000]


def exported(name, uint8):
    where = path("uint8" if uint8 else "float", f"{name}.onnx")
    model = onnx.load(where)
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    check(model.opset_import[0].version == 17 and model.producer_name == "embudo",
          f"{where}: opset 17, by embudo")
    session = ort.InferenceSession(where, providers=["CPUExecutionProvider"])
    source, target = session.get_inputs()[0], session.get_outputs()[0]
    pixels = images[:, None] if uint8 else images[:, None].astype(np.float32) / 255
    given = codes.reshape(-1, *source.shape[1:]) if source.name == "code" else pixels
    wanted = codes if target.name == "code" else made
    for batch in (1, 7, 64):
        got = np.concatenate([session.run(None, {source.name: given[i:i + batch]})[0]
                              for i in range(0, 1000, batch)])
        worst = float(np.abs(got - wanted.reshape(got.shape)).max())
        check(worst <= 1e-5, f"{name} from {source.type}, batch {batch}: differs by {worst:g}")
    print(f"{name} from {source.type}: within {worst:.2g}")


for uint8 in (False, True):
    where = "uint8" if uint8 else "float"
    run("export", run_folder, "--onnx", "-o", where, *(["--uint8"] if uint8 else []))
    for name in ("encoder", "decoder", "autoencoder"):
        exported(name, uint8)
    # Back again: the same bits.
    run("import", f"{where}/autoencoder.onnx", "-o", "back.safetensors")
    run("encode", "back.safetensors", "mnist", "-o", "back.npy")
    check((np.load(path("back.npy"))[:1000] == codes).all(), f"{where}: back again")

# A codebook: the same entries, and what the decoder makes of them.
run("train", "--model", "vq", "--max-steps", 100, "--batch-size", 64, "-o", "vq")
run("export", "vq", "--onnx", "-o", "float")
run("encode", "vq", "mnist", "-o", "codes.npy", "--vectors")
run("reconstruct", "vq", "mnist", "-o", "made.npy")
codes, made = np.load(path("codes.npy"))[:1000], np.load(path("made.npy"))[:1000]
for name in ("encoder", "decoder", "autoencoder"):
    exported(name, False)

try:
    import torch
    from notebook import Autoencoder, random_network
except ImportError as error:
    skip_part(f"Python's {error.name}, for PyTorch's exporters")
    finish()


def imported(model, shape, what, **options):
    x = torch.rand(5, *shape)
    torch.onnx.export(model.eval(), (x,), path("torch.onnx"), **options)
    run("import", "torch.onnx", "-o", "torch.safetensors")
    np.save(path("x.npy"), x.numpy())
    run("reconstruct", "torch.safetensors", "x.npy", "--split", "all", "-o", "y.npy")
    with torch.no_grad():
        worst = float(np.abs(np.load(path("y.npy")) - model(x).numpy()).max())
    check(worst <= 1e-5, f"{what}: differs by {worst:g}")


models = [(Autoencoder(), [1, 28, 28], "notebook")]
models += [(model, shape, f"random {seed}")
           for seed in range(4) for model, _, shape in [random_network(100 + seed)]]
for model, shape, what in models:
    imported(model, shape, f"{what}, TorchScript", dynamo=False)
    imported(model, shape, f"{what}, TorchScript, any batch", dynamo=False, input_names=["x"],
             dynamic_axes={"x": {0: "n"}})
    try:
        import onnxscript  # noqa: F401
    except ImportError:
        skip_part("Python's onnxscript, for PyTorch's new exporter")
        continue
    imported(model, shape, f"{what}, dynamo", dynamo=True, verbose=False)
    imported(model, shape, f"{what}, dynamo, any batch", dynamo=True, verbose=False,
             dynamic_shapes=({0: torch.export.Dim.DYNAMIC},))
finish()
