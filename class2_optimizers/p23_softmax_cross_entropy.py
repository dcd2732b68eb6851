"""
Softmax and cross entropy, in two steps and in one
==================================================

交叉熵损失函数与 softmax 结合

:Notes: 二、深入TensorFlow › 损失函数 › 交叉熵损失函数与softmax结合
:Data: none
:Expect: the same five losses twice
:Time: 4 s
"""

import common.quiet

import keras
import numpy as np
import tensorflow as tf

y_ = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]])
y = np.array([[12, 3, 2], [3, 10, 1], [1, 2, 5], [4, 6.5, 1.2], [3, 6, 1]])

loss_ce1 = keras.losses.categorical_crossentropy(y_, tf.nn.softmax(y))
loss_ce2 = tf.nn.softmax_cross_entropy_with_logits(y_, y)  # one step: exact also where softmax rounds to 0
print("分步计算的结果:\n", loss_ce1)
print("结合计算的结果:\n", loss_ce2)
