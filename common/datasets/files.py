"""The files that the downloaded data sets come in: where from, what they are called, how they are checked and read."""

import gzip
import hashlib
import io
import os
import pickle
import pickletools
import re
import tarfile

from common import ROOT
from common.datasets import download

import numpy as np

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
BATCHES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
COLUMNS = ["date", "open", "close", "high", "low", "volume", "code"]
ROWS = {"batch": 10000, "days": 2426}
FOLDERS = {  # below a folder, where others put them; npz files are looked for there, too
    "mnist": ("mnist", "MNIST/raw", "."),
    "fashion_mnist": ("fashion-mnist", "fashion_mnist", "FashionMNIST/raw", "."),
}
README = (ROOT / "datasets" / "README.md").read_text(encoding="utf-8")  # its table of files is the program's, too
TABLE = re.findall(r"^\| `(\S+)` \| ([\d,]+) \| \S+ (\w+) \| (.+) \|$", README, re.MULTILINE)
BEGIN = {"mnist": "mnist/", "fashion_mnist": "fashion-mnist/", "cifar10": "cifar-10", "moutai": "SH600519"}
FILES = {  # path in CACHE, bytes, MD5 or SHA-256, addresses
    name: [
        (path, int(size.replace(",", "")), digest, re.findall(r"\((http\S+)\)", links))
        for path, size, digest, links in TABLE
        if path.startswith(BEGIN[name])
    ]
    for name in BEGIN
}
DIGESTS = {  # SHA-256 of the bytes of the four ARRAYS one after the other, true in whatever file they come
    "mnist": "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16",
    "fashion_mnist": "ca3ab2a37f845e1b8ae23cab1b51749a3011ba3bf1d9016176d75cbaabac376f",
}


def candidates(name, folder):
    """Lists of files in a folder that by their names are the data set; some of them may be missing."""
    if name == "moutai":
        found = [[folder / "SH600519.csv"]]
    elif name == "cifar10":
        tops = [folder, *sorted(folder.glob("cifar-10-*"))]  # the names that Keras gives begin like this, too
        tops = dict.fromkeys([*tops, *(top / "cifar-10-batches-py" for top in tops)])
        found = [[top] if os.path.isfile(top) else [top / batch for batch in BATCHES] for top in tops]
    else:
        found = []
        for top in (folder / place for place in FOLDERS[name]):
            alike = [filter(os.path.isfile, sorted(top.glob(idx.replace("-idx", "?idx") + "*"))) for idx in IDX]
            four = [next(some, top / f"{idx}.gz") for some, idx in zip(alike, IDX, strict=True)]
            found += [[top / f"{name}.npz"], four]
    return [paths for paths in found if any(map(os.path.isfile, paths))]


def read_images(name, paths):
    """The four arrays of MNIST or Fashion-MNIST from mnist.npz or the files IDX, and True: they are verified."""
    if len(paths) == 1:
        with np.load(paths[0]) as archive:
            arrays = [np.ascontiguousarray(archive[key], "uint8") for key in ARRAYS]
    else:
        arrays = []
        for path, header in zip(paths, (16, 8, 16, 8), strict=True):
            content = path.read_bytes()
            content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
            arrays.append(np.frombuffer(bytearray(content)[header:], "uint8"))
    digest = hashlib.sha256(b"".join(arrays)).hexdigest()
    if digest != DIGESTS[name]:
        other = [known for known in DIGESTS if digest == DIGESTS[known]]
        raise ValueError(f"it holds {other[0]}" if other else f"its pixels or labels are not those of {name}")
    return [array.reshape(shape) for array, shape in zip(arrays, ((-1, 28, 28), -1) * 2, strict=True)], True


class Described(list):
    """What a pickle says of an array: version, shape, dtype, whether Fortran's order, bytes. NumPy can crash on it."""

    def __setstate__(self, state):
        self[:] = state


