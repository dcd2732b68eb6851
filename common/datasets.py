"""The data sets of the course, as arrays.

`python -m common.datasets` shows which of them are on this computer; `python -m common.datasets fetch mnist cifar10`
downloads them ahead of a class (without names: all); with `--from DIR` it takes them from a folder, such as a stick.
"""

import contextlib
import os
import shutil
import sys
from pathlib import Path, PurePosixPath

from common import ROOT, data_files, download, stop
from common.options import Parser

import numpy as np

CACHE = ROOT / "datasets" / "cache"  # a web server on this folder is a $COURSE_MIRROR
ADDRESSES = {  # the first are quick in China
    "mnist": """https://dataset.bj.bcebos.com/mnist/
        https://ossci-datasets.s3.amazonaws.com/mnist/
        https://storage.googleapis.com/cvdf-datasets/mnist/""",
    "fashion_mnist": """https://dataset.bj.bcebos.com/fashion_mnist/
        https://storage.googleapis.com/tensorflow/tf-keras-datasets/""",
    "cifar10": "https://dataset.bj.bcebos.com/cifar/ https://www.cs.toronto.edu/~kriz/",
    "moutai": """https://cdn.jsdelivr.net/gh/jlff/tf2_notes@870d58f451a14788b9bb0f3e6016add85882afe4/class6/
        https://raw.githubusercontent.com/jlff/tf2_notes/870d58f451a14788b9bb0f3e6016add85882afe4/class6/""",
}


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


def mnist(opt=None):
    """Handwritten digits, as `keras.datasets.mnist.load_data()` returns them.

    Returns `(x_train, y_train), (x_test, y_test)`: x `(60000, 28, 28)` and `(10000, 28, 28)` uint8 grey values, y
    `(60000,)` and `(10000,)` uint8. `opt.data` ("", a folder, "real") and `opt.offline` say where to look; where only
    a stand-in is left, which has fewer images, a banner on stderr says so.
    """
    return load("mnist", opt)


def fashion_mnist(opt=None):
    """Zalando's pictures of clothes in ten classes: shapes and options as of `mnist`."""
    return load("fashion_mnist", opt)


def cifar10(opt=None):
    """Small photographs in ten classes, as `keras.datasets.cifar10.load_data()` returns them; options as of `mnist`.

    Returns `(x_train, y_train), (x_test, y_test)`: x `(50000, 32, 32, 3)` and `(10000, 32, 32, 3)` uint8 red, green,
    blue; y `(50000, 1)` and `(10000, 1)` uint8.
    """
    return load("cifar10", opt)


def moutai(opt=None):
    """Prices of a share of Kweichow Moutai in yuan, from the notes' file SH600519.csv; options as of `mnist`.

    Returns a pandas.DataFrame of 2,426 trading days, 2010-04-26 to 2020-04-24, with the columns date (text), open,
    close, high, low, volume, code.
    """
    return load("moutai", opt)


def load(name, opt=None):
    """The data set from the first source that has it. What is wrong with a source before that is said on stderr."""
    folders, chosen, real = places(opt)
    problems = []
    found = search(name, folders, problems)
    if found and chosen and folders[0] not in found[2][0].parents:
        problems.append(f"no {name} in {chosen}: taken from {found[2][0].parent}")
    if not found:
        problems.append(f"no {name} in {', '.join(map(str, folders))}")
        try:
            found = fetch(name, offline=getattr(opt, "offline", False))
        except download.DownloadError as error:
            problems.append(str(error))
    if found:
        for problem in problems:
            print(f"note: {problem}", file=sys.stderr)
        return found[0]
    mend = f"For the real data: python -m common.datasets fetch {name}, or put {by_hand(name)}"
    if real:
        stop(f"--data real, and there is no real {name}: {'; '.join(problems)}. {mend}")
    from common import standins

    stand_in = getattr(standins, name)
    what = (stand_in.__doc__ or "a small set of another kind.").splitlines()[0]
    why = [f"Why: {problem}" for problem in problems]
    print(
        "=" * 80, f"STAND-IN: this is not {name}. In its place: {what}", *why, mend, "=" * 80, sep="\n", file=sys.stderr
    )
    return stand_in()


def places(opt=None):
    """The folders to look in, the one that the user chose or "", and whether a stand-in is refused."""
    data = getattr(opt, "data", "") or os.environ.get("COURSE_DATA", "")
    chosen = os.environ.get("COURSE_DATA", "") if data == "real" else data
    folders = [
        CACHE,
        *(Path(home).expanduser() / "datasets" for home in (os.environ.get("KERAS_HOME"), "~/.keras") if home),
    ]
    if chosen in ("", "real"):
        return folders, "", data == "real"
    top = Path(chosen).expanduser().absolute()
    if not os.path.isdir(top):
        stop(f"no folder {chosen}: --data or COURSE_DATA should name one that holds the data sets")
    return [top, *folders], chosen, data == "real"


def by_hand(name):
    """What a learner can place in which folder."""
    first = CACHE / data_files.FILES[name][0][0]
    return f"{first.name}{' and its three companions' * (len(data_files.FILES[name]) == 4)} into {first.parent}"


