"""What a training shows: in a notebook a bar, each epoch's line and its pair of pictures, as the practice
shows them; in a terminal a bar."""
from __future__ import annotations

import importlib
import sys
import time
from typing import Any, Optional, Tuple

from . import _arrays, _figure, _words
from ._base import Error
from ._run import Epoch, Run

_EVERY = 0.1  # seconds between two drawings of a bar


def line(epoch: Epoch, last: int) -> str:
    """What the practice prints after an epoch."""
    text = _words.say("epoch", epoch.number, last, _words.number(epoch.loss, 4))
    if epoch.validation_loss == epoch.validation_loss:
        text += _words.say("validation", _words.number(epoch.validation_loss, 4))
    if epoch.accuracy == epoch.accuracy:
        text += _words.say("accuracy", _words.number(100 * epoch.accuracy, 2))
    if epoch.validation_accuracy == epoch.validation_accuracy:
        text += _words.say("validation_accuracy", _words.number(100 * epoch.validation_accuracy, 2))
    return text


def _shaded(image: Any, black: float, white: float) -> Any:
    """Numbers in black..white as 0..1."""
    numbers, shape, _ = _arrays.read(image)
    if (black, white) != (0, 1):
        for i, number in enumerate(numbers):
            numbers[i] = (number - black) / (white - black)
    return _arrays.make(numbers, shape)


def pictures(run: Run, epoch: Epoch) -> Optional[Tuple[bytes, str]]:
    """The epoch's validation image and what the network makes of it, as a picture's bytes and its kind;
    None for a classifier, and without validation images."""
    if epoch.preview is None or not run.net.has_part("decoder"):
        return None
    net, index = run.net, epoch.preview
    image = run._seen(index, epoch.number - 1)
    if net.conditions:
        label = run.images.label(index)
        net.set_labels([] if label is None else [label])
    made = net.reconstruct(_arrays.one(image))
    original, noisy, prediction = _words.titles()
    clean = run.images[index]
    known = net.preprocessing
    black, white = (known.black, known.white) if known.pixels else (known.low, known.high)
    if not black != white:
        black, white = 0, 1
    first = original if bytes(_arrays.read(clean)[0]) == bytes(_arrays.read(image)[0]) else noisy
    return _figure.pair(_shaded(image, black, white), _shaded(_arrays.first(made), black, white),
                        net.input_shape, (first, prediction))


class _Silent:
    """Shows nothing."""

    def __enter__(self) -> "_Silent":
        return self

    def __exit__(self, *error: Any) -> None:
        pass

    step: Any = None

    def epoch(self, done: Epoch) -> None:
        pass


class _Bar(_Silent):
    """What bars share: how far the training is, drawn now and then."""

    def __init__(self, run: Run, epochs: int) -> None:
        self.run, self.begun = run, run.epochs
        self.last = run.epochs + epochs
        self.per_epoch = run.steps_per_epoch
        self.total = epochs * self.per_epoch
        self.drawn = 0.0

    def step(self, loss: float) -> None:
        now = time.monotonic()
        if now - self.drawn >= _EVERY:
            self.drawn = now
            self.draw(self.run.steps - self.begun * self.per_epoch, _words.say("loss", _words.number(loss, 4)))

    def draw(self, steps: int, text: str) -> None:
        raise NotImplementedError

    def where(self) -> str:
        return _words.say("where", min(self.run.epochs + 1, self.last), self.last)


class _Terminal(_Bar):
    """A line on standard error that is written over."""

    def draw(self, steps: int, text: str) -> None:
        width = 30
        filled = width * steps // max(self.total, 1)
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (width - filled)}] {self.where()}, {text}\033[K")
        sys.stderr.flush()

    def epoch(self, done: Epoch) -> None:
        sys.stderr.write("\r\033[K" + line(done, self.last) + "\n")

    def __exit__(self, *error: Any) -> None:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


class _Notebook(_Bar):
    """A bar that is updated in its place; below it, for each epoch, its line and its pictures."""

    def __enter__(self) -> "_Notebook":
        self.display: Any = importlib.import_module("IPython.display")
        self.shown = self.display.display(self.display.HTML(self.html(0, "")), display_id=True)
        return self

    def html(self, steps: int, text: str) -> str:
        return (f'<progress style="width: 20em" value="{steps}" max="{self.total}"></progress> '
                f"{self.where()} <small>{text}</small>")

    def draw(self, steps: int, text: str) -> None:
        self.shown.update(self.display.HTML(self.html(steps, text)))

    def epoch(self, done: Epoch) -> None:
        print(line(done, self.last))
        try:
            made = pictures(self.run, done)
        except Error as error:  # a build without pictures trains all the same
            print(_words.say("no_picture", error))
            return
        if made is not None:
            show = self.display.Image if made[1] == "png" else self.display.SVG
            self.display.display(show(data=made[0]))
        self.draw((done.number - self.begun) * self.per_epoch, "")


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    get = getattr(shell, "get_ipython", None)
    return get is not None and type(get()).__name__ == "ZMQInteractiveShell"


def shown(run: Run, epochs: int, progress: Optional[bool]) -> Any:
    """What shows a training of so many more epochs."""
    if progress is not False and _in_notebook():
        return _Notebook(run, epochs)
    return _Terminal(run, epochs) if progress else _Silent()
