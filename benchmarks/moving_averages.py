"""How far the moving averages of batch normalization lag behind: `python -m benchmarks.moving_averages [script ...]`.

Judges what a script of class 5 has left in `checkpoints/` twice: as it is, and with mean and variance taken anew from
training images, 160 batches of 32, while the weights stay as they are. `--momentum 0.9` trains its last epoch again
from the state before it, with moving averages of that momentum; training itself does without them, so that the weights
become the same, bit for bit; `--seed` is then the seed that it was trained with, and `--data` the folder of its data.
p40_cifar10_inception10 has momentum 0.9 by itself: here it is judged after `--momentum 0.99`, as the others. All of
this is done on a copy: what the script has left stays as it is.
"""

import os
import runpy
import shutil
import sys
import tempfile

import common.quiet  # noqa: F401
from common import checkpoints, stop
from common.compare import find
from common.options import options

import keras

NETWORKS = {  # where each keeps its checkpoint, by momentum
    "p34_cifar10_alexnet8": "p34_cifar10_alexnet8",
    "p36_cifar10_vgg16": "p36_cifar10_vgg16",
    "p40_cifar10_inception10": "p40_cifar10_inception10/momentum_{:g}",
    "p46_cifar10_resnet18": "p46_cifar10_resnet18",
}
opt = options(__doc__, scripts=[], momentum=0.0, seed=0, data="")
KEPT = checkpoints.folder("")  # of all scripts
BATCHES, MOMENTUM = 160, 0.99  # Keras's own momentum


class Judged(Exception):
    pass


def judge(model, train, validation_data, initial_epoch, **_):
    """In place of `fit`: the model has its weights now, and these are the data."""
    if not initial_epoch:
        stop(f"it has left nothing with momentum {MOMENTUM:g} among its checkpoints; train it so first")
    print(f"{script.stem}, {initial_epoch} epochs")
    _, before = model.evaluate(*validation_data, verbose=0)
    print(f"validation accuracy, moving averages as they are       {before:.4f}", flush=True)
    averages = [variable for variable in model.non_trainable_variables if "/moving_" in variable.path]
    for variable in averages:
        variable.assign(0 * variable)
    for x, _ in train.take(BATCHES):
        model(x, training=True)
    for variable in averages:  # they began with 0: corrected as Adam corrects its moments
        variable.assign(variable / (1 - MOMENTUM**BATCHES))
    _, after = model.evaluate(*validation_data, verbose=0)
    print(f"validation accuracy, mean and variance of these weights {after:.4f}", flush=True)
    raise Judged


def train_last_epoch(model, *arguments, initial_epoch, **more):
    """In place of `fit`, which prints the validation accuracy."""
    if not initial_epoch:
        stop("it has left no epoch before the last among its checkpoints; train it for more than one first")
    print(f"{script.stem}, the last epoch with momentum {opt.momentum:g}", flush=True)
    fit(model, *arguments, initial_epoch=initial_epoch, **{**more, "epochs": initial_epoch + 1})
    raise Judged


fit, keras.Model.fit = keras.Model.fit, train_last_epoch if opt.momentum else judge
for name in opt.scripts or NETWORKS:
    script = find(name)
    if script.stem not in NETWORKS:
        stop(f"{name} has no moving averages that lag; there are {', '.join(NETWORKS)}")
    momentum = opt.momentum or MOMENTUM
    sys.argv = [str(script), "--seed", str(opt.seed), "--data", opt.data, "--momentum", str(momentum)]
    sys.argv += [] if opt.momentum else ["--batch-size", "32"]  # of the batches that are taken for the averages
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["COURSE_CHECKPOINTS"] = folder
        copy = os.path.join(folder, NETWORKS[script.stem].format(momentum))
        os.makedirs(copy)
        for state in ["previous.npz"] if opt.momentum else ["last.npz", "finished"]:
            if (path := KEPT / NETWORKS[script.stem].format(MOMENTUM) / state).exists():
                shutil.copy(path, copy)
        try:
            runpy.run_path(str(script), run_name="__main__")
        except Judged:
            keras.utils.clear_session()
