"""The files that the downloaded data sets come in: what they are called, how they are checked and read."""

import contextlib
import gzip
import hashlib
import io
import os
import pickle
import tarfile
import zipfile
from pathlib import PurePosixPath

from common import download

import numpy as np

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
BATCHES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
COLUMNS = ["date", "open", "close", "high", "low", "volume", "code"]
ROWS = {"train": 60000, "test": 10000, "batch": 10000, "days": 2426}
FOLDERS = {  # below a folder, where others put them; npz files are looked for there, too
    "mnist": ("mnist", "MNIST/raw", "."),
    "fashion_mnist": ("fashion-mnist", "fashion_mnist", "FashionMNIST/raw", "."),
}
FILES = {  # name in CACHE, bytes, published digest (MD5 or SHA-256)
    name: [(file, int(size), digest) for file, size, digest in map(str.split, table.strip().splitlines())]
    for name, table in {
        "mnist": """
            mnist/train-images-idx3-ubyte.gz 9912422 f68b3c2dcbeaaa9fbdd348bbdeb94873
            mnist/train-labels-idx1-ubyte.gz 28881 d53e105ee54ea40749a09fcbcd1e9432
            mnist/t10k-images-idx3-ubyte.gz 1648877 9fb629c4189551a2d022fa330f9573f3
            mnist/t10k-labels-idx1-ubyte.gz 4542 ec29112dd5afa0611ce80d1b7f02629c""",
        "fashion_mnist": """
            fashion-mnist/train-images-idx3-ubyte.gz 26421880 8d4fb7e6c68d591d4c3dfef9ec88bf0d
            fashion-mnist/train-labels-idx1-ubyte.gz 29515 25c81989df183df01b3e8a0aad5dffbe
            fashion-mnist/t10k-images-idx3-ubyte.gz 4422102 bef4ecab320f06d8554ea6380940ec79
            fashion-mnist/t10k-labels-idx1-ubyte.gz 5148 bb300cfdad3c16e7a12a480ee83cd310""",
        "cifar10": """
            cifar-10-python.tar.gz 170498071 6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce""",
        "moutai": "SH600519.csv 148592 010ba7f99b4f532a1caddee40bf9239ec1684160d943a5ad14213ecf566b019a",
    }.items()
}
DIGESTS = {  # SHA-256 of the bytes of the four ARRAYS, true in whatever file they come
    "mnist": (
        "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    ),
    "fashion_mnist": (
        "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012",
        "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
        "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
        "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
    ),
}


def candidates(name, folder):
    """Lists of files in a folder that by their names are the data set."""
    if name == "moutai":
        found = [[folder / "SH600519.csv"]]
    elif name == "cifar10":
        tops = [folder, *sorted(folder.glob("cifar-10-*"))]  # the names that Keras gives begin like this, too
        tops = dict.fromkeys([*tops, *(top / "cifar-10-batches-py" for top in tops)])
        found = [[top] if os.path.isfile(top) else [top / batch for batch in BATCHES] for top in tops]
    else:
        found = []
        for top in (folder / place for place in FOLDERS[name]):
            names = [
                [top / (idx.replace("-idx", mark) + end) for mark in ("-idx", ".idx") for end in ("", ".gz")]
                for idx in IDX
            ]
            found += [[top / npz] for npz in sorted({f"{name}.npz", f"{name.replace('_', '-')}.npz"})]
            found += [[next(filter(os.path.isfile, some), some[1]) for some in names]]
    return [files for files in found if any(map(os.path.isfile, files))]


def opened(path):
    """A file's contents, unpacked if it is a gzip file under whatever name."""
    with open(path, "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else open(path, "rb")


def read_images(name, files):
    """The four arrays of MNIST or Fashion-MNIST, verified, from mnist.npz or the files IDX."""
    shapes = [(ROWS["train"], 28, 28), (ROWS["train"],), (ROWS["test"], 28, 28), (ROWS["test"],)]
    arrays = [None] * 4
    for number in (1, 3, 0, 2):  # labels first: they are small, and tell the two sets apart
        key, shape, file = ARRAYS[number], shapes[number], files[min(number, len(files) - 1)]
        if len(files) == 1:
            with zipfile.ZipFile(file) as archive, archive.open(f"{key}.npy") as member:
                array = np.lib.format.read_array(member, allow_pickle=False)
        else:
            key, array = file.name, np.empty(shape, "uint8")
            header = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes()
            with opened(file) as stream:
                if stream.read(len(header)) != header:
                    raise ValueError(f"{key} does not begin as {shape} uint8")
                fill(array, stream, key)
        if array.shape != shape or array.dtype != "uint8":
            raise ValueError(f"{key} is {array.shape} {array.dtype}, not {shape} uint8")
        array = np.ascontiguousarray(array)
        digest = hashlib.sha256(array).hexdigest()
        if digest != DIGESTS[name][number]:
            other = [known for known in DIGESTS if digest in DIGESTS[known]]
            raise ValueError(f"it holds {other[0]}" if other else f"{key} is not that of {name}: its digest is wrong")
        arrays[number] = array
    return arrays


def fill(array, stream, name):
    """Read a stream, to its end, into an array."""
    rest = memoryview(array).cast("B")
    while count := stream.readinto(rest[: 1 << 20]):
        rest = rest[count:]
    if len(rest) or stream.read(1):
        raise ValueError(f"{name} is too {'short' if len(rest) else 'long'}")


class ArraysOnly(pickle.Unpickler):
    """Builds numbers, bytes, text, lists, dicts and numpy's arrays of them; nothing else that a pickle may ask for."""

    def find_class(self, module, name):
        if (module, name) == ("_codecs", "encode"):  # how Python 3 writes bytes for Python 2
            return lambda text, encoding: text.encode("latin-1") if encoding == "latin1" else None
        if module in ("numpy.core.multiarray", "numpy._core.multiarray") and name == "_reconstruct":
            return np.empty(0).__reduce__()[0]
        if module == "numpy" and name in ("dtype", "ndarray"):
            return getattr(np, name)
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no picture needs")


def read_photographs(files):
    """The four arrays of CIFAR-10, and whether they come from the official archive; a folder cannot be verified."""
    rows = ROWS["batch"]
    x, y = np.empty((6 * rows, 32, 32, 3), "uint8"), np.empty((6 * rows, 1), "uint8")
    missing = list(BATCHES)
    with contextlib.closing(members(files)) as streams:
        for name, stream in streams:
            batch = ArraysOnly(stream, encoding="bytes").load()
            data, labels = (batch.get(key, batch.get(key.decode())) for key in (b"data", b"labels"))
            labels = np.asarray(labels)
            if (data.shape, data.dtype, labels.shape, labels.dtype.kind) != ((rows, 3072), "uint8", (rows,), "i"):
                raise ValueError(
                    f"{name} holds data {data.shape} {data.dtype} and labels {labels.shape} {labels.dtype}"
                )
            if labels.min() < 0 or labels.max() > 9:
                raise ValueError(f"{name}: labels from {labels.min()} to {labels.max()}, not 0 to 9")
            part = slice(BATCHES.index(name) * rows, (BATCHES.index(name) + 1) * rows)
            x[part], y[part, 0] = data.reshape(rows, 3, 32, 32).transpose(0, 2, 3, 1), labels
            missing.remove(name)
    if missing:
        raise ValueError(f"{missing[0]} is missing")
    arrays = [x[: 5 * rows], y[: 5 * rows], x[5 * rows :], y[5 * rows :]]
    for labels in arrays[1::2]:
        if (np.bincount(labels[:, 0], minlength=10) != len(labels) // 10).any():
            raise ValueError(f"not every class has {len(labels) // 10:,} images of {len(labels):,}")
    _, size, digest = FILES["cifar10"][0]
    return arrays, len(files) == 1 and download.whole(files[0], size, digest)


def members(files):
    """Names and streams of CIFAR-10's batches, from their folder or from the archive, which stays packed."""
    if len(files) > 1:
        for file in files:
            with open(file, "rb") as stream:
                yield file.name, stream
        return
    with opened(files[0]) as packed:
        with tarfile.open(fileobj=packed, mode="r|") as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if path.is_absolute() or ".." in path.parts:
                    raise ValueError(f"it holds {member.name}, which leads out of the archive")
                if path.name in BATCHES and member.isreg():
                    yield path.name, archive.extractfile(member)
        while packed.read(1 << 20):  # up to the end, where the checksum is
            pass


def read_prices(path):
    """The table in SH600519.csv and whether it is, byte for byte, the notes' own."""
    import pandas as pd

    content = path.read_bytes()
    table = pd.read_csv(io.BytesIO(content), keep_default_na=False)
    table = table.drop(columns=table.columns[0]) if table.columns[0].startswith("Unnamed") else table
    if list(table.columns) != COLUMNS:
        raise ValueError(f"its columns are {', '.join(table.columns)}, not {', '.join(COLUMNS)}")
    for column in COLUMNS[1:]:
        wrong = ~np.isfinite(pd.to_numeric(table[column], errors="coerce"))
        if wrong.any():
            row = int(wrong.argmax())
            raise ValueError(f"row {row + 2}: {column} is {str(table[column][row])!r}, not a number")
    if len(table) != ROWS["days"]:
        raise ValueError(f"it has {len(table):,} days, not {ROWS['days']:,}")
    return table, hashlib.sha256(content).hexdigest() == FILES["moutai"][0][2]
