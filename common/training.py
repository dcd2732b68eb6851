"""Training and summing up a Keras model, and its parameters as text."""

import math
import sys

from common import ROOT, script_name, shown, stop


def fit(model, train, test, opt, checkpoint=False, augment=(), **arguments):
    """`model.fit` on `train`, an `(x, y)` pair of arrays, for `opt.epochs` epochs of batches of `opt.batch_size`.

    `test`, another such pair or None, is the validation data; `augment`, layers such as `RandomRotation`, change the
    images of every training batch; `arguments` go to `model.fit`. Returns its history.

    With `checkpoint` every epoch is saved (see `common.checkpoints`), and a run begins where the last one ended: one
    that was interrupted is finished, after a finished one come `opt.epochs` more. `opt.fresh` begins anew. The
    history is that of all these epochs then; `history.resumed` tells after which the script was started again.

    The training set comes in another order in every epoch, and in the same orders in every run with the same
    `opt.seed`. Keras 3 does either the one or the other: as soon as a seed is set, `model.fit` goes through the
    samples in one and the same order in all epochs (Keras 2 did not). Augmentation, too, is a function of the seed
    and the number of the batch, so that a resumed run goes on as if it had not been interrupted.
    """
    import tensorflow as tf

    x, y = train
    steps = -(-len(x) // opt.batch_size)

    def take(rows):
        return x[rows], y[rows]

    @tf.autograph.experimental.do_not_convert
    def pick(rows):
        images, labels = tf.numpy_function(take, [rows], [x.dtype, y.dtype], stateful=False)
        images.set_shape((None, *x.shape[1:]))  # the arrays stay NumPy's: a tensor of them would be two more copies
        labels.set_shape((None, *y.shape[1:]))
        return images, labels

    def batches(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=[opt.seed, tf.cast(epoch, tf.int32)])
        count = opt.batch_size * model.steps_per_execution  # rows for one call
        picked = tf.data.Dataset.range(0, len(x), count).map(lambda start: pick(order[start : start + count]))
        return picked.rebatch(opt.batch_size)

    first, last, keeper = 0, opt.epochs, None
    model(x[:1])  # makes its weights
    model.steps_per_execution = steps_per_call(model, steps)
    if getattr(opt, "xla", False):
        model.jit_compile = True
    if getattr(opt, "fused", False):
        fuse(model.optimizer)
    if checkpoint:
        from common.checkpoints import Checkpoint

        model.optimizer.build(model.trainable_variables)
        keeper = Checkpoint(model, "val_loss" if test else "loss", opt.fresh)
        first, last = keeper.begin(opt.epochs)
        if first == last:
            print(f"all {last} epochs are trained; run the script again for {opt.epochs} more", file=sys.stderr)
    data = tf.data.Dataset.range(first, last).flat_map(batches)
    if augment:
        numbered = data.enumerate(first * steps)
        data = numbered.map(lambda number, batch: (change(batch[0], augment, opt.seed, number), batch[1]))
    try:
        history = model.fit(
            data.prefetch(8),
            initial_epoch=first,
            epochs=last,
            steps_per_epoch=steps,
            validation_data=test,
            verbose=1 if sys.stdout.isatty() or "ipykernel" in sys.modules else 2,  # in a pipe a line an epoch
            shuffle=False,
            callbacks=[*arguments.pop("callbacks", []), *([keeper] if keeper else [])],
            **arguments,
        )
    except KeyboardInterrupt:
        print(f"\ninterrupted; {keeper.end() if keeper else 'nothing is saved'}", file=sys.stderr)
        raise SystemExit(130) from None
    if keeper:
        keeper.end()
        history.history, history.resumed = keeper.run["history"], keeper.run["resumed"]
    return history


def steps_per_call(model, steps):
    """How many steps Keras may hand to TensorFlow in one call: up to 32 of a small network, whose steps are so short
    that the call takes as long. Its results are the same. No call may reach into the next epoch, hence a divisor. One
    step of a model that is spread over devices: TensorFlow cannot build the loop there.
    """
    spread = model.distribute_strategy is not None and model.distribute_strategy.num_replicas_in_sync > 1
    return 1 if spread or model.count_params() >= 1e6 else max(n for n in range(1, 33) if steps % n == 0)


def fuse(optimizer):
    """Let Keras's Adam change each variable in one operation of TensorFlow, instead of a dozen of which each goes
    through the memory of gradient, momentum and velocity anew. The last digits differ, for it rounds less often.
    """
    import tensorflow as tf

    adam = getattr(optimizer, "inner_optimizer", optimizer)  # mixed_float16 wraps it, to scale the loss

    def update_step(gradient, variable, learning_rate):
        i = adam._get_variable_index(variable)
        step = tf.cast(adam.iterations.value + 1, tf.float32)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=adam._momentums[i].value.handle,
            v=adam._velocities[i].value.handle,
            beta1_power=adam.beta_1**step,
            beta2_power=adam.beta_2**step,
            lr=tf.cast(learning_rate, tf.float32),
            beta1=adam.beta_1,
            beta2=adam.beta_2,
            epsilon=adam.epsilon,
            grad=gradient,
        )

    adam.update_step = update_step


def change(images, layers, seed, number):
    """A batch of images as preprocessing layers change it, by chance that depends on seed and batch number alone."""
    import keras
    import tensorflow as tf

    class Draws(keras.random.SeedGenerator):
        """In place of a generator that remembers its state: the n-th draw for this batch."""

        def __init__(self):
            self.count = 0

        def next(self, ordered=True):
            self.count += 1
            return tf.stack([seed * 1000 + self.count, number])

    draws = Draws()
    for layer in layers:
        images = layer.transform_images(images, layer.get_random_transformation(images, seed=draws))
    return images


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
        print(f"{f'{layer.name} ({type(layer).__name__})':28.28} {shape:25} {layer.count_params()}")
        print("_" * 65)
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    total = model.count_params()
    print(f"Total params: {total:,}")
    print(f"Trainable params: {trainable:,}")
    print(f"Non-trainable params: {total - trainable:,}")
    print("_" * 65)


def save_parameters(model):
    """Write every trainable parameter to `outputs/<script>/weights.txt`, in full, and print a digest of each variable.

    A variable is its name, its shape and its values: a line for each index of all axes but the last, the values along
    the last axis side by side, each with the digits that give the same float again.
    """
    from common.download import new_file

    path = ROOT / "outputs" / script_name() / "weights.txt"
    print(f"{'name':44} {'shape':20} {'mean':>10} {'std':>10} {'min':>10} {'max':>10}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new_file(path) as file:
            for variable in model.trainable_variables:
                name, shape = variable.path.split("/", 1)[-1], tuple(variable.shape)
                values = variable.numpy()
                numbers = (values.mean(), values.std(), values.min(), values.max())
                print(f"{name:44} {str(shape):20}", *(f"{number:10.5f}" for number in numbers))
                file.write(f"{name}\n{shape}\n".encode())
                for row in values.reshape(-1, shape[-1] if shape else 1):
                    file.write((" ".join(map(str, row)) + "\n").encode())
    except OSError as error:
        stop(f"cannot write {path}: {error.strerror}; make room, and the folder outputs/ writable")
    print("parameters:", shown(path))
