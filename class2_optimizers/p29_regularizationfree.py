"""
Red and blue dots without regularization
========================================

未采用正则化：红蓝点的分界线

Red dots lie inside a circle, blue ones outside. A network with 11 hidden neurons learns 1 for red and 0 for blue, and
the figure shows where it says 0.5. Look at the dents and corners of that line: the weights may grow as far as they
like, so that it bends to single dots. p29_regularizationcontain.py begins with the same weights and holds them small.
红点在圆内，蓝点在圆外。有 11 个隐藏神经元的网络学习对红点输出 1、对蓝点输出 0，图中画出它输出 0.5 的地方。
请看这条线的凹陷和尖角：参数可以任意增大，线就会迁就个别的点。p29_regularizationcontain.py 从同样的参数开始，
但让它们保持较小。

:Notes: 二、深入TensorFlow › 过拟合与欠拟合 › 正则化缓解过拟合
:Data: datasets/dot.csv, 300 dots
:Expect: loss near 0.025 at the end; a ragged line around the red dots
:Time: 11 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common import datasets, figures
from common.options import options

opt = options(__doc__, epochs=400, learning_rate=0.01, batch_size=32, seed=0)

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% data: x (300, 2) and y (300, 1), float32. y has to be a column as the network's output is: were it (300,), labels
# minus outputs of a batch, (32,) - (32, 1), would be broadcast to (32, 32), without an error
x_data, y_data = datasets.dots()  # what pandas.read_csv("dot.csv") holds
train = tf.data.Dataset.from_tensor_slices((x_data, y_data)).batch(opt.batch_size)

# %% network: 2 inputs, 11 hidden neurons, 1 output
tf.random.set_seed(opt.seed)  # the notes set none; both programs start from the same weights here
w1 = tf.Variable(tf.random.normal([2, 11]))
b1 = tf.Variable(tf.constant(0.01, shape=[11]))
w2 = tf.Variable(tf.random.normal([11, 1]))
b2 = tf.Variable(tf.constant(0.01, shape=[1]))
variables = [w1, b1, w2, b2]


def predict(x):
    return tf.matmul(tf.nn.relu(tf.matmul(x, w1) + b1), w2) + b2  # <- two layers, relu between them


# %% training
for epoch in range(opt.epochs):
    for features, labels in train:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(labels - predict(features)))  # <- mean squared error
        gradients = tape.gradient(loss, variables)  # <- of the loss, for all variables
        for variable, gradient in zip(variables, gradients, strict=True):
            variable.assign_sub(opt.learning_rate * gradient)  # <- one step

    if epoch % 20 == 0:
        print("epoch:", epoch, "loss:", float(loss))  # of the last batch, which has 12 dots: 300 = 9 · 32 + 12

# %% prediction for the 60 x 60 points of a grid, in one batch
print("*******predict*******")
xx, yy = np.mgrid[-3:3:0.1, -3:3:0.1]
grid = tf.cast(np.c_[xx.ravel(), yy.ravel()], tf.float32)  # (3600, 2)
outputs = predict(grid).numpy().reshape(xx.shape)

# %% figure: the line between red and blue is where the output is 0.5
plt.scatter(x_data[:, 0], x_data[:, 1], s=22, color=["red" if y else "blue" for y in y_data])
plt.contour(xx, yy, outputs, levels=[0.5], colors="black")
plt.contourf(xx, yy, outputs, levels=[0.5, np.inf], colors="red", alpha=0.08)  # the side of the red dots
plt.axis("scaled")  # a circle looks round
plt.title("Without regularization")
plt.xlabel("x1")
plt.ylabel("x2")
figures.show("boundary")
