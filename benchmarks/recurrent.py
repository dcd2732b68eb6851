"""Where the time of a recurrent network goes on a CPU: `python -m benchmarks.recurrent`.

Trains the LSTM of class6_rnn/p47_lstm_stock.py on noise of the same size, with each switch that Keras and TensorFlow
have for its speed: the seconds of the first epoch, in which the graph is built, and of a later one, the median of five.
Then it records one epoch with TensorFlow's profiler, and prints which operations take the time.
"""

import statistics
import time

import common.quiet  # noqa: F401
from benchmarks import profiler
from common import training

import keras
import numpy as np
from keras import layers

random = np.random.default_rng(0)
x, y = random.random((2066, 60, 1), dtype="float32"), random.random((2066, 1), dtype="float32")
data = training.batches(x, y, batch_size=64, seed=0)
SWITCHES = {
    "one step per call (ours)": {},
    "11 steps per call": {"steps_per_execution": 11},
    "unroll=True": {"unroll": True, "steps_per_execution": 11},
    "XLA": {"jit_compile": True, "steps_per_execution": 11},
}


class Clock(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.start)


def fit(model, epochs):
    clock = Clock()
    model.fit(data, epochs=epochs, steps_per_epoch=33, verbose=0, shuffle=False, callbacks=[clock])
    return clock.seconds


models = {}
for name, switches in SWITCHES.items():
    unroll = switches.pop("unroll", False)
    lstms = [layers.LSTM(80, return_sequences=True, unroll=unroll), layers.LSTM(100, unroll=unroll)]
    models[name] = keras.Sequential([lstms[0], layers.Dropout(0.2), lstms[1], layers.Dropout(0.2), layers.Dense(1)])
    models[name].compile("adam", "mean_squared_error", **switches)
    first, *later = fit(models[name], 6)
    print(f"{name:26} first epoch {first:6.2f} s, later {statistics.median(later):.2f} s", flush=True)

model = models["one step per call (ours)"]
epochs = []
time_of, count_of = profiler.operations(lambda: epochs.extend(fit(model, 1)))
print(f"\nan epoch under the profiler: {epochs[0]:.2f} s, {sum(count_of.values()):,} operations on two threads or more")
for name, total in time_of.most_common(8):
    print(f"{name:26} {count_of[name]:7,} times {1e6 * total / count_of[name]:6.1f} µs = {total:.2f} s")
rest = sum(time_of.values()) - sum(total for _, total in time_of.most_common(8))
print(f"{'all others':26} {rest:.2f} s")
