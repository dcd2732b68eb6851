"""How far the moving averages of batch normalization lag behind: `python -m benchmarks.moving_averages [script ...]`.

Judges what a script of class 5 has left in `checkpoints/` twice: as it is, and with mean and variance taken anew from
training images, 160 batches of 32, while the weights stay as they are. It trains and saves nothing.
"""

import runpy
import sys

import common.quiet  # noqa: F401
from common import stop
from common.compare import find

import keras

NETWORKS = ["p34_cifar10_alexnet8", "p36_cifar10_vgg16", "p46_cifar10_resnet18"]
BATCHES, MOMENTUM = 160, 0.99  # Keras's own momentum, which these networks have


class Judged(Exception):
    pass


def judge(model, train, validation_data, initial_epoch, **_):
    """In place of `fit`: the model has its weights now, and these are the data."""
    if not initial_epoch:
        stop("it has left nothing among its checkpoints; run it first")
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


keras.Model.fit = judge
for name in sys.argv[1:] or NETWORKS:
    script = find(name)
    if script.stem not in NETWORKS:
        stop(f"{name} has another momentum, or no moving averages; there are {', '.join(NETWORKS)}")
    sys.argv = [str(script)]
    try:
        runpy.run_path(str(script), run_name="__main__")
    except Judged:
        keras.utils.clear_session()
