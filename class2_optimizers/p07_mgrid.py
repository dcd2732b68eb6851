"""
The points of a grid
====================

生成网格坐标点：np.mgrid、ravel、np.c_

To see what a network makes of a plane, it is asked at every point of a grid, as p29 does. mgrid gives the coordinates
as two arrays in the shape of the grid; ravel and c_ make one row per point of them.
要看网络怎样划分一个平面，就在网格的每一点上问它，p29 就是这样做的。mgrid 给出两个网格形状的坐标数组，
ravel 和 c_ 把它们变成每点一行。

:Notes: 二、深入TensorFlow › 预备知识 › 生成网格坐标点
:Data: none
:Expect: 8 points from 2 by 4 values; then a grid of 4 by 4, since 1:5:1 is 1, 2, 3, 4
:Time: 0.2 s
"""

from common.options import options

options(__doc__)  # answers --help

import numpy as np

# %% start:stop:step, without stop
x, y = np.mgrid[1:3:1, 2:4:0.5]  # <- rows from 1 up to 3 in steps of 1, columns from 2 up to 4 in steps of 0.5
grid = np.c_[x.ravel(), y.ravel()]  # one row per point  # <- the coordinates x and y of each point side by side
print("x:\n", x)
print("y:\n", y)
print("x.ravel():\n", x.ravel())
print("y.ravel():\n", y.ravel())
print("grid:\n", grid)

# %% the first range gives the rows, the second the columns
x, y = np.mgrid[1:5:1, 2:4:0.5]  # <- rows from 1 up to 5 in steps of 1, columns as before
print("x:\n", x)
print("y:\n", y)
