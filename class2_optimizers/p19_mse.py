"""
Mean squared error: how much yoghurt will be sold
=================================================

均方误差：预测酸奶日销量

How much yoghurt to make, when too much and too little are equally bad: the loss is the square of the error. The days
were made so that the sales are x1 + x2 and a little noise. Look at the two weights: they come close to 1 and 1 without
having been told.
预测酸奶日销量，多了少了同样不好：损失是误差的平方。数据按销量 = x1 + x2 加一点噪声生成。请看两个权重：
没有人告诉网络，它们却都趋近于 1。

:Notes: 二、深入TensorFlow › 损失函数 › 均方误差
:Data: made in the script: 32 rows, seed 23455
:Expect: both weights end near 1: [[1.0009792] [0.9977485]]
:Time: 11 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common.options import options

opt = options(__doc__, epochs=15000, learning_rate=0.002)

import numpy as np
import tensorflow as tf

# %% data: 32 days, y_ = x1 + x2 with noise in [-0.05, 0.05)
rdm = np.random.RandomState(seed=23455)
x = rdm.rand(32, 2)
y_ = x.sum(axis=1, keepdims=True) + (rdm.rand(32, 1) / 10 - 0.05)
x, y_ = tf.cast(x, tf.float32), tf.cast(y_, tf.float32)

w1 = tf.Variable(tf.random.normal([2, 1], stddev=1, seed=1))  # <- normal, 2 rows of 1, standard deviation 1, seed 1

# %% training
for epoch in range(opt.epochs):
    with tf.GradientTape() as tape:
        y = tf.matmul(x, w1)  # <- x times w1
        loss = tf.reduce_mean(tf.square(y_ - y))  # <- mean of (y_ - y)²
    gradient = tape.gradient(loss, w1)  # <- of the loss with respect to w1
    w1.assign_sub(opt.learning_rate * gradient)  # <- one step down the slope

    if epoch % 500 == 0:
        print(f"After {epoch} training steps,w1 is ")
        print(w1.numpy(), "\n")

print("Final w1 is: ", w1.numpy())
