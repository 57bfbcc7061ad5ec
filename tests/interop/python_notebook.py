"""The module in a real notebook: a bar, and each epoch's line and pair of pictures, as the practice shows them."""
import base64
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, folder, need, program, root  # noqa: E402

nbclient, nbformat, _kernel = need("nbclient", "nbformat", "ipykernel")
os.environ["EMBUDO_LIBRARY"] = os.path.join(os.path.dirname(program), "libembudo.so")
os.environ["PYTHONPATH"] = os.path.join(root, "bindings", "python")
for name in "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR":
    os.environ[name] = os.path.join(folder, name)

cells = {
    "images": "import embudo, numpy as np\n"
              "mnist = embudo.Images.open('mnist')\n"
              "images = embudo.Images(mnist[:320], [mnist.label(i) for i in range(320)])\n"
              "net = embudo.Net.open('notebook')",
    "train": "history = embudo.train(net, images, epochs=3)",
    "again": "more = embudo.train(net, images, epochs=1)",
    "quiet": "silent = embudo.train(embudo.Net.open('notebook'), images, epochs=1, progress=False)",
    "noisy": "noisy = embudo.train(embudo.Net.open('notebook'), images, epochs=1, denoise='gaussian=0.3')",
    "fit": "fitted = embudo.Autoencoder(latent=3, epochs=2).fit(mnist[:64])",
    "classify": "head = embudo.train(embudo.Net.open('mlp'), images, epochs=1)",
    "said": "print([e.number for e in history + more], len(silent), fitted.n_iter_)",
}


def outputs(language):
    """What each cell showed."""
    os.environ["LC_ALL"] = language
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells.values()])
    kernel = nbclient.NotebookClient(book, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}})
    kernel.execute()
    return dict(zip(cells, (cell["outputs"] for cell in book["cells"])))


def lines(cell):
    return "".join(out["text"] for out in cell if out["output_type"] == "stream").splitlines()


def drawn(cell):
    return [base64.b64decode(out["data"]["image/png"]) for out in cell if "image/png" in out.get("data", {})]


def bars(cell):
    return [out["data"]["text/html"] for out in cell if "progress" in out.get("data", {}).get("text/html", "")]


made = {language: outputs(language) for language in ("C.UTF-8", "es_ES.UTF-8")}
shown = made["C.UTF-8"]
number = r"\d\.\d{4}"
check([re.fullmatch(rf"Epoch \[{i}/3\], Loss: {number} Validation Loss: {number}", line) is not None
       for i, line in enumerate(lines(shown["train"]), 1)] == [True] * 3, f"the lines: {lines(shown['train'])}")
check(len(drawn(shown["train"])) == 3 and all(png.startswith(b"\x89PNG") for png in drawn(shown["train"])),
      "three pairs of pictures")
check(len(set(drawn(shown["train"]))) == 3, "each epoch's own")
check(len(bars(shown["train"])) == 1 and 'value="48" max="48"' in bars(shown["train"])[0],
      f"one bar, which is full: {bars(shown['train'])}")
check(lines(shown["again"])[0].startswith("Epoch [4/4]") and len(drawn(shown["again"])) == 1, "it goes on")
check(shown["quiet"] == [], "progress=False shows nothing")
check(len(drawn(shown["noisy"])) == 1 and len(drawn(shown["fit"])) == 2, "noise, and Autoencoder")
check("Training Accuracy" in lines(shown["classify"])[0] and drawn(shown["classify"]) == [], "a classifier has no pictures")
check(lines(shown["said"]) == ["[1, 2, 3, 4] 1 2"], f"it says {lines(shown['said'])}")
spanish = made["es_ES.UTF-8"]
digits = [re.findall(r"\d[.,\d/]*", " ".join(lines(made[language]["train"]))) for language in made]
check([text.replace(",", ".").rstrip(".") for text in digits[1]] == digits[0] and len(digits[0]) == 9,
      f"the same numbers in Spanish: {digits}")
check([re.fullmatch(rf"Época \[{i}/3\], pérdida: 0,\d{{4}}, pérdida de validación: 0,\d{{4}}", line) is not None
       for i, line in enumerate(lines(spanish["train"]), 1)] == [True] * 3, f"in Spanish: {lines(spanish['train'])}")
check(drawn(spanish["train"]) != drawn(shown["train"]), "the practice's titles where the language is Spanish")
finish()
