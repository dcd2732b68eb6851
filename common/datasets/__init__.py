"""The data sets of the course, as arrays: `iris`, `dots`, `mnist`, `fashion_mnist`, `cifar10`, `moutai`.

Here is decided where a set is taken from. `files` knows the files that the sets come in, checks and reads them,
`download` gets one, `standins` makes small sets for a computer without a network, `prices` reads share prices from any
vendor's CSV, and `__main__` is the command `python -m common.datasets`.
"""

import contextlib
import os
import re
import sys
from pathlib import Path

from common import ROOT, new_file, stop
from common.datasets import download, files

import numpy as np

CACHE = ROOT / "datasets" / "cache"  # a web server on this folder is a $COURSE_MIRROR


def iris(shuffle=True, seed=116):
    """Fisher's 150 irises as the notes split them: the last 30 after shuffling are the test set.

    Returns `(x_train, y_train), (x_test, y_test)`: x `(120, 4)` and `(30, 4)` float32 in cm (sepal length, sepal
    width, petal length, petal width), y `(120,)` and `(30,)` int64 (0 setosa, 1 versicolor, 2 virginica).
    Source: scikit-learn, which ships them. Without `shuffle` the test set holds virginica only.
    """
    from sklearn.datasets import load_iris

    x, y = load_iris(return_X_y=True)
    order = np.random.RandomState(seed).permutation(150) if shuffle else np.arange(150)
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
    header, *rows = rows or [""]
    if header != "x1,x2,y_c":
        stop(f"{path.name}, row 1: {header!r} where x1,x2,y_c should stand; {mend}")
    number = r"[-+]?[0-9]{0,9}\.?[0-9]{1,20}(e-[0-9]{1,9})?"
    for count, row in enumerate(rows or [""], start=2):
        if not re.fullmatch(rf"{number},{number},[01](\.0)?", row.replace(" ", "")):
            stop(f"{path.name}, row {count}: {row!r} is not two numbers and a 0 or 1; {mend}")
    values = np.array([row.split(",") for row in rows], "float32")
    return values[:, :2], values[:, 2:]


def mnist(opt=None):
    """Handwritten digits, as `keras.datasets.mnist.load_data()` returns them.

    Returns `(x_train, y_train), (x_test, y_test)`: x `(60000, 28, 28)` and `(10000, 28, 28)` uint8 grey values, y
    `(60000,)` and `(10000,)` uint8. `opt.data` ("", a folder, "real") and `opt.offline` say where to look; where only
    a stand-in is left, which has fewer images, a banner on stderr says so. Of both, only the first `opt.limit` are
    returned if that is not 0.
    """
    return first(load("mnist", opt), opt)


def fashion_mnist(opt=None):
    """Zalando's pictures of clothes in ten classes: shapes and options as of `mnist`."""
    return first(load("fashion_mnist", opt), opt)


def cifar10(opt=None):
    """Small photographs in ten classes, as `keras.datasets.cifar10.load_data()` returns them; options as of `mnist`.

    Returns `(x_train, y_train), (x_test, y_test)`: x `(50000, 32, 32, 3)` and `(10000, 32, 32, 3)` uint8 red, green,
    blue; y `(50000, 1)` and `(10000, 1)` uint8.
    """
    return first(load("cifar10", opt), opt)


def first(arrays, opt):
    """The first `opt.limit` training and test samples of `(x_train, y_train), (x_test, y_test)`; all where it is 0."""
    limit = getattr(opt, "limit", 0)
    return tuple((x[:limit], y[:limit]) for x, y in arrays) if limit else arrays


def moutai(opt=None):
    """Prices of a share of Kweichow Moutai in yuan, from the notes' file SH600519.csv.

    Returns a pandas.DataFrame of 2,426 trading days, 2010-04-26 to 2020-04-24, with the columns date (text), open,
    close, high, low, volume, code. `opt.data` and `opt.offline` as of `mnist`.
    """
    return load("moutai", opt)


