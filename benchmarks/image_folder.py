"""Reading a folder of images: p08_custom_dataset.py beside the notes' loop, which it resembles.

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
from unittest import mock

import common.quiet  # noqa: F401
from common import ROOT
from common.options import Parser, reader

import keras
import numpy as np
from PIL import Image

parser = Parser("benchmarks.image_folder", description=__doc__)
for name, default in (("count", 10000), ("rounds", 5)):
    parser.add_argument(name, nargs="?", type=reader(name, default), default=default)
opt = parser.parse_args()
count, rounds = opt.count, opt.rounds
folder = Path(tempfile.gettempdir()) / f"digits_{count}"
parts = [folder / "mnist_train_jpg_60000", folder / "mnist_test_jpg_10000"]


def one_by_one(part):
    x, y = [], []
    with open(part.with_suffix(".txt")) as lines, open(os.devnull, "w") as null:
        for line in lines:
            name, label = line.split()
            x.append(np.array(Image.open(f"{part}/{name}").convert("L")) / 255.0)
            y.append(label)
            print("loading : " + line, file=null)
    return np.array(x), np.array(y).astype("int64")


def run(script, *flags):
    sys.argv = [str(ROOT / script), *flags, "--folder", str(folder)]
    with contextlib.redirect_stdout(io.StringIO()):
        return runpy.run_path(sys.argv[0], run_name="__main__")


if not folder.exists():
    run("datasets/make_digits.py", str(count))
with mock.patch.object(keras.Model, "fit", lambda model, x, y, **more: model(x[:1])):  # nothing is trained
    script = run("class4_extensions/p08_custom_dataset.py")

times = {"the notes": [], "p08": []}
for _ in range(rounds):
    start = time.perf_counter()
    theirs = [one_by_one(part) for part in parts]
    middle = time.perf_counter()
    ours = [script["generateds"](part, part.with_suffix(".txt")) for part in parts]
    times["the notes"].append(middle - start)
    times["p08"].append(time.perf_counter() - middle)
    for (x, y), (notes_x, notes_y) in zip(ours, theirs, strict=True):
        assert np.array_equal(x, notes_x.astype("float32")) and np.array_equal(y, notes_y)
count = sum(len(y) for _, y in ours)
for name, seconds in times.items():
    middle = statistics.median(seconds)
    print(f"{name:12} median {middle:6.2f} s  {count / middle:8,.0f} images/s  {' '.join(f'{s:.2f}' for s in seconds)}")
ratios = [a / b for a, b in zip(times["the notes"], times["p08"], strict=True)]
print(f"times the notes' speed, median of the ratios: {statistics.median(ratios):.2f}")
