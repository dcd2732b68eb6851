"""Parts for `model.fit`, and what class 4 has taught, for the chapters after it."""

from common import new_file, output, shown, stop


def batches(x, y, batch_size, seed, epoch=0):
    """The training set as an endless `tf.data.Dataset` of batches, in a new order in every epoch.

    `x` `(n, ...)` and `y` `(n, ...)` are arrays. The order is a function of `seed` and the number of the epoch alone,
    and the first epoch is number `epoch`: a training that goes on there sees what it would have seen without the
    break. An epoch has `ceil(n / batch_size)` batches, which `fit` is told as `steps_per_epoch`. ValueError, as from
    `fit` itself, where `x` and `y` are not equally many.
    """
    import tensorflow as tf

    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} samples, y has {len(y)}")

    @tf.autograph.experimental.do_not_convert
    def pick(rows):  # the arrays stay NumPy's: a tensor of them would be a second copy
        images, labels = tf.numpy_function(lambda rows: (x[rows], y[rows]), [rows], [x.dtype, y.dtype])
        return tf.ensure_shape(images, (None, *x.shape[1:])), tf.ensure_shape(labels, (None, *y.shape[1:]))

    def shuffled(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=[seed, tf.cast(epoch, tf.int32)])
        rows = tf.data.Dataset.from_tensor_slices(order).batch(max(512, batch_size))  # rows of many at once
        return rows.map(pick).rebatch(batch_size)

    return tf.data.Dataset.range(epoch, 2**31).flat_map(shuffled).prefetch(8)


def save_parameters(model):
    """Write every trainable parameter to `outputs/<script>/weights.txt`, as p19_parameters.py does, but sooner.

    A variable is its path, its shape and its values: a line for each index of all axes but the last.
    """
    import numpy as np

    path = output("weights.txt")
    try:
        with new_file(path) as file:
            for variable in model.trainable_variables:
                file.write(f"{variable.path}\n{tuple(variable.shape)}\n".encode())
                np.savetxt(file, variable.numpy().reshape(-1, variable.shape[-1]), fmt="%s")
    except OSError as error:
        stop(f"cannot write {path}: {error.strerror}; make room, and the folder outputs/ writable")
    print("parameters:", shown(path))
