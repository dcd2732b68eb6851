"""
A variable that subtracts from itself
=====================================

参数自更新

How a weight is updated: assign_sub changes the variable itself. A tensor that is no variable never changes.
参数就是这样更新的：assign_sub 改变变量本身。不是变量的张量永远不变。

:Notes: 1.4 TF2常用函数 › 参数自更新
:Data: none
:Expect: 4 - 1 = 3
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

x = tf.Variable(4)  # <- a variable that holds 4
x.assign_sub(1)  # <- subtract 1 from x, in x itself
print("x:", x)
