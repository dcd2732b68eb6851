"""
A learning rate that decays
===========================

指数衰减学习率

Large steps at the start get down fast, smaller ones later bring calm: the rate falls by a hundredth in each epoch. Look
at the last column. On this slope 0.2 is never too much, and decay only costs time; but try --learning-rate 0.999: with
it p13_backpropagation.py still swings between 5 and -7 after 40 epochs, while here w comes to rest at -1.
开始时步子大，下降快；后来步子小，趋于稳定：学习率每个 epoch 降低百分之一。请看最后一列。
在这条曲线上 0.2 从不算大，衰减只会慢一点；再试 --learning-rate 0.999：
p13_backpropagation.py 用它在 40 个 epoch 之后仍在 5 与 -7 之间震荡，而这里 w 停在 -1。

:Notes: 二、深入TensorFlow › 复杂度和学习率 › 学习率
:Data: none
:Expect: w goes from 5 to -1 while the learning rate falls from 0.2 to 0.135
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

# the rate of the first epoch; after every decay_steps epochs it is decay times what it was
opt = options(__doc__, learning_rate=0.2, decay=0.99, decay_steps=1, epochs=40)

import tensorflow as tf

w = tf.Variable(5.0)

for epoch in range(opt.epochs):
    # <- the first rate, times opt.decay once for every opt.decay_steps epochs
    learning_rate = opt.learning_rate * opt.decay ** (epoch / opt.decay_steps)  # "//" would lower it in steps
    with tf.GradientTape() as tape:
        loss = tf.square(w + 1)
    gradient = tape.gradient(loss, w)  # <- of the loss with respect to w
    w.assign_sub(learning_rate * gradient)  # <- one step with this epoch's rate
    print(f"After {epoch} epoch,w is {w.numpy():f},loss is {loss:f},lr is {learning_rate:f}")