def load(name, opt=None):
    """The data set from the first source that has it. What is wrong with a source before that is said on stderr."""
    folders, real = places(opt)
    problems = []
    found = search(name, folders, problems)
    if not found:
        problems.append(f"no {name} in {', '.join(map(str, folders))}")
        try:
            fetch(name, offline=getattr(opt, "offline", False))
            found = search(name, [CACHE], problems)
        except download.DownloadError as error:
            problems.append(str(error))
    elif folders[0] not in (CACHE, *found[2][0].parents):
        problems.append(f"no {name} in {folders[0]}: taken from {found[2][0].parent}")
    if found:
        for problem in problems:
            print(f"note: {problem}", file=sys.stderr)
        return found[0]
    paths = [CACHE / file for file, *_ in files.FILES[name]]
    by_hand = f"put {', '.join(path.name for path in paths)} into {paths[0].parent}"
    mend = f"For the real data: python -m common.datasets fetch {name}, or {by_hand}"
    if real:
        stop(f"--data real, and there is no real {name}: {'; '.join(problems)}. {mend}")
    from common.datasets import standins

    stand_in = getattr(standins, name)
    what = f"STAND-IN: this is not {name}. In its place: {stand_in.__doc__.splitlines()[0]}"
    lines = ["=" * 80, what, *(f"Why: {problem}" for problem in problems), mend, "=" * 80]
    print(*lines, sep="\n", file=sys.stderr)
    return stand_in()


def places(opt=None):
    """The folders to look in, first the one that the user chose, and whether a stand-in is refused."""
    data, variable = getattr(opt, "data", ""), os.environ.get("COURSE_DATA", "")
    chosen = variable if data in ("", "real") else data
    homes = [home for home in (os.environ.get("KERAS_HOME"), "~/.keras") if home]
    folders = [CACHE, *(Path(os.path.expanduser(home)) / "datasets" for home in homes)]
    if chosen not in ("", "real"):
        folders.insert(0, Path(os.path.expanduser(chosen)).absolute())
        if not os.path.isdir(folders[0]):
            stop(f"no folder {chosen}: --data or COURSE_DATA should name one that holds the data sets")
    return folders, "real" in (data, data or variable)


def search(name, folders, problems):
    """`(data, verified, paths)` from the first folder that holds the set whole, or None; adds to `problems`."""
    for folder in folders:
        for paths in files.candidates(name, folder):
            try:
                return (*read(name, paths), paths)
            except Exception as error:  # a damaged file makes its reader raise anything
                where = paths[0] if len(paths) == 1 else paths[0].parent
                problems.append(f"{where} cannot be used: {' '.join(str(error).split()) or type(error).__name__}")
    return None


def read(name, paths):
    """The data set in these files and whether it is verified; ValueError and others if it is not whole."""
    for path in paths:
        if not path.is_file():
            raise ValueError(f"{path.name} is missing")
    if name == "moutai":
        return files.read_prices(paths)
    stamp = "\n".join(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in paths)
    unpacked = CACHE / "unpacked" / f"{name}.npz"  # quick to read, made from the files that were read last
    arrays = None
    with contextlib.suppress(Exception), np.load(unpacked) as saved:
        if saved["stamp"] == stamp:
            verified, arrays = bool(saved["verified"]), [saved[key] for key in files.ARRAYS]
    if not arrays:
        reader = files.read_photographs if name == "cifar10" else files.read_images
        arrays, verified = reader(name, paths)
        with contextlib.suppress(OSError):  # where there is no room, every start takes as long as this one
            unpacked.parent.mkdir(parents=True, exist_ok=True)
            with new_file(unpacked) as file:
                np.savez(file, stamp=stamp, verified=verified, **dict(zip(files.ARRAYS, arrays, strict=True)))
    return (tuple(arrays[:2]), tuple(arrays[2:])), verified


def fetch(name, offline=False):
    """Download what CACHE does not hold of a set; raises DownloadError."""
    if offline or os.environ.get("COURSE_OFFLINE", "") not in ("", "0"):
        raise download.DownloadError(f"no download: {'--offline' if offline else 'COURSE_OFFLINE'} forbids it")
    for file, size, digest, addresses in files.FILES[name]:
        if not (CACHE / file).exists():
            print(f"downloading {file}, {size / 1e6:.1f} MB", file=sys.stderr)
        download.fetch(file, CACHE, addresses, size, digest)
