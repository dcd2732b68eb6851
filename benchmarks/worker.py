"""One way of training one network, timed when asked: `python -m benchmarks.worker WAY SCRIPT EPOCHS STEPS`.

Started by `python -m benchmarks`. Answers every line on its standard input with a line of JSON: milliseconds per step,
and the peak memory of this process. A timed run is EPOCHS epochs of STEPS steps (0: a whole epoch each), from the end
of its first epoch to the end of its last; the run before the first answer, in which graphs are built, is not reported.
The ways: "notes", `model.fit` on float64 arrays, as the notes call it; "ours", what the script does; "xla",
"fused", "bf16" and "fused bf16", the same with these flags; "torch" and "torch bf16", PyTorch.
"""

import contextlib
import io
import json
import resource
import runpy
import sys
import tempfile
import time
from pathlib import Path

import common.quiet  # noqa: F401
from common import ROOT, figures, training

import numpy as np

BF16 = ["--precision", "mixed_bfloat16"]
FLAGS = {"xla": ["--xla"], "fused": ["--fused"], "bf16": BF16, "fused bf16": ["--fused", *BF16], "torch bf16": BF16}
SIZES = {(28, 28): 60000, (28, 28, 1): 60000, (32, 32, 3): 50000, (60, 1): 2066}  # of the real data; noise will do here


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
    """The arguments with which a script calls `training.fit`."""


def capture(script, way):
    """Model, data and options of a script at the moment when it would train."""

    def fit(model, train, test, opt, checkpoint=False, augment=(), **arguments):
        raise Captured(model, train, test, opt, augment, arguments)

    fit, training.fit = training.fit, fit
    sys.argv = [str(script), "--offline"] if "offline=" in script.read_text(encoding="utf-8") else [str(script)]
    sys.argv += FLAGS.get(way, [])
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # the banner of the stand-in data
            runpy.run_path(str(script), run_name="__main__")
    except Captured as captured:
        model, (x, y), test, opt, augment, arguments = captured.args
    finally:
        training.fit = fit
    count = SIZES.get(x.shape[1:])
    if count:
        random = np.random.default_rng(0)
        x = random.random((count, *x.shape[1:]), dtype="float32")
        y = random.integers(10, size=count) if y.dtype.kind in "iu" else random.random((count, 1), dtype="float32")
        test = None
    model(x[:1])
    return model, (x, y), test, opt, augment, arguments


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
    """Options, the operations of a step, and a function that trains some epochs and calls `epoch_ends` after each."""
    import keras

    model, train, test, opt, augment, arguments = capture(script, way)
    count = len(train[0])
    work = operations(model, train[0]) * min(opt.batch_size, count)

    class Ends(keras.callbacks.Callback):
        def __init__(self, epoch_ends):
            super().__init__()
            self.epoch_ends = epoch_ends

        def on_epoch_end(self, epoch, logs=None):
            self.epoch_ends()

    if way.startswith("torch"):
        from benchmarks import pytorch

        return opt, count, work, pytorch.trainer(script.stem, model, train, test, opt, **arguments)
    if way == "notes":
        x, y = (array.astype("float64") if array.dtype.kind == "f" else array for array in train)

        def run(epochs, steps, epoch_ends):
            few = {"steps_per_epoch": steps} if steps * opt.batch_size < len(x) else {}
            fit = {"batch_size": opt.batch_size, "validation_data": test, "callbacks": [Ends(epoch_ends)]}
            model.fit(x, y, epochs=epochs, **fit, **few, **arguments)
    else:
        x, y = train

        def run(epochs, steps, epoch_ends):
            opt.epochs, n = epochs, steps * opt.batch_size
            training.fit(model, (x[:n], y[:n]), test, opt, augment=augment, callbacks=[Ends(epoch_ends)], **arguments)

    return opt, count, work, run


def main():
    way, name, epochs, steps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    script = next(ROOT.glob(f"class*/{name}.py"))
    answers, sys.stdout = sys.stdout, Terminal()
    figures.ROOT = Path(tempfile.mkdtemp())

    if "training.fit" in script.read_text(encoding="utf-8"):
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
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": ms, "MiB": peak, "batch": batch}), file=answers, flush=True)


if __name__ == "__main__":
    main()
