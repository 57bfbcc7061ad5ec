"""Networks as people have them, by both of PyTorch's ONNX exporters: what embudo imports computes what
onnxruntime does; what it cannot is refused with one line that says what to do.
"""
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "../makers")]
from common import check, finish, path, run  # noqa: E402
from exporters import compare, export, torch  # noqa: E402
from torch_zoo import refused, warm, zoo  # noqa: E402

only = os.environ.get("EMBUDO_KINDS")
torch.manual_seed(5)
for name, (model, shape) in zoo().items():
    if only and name not in only.split(","):
        continue
    warm(model)
    x = torch.rand(3, *shape)
    worst = []
    for dynamo in (False, True):
        what = f"{name}, {'dynamo' if dynamo else 'TorchScript'}"
        where = path(f"zoo-{dynamo}", "model.onnx")
        some = {"dynamic_shapes": ({0: torch.export.Dim.DYNAMIC},)} if dynamo else \
            {"input_names": ["x"], "dynamic_axes": {"x": {0: "n"}}}
        export(model, x, where, dynamo, **some)
        try:
            worst.append(compare(where, x.numpy(), what, 2e-5))
        except AssertionError as error:
            check(False, f"{what}: {error}")
    print(f"{name}: within {', '.join(f'{w:.2g}' for w in worst)} of onnxruntime")
for name, ((model, shape), advice) in refused.items():
    if only:
        break
    for dynamo in (False, True):
        export(model, torch.rand(3, *shape), path("refused", "model.onnx"), dynamo)
        said = run("import", "refused/model.onnx", "-o", "m.safetensors", code=1)
        check(advice in said and "\n" not in said, f"{name}: said '{said}'")
        print(f"{name}: {said.split(': ', 2)[-1]}")
finish()
