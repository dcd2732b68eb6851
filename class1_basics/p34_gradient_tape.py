"""
Gradient of w² at w = 3
=======================

w² 在 w = 3 处的梯度

The tape records what is computed from w inside the with block. From that it finds the derivative of the loss at the
present value of w: 2w, which is 6. It answers once, since what it recorded is then released; a second tape.gradient
raises RuntimeError.
tape 记录 with 结构里由 w 算出的一切，由此求出 loss 在 w 当前值处的导数：2w，即 6。它只回答一次，
之后记录就被释放；再次调用 tape.gradient 会引发 RuntimeError。

:Notes: 1.4 TF2常用函数 › 函数对指定参数求导
:Data: none
:Expect: 6.0
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

w = tf.Variable(3.0)
with tf.GradientTape() as tape:
    loss = tf.pow(w, 2)  # <- w to the power of 2

gradient = tape.gradient(loss, w)  # once: a second call raises RuntimeError  # <- of the loss with respect to w
print(gradient)
