"""
Arrays one below the other
==========================

np.vstack：将两个数组按垂直方向叠加

The arrays are given as one argument, a tuple; as two arguments they raise TypeError.
两个数组要放进一个元组，作为一个参数传入；分成两个参数会引发 TypeError。

:Notes: 二、深入TensorFlow › 预备知识 › np.vstack()
:Data: none
:Expect: two arrays of shape (3,) become one of shape (2, 3)
:Time: 0.2 s
"""

from common.options import options

options(__doc__)  # answers --help

import numpy as np

a = np.array([1, 2, 3])
b = np.array([4, 5, 6])  # <- an array of 4, 5 and 6
c = np.vstack((a, b))  # <- a above b
print("c:\n", c)
