"""
Features paired with labels
===========================

传入特征与标签

:Notes: 1.4 TF2常用函数 › 传入特征与标签
:Data: none
:Expect: four pairs (feature, label)
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

features = tf.constant([12, 23, 10, 17])
labels = tf.constant([0, 1, 1, 0])
dataset = tf.data.Dataset.from_tensor_slices((features, labels))
for element in dataset:
    print(element)
