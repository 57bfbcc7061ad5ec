"""Training when it is called: train(), its callbacks and what it shows."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Union

from ._base import _be, _whole
from ._images import Images
from ._library import MAX_EPOCHS
from ._net import Net
from ._run import Epoch, Run, _Training
from ._show import shown

Callback = Callable[[Epoch], Any]


def _is_again(training: Optional[_Training], images: Images, options: Dict[str, Any]) -> bool:
    """Whether a call goes on with the training of the call before: the same images and options."""
    if training is None or training.handle is None or options.get("keep_weights") is False:
        return False
    before = training.asked
    known = {name: value for name, value in options.items() if name != "threads"}
    if before is None or before[1] != known:
        return False
    return before[0] is images or before[0]._sum() == images._sum() and len(before[0]) == len(images)


def _going(net: Net, images: Images, epochs: int, options: Dict[str, Any]) -> Run:
    """The run of the call before, to go on with, or a new one."""
    training = net._trained
    if _is_again(training, images, options):
        run = Run._of(net, training)
        run.set_epochs(run.epochs + epochs)
        return run
    run = Run(net, images, epochs=epochs, **{"keep_weights": not net._is_blank(), **options})
    run._training.asked = (images, {name: value for name, value in options.items() if name != "threads"})
    net._trained = run._training
    return run


def train(net: Net, images: Images, epochs: int = 10, *,
          callbacks: Union[None, Callback, Sequence[Callback]] = None, progress: Optional[bool] = None,
          **options: Any) -> List[Epoch]:
    """Trains for so many epochs, and returns them. Takes Run's options.

    A network without weights gets them drawn by the seed; one that has some keeps them. Called again with
    the same network, images and options, it goes on where it was, even within an epoch that Ctrl-C ended:
    twice 5 epochs give the bits of 10, unless a schedule spans them. keep_weights=False begins anew.

    `callbacks` is called with each epoch when it is done, or each of several is; one that returns True
    ends the training, as early stopping (stop_patience) does. In a notebook a bar and each epoch's picture
    are shown: `progress=False` shows nothing, True shows a bar in a terminal, too."""
    _be(net, Net, "Net.open(...)")
    _be(images, Images, "Images(...)")
    epochs = _whole(epochs, "epochs", 1, MAX_EPOCHS)
    heard: Sequence[Callback] = [] if callbacks is None else [callbacks] if callable(callbacks) else list(callbacks)
    for callback in heard:
        if not callable(callback):
            raise TypeError(f"a callback is {type(callback).__name__}, expected a function of an epoch")
    run = _going(net, images, epochs, options)
    history: List[Epoch] = []
    with shown(run, epochs, progress) as show:
        while len(history) < epochs:
            done = run.epoch(show.step)
            history.append(done)
            show.epoch(done)
            ended = [callback(done) is True for callback in heard]  # each is called
            if any(ended) or run.stopped:
                break
    return history
