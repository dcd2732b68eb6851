"""
SGD written out
===============

随机梯度下降

:Notes: 二、深入TensorFlow › 神经网络参数优化器 › SGD 随机梯度下降
:Data: iris (scikit-learn brings it)
:Expect: Epoch 499, loss: 0.0323; Test_acc: 1.0
:Time: 8 s
"""

# %% import
import time

import common.quiet
from common import datasets, figures
from common.options import options

import numpy as np
import tensorflow as tf

opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32)

# %% data and network of class1_basics/p45_iris.py
(x_train, y_train), (x_test, y_test) = datasets.iris()
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(opt.batch_size)

tf.random.set_seed(116)
w1 = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))

# %% what the optimizer remembers from step to step
# nothing: m = g, V = 1

# %% training
losses, accuracies = [], []
start = time.perf_counter()

for epoch in range(opt.epochs):
    loss_all = 0.0
    for features, labels in train:
        with tf.GradientTape() as tape:
            probabilities = tf.nn.softmax(tf.matmul(features, w1) + b1)
            loss = tf.reduce_mean(tf.square(tf.one_hot(labels, depth=3) - probabilities))
        g_w, g_b = tape.gradient(loss, [w1, b1])
        w1.assign_sub(opt.learning_rate * g_w)
        b1.assign_sub(opt.learning_rate * g_b)
        loss_all += float(loss)
    losses.append(loss_all / len(train))
    print(f"Epoch {epoch}, loss: {losses[-1]}")

    predicted = tf.argmax(tf.matmul(x_test, w1) + b1, axis=1)
    accuracies.append(float(np.mean(predicted == y_test)))
    print("Test_acc:", accuracies[-1])
    print("--------------------------")

print("total_time", time.perf_counter() - start)  # seconds

# %% figures
figures.curves("loss", {"Loss": losses}, title="Loss Function Curve", ylabel="Loss")
figures.curves("accuracy", {"Accuracy": accuracies}, title="Acc Curve", ylabel="Acc")
