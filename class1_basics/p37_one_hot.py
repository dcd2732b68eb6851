"""
Labels as one-hot rows
======================

独热编码

:Notes: 1.4 TF2常用函数 › 独热编码
:Data: none
:Expect: one row a label, 1 in the column of its class
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

classes = 3
labels = tf.constant([1, 0, 2])
output = tf.one_hot(labels, depth=classes)
print("result of labels1:", output)
print("\n")
