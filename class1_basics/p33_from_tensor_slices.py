"""
Features paired with labels
===========================

传入特征与标签

Features and labels are cut along their first dimension, and what belongs together comes together. A training loop takes
its batches from such a dataset.
特征和标签沿第一维切开，一一配对。训练循环就从这样的数据集里一批一批地取数据。

:Notes: 1.4 TF2常用函数 › 传入特征与标签
:Data: none
:Expect: four pairs (feature, label)
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

features = tf.constant([12, 23, 10, 17])
labels = tf.constant([0, 1, 1, 0])
dataset = tf.data.Dataset.from_tensor_slices((features, labels))  # <- each feature with its label
for element in dataset:  # <- print the pair
    print(element)
