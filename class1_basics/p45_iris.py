"""
Irises with a hand-written training loop
========================================

神经网络实现鸢尾花分类

:Notes: 1.6 神经网络实现鸢尾花分类
:Data: iris (scikit-learn brings it)
:Expect: Epoch 499, loss: 0.0323; Test_acc: 1.0
:Time: 9 s
"""

# %% import
import time

import common.quiet
from common import figures
from common.options import options

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_iris

opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32, shuffle=True, compiled=False)

# %% data: x (150, 4) in cm, y (150,) with classes 0, 1, 2
x, y = load_iris(return_X_y=True)

if opt.shuffle:  # the rows come sorted by class: without this the test set would hold class 2 only
    np.random.seed(116)
    np.random.shuffle(x)
    np.random.seed(116)  # the same seed again, so that every flower keeps its label
    np.random.shuffle(y)

x = tf.cast(x, tf.float32)  # the weights are float32, and matmul wants one dtype
x_train, y_train = x[:-30], y[:-30]
x_test, y_test = x[-30:], y[-30:]
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(opt.batch_size)

# %% network: 4 inputs, 3 outputs, one layer
tf.random.set_seed(116)
w1 = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))

# %% training, and a test after every epoch
losses, accuracies = [], []

for epoch in range(opt.epochs):
    loss_all = 0.0
    for features, labels in train:
        with tf.GradientTape() as tape:
            probabilities = tf.nn.softmax(tf.matmul(features, w1) + b1)  # (32, 3)
            loss = tf.reduce_mean(tf.square(tf.one_hot(labels, depth=3) - probabilities))
        gradient_w, gradient_b = tape.gradient(loss, [w1, b1])
        w1.assign_sub(opt.learning_rate * gradient_w)
        b1.assign_sub(opt.learning_rate * gradient_b)
        loss_all += float(loss)
    losses.append(loss_all / len(train))
    print(f"Epoch {epoch}, loss: {losses[-1]}")

    predicted = tf.argmax(tf.matmul(x_test, w1) + b1, axis=1)  # softmax would not change which is largest
    accuracies.append(float(np.mean(predicted == y_test)))
    print("Test_acc:", accuracies[-1])
    print("--------------------------")

# %% figures
figures.curves("loss", {"Loss": losses}, title="Loss Function Curve", ylabel="Loss")
figures.curves("accuracy", {"Accuracy": accuracies}, title="Acc Curve", ylabel="Acc")

# %% --compiled: what tf.function makes of an epoch. Its first call turns the Python into a graph of all four
# steps; those that follow run the graph, and Python is no longer asked what comes next
if opt.compiled:
    batches = list(train)

    def one_epoch():
        for features, labels in batches:
            with tf.GradientTape() as tape:
                probabilities = tf.nn.softmax(tf.matmul(features, w1) + b1)
                loss = tf.reduce_mean(tf.square(tf.one_hot(labels, depth=3) - probabilities))
            gradient_w, gradient_b = tape.gradient(loss, [w1, b1])
            w1.assign_sub(opt.learning_rate * gradient_w)
            b1.assign_sub(opt.learning_rate * gradient_b)

    def seconds(function):
        start = time.perf_counter()
        for _ in range(50):
            function()
        return time.perf_counter() - start

    graph = tf.function(one_epoch)
    graph()
    ratios = [seconds(one_epoch) / seconds(graph) for _ in range(5)]  # taken in turn, so that a busy moment hits both
    print(f"compiled: {np.median(ratios):.1f} times as fast")
