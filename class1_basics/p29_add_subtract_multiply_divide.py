"""
Add, subtract, multiply, divide
===============================

对应元素的四则运算

Each element meets the element in the same place of the other tensor. The shapes may differ where one of them has size
1: it is repeated until it fits (broadcasting), and so is a single number.
两个张量中位置相同的元素相互运算。某一维的长度为 1 时，形状可以不同：它会被重复到合适的长度（广播），
单个数也一样。

:Notes: 1.4 TF2常用函数 › TensorFlow中的数学运算
:Data: none
:Expect: 4, -2, 3, 3 in each place
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

a = tf.ones([1, 3])
b = tf.fill([1, 3], 3.0)  # <- 3.0 in each place, in the shape of a
print("a:", a)
print("b:", b)
print("a+b:", tf.add(a, b))  # <- a plus b
print("a-b:", tf.subtract(a, b))  # <- a minus b
print("a*b:", tf.multiply(a, b))  # <- a times b
print("b/a:", tf.divide(b, a))  # <- b divided by a
