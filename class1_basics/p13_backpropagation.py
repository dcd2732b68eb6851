"""
Gradient descent on (w + 1)²
============================

梯度下降求 (w + 1)² 的最小值

:Notes: 1.2 神经网络设计过程 › 反向传播
:Data: none
:Expect: w goes from 5 to -1 and the loss from 36 to 0 within 40 epochs
:Time: 4 s
"""

import common.quiet
from common.options import options

import tensorflow as tf

opt = options(__doc__, learning_rate=0.2, epochs=40)  # try 0.001: too slow; 0.999: swings around -1 for long

w = tf.Variable(5.0)

for epoch in range(opt.epochs):
    with tf.GradientTape() as tape:
        loss = tf.square(w + 1)
    gradient = tape.gradient(loss, w)  # 2w + 2
    w.assign_sub(opt.learning_rate * gradient)
    print(f"After {epoch} epoch,w is {w.numpy():f},loss is {loss:f}")  # w after the step, loss before it
