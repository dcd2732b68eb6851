"""
Red and blue dots without regularization
========================================

未采用正则化：红蓝点的分界线

:Notes: 二、深入TensorFlow › 过拟合与欠拟合 › 正则化缓解过拟合
:Data: datasets/dot.csv, 300 dots
:Expect: loss near 0.025 at the end; a ragged line around the red dots
:Time: 11 s
"""

# %% import
import common.quiet
from common import datasets, figures
from common.options import options

import numpy as np
import tensorflow as tf

opt = options(__doc__, epochs=400, learning_rate=0.01, batch_size=32, seed=0)

# %% data: x (300, 2), y (300, 1)
x_data, y_data = datasets.dots()
train = tf.data.Dataset.from_tensor_slices((x_data, y_data)).batch(opt.batch_size)

# %% network: 2 inputs, 11 hidden neurons, 1 output
tf.random.set_seed(opt.seed)  # the notes set none; both programs start from the same weights here
w1 = tf.Variable(tf.random.normal([2, 11]))
b1 = tf.Variable(tf.constant(0.01, shape=[11]))
w2 = tf.Variable(tf.random.normal([11, 1]))
b2 = tf.Variable(tf.constant(0.01, shape=[1]))
variables = [w1, b1, w2, b2]


def predict(x):
    return tf.matmul(tf.nn.relu(tf.matmul(x, w1) + b1), w2) + b2


# %% training
for epoch in range(opt.epochs):
    for features, labels in train:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(labels - predict(features)))
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            variable.assign_sub(opt.learning_rate * gradient)

    if epoch % 20 == 0:
        print("epoch:", epoch, "loss:", float(loss))

# %% prediction for the 60 x 60 points of a grid, in one batch
print("*******predict*******")
xx, yy = np.mgrid[-3:3:0.1, -3:3:0.1]
grid = np.c_[xx.ravel(), yy.ravel()].astype("float32")  # (3600, 2)
outputs = predict(grid).numpy().reshape(xx.shape)

# %% figure: the line between red and blue is where the output is 0.5
figures.boundary("boundary", x_data, y_data, xx, yy, outputs, title="Without regularization")
