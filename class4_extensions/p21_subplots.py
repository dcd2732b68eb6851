"""
Several plots in one figure
===========================

plt.subplot：一幅图里画几幅子图

plt.subplot(rows, columns, place) divides the figure and chooses one of its places, counted along the rows from 1. Look
at the third plot: each call divides the figure anew, so that places of different grids can stand in one figure.
plt.subplot(行, 列, 序号) 把画面分成网格，并选中其中一格；序号从 1 开始，逐行数。请看第三幅：每次调用都重新划分画面，
不同网格的子图可以放在同一幅图里。

:Notes: 四、神经网络八股拓展 › acc/loss可视化
:Data: none
:Expect: a line and horizontal bars side by side, and below them upright bars over the whole width
:Time: 1 s
"""

# %%
from common import figures
from common.options import options

options(__doc__)  # answers --help

import matplotlib.pyplot as plt

x = [1, 2, 3, 4]
y = [5, 4, 3, 2]

# %% two rows of two columns: the first and the second place, counted along the rows
plt.subplot(2, 2, 1)
plt.plot(x, y)
plt.title("subplot(2, 2, 1)")

plt.subplot(2, 2, 2)
plt.barh(x, y)
plt.title("subplot(2, 2, 2)")

# %% two rows of one column: the second row, whole; 212 means 2, 1, 2
plt.subplot(212)
plt.bar(x, y)
plt.title("subplot(212)")

plt.tight_layout()  # room for the titles
figures.show("subplots")
