"""
Index of the largest element
============================

指定维度最大值索引

:Notes: 1.4 TF2常用函数 › 指定维度最大值索引
:Data: none
:Expect: [3 3 1] down the columns, [2 2 0 0] across the rows
:Time: 4 s
"""

import common.quiet

import numpy as np
import tensorflow as tf

test = np.array([[1, 2, 3], [2, 3, 4], [5, 4, 3], [8, 7, 2]])
print("test:\n", test)
print("每一列的最大值的索引：", tf.argmax(test, axis=0))
print("每一行的最大值的索引", tf.argmax(test, axis=1))
