"""Training and summing up a Keras model."""

import math
import sys


def fit(model, train, test, opt, **arguments):
    """`model.fit` on `train`, an `(x, y)` pair of arrays, for `opt.epochs` epochs of batches of `opt.batch_size`.

    `test`, another such pair, is the validation data; `arguments` go to `model.fit`. Returns its history.

    The training set comes in another order in every epoch, and in the same orders in every run with the same
    `opt.seed`. Keras 3 does either the one or the other: as soon as a seed is set, `model.fit` goes through the
    samples in one and the same order in all epochs (Keras 2 did not).
    """
    import tensorflow as tf

    x, y = (tf.constant(array) for array in train)
    steps = -(-len(x) // opt.batch_size)

    def batches(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=[opt.seed, epoch])
        return tf.data.Dataset.from_tensor_slices(order).batch(opt.batch_size)

    def pick(indices):
        return tf.gather(x, indices), tf.gather(y, indices)

    epochs = tf.data.Dataset.range(opt.epochs)
    data = epochs.flat_map(lambda epoch: batches(tf.cast(epoch, tf.int32))).map(pick).prefetch(8)
    verbose = 1 if sys.stdout.isatty() or "ipykernel" in sys.modules else 2  # a bar, or in a pipe a line an epoch
    return model.fit(
        data,
        epochs=opt.epochs,
        steps_per_epoch=steps,
        validation_data=test,
        verbose=verbose,
        shuffle=False,
        **arguments,
    )


def summary(model):
    """Print the layers of a model that has seen data, and its parameters, in the notes' form.

    `model.summary()` counts the optimizer's variables into its total after training (17 for a layer of 15).
    """
    print(f'Model: "{model.name}"')
    print("_" * 65)
    print(f"{'Layer (type)':29}{'Output Shape':26}Param #")
    print("=" * 65)
    for layer in model.layers:
        try:
            shape = str((None, *layer.output.shape[1:]))
        except AttributeError:  # called from a class's `call`, perhaps several times
            shape = "multiple"
        print(f"{f'{layer.name} ({type(layer).__name__})':28} {shape:25} {layer.count_params()}")
        print("_" * 65)
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    total = model.count_params()
    print(f"Total params: {total:,}")
    print(f"Trainable params: {trainable:,}")
    print(f"Non-trainable params: {total - trainable:,}")
    print("_" * 65)
