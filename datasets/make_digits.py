"""Write a folder of images and label files from MNIST, as class4_extensions/p08_custom_dataset.py reads it.

python datasets/make_digits.py 60000 makes that many training images and a sixth as many test images, in
datasets/cache/mnist_image_label or in --folder. The folder gets its name when it is complete.
"""

import math
import os
import tempfile
from pathlib import Path

from common import datasets, shown, stop
from common.options import options

from PIL import Image
from rich.console import Console
from rich.progress import track

opt = options(__doc__, count=[], folder="", data="", offline=False)
count = " ".join(opt.count) if opt.count else "60000"
if not (count.isascii() and count.isdecimal() and 0 < int(count[:6]) <= 60000):
    stop(f"{count!r} is not a number of images from 1 to 60000")
folder = Path(opt.folder).absolute() if opt.folder else datasets.CACHE / "mnist_image_label"
if os.path.exists(folder):
    stop(f"{shown(folder)} is there already: move it away, or choose another --folder")

train, test = datasets.mnist(opt)
console = Console(stderr=True)
try:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as unfinished:
        new = Path(unfinished) / folder.name
        for name, (x, y), number in (
            ("mnist_train_jpg_60000", train, int(count)),
            ("mnist_test_jpg_10000", test, math.ceil(int(count) / 6)),
        ):
            (new / name).mkdir(parents=True)
            lines = [f"{place}_{label}.jpg {label}\n" for place, label in enumerate(y[:number])]
            (new / f"{name}.txt").write_text("".join(lines), encoding="utf-8")
            for place, line in enumerate(track(lines, name, console=console, disable=not console.is_terminal)):
                Image.fromarray(x[place]).save(new / name / line.split()[0], quality=95)
            print(f"{len(lines)} images in {shown(folder / name)}")
        if len(train[0]) < 60000:
            (new / "STAND-IN.txt").write_text("made from the stand-in, not from MNIST", encoding="utf-8")
        new.rename(folder)
except OSError as error:
    stop(f"cannot write {shown(folder)}: {error.strerror or error}; every image takes up to 4 KB")
