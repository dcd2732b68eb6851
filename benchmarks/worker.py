"""One way of training one network, timed when asked: `python -m benchmarks.worker WAY SCRIPT EPOCHS STEPS`.

Started by `python -m benchmarks`. Answers every line on its standard input with a line of JSON: milliseconds per step,
and the peak memory of this process. A timed run is EPOCHS epochs of STEPS steps (0: a whole epoch each), from the end
of its first epoch to the end of its last; the run before the first answer, in which graphs are built, is not reported.
The ways: "notes", `model.fit` on float64 arrays, as the notes call it; "ours", what the script hands to `model.fit`,
less its checkpoints; "xla", the same with `model.jit_compile`; "bf16", with --precision mixed_bfloat16; "torch" and
"torch bf16", PyTorch.
"""

import contextlib
import inspect
import io
import json
import os
import runpy
import sys
import tempfile
import time
from unittest import mock

import common.quiet  # noqa: F401
from common import ROOT, datasets

import numpy as np

try:
    import resource
except ImportError:  # Windows has none
    resource = None

MIB = 2**20 if sys.platform == "darwin" else 2**10  # in the units of ru_maxrss: macOS counts bytes, Linux KiB
BF16 = ["--precision", "mixed_bfloat16"]
FLAGS = {"bf16": BF16, "torch bf16": BF16}


class Terminal(io.StringIO):
    """A standard output to which progress bars are drawn, as a learner's; nothing is shown."""

    epoch_ends = None  # called when a hand-written loop prints an epoch's line

    def isatty(self):
        return True

    def write(self, text):
        if self.epoch_ends and text.lower().startswith("epoch"):
            self.epoch_ends()
        return len(text)


class Captured(Exception):
    """The model, the other arguments and the variables with which a script calls `model.fit`."""


def pictures(count, shape, labels):
    """In place of a data set's `load_data`: noise of the same shape and kind, `labels` being the shape of a label."""

    def load(opt=None):
        random = np.random.default_rng(0)
        sets = []
        for n in (count, 10000):
            x = random.integers(256, size=(n, *shape), dtype="uint8")
            sets.append((x, random.integers(10, size=(n, *labels), dtype="uint8")))
        return sets

    return load


def moutai(opt=None):
    """Prices that are noise, of as many days as the notes' file has."""
    import pandas as pd

    opening = np.random.default_rng(0).uniform(100, 1000, size=2426)
    return pd.DataFrame({"date": pd.date_range("2010-04-26", periods=len(opening)), "open": opening})


NOISE = {
    "mnist": pictures(60000, (28, 28), labels=()),
    "cifar10": pictures(50000, (32, 32, 3), labels=(1,)),
    "moutai": moutai,
}


def capture(script, way):
    """What a script hands to `model.fit`, on noise: the model, the other arguments by name, and its variables."""
    from common import checkpoints

    import keras

    signature = inspect.signature(keras.Model.fit)

    def fit(model, *arguments, **named):
        named = signature.bind(model, *arguments, **named).arguments
        raise Captured(named.pop("self"), named, inspect.currentframe().f_back.f_globals)

    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.dict(os.environ, COURSE_CHECKPOINTS=folder),  # it begins anew, and spoils no learner's
        mock.patch.multiple(datasets, **NOISE),
        mock.patch.object(keras.Model, "fit", fit),
        mock.patch.object(sys, "argv", [str(script), *FLAGS.get(way, [])]),
    ):
        try:
            runpy.run_path(str(script), run_name="__main__")
        except Captured as captured:
            found = captured.args
        with contextlib.redirect_stderr(io.StringIO()):  # how to go on with a training that never began
            checkpoints.finish()
    return found


def operations(model, x):
    """Floating-point operations of a training step for one sample, in its matrix products and convolutions.

    A kernel is multiplied with the input going forward, and twice going back: for its own gradient, and for that of
    its input, which the first layer does not need. A recurrent layer uses its kernels in every time step.
    """
    import keras
    import tensorflow as tf

    if any(isinstance(layer, keras.layers.RNN) for layer in model.layers):
        sizes = [
            weight.shape[0] * weight.shape[1] * (x.shape[1] if isinstance(layer, keras.layers.RNN) else 1)
            for layer in model.layers
            for weight in layer.trainable_weights
            if len(weight.shape) == 2 and not isinstance(layer, keras.layers.Embedding)
        ]
    else:
        graph = tf.function(model).get_concrete_function(tf.TensorSpec((1, *x.shape[1:]))).graph
        sizes = [
            int(np.prod(node.inputs[1].shape) * np.prod(node.outputs[0].shape[1:-1]))
            for node in graph.get_operations()
            if node.type in ("Conv2D", "MatMul")
        ]
    return 2 * (3 * sum(sizes) - sizes[0])


def keras_run(script, way):
    """Options, the number of samples, the operations of a step, and a function that trains for some epochs.

    The function calls `epoch_ends` after each of them.
    """
    import keras

    model, arguments, variables = capture(script, way)
    opt = variables["opt"]
    x, y, *_ = (variables.pop(name, None) for name in ("x_train", "y_train", "x_test", "train"))  # to free memory
    count = len(x)
    if count > 1000:  # it is noise, which needs no test
        arguments["validation_data"] = None
    model(x[:1])
    work = operations(model, x) * min(opt.batch_size, count)

    if way.startswith("torch"):
        from benchmarks import pytorch

        testing = {name: arguments.get(name) for name in ("validation_data", "validation_freq")}
        return opt, count, work, pytorch.trainer(script.stem, model, (x, y), opt, **testing)
    if way == "notes":
        x, y = (array.astype("float64") if array.dtype.kind == "f" else array for array in (x, y))
        model.steps_per_execution = 1
        for name in ("shuffle", "steps_per_epoch"):
            arguments.pop(name, None)
        arguments |= {"x": x, "y": y, "batch_size": opt.batch_size}
    if way == "xla":
        model.jit_compile = True

    class Ends(keras.callbacks.Callback):
        def __init__(self, epoch_ends):
            super().__init__()
            self.epoch_ends = epoch_ends

        def on_epoch_end(self, epoch, logs=None):
            self.epoch_ends()

    def run(epochs, steps, epoch_ends):
        few = {"steps_per_epoch": steps} if steps * opt.batch_size < count else {}
        model.fit(**{**arguments, **few, "epochs": epochs, "callbacks": [Ends(epoch_ends)]})

    return opt, count, work, run


def main():
    way, name, epochs, steps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    script = next(ROOT.glob(f"class*/{name}.py"))
    answers, sys.stdout = sys.stdout, Terminal()

    if "model.fit(" in script.read_text(encoding="utf-8"):
        opt, count, work, run = keras_run(script, way)
        batch = min(opt.batch_size, count)
        steps = steps or -(-count // batch)
    else:
        from benchmarks import loops

        train, batch, work = loops.run(script, way), 32, None
        steps = 20 * 10 if script.stem.startswith("p29") else 4  # between two printed lines

        def run(epochs, _, epoch_ends):
            sys.stdout.epoch_ends = epoch_ends
            train(epochs)

    def measured():
        ends = []
        run(epochs, steps, lambda: ends.append(time.perf_counter()))
        return 1000 * (ends[-1] - ends[0]) / (len(ends) - 1) / steps

    measured()  # builds the graphs
    print(json.dumps({"operations": work}), file=answers, flush=True)
    for _ in sys.stdin:
        ms = measured()
        peak = resource and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
        print(json.dumps({"ms": ms, "MiB": peak, "batch": batch}), file=answers, flush=True)


if __name__ == "__main__":
    main()
