"""
A tensor from a NumPy array
===========================

把 numpy 数组转换为张量

:Notes: 1.3 张量生成 › 如何创建一个Tensor
:Data: none
:Expect: the same five numbers, as an array and as a tensor
:Time: 4 s
"""

import common.quiet

import numpy as np
import tensorflow as tf

a = np.arange(0, 5)
b = tf.convert_to_tensor(a, dtype=tf.int64)
print("a:", a)
print("b:", b)
