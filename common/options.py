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
    "folder": "of images and label files (default: datasets/cache/mnist_image_label)",
    "make": "first write such a folder, with this many training images of MNIST and a sixth as many for testing",
    "fresh": "train anew; the old checkpoint is kept under another name",
    "precision": "float32, mixed_float16 or mixed_bfloat16",
    "strategy": "none, or mirrored: a copy of the model on each GPU",
    "fused": "Adam in one operation: sooner done where parameters are many, other last digits",
    "momentum": "of batch normalization's moving averages",
    "frozen_bn": "batch normalization in inference mode, as in the notes",
    "compare_bn": "train all three ways and draw them in one figure",
    "networks": "which of the six, by name",
    "predict": "words to predict from, separated by commas; without it they are asked for at a terminal",
    "compiled": "at the end, time a step compiled by tf.function against the same step in Python",
    "xla": "compile the steps with XLA: sooner done, other last digits (on a GPU Keras does so by itself)",
    "seed": "of the first weights and the order of the samples",
}


class Parser(argparse.ArgumentParser):
    """An argument parser that says in one line what is wrong."""

    def error(self, message):
        stop(f"{message.removeprefix('argument ')} (--help lists the flags)")


def options(doc, **defaults):
    """The script's knobs, as its command line sets them.

    Each keyword becomes a flag (`learning_rate=0.1` gives `--learning-rate`) whose type is its default's: a whole
    number, a finite number, text, a tuple of whole numbers (`--layers 784,128,10`), or a switch (`shuffle=True`
    gives `--no-shuffle`, `verbose=False` gives `--verbose`). Numbers are above 0; a seed, and
    what is 0 by default, may be 0. `--help` shows `doc`, the script's docstring. A bad value ends the script with one
    line and exit status 2. In a notebook, or cell by cell, everything keeps its default.
    """
    parser = Parser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    for name, default in defaults.items():
        flag, text = name.replace("_", "-"), HELP.get(name, "")
        if default is True:
            parser.add_argument(f"--no-{flag}", dest=name, action="store_false", help=text or f"without {flag}")
        elif default is False:
            parser.add_argument(f"--{flag}", dest=name, action="store_true", help=text or f"with {flag}")
        else:
            shown = ",".join(map(str, default)) if isinstance(default, tuple) else default
            text += f" (default: {shown})" if shown != "" else ""
            read = reader(default, zero=name == "seed")
            parser.add_argument(f"--{flag}", type=read, default=default, metavar=flag.upper(), help=text)
    caller = sys._getframe(1).f_globals.get("__file__")
    started = caller is not None and Path(caller).resolve() == Path(sys.argv[0]).resolve()
    return parser.parse_args(sys.argv[1:] if started else [])  # the flags of a notebook's kernel are not the script's


def reader(default, zero=False):
    """A function that turns a flag's text into a value like `default`, or says why it cannot; `zero` permits 0."""

    def number(text, least, whole):
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            value = math.nan
        enough = value >= 0 if least == 0 else value > 0
        if not (enough and value <= LARGEST):
            kind = "a whole number" if whole else "a number"
            raise argparse.ArgumentTypeError(f"{text!r} is not {kind} {'from' if least == 0 else 'above'} 0")
        return value

    def read(text):
        if isinstance(default, tuple):
            return tuple(number(part, 1, whole=True) for part in text.split(","))
        if isinstance(default, (int, float)):
            return number(text, 0 if zero else default, whole=isinstance(default, int))
        return text

    return read
