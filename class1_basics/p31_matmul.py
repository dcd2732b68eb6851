"""
Matrix product
==============

矩阵乘

Rows times columns: the element in row i and column j is the sum of row i of a times column j of b. So a has to have as
many columns as b has rows; here both are 2, and each sum is 1·3 + 1·3.
行乘列：第 i 行第 j 列的元素，是 a 的第 i 行与 b 的第 j 列对应相乘再求和。所以 a 的列数必须等于 b 的行数：
这里都是 2，每个和都是 1·3 + 1·3。

:Notes: 1.4 TF2常用函数 › 矩阵乘
:Data: none
:Expect: (3, 2) times (2, 3) is (3, 3), every element 6
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

a = tf.ones([3, 2])  # <- 3 rows of 2 ones
b = tf.fill([2, 3], 3.0)  # <- 2 rows of 3, each 3.0
print("a:", a)
print("b:", b)
print("a*b:", tf.matmul(a, b))  # in Python: a @ b  # <- the matrix product