class ArraysOnly(pickle.Unpickler):
    """Builds numbers, bytes, text, lists, dicts and descriptions of arrays; nothing else that a pickle may ask for."""

    def find_class(self, module, name):
        if (module, name) == ("_codecs", "encode"):  # how Python 3 writes bytes for Python 2
            return lambda text, encoding: text.encode("latin-1") if encoding == "latin1" else None
        multiarray = module in ("numpy.core.multiarray", "numpy._core.multiarray") and name == "_reconstruct"
        if multiarray or (module == "numpy" and name in ("dtype", "ndarray")):
            return lambda *_: Described()
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no picture needs")


def read_photographs(name, paths):
    """The four arrays of CIFAR-10, and whether they come from the official archive; a folder cannot be verified."""
    rows = ROWS["batch"]
    x, y = np.empty((6, rows, 32, 32, 3), "uint8"), np.empty((6, rows, 1), "uint8")
    missing = list(BATCHES)
    for file, stream in members(paths):
        content = stream.read()
        for number, (opcode, argument, _) in enumerate(pickletools.genops(content)):
            if "PUT" in opcode.name and argument is not None and argument > number:  # as many places are made for it
                raise ValueError(f"{file} has a number in it that fills the memory")
        batch = ArraysOnly(io.BytesIO(content), encoding="bytes").load()
        data, labels = (batch.get(key, batch.get(key.decode())) for key in (b"data", b"labels"))
        _, shape, _, fortran, data = data
        if (*shape, len(data), fortran, len(labels)) != (rows, 3072, rows * 3072, False, rows):
            raise ValueError(f"{file} does not hold {rows:,} images of 3,072 bytes and as many labels")
        number = BATCHES.index(file)
        x[number] = np.frombuffer(data, "uint8").reshape(rows, 3, 32, 32).transpose(0, 2, 3, 1)
        y[number, :, 0] = labels
        missing.remove(file)
    if missing:
        raise ValueError(f"{missing[0]} is missing")
    arrays = [x[:5].reshape(-1, 32, 32, 3), y[:5].reshape(-1, 1), x[5], y[5]]
    for labels in arrays[1::2]:
        if not np.array_equal(np.bincount(labels[:, 0]), [len(labels) // 10] * 10):
            raise ValueError(f"not every class has {len(labels) // 10:,} images of {len(labels):,}")
    _, size, digest, _ = FILES[name][0]
    return arrays, len(paths) == 1 and download.whole(paths[0], size, digest)


def members(paths):
    """Names and streams of CIFAR-10's batches, from their folder or from the archive, which stays packed."""
    if len(paths) > 1:
        for path in paths:
            with open(path, "rb") as stream:
                yield path.name, stream
        return
    with tarfile.open(paths[0]) as archive:
        for member in archive:
            name = member.name.rpartition("/")[2]
            if name in BATCHES and member.isreg():
                yield name, archive.extractfile(member)
        archive.fileobj.read()  # up to the end, where gzip has its checksum


def read_prices(paths):
    """The table in SH600519.csv and whether it is, byte for byte, the notes' own."""
    import pandas as pd

    content = paths[0].read_bytes()
    table = pd.read_csv(io.BytesIO(content), usecols=COLUMNS, keep_default_na=False)[COLUMNS]
    for column in COLUMNS[1:]:
        numbers(table[column].astype(str))
    pd.to_datetime(table["date"])
    if len(table) != ROWS["days"]:
        raise ValueError(f"it has {len(table):,} days, not {ROWS['days']:,}")
    return table, hashlib.sha256(content).hexdigest() == FILES["moutai"][0][2]


def numbers(texts):
    """A column of a table of prices as float64; ValueError names the row, the columns' names being row 1."""
    import pandas as pd

    values = pd.to_numeric(texts, errors="coerce").astype(float)
    wrong = ~values.between(0, 1e12, inclusive="neither")
    if wrong.any():
        row = wrong.idxmax()
        what = f"{texts[row]!r}, not a number above 0 (and below 1e12)" if texts[row] else "missing"
        raise ValueError(f"row {row + 2}: {texts.name} is {what}; mend it, or delete the row")
    return values
