"""Where a Keras model computes, and in what precision."""

import contextlib
import sys

FLAGS = {"precision": "float32", "strategy": "none"}


def set_up(opt):
    """Apply `opt.precision`, and `opt.strategy` where a script has it, to every model made after this.

    In mixed precision layers compute in 16 bits and keep their weights in 32. A network's last layer says
    `dtype="float32"`, since its small probabilities need more digits than 16 bits have. "mirrored" gives each GPU a
    copy of the model and a share of every batch; batch normalization takes the statistics of its share, and the moving
    averages that are saved are the first GPU's. GPU memory is taken as it is needed, not all of it at the start.
    """
    import keras
    import tensorflow as tf

    for gpu in tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError):  # it is in use already
            tf.config.experimental.set_memory_growth(gpu, True)
    keras.config.set_dtype_policy(opt.precision)
    strategy = tf.distribute.MirroredStrategy() if getattr(opt, "strategy", "none") == "mirrored" else None
    if strategy and strategy.num_replicas_in_sync == 1:
        strategy = None  # under which Keras would not compile with XLA
        print("note: --strategy mirrored has only one device here, and changes nothing", file=sys.stderr)
    tf.distribute.experimental_set_strategy(strategy)
