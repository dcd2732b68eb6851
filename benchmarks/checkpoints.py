"""What saving every epoch costs: `python -m benchmarks.checkpoints`.

The network of class4_extensions/p16_checkpoint.py on 60,000 images of noise, in the shape of MNIST. Prints the median
time of an epoch, of saving (best weights and last state, so at its dearest), and their ratio.
"""

import os
import statistics
import tempfile
import time

import common.quiet  # noqa: F401
from common import checkpoints, training
from common.options import options

import keras
import numpy as np
from keras import layers

opt = options(__doc__, epochs=7, batch_size=32, seed=0, fresh=False)
random = np.random.default_rng(opt.seed)
x, y = random.random((60000, 28, 28), dtype="float32"), random.integers(10, size=60000)

saving = []
save = checkpoints.Checkpoint.save


def timed(checkpoint):
    checkpoint.best_value = float("inf")  # every epoch is the best
    start = time.perf_counter()
    save(checkpoint)
    saving.append(time.perf_counter() - start)


class Clock(keras.callbacks.Callback):
    epochs = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(time.perf_counter() - self.start)


checkpoints.Checkpoint.save = timed
keras.utils.set_random_seed(opt.seed)
model = keras.Sequential(
    [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["sparse_categorical_accuracy"])
with tempfile.TemporaryDirectory() as folder:
    os.environ["COURSE_CHECKPOINTS"] = folder
    training.fit(model, (x, y), (x[:10000], y[:10000]), opt, checkpoint=True, callbacks=[Clock()])
    checkpoints.finish()
epoch, cost = statistics.median(Clock.epochs), statistics.median(saving)
print(f"an epoch {epoch:.2f} s, saving it {1000 * cost:.0f} ms: {100 * cost / epoch:.1f} % (medians of {len(saving)})")
