"""
Index of the largest element
============================

指定维度最大值索引

axis=0 looks down each column, axis=1 along each row. Of the probabilities that a network gives a sample, argmax names
the class.
axis=0 在每一列里向下找，axis=1 在每一行里横向找。网络对一个样本给出各类别的概率，argmax 由此得出预测的类别。

:Notes: 1.4 TF2常用函数 › 指定维度最大值索引
:Data: none
:Expect: [3 3 1] down the columns, [2 2 0 0] across the rows
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import numpy as np
import tensorflow as tf

test = np.array([[1, 2, 3], [2, 3, 4], [5, 4, 3], [8, 7, 2]])
print("test:\n", test)
print("每一列的最大值的索引：", tf.argmax(test, axis=0))  # <- for each column, the index of the largest
print("每一行的最大值的索引", tf.argmax(test, axis=1))  # <- for each row, the index of the largest
