"""What `tf.function` makes of the hand-written loop of class1_basics/p45_iris.py: `python -m benchmarks.compiled_loop`.

Its first call turns the Python of a whole epoch into one graph of all its steps; those that follow run the graph, and
Python is no longer asked what comes next. Prints how many times as fast that is: the median of five ratios, each of 50
epochs in Python to 50 as a graph, taken in turn so that a busy moment of the computer hits both.
"""

import statistics
import time

import common.quiet  # noqa: F401
from common import datasets

import tensorflow as tf

(x_train, y_train), _ = datasets.iris()
batches = list(tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(32))

tf.random.set_seed(116)
w1 = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))


def one_epoch():
    for features, labels in batches:
        with tf.GradientTape() as tape:
            probabilities = tf.nn.softmax(tf.matmul(features, w1) + b1)
            loss = tf.reduce_mean(tf.square(tf.one_hot(labels, depth=3) - probabilities))
        g_w, g_b = tape.gradient(loss, [w1, b1])
        w1.assign_sub(0.1 * g_w)
        b1.assign_sub(0.1 * g_b)


def seconds(function):
    start = time.perf_counter()
    for _ in range(50):
        function()
    return time.perf_counter() - start


graph = tf.function(one_epoch)
graph()
ratios = [seconds(one_epoch) / seconds(graph) for _ in range(5)]
print(f"compiled: {statistics.median(ratios):.1f} times as fast")
