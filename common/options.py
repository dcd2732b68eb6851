"""A script's knobs as command-line flags."""

import argparse
import math
import sys
from pathlib import Path

from common import stop

LARGEST = 2**31 - 1
HELP = {
    "data": "folder with the data sets; real: never run on a stand-in",
    "offline": "download nothing",
    "folder": "of images and label files",
    "count": "how many training images, 60000 if not given",
    "index": "which training image, counted from 0",
    "copies": "how many times it is drawn",
    "fresh": "train anew; the old checkpoint is kept under another name",
    "limit": "so many training and so many test samples, the first ones; 0: all",
    "precision": "float32, mixed_float16 or mixed_bfloat16",
    "strategy": "none, or mirrored: a copy of the model on each GPU",
    "target": "price or returns",
    "momentum": "of batch normalization's moving averages: how much of them a step keeps",
    "frozen_bn": "batch normalization in inference mode, as in the notes",
    "label_smoothing": "how much of a label's 1 is shared out among all classes",
    "networks": "which of them, by name",
    "predict": "what to predict from, separated by commas",
    "pictures": "a file with one digit",
    "page": "draw digits on a page in the browser; only this computer can reach it",
    "port": "where the page is served",
    "share_on_network": "with --page: every computer of the network can reach it, too",
    "from_logits": "a network without softmax; the loss takes it over",
    "l1": "the sum of |w| in place of that of w²/2",
    "seed": "of all that is random",
}
CHOICES = {
    "precision": ("float32", "mixed_float16", "mixed_bfloat16"),
    "strategy": ("none", "mirrored"),
    "target": ("price", "returns"),
}
BELOW_1 = {"beta", "beta1", "beta2", "decay", "label_smoothing", "momentum", "rate"}  # parts of a whole
MAY_BE_0 = {*BELOW_1, "alpha", "cost", "epsilon", "limit", "profit", "regularizer", "seed"}


class Parser(argparse.ArgumentParser):
    """An argument parser that says in one line what is wrong."""

    def error(self, message):
        stop(f"{message.removeprefix('argument ')} (--help lists the flags)")


def options(doc, **defaults):
    """The script's knobs, as its command line sets them.

    Each keyword becomes a flag (`learning_rate=0.1` gives `--learning-rate`) whose type is its default's: a whole
    number, a finite number, text, a tuple of whole numbers (`--layers 784,128,10`), or a switch (`shuffle=True`
    gives `--no-shuffle`, `verbose=False` gives `--verbose`); an empty list stands for the words of the command that
    belong to no flag. Numbers are above 0; what is 0 by default, or in MAY_BE_0, may be 0. `--help` shows `doc`, the
    script's docstring. A bad value ends the script with one line and exit status 2. In a notebook, or cell by cell,
    everything keeps its default. Scripts call this before they import what takes seconds, TensorFlow above all.
    """
    parser = Parser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    for name, default in defaults.items():
        flag, text = name.replace("_", "-"), HELP.get(name, "")
        if default == []:
            parser.add_argument(name, nargs="*", metavar=name.upper(), help=text)
        elif default is True:
            parser.add_argument(f"--no-{flag}", dest=name, action="store_false", help=text or f"without {flag}")
        elif default is False:
            parser.add_argument(f"--{flag}", dest=name, action="store_true", help=text or f"with {flag}")
        else:
            shown = ",".join(map(str, default)) if isinstance(default, tuple) else default
            text += f" (default: {shown})" if shown != "" else ""
            more = {"choices": CHOICES.get(name), "metavar": flag.upper(), "help": text}
            parser.add_argument(f"--{flag}", type=reader(name, default), default=default, **more)
    caller = sys._getframe(1).f_globals.get("__file__")
    started = caller is not None and Path(caller).resolve() == Path(sys.argv[0]).resolve()
    return parser.parse_args(sys.argv[1:] if started else [])  # the flags of a notebook's kernel are not the script's


def reader(name, default):
    """A function that turns the text of the flag `name` into a value like `default`, or says why it cannot."""
    zero = default == 0 or name in MAY_BE_0

    def number(text, whole):
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            value = math.nan
        small = value < 1 if name in BELOW_1 else value <= LARGEST
        if not (small and (value >= 0 if zero else value > 0)):
            kind = "a whole number" if whole else "a number"
            end = " to below 1" if name in BELOW_1 else f", and at most {LARGEST:,}" * (value > LARGEST)
            raise argparse.ArgumentTypeError(f"{text!r} is not {kind} {'from' if zero else 'above'} 0{end}")
        return value

    def read(text):
        if isinstance(default, tuple):
            return tuple(number(part, whole=True) for part in text.split(","))
        if isinstance(default, (int, float)):
            return number(text, whole=isinstance(default, int))
        return text

    return read


def words(opt, letters, length):
    """The words in `opt.predict`, which are separated by commas; each has to be `length` of `letters`."""
    for word in opt.predict.split(","):
        if len(word) != length or not set(word) <= set(letters):
            wanted = f"{length} of the letters {letters[0]} to {letters[-1]}"
            stop(f"--predict: {word!r} is not {wanted}; e.g. --predict {letters[:length]}")
    return opt.predict.split(",")
