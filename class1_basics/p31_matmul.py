"""
Matrix product
==============

矩阵乘

:Notes: 1.4 TF2常用函数 › 矩阵乘
:Data: none
:Expect: (3, 2) times (2, 3) is (3, 3), every element 6
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

a = tf.ones([3, 2])
b = tf.fill([2, 3], 3.0)
print("a:", a)
print("b:", b)
print("a*b:", tf.matmul(a, b))
