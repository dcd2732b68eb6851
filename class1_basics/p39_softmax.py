"""
Softmax makes probabilities
===========================

softmax 使输出符合概率分布

The exponential function makes every score positive; division by the sum makes the shares add up to 1. Where one score
is 1 above another, its share is 2.7 times the other's.
指数函数使每个分数变成正数，再除以总和，加起来就等于 1。一个分数比另一个大 1，它的份额就是另一个的 2.7 倍。

:Notes: 1.4 TF2常用函数 › 输出符合概率分布
:Data: none
:Expect: three numbers between 0 and 1 whose sum is 1
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

y = tf.constant([1.01, 2.01, -0.66])
y_pro = tf.nn.softmax(y)  # <- probabilities of the scores y
print("After softmax, y_pro is:", y_pro)
print("The sum of y_pro:", tf.reduce_sum(y_pro))  # <- their sum
