"""Make `dot.csv`, the 300 dots of the notes' regularisation example: random points, labelled by a circle."""

from pathlib import Path

import numpy as np

points = np.random.RandomState(2).randn(300, 2)
rows = [f"{x1:.9f},{x2:.9f},{int(x1**2 + x2**2 < 2)}" for x1, x2 in points]
Path(__file__).with_name("dot.csv").write_bytes(("\n".join(["x1,x2,y_c", *rows]) + "\n").encode())
