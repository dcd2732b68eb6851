"""
Labels as one-hot rows
======================

独热编码

A network that tells three classes apart has three outputs. One-hot encoding gives the labels the same shape, so that a
loss can compare the two: 1 in the column of the right class, 0 elsewhere.
三分类的网络有三个输出。独热编码让标签有同样的形状，损失函数才能比较两者：正确的类别那一列是 1，其余是 0。

:Notes: 1.4 TF2常用函数 › 独热编码
:Data: none
:Expect: one row per label, 1 in the column of its class
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

classes = 3
labels = tf.constant([1, 0, 2])  # <- a tensor of the labels 1, 0 and 2
output = tf.one_hot(labels, depth=classes)  # <- the labels as rows of as many columns as classes
print("result of labels1:", output)
print("\n")
