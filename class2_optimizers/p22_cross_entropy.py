"""
Cross entropy of two predictions
================================

交叉熵损失函数

Cross entropy measures how far predicted probabilities are from the truth. For a truth of (1, 0) it is -ln of the
probability that is given to the first class: 0 if that is 1, and the larger, without limit, the nearer it is to 0. Look
at which of the two predictions loses less.
交叉熵衡量预测的概率与标准答案的距离。答案是 (1, 0) 时，它就是第一类的概率的 -ln：概率为 1 时是 0，
概率越接近 0 越大，没有上限。请看两个预测中哪一个的损失更小。

:Notes: 二、深入TensorFlow › 损失函数 › 交叉熵损失函数
:Data: none
:Expect: 0.511 for (0.6, 0.4), 0.223 for (0.8, 0.2): the second is closer to (1, 0)
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import keras

# <- cross entropy of the truth 1, 0 and the prediction 0.6, 0.4
loss_ce1 = keras.losses.categorical_crossentropy([1, 0], [0.6, 0.4])  # -ln 0.6
loss_ce2 = keras.losses.categorical_crossentropy([1, 0], [0.8, 0.2])  # -ln 0.8  # <- the same for 0.8, 0.2
print("loss_ce1:", loss_ce1)
print("loss_ce2:", loss_ce2)
