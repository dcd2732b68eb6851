"""
Gradient descent on (w + 1)²
============================

梯度下降求 (w + 1)² 的最小值

Training a network means doing this for all its weights; here there is one. The tape records how the loss comes from w,
and every step moves w against the gradient, down the slope, until it is at -1, where the loss is smallest. Look at how
soon that is, then try --learning-rate 0.001 (too slow) and 0.999 (each step leaps over the lowest point).
训练就是对网络的所有参数做这件事，这里只有一个参数。tape 记录 loss 如何由 w 算出，每一步让 w 逆着梯度下坡，
直到 loss 最小的 -1。请看多久到达那里，再试 --learning-rate 0.001（太慢）和 0.999（每一步都越过最低点）。

:Notes: 1.2 神经网络设计过程 › 反向传播
:Data: none
:Expect: w goes from 5 to -1 and the loss from 36 to 0 within 40 epochs
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

opt = options(__doc__, learning_rate=0.2, epochs=40)  # try 0.001: too slow; 0.999: still swinging after 40 epochs

import tensorflow as tf

w = tf.Variable(5.0)  # <- a variable that starts at 5

for epoch in range(opt.epochs):
    with tf.GradientTape() as tape:
        loss = tf.square(w + 1)  # <- (w + 1)²
    gradient = tape.gradient(loss, w)  # 2w + 2  # <- of the loss with respect to w
    w.assign_sub(opt.learning_rate * gradient)  # <- one step down the slope
    print(f"After {epoch} epoch,w is {w.numpy():f},loss is {loss:f}")  # w after the step, loss before it
