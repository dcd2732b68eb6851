"""
Gradient of w² at w = 3
=======================

w² 在 w = 3 处的梯度

:Notes: 1.4 TF2常用函数 › 函数对指定参数求导
:Data: none
:Expect: 6.0
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

w = tf.Variable(3.0)
with tf.GradientTape() as tape:
    loss = tf.pow(w, 2)

print(tape.gradient(loss, w))
