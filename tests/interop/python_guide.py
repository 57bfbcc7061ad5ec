"""The guides' chapter on Python: both have the same code, but for its comments, and it runs as it stands."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, folder, need, program, root  # noqa: E402

need("numpy")
os.environ["EMBUDO_LIBRARY"] = os.path.join(os.path.dirname(program), "libembudo.so")
sys.path.insert(0, os.path.join(root, "bindings", "python"))


def code(name, title):
    """The chapter's blocks of Python, without comments."""
    with open(os.path.join(root, "docs", name)) as file:
        chapter = re.search(rf"^## \d+\. {title}$(.*?)^## ", file.read(), re.M | re.S)
    blocks = re.findall(r"^```python\n(.*?)^```", chapter[1], re.M | re.S)
    return [re.sub(r" *#.*", "", block) for block in blocks]


english, spanish = code("guide.md", "From Python"), code("guia.md", "Desde Python")
check(len(english) >= 4 and english == spanish, "the guides' code differs")
os.chdir(folder)
names = {}
for block in english:
    exec(compile(block, "the guide", "exec"), names)
check(names["codes"].shape == (2000, 8) and names["pictures"].shape == names["X"].shape, "shapes")
check(names["reconstructed"].shape == (1000, 1, 28, 28) and names["errors"].shape == (10000,), "shapes before")
check(names["run"].steps == 100 and names["net"].metadata("x") is None, "a run of 100 steps")
check(set(names["usual"]) == {-1, 1}, "what is unlike the rest")
finish()
