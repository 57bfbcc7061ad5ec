"""The module's types, as mypy sees them: of the module itself, and of a program that uses it."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, folder, need, path, root  # noqa: E402

_numpy, api = need("numpy", "mypy.api")
module = os.path.join(root, "bindings", "python", "embudo")
strict = ["--strict", "--no-warn-return-any", "--allow-subclassing-any", "--cache-dir", path("cache")]
said, _, code = api.run([*strict, module])
check(code == 0, f"the module's own types: {said}")

with open(path("use.py"), "w") as file:
    file.write('''import numpy as np
import numpy.typing as npt
from typing import Dict, List, Optional, Tuple
import embudo

images: embudo.Images = embudo.Images(np.zeros((4, 8, 8), np.uint8), [0, 1, 2, 3])
net: embudo.Net = embudo.Net.open("notebook", 3)
epochs: List[embudo.Epoch] = embudo.train(net, images, 3, callbacks=print, progress=False)
codes: npt.NDArray[np.float32] = net.encode(images[:2])
state: Dict[str, npt.NDArray[np.float32]] = net.state_dict()
net.load_state_dict(state)
errors: npt.NDArray[np.float64] = net.errors(images)
parts: Tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] = embudo.split(10)
label: Optional[int] = images.label(0)
told: Tuple[str, ...] = net.examine(images).findings
fitted: embudo.Autoencoder = embudo.Autoencoder(latent=2).fit([[0.0, 1.0]])
usual: npt.NDArray[np.int64] = fitted.predict(np.zeros((2, 2)))
''')
os.environ["MYPYPATH"] = os.path.dirname(module)
said, _, code = api.run([*strict, path("use.py")])
check(code == 0, f"a program that uses it: {said}")
for wrong, text in (("embudo.Net.open(3)", "PathLike"), ("net.encode(net)", "encode"), ("embudo.train(images, net)", "train"),
                    ("x: str = net.latent", "int"), ("embudo.Images.open('mnist', 3)", "open"),
                    ("net.score(codes)", "score"), ("embudo.Autoencoder(laten=3)", "laten")):
    with open(path("use.py")) as file:
        good = file.read()
    with open(path("wrong.py"), "w") as file:
        file.write(good + wrong + "\n")
    said, _, code = api.run([*strict, path("wrong.py")])
    check(code == 1 and said.count("error:") == said.count("wrong.py:18: error:") > 0 and text in said, f"{wrong}: {said}")
check(os.path.exists(os.path.join(module, "py.typed")), "py.typed")
finish()
