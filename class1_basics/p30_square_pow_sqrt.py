"""
Square, power, square root
==========================

平方、次方与开方

:Notes: 1.4 TF2常用函数 › TensorFlow中的数学运算
:Data: none
:Expect: 27, 9, 1.7320508 in each place
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

a = tf.fill([1, 2], 3.0)
print("a:", a)
print("a的次方:", tf.pow(a, 3))  # <- a to the power of 3
print("a的平方:", tf.square(a))  # <- a squared
print("a的开方:", tf.sqrt(a))  # <- the square root of a