def search(name, folders, problems):
    """`(data, verified, files)` from the first folder that holds the set whole, or None; adds to `problems`."""
    for folder in folders:
        for files in data_files.candidates(name, folder):
            try:
                return (*read(name, files), files)
            except Exception as error:  # a damaged file makes its reader raise anything
                where = files[0] if len(files) == 1 else files[0].parent
                problems.append(f"{where} cannot be used: {' '.join(str(error).split()) or type(error).__name__}")
    return None


def read(name, files):
    """The data set in these files and whether it is verified; ValueError and others if it is not whole."""
    for file in files:
        if not file.is_file():
            raise ValueError(f"{file.name} is missing")
    if name == "moutai":
        return data_files.read_prices(files[0])
    stats = [file.stat() for file in files]
    stamp = "\n".join(f"{file} {stat.st_size} {stat.st_mtime_ns}" for file, stat in zip(files, stats, strict=True))
    unpacked = CACHE / "unpacked" / f"{name}.npz"  # quick to read, made from the files that were read last
    with contextlib.suppress(Exception), np.load(unpacked, allow_pickle=False) as saved:
        if saved["stamp"] == stamp:
            return pairs([saved[key] for key in data_files.ARRAYS]), bool(saved["verified"])
    arrays, verified = (
        data_files.read_photographs(files) if name == "cifar10" else (data_files.read_images(name, files), True)
    )
    with contextlib.suppress(OSError):  # where there is no room, every start takes as long as this one
        unpacked.parent.mkdir(parents=True, exist_ok=True)
        with download.new_file(unpacked) as file:
            np.savez(file, stamp=stamp, verified=verified, **dict(zip(data_files.ARRAYS, arrays, strict=True)))
    return pairs(arrays), verified


def pairs(arrays):
    return tuple(arrays[:2]), tuple(arrays[2:])


def fetch(name, offline=False):
    """Download a set into CACHE; what `search` finds there then. Raises DownloadError."""
    if offline or os.environ.get("COURSE_OFFLINE", "") not in ("", "0"):
        raise download.DownloadError(f"no download: {'--offline' if offline else 'COURSE_OFFLINE'} forbids it")
    for file, size, digest in data_files.FILES[name]:
        if not (CACHE / file).exists():
            print(f"downloading {file}, {size / 1e6:.1f} MB", file=sys.stderr)
        addresses = [address + PurePosixPath(file).name for address in ADDRESSES[name].split()]
        download.fetch(file, CACHE, addresses, size, digest)
    return checked(name)


def take(name, folder, problems):
    """Copy a set that lies in `folder` into CACHE; what `search` finds there then. None if there is none to take."""
    if not (found := search(name, [folder], problems)):
        return None
    folder = PurePosixPath(data_files.FILES[name][0][0]).parent
    for file in found[2]:
        copy = CACHE / ("cifar-10-batches-py" if file.name in data_files.BATCHES else folder) / file.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "rb") as source, download.new_file(copy) as target:
            shutil.copyfileobj(source, target)
    return checked(name)


def checked(name):
    problems = []
    return search(name, [CACHE], problems) or stop(f"{'; '.join(problems)}: is the disk sound?")


def main(arguments=None):
    """The command of this module's docstring."""
    parser = Parser("python -m common.datasets", description=__doc__.split("\n\n", 1)[1])
    parser.add_argument("command", nargs="?", choices=["fetch"], help="get data sets into datasets/cache")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(data_files.FILES))
    parser.add_argument("--from", dest="source", metavar="DIR", help="take them from this folder; no download")
    opt = parser.parse_args(arguments)
    for name in opt.names:
        if name not in data_files.FILES:
            stop(f"no data set {name}: there are {', '.join(data_files.FILES)}")
    if not opt.command and opt.source is None:
        return show()
    if opt.source is not None and not Path(opt.source).is_dir():
        stop(f"no folder {opt.source}: --from should name one that holds data sets")
    failed, problems = [], []
    for name in opt.names or data_files.FILES:
        try:
            found = fetch(name) if opt.source is None else take(name, Path(opt.source).absolute(), problems)
        except (download.DownloadError, OSError) as error:
            problems.append(f"{name}: {error}")
            found = None
        if found:
            print(f"{name}: {verdict(found)}, in {found[2][0].parent}")
        else:
            failed.append(name)
    if failed and (opt.source is None or opt.names or len(failed) == len(data_files.FILES)):
        stop("; ".join([f"no {', '.join(failed)}" + (f" in {opt.source}" if opt.source else ""), *problems]))
    for problem in problems:
        print(f"note: {problem}", file=sys.stderr)


def verdict(found):
    return "verified" if found[1] else "complete, not verified"


def show():
    """Print what is on this computer, and where files would be placed by hand."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console.width = 200
    table = Table("data set", "here", "where", "or place by hand")
    problems = []
    for name in data_files.FILES:
        found = search(name, places()[0], problems)
        where = str(found[2][0] if len(found[2]) == 1 else found[2][0].parent) if found else ""
        table.add_row(name, verdict(found) if found else "no", where, by_hand(name))
    console.print(table)
    for problem in problems:
        console.print(problem, soft_wrap=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
