"""The data sets of the course, as arrays."""

from common import ROOT, stop

import numpy as np


def iris(shuffle=True, seed=116):
    """Fisher's 150 irises as the notes split them: the last 30 after shuffling are the test set.

    Returns `(x_train, y_train), (x_test, y_test)`: x `(120, 4)` and `(30, 4)` float32 in cm (sepal length, sepal
    width, petal length, petal width), y `(120,)` and `(30,)` int64 (0 setosa, 1 versicolor, 2 virginica).
    Source: scikit-learn, which ships them. Without `shuffle` the test set holds virginica only.
    """
    from sklearn.datasets import load_iris

    x, y = load_iris(return_X_y=True)
    order = np.arange(len(x))
    if shuffle:
        np.random.RandomState(seed).shuffle(order)
    x, y = x[order].astype("float32"), y[order].astype("int64")
    return (x[:-30], y[:-30]), (x[-30:], y[-30:])


def dots():
    """300 points of a plane, 1 inside a circle of radius √2 and 0 outside.

    Returns x `(300, 2)` float32 and y `(300, 1)` float32, from `datasets/dot.csv` (columns x1, x2, y_c), which
    `datasets/make_dots.py` makes.
    """
    path = ROOT / "datasets" / "dot.csv"
    mend = "python datasets/make_dots.py makes it anew"
    try:
        rows = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        stop(f"cannot read {path}: {error}; {mend}")
    if not rows or rows[0] != "x1,x2,y_c":
        stop(f"{path.name}, row 1: {rows[0] if rows else ''!r} where x1,x2,y_c should stand; {mend}")
    if len(rows) == 1:
        stop(f"{path.name}: no rows after the first; {mend}")
    values = []
    for number, row in enumerate(rows[1:], start=2):
        try:
            x1, x2, label = map(float, row.split(","))
        except ValueError:
            x1 = x2 = label = np.nan
        if not (np.isfinite([x1, x2]).all() and label in (0, 1)):
            stop(f"{path.name}, row {number}: {row!r} is not two numbers and a 0 or 1; {mend}")
        values.append((x1, x2, label))
    values = np.array(values, "float32")
    return values[:, :2], values[:, 2:]
