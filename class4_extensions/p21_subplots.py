"""
Several plots in one figure
===========================

plt.subplot：一幅图里画几幅子图

:Notes: 四、神经网络八股拓展 › acc/loss可视化
:Data: none
:Expect: a line and horizontal bars side by side, and below them upright bars over the whole width
:Time: 1 s
"""

# %%
from common import figures

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
