"""
Cross entropy of two predictions
================================

交叉熵损失函数

:Notes: 二、深入TensorFlow › 损失函数 › 交叉熵损失函数
:Data: none
:Expect: 0.511 for (0.6, 0.4), 0.223 for (0.8, 0.2): the second is closer to (1, 0)
:Time: 4 s
"""

import common.quiet

import keras

loss_ce1 = keras.losses.categorical_crossentropy([1, 0], [0.6, 0.4])  # -ln 0.6
loss_ce2 = keras.losses.categorical_crossentropy([1, 0], [0.8, 0.2])  # -ln 0.8
print("loss_ce1:", loss_ce1)
print("loss_ce2:", loss_ce2)
