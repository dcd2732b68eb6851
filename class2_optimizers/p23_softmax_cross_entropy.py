"""
Softmax and cross entropy, in two steps and in one
==================================================

交叉熵损失函数与 softmax 结合

The loss can be computed from the probabilities, or in one step from the scores before softmax. Here both agree. But
Keras lets no probability fall below 1e-7, so the loss of the first way stops at 16.1: where the score of the right
class is 20 below the largest, it says 16.1 and the second way 20.
损失可以由概率算出，也可以由 softmax 之前的分数一步算出，这里两者相同。但是 Keras 不让概率低于 1e-7，
所以分步计算的损失最多 16.1：正确类别的分数比最大的低 20 时，分步得 16.1，一步得 20。

:Notes: 二、深入TensorFlow › 损失函数 › 交叉熵损失函数与softmax结合
:Data: none
:Expect: the same five losses twice
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import keras
import numpy as np
import tensorflow as tf

y_ = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]])
y = np.array([[12, 3, 2], [3, 10, 1], [1, 2, 5], [4, 6.5, 1.2], [3, 6, 1]])

# <- in two steps: categorical cross entropy of y_ and the softmax of y
loss_ce1 = keras.losses.categorical_crossentropy(y_, tf.nn.softmax(y))  # from probabilities, clipped to 1e-7 … 1 - 1e-7
# <- in one step, from y_ and the scores
loss_ce2 = tf.nn.softmax_cross_entropy_with_logits(y_, y)  # from the scores: nothing is clipped
print("分步计算的结果:\n", loss_ce1)
print("结合计算的结果:\n", loss_ce2)
