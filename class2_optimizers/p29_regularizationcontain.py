"""
Red and blue dots with L2 regularization
========================================

采用 L2 正则化：红蓝点的分界线

The program of p29_regularizationfree.py, whose loss gets a second part: the sum of w²/2 over all weights, times
regularizer. Large weights now have a price, and at the end the sum of their squares is a sixth of what it is there.
Look at the line: it is smoother. It is not more accurate: 20 dots are on its wrong side instead of 17, since the
colours follow a circle exactly, and there is no noise that the network should be kept from learning. Try --l1, the sum
of |w|: 18 of the 33 weights end within 0.001 of 0; and --regularizer 0, which gives p29_regularizationfree.py again.
在 p29_regularizationfree.py 的损失上加第二部分：所有权重的 w²/2 之和乘以 regularizer。大的权重从此有代价，
训练结束时平方和只有那里的六分之一。请看分界线：它更平滑，却没有更准：分错的点是 20 个，那里是 17 个，
因为颜色严格按圆划分，没有噪声需要避免学进去。请试 --l1（|w| 之和）：33 个权重中有 18 个最后离 0 不到 0.001；
再试 --regularizer 0：结果与 p29_regularizationfree.py 相同。

:Notes: 二、深入TensorFlow › 过拟合与欠拟合 › 正则化缓解过拟合
:Data: datasets/dot.csv, 300 dots
:Expect: loss near 0.09 at the end, penalty included; a smoother line around the red dots
:Time: 12 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common import datasets, figures
from common.options import options

opt = options(__doc__, epochs=400, learning_rate=0.01, batch_size=32, regularizer=0.03, l1=False, seed=0)

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
    return tf.matmul(tf.nn.relu(tf.matmul(x, w1) + b1), w2) + b2


# %% training
for epoch in range(opt.epochs):
    for features, labels in train:
        with tf.GradientTape() as tape:
            loss_mse = tf.reduce_mean(tf.square(labels - predict(features)))  # <- mean squared error
            # <- what large weights cost, w1's and w2's together
            penalty = tf.nn.l2_loss(w1) + tf.nn.l2_loss(w2)  # sum of w²/2, over weights and not biases
            if opt.l1:
                penalty = tf.reduce_sum(abs(w1)) + tf.reduce_sum(abs(w2))
            loss = loss_mse + opt.regularizer * penalty  # <- error plus weighted penalty
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
plt.title(f"With {'L1' if opt.l1 else 'L2'} regularization")
plt.xlabel("x1")
plt.ylabel("x2")
figures.show("boundary")
