"""
A learning rate that decays
===========================

指数衰减学习率

:Notes: 二、深入TensorFlow › 复杂度和学习率 › 学习率
:Data: none
:Expect: w goes from 5 to -1 while the learning rate falls from 0.2 to 0.135
:Time: 4 s
"""

import common.quiet
from common.options import options

import tensorflow as tf

opt = options(__doc__, learning_rate=0.2, decay=0.99, decay_steps=1, epochs=40)

w = tf.Variable(5.0)

for epoch in range(opt.epochs):
    learning_rate = opt.learning_rate * opt.decay ** (epoch / opt.decay_steps)
    with tf.GradientTape() as tape:
        loss = tf.square(w + 1)
    gradient = tape.gradient(loss, w)
    w.assign_sub(learning_rate * gradient)
    print(f"After {epoch} epoch,w is {w.numpy():f},loss is {loss:f},lr is {learning_rate:f}")
