"""Decoding a folder of images: p08_custom_dataset.py beside the notes' loop, which takes one image after another.

`python -m benchmarks.image_folder 60000` makes a folder of that many MNIST images and a sixth more in the system's
temporary folder, and times both ways in turn, five times (or as often as a second number says), from the label files
to the arrays. The notes' "loading" lines go to the null device; a terminal would slow them down further.
"""

import contextlib
import io
import os
import runpy
import statistics
import sys
import tempfile
import time
from pathlib import Path

from common import ROOT

import numpy as np
from PIL import Image

count = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
folder = Path(tempfile.gettempdir()) / f"digits_{count}"
parts = ("mnist_train_jpg_60000", "mnist_test_jpg_10000")


def one_by_one(part):
    x, y = [], []
    with open(folder / f"{part}.txt") as lines, open(os.devnull, "w") as null:
        for line in lines:
            name, label = line.split()
            x.append(np.array(Image.open(f"{folder}/{part}/{name}").convert("L")) / 255.0)
            y.append(label)
            print("loading : " + line, file=null)
    return np.array(x), np.array(y).astype("int64")


sys.argv = [str(ROOT / "class4_extensions/p08_custom_dataset.py"), "--folder", str(folder), "--epochs", "1"]
sys.argv += [] if folder.exists() else ["--make", str(count)]
with contextlib.redirect_stdout(io.StringIO()):
    script = runpy.run_path(sys.argv[0], run_name="__main__")

times = {"one by one": [], "p08": []}
for _ in range(rounds):
    start = time.perf_counter()
    theirs = [one_by_one(part) for part in parts]
    middle = time.perf_counter()
    ours = [script["generate"](script["read_labels"](part)) for part in parts]
    times["one by one"].append(middle - start)
    times["p08"].append(time.perf_counter() - middle)
    for (x, y), (notes_x, notes_y) in zip(ours, theirs, strict=True):
        assert np.array_equal(x, notes_x.astype("float32")) and np.array_equal(y, notes_y)
count = sum(len(y) for _, y in ours)
for name, seconds in times.items():
    middle = statistics.median(seconds)
    print(f"{name:12} median {middle:6.2f} s  {count / middle:8,.0f} images/s  {' '.join(f'{s:.2f}' for s in seconds)}")
print(f"ratio of the medians {statistics.median(times['p08']) / statistics.median(times['one by one']):.2f}")
