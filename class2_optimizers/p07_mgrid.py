"""
The points of a grid
====================

生成网格坐标点：np.mgrid、ravel、np.c_

:Notes: 二、深入TensorFlow › 预备知识 › 生成网格坐标点
:Data: none
:Expect: 8 points from 2 by 4 values; then a grid of 4 by 4, since 1:5:1 is 1, 2, 3, 4
:Time: 0.2 s
"""

import numpy as np

# %% start:stop:step, without stop
x, y = np.mgrid[1:3:1, 2:4:0.5]
grid = np.c_[x.ravel(), y.ravel()]  # one row a point
print("x:\n", x)
print("y:\n", y)
print("x.ravel():\n", x.ravel())
print("y.ravel():\n", y.ravel())
print("grid:\n", grid)

# %% the first range gives the rows, the second the columns
x, y = np.mgrid[1:5:1, 2:4:0.5]
print("x:\n", x)
print("y:\n", y)
