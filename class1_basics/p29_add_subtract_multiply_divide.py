"""
Add, subtract, multiply, divide
===============================

对应元素的四则运算

:Notes: 1.4 TF2常用函数 › TensorFlow中的数学运算
:Data: none
:Expect: 4, -2, 3, 3 in each place
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

a = tf.ones([1, 3])
b = tf.fill([1, 3], 3.0)
print("a:", a)
print("b:", b)
print("a+b:", tf.add(a, b))
print("a-b:", tf.subtract(a, b))
print("a*b:", tf.multiply(a, b))
print("b/a:", tf.divide(b, a))
