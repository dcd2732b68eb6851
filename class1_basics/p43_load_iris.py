"""
The irises as a table
=====================

鸢尾花数据集读入

Look at the data before you train on it. 150 flowers, four measurements of each; the labels show that the rows are
sorted by class, which is why p45_iris.py shuffles them.
训练之前先看数据：150 朵花，每朵四个测量值。从标签可以看出各行按类别排列，所以 p45_iris.py 要先打乱。

:Notes: 1.5 鸢尾花数据集读入
:Data: iris (scikit-learn brings it)
:Expect: 150 rows of four measurements in cm, then the same with the class
:Time: 2 s
"""

from common.options import options

options(__doc__)  # answers --help

import pandas as pd
from sklearn.datasets import load_iris

x_data, y_data = load_iris(return_X_y=True)  # <- measurements and classes
print("x_data from datasets: \n", x_data)
print("y_data from datasets: \n", y_data)

# sepal length, sepal width, petal length, petal width
# <- x_data as a table, its columns 花萼长度, 花萼宽度, 花瓣长度, 花瓣宽度
table = pd.DataFrame(x_data, columns=["花萼长度", "花萼宽度", "花瓣长度", "花瓣宽度"])
pd.set_option("display.unicode.east_asian_width", True)  # a Chinese character is as wide as two letters
print("x_data add index: \n", table)

table["类别"] = y_data  # class: 0 setosa, 1 versicolor, 2 virginica  # <- the classes, as a column more
print("x_data add a column: \n", table)
