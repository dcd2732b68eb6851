"""
A loss that counts money
========================

自定义损失函数：成本与利润

The same yoghurt, counted in money. A pot too many loses its cost of 1 yuan, a pot too few its profit of 99: so the
network learns to make rather too much, and both weights end above 1. Try --cost 99 --profit 1: now they end below 1;
and --cost 0: too much costs nothing, and nothing draws the weights back.
同样的酸奶，按钱计算：多做一份损失成本 1 元，少做一份损失利润 99 元，于是网络学会宁可多做，两个权重都大于 1。
再试 --cost 99 --profit 1：两个权重都小于 1；还有 --cost 0：多做不花钱，就没有什么把权重拉回来。

:Notes: 二、深入TensorFlow › 损失函数 › 自定义损失函数
:Data: made in the script: 32 rows, seed 23455
:Expect: both weights end above 1, [[1.16] [1.12]]; below 1 with --cost 99 --profit 1
:Time: 11 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common.options import options

opt = options(__doc__, epochs=10000, learning_rate=0.002, cost=1.0, profit=99.0)

import numpy as np
import tensorflow as tf

# %% data: 32 days, y_ = x1 + x2 with noise in [-0.05, 0.05)
rdm = np.random.RandomState(seed=23455)
x = rdm.rand(32, 2)
y_ = x.sum(axis=1, keepdims=True) + (rdm.rand(32, 1) / 10 - 0.05)
x, y_ = tf.cast(x, tf.float32), tf.cast(y_, tf.float32)

w1 = tf.Variable(tf.random.normal([2, 1], stddev=1, seed=1))

# %% training
for epoch in range(opt.epochs):
    with tf.GradientTape() as tape:
        y = tf.matmul(x, w1)  # <- x times w1
        # <- the money lost on all days: opt.cost for each pot too many, opt.profit for each too few
        loss = tf.reduce_sum(tf.where(y > y_, (y - y_) * opt.cost, (y_ - y) * opt.profit))
    gradient = tape.gradient(loss, w1)  # <- of the loss with respect to w1
    w1.assign_sub(opt.learning_rate * gradient)  # <- one step down the slope

    if epoch % 500 == 0:
        print(f"After {epoch} training steps,w1 is ")
        print(w1.numpy(), "\n")

print("Final w1 is: ", w1.numpy())
