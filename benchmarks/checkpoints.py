"""What saving every epoch costs: `python -m benchmarks.checkpoints`.

The network of class4_extensions/p16_checkpoint.py on 60,000 images of noise, in the shape of MNIST. Prints the median
time of an epoch, of saving (best weights and last state, so at its dearest), and their ratio.
"""

import math
import os
import statistics
import tempfile
import time

import common.quiet  # noqa: F401
from common import checkpoints
from common.options import options

import keras
import numpy as np
from keras import layers


class Timed(checkpoints.Checkpoint):
    """A checkpoint to which every epoch is the best, and which notes how many seconds it needs."""

    def on_epoch_end(self, epoch, logs=None):
        self.run["best"] = math.inf
        start = time.perf_counter()
        super().on_epoch_end(epoch, logs)
        saving.append(time.perf_counter() - start)


opt = options(__doc__, epochs=7, batch_size=32, seed=0)
random = np.random.default_rng(opt.seed)
x, y = random.random((60000, 28, 28), dtype="float32"), random.integers(10, size=60000)
saving = []

keras.utils.set_random_seed(opt.seed)
model = keras.Sequential(
    [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")]
)
model.compile(
    "adam", "sparse_categorical_crossentropy", metrics=["sparse_categorical_accuracy"], steps_per_execution=25
)
model(keras.Input((28, 28)))
with tempfile.TemporaryDirectory() as folder:
    os.environ["COURSE_CHECKPOINTS"] = folder
    checkpoint = Timed(model, opt.epochs, y)
    model.fit(
        x,
        y,
        batch_size=opt.batch_size,
        epochs=opt.epochs,
        validation_data=(x[:10000], y[:10000]),
        callbacks=[checkpoint],
    )
    checkpoints.finish()
epoch, cost = statistics.median(checkpoint.run["seconds"]), statistics.median(saving)
print(f"an epoch {epoch:.2f} s, saving it {1000 * cost:.0f} ms: {100 * cost / epoch:.1f} % (medians of {len(saving)})")
