"""Bad input wherever something is read: one line that names it and the way out, status 2, no file changed."""

import gzip
import hashlib
import importlib
import io
import os
import pickle
import re
import runpy
import struct
import sys
import tarfile
import zipfile
import zlib
from types import SimpleNamespace

from common import ROOT, compare, datasets
from common.checkpoints import Checkpoint, finish
from common.compare import __main__ as comparing
from common.datasets import __main__ as fetching
from common.datasets import download, files, prices
from common.quiet import check_keras_json

import keras
import numpy as np
import pytest

LONG = "x" * 5000
TRAIN, TEST = "mnist_train_jpg_60000", "mnist_test_jpg_10000"


def png(width=28, height=28, data=bytes(29 * 28)):
    """A PNG that claims to be so large."""
    header = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(data)), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def npy(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def tar(name, content=b"", kind=tarfile.REGTYPE, link=""):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size, member.type, member.linkname = len(content), kind, link
        archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def zipped(name, content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


# An array of objects of which none is there: NumPy would look for them, and crash
OBJECTS = (
    b"\x80\x04\x8c\x16numpy._core.multiarray\x8c\x0c_reconstruct\x93\x8c\x05numpy\x8c\x07ndarray\x93K\x00C\x01b\x87R(K\x0b"
    b"\x85\x8c\x05numpy\x8c\x05dtype\x93\x8c\x02O8\x89\x88\x87R(K\x03\x8c\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb\x89"
    b"](etb."
)
# What a learner puts into the place of any file
ANYTHING = {
    "empty": b"",
    "zeros": bytes(1000),
    "byte-order mark": "\ufeff".encode(),
    "UTF-16": "date,open\n2020-01-01,1\n".encode("utf-16"),
    "GBK": "日期,开盘价\n".encode("gbk"),
    "web page": b"<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n",
    "LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    "cut zip": b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)),
    "cut gzip": gzip.compress(os.urandom(999))[:-9],
    "cut JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(100),
    "one long line": b"a" * 200_000,
    "deep": b"[" * 100_000,
    "control characters": bytes(range(1, 32)) + b"\x1b[2J\x7f",
    "program": b"cos\nsystem\n(S'echo harm'\ntR.",
}

# Where it is put: reader, words of the answer. The reader is given the content and reads it.
PLACES = {
    "csv": ["share.csv"],
    "dots": ["dot.csv", "make_dots.py"],
    "labels": [f"{TRAIN}.txt"],
    "image": [f"{TRAIN}.txt, line 1, '0.png'"],
    "picture": ["digit.png': "],
    "saved_array": ["mnist_x_train.npy is damaged", "delete it"],
    "mnist.npz": ["no mnist in", "mnist.npz cannot be used"],
    "idx": ["no mnist in", "cannot be used"],
    "archive": ["no cifar10 in", "cifar-10-python.tar.gz cannot be used"],
    "batch": ["no cifar10 in", "cannot be used"],
    "moutai": ["no moutai in", "SH600519.csv cannot be used"],
    "dense_weights": ["mnist.weights.h5 is damaged", "p16_checkpoint.py"],
    "whole_model": ["digits.keras is damaged", "digit_network.py"],
}

DAYS = [f"2020-{day // 28 + 1:02}-{day % 28 + 1:02},{day + 1}.5" for day in range(336)]
DAYS += [f"2021-{day // 28 + 1:02}-{day % 28 + 1:02},{day + 1}.5" for day in range(64)]


def share(row=None, text=None, header="date,open", end="\n"):
    """A CSV of 400 days, one row of which, counted as an editor does, is another text."""
    rows = [header, *DAYS]
    if row:
        rows[row - 1] = text
    return end.join([*rows, ""]).encode()


MOUTAI = ",date,open,close,high,low,volume,code\n" + "0,2020-01-01,1,1,1,1,1,1\n" * 2426
BATCH = {b"data": np.zeros((10000, 3072), "uint8"), b"labels": [0] * 10000}
SPECIAL = [  # reader, content, words
    ("csv", share(7, "2020-01-06,1e308"), "row 7: open is '1e308'"),
    ("csv", share(7, "2020-01-06,１"), "row 7: open is '１'"),
    ("csv", share(7, "2020-01-06,1_0"), "row 7: open is '1_0'"),
    ("csv", share(7, "2020-01-06,nan"), "row 7: open is 'nan'"),
    ("csv", share(7, "2020-01-06,-1"), "row 7: open is '-1'"),
    ("csv", share(7, "2020-01-06,0x10"), "row 7: open is '0x10'"),
    ("csv", share(7, "2020-01-06,"), "row 7: open is missing"),
    ("csv", share(7, "2020-02-30,5"), "row 7: date is '2020-02-30'"),
    ("csv", share(7, "2020-01-05,5"), "rows 6 and 7: both are of 2020-01-05"),
    ("csv", share(7, "2020-01-06"), "row 7 has 1 cells"),
    ("csv", share(7, "2020-01-06,5\x006"), "neither in UTF-8 nor in GBK"),
    ("csv", share(7, '2020-01-06,"5'), "6 days"),
    ("csv", share(7, "2020-01-06,=1+1"), "row 7: open is '=1\\+1'"),
    ("csv", share(7, '2020-01-06,"' + "9" * 200_000 + '"'), "row 7: open is '999"),
    ("csv", share(7, "2020-01-06,5\r2020-13-06,5", end="\r\n"), "row 8: date is '2020-13-06'"),
    ("csv", share(1, "date,close"), "no column open"),
    ("csv", share(1, "\x1b[31mdate,\ropen"), "row 1 has 1 cells|row 2|no column"),
    ("csv", b"date,open\n\n\n2020-01-01,1", "1 days"),
    ("dots", b"x1,x2,y_c\n1,2\n", "row 2: '1,2'"),
    ("dots", "x1,x2,y_c\n１,２,1\n".encode(), "row 2"),
    ("dots", b"x1,x2,y_c\n1e999,2,1\n", "row 2"),
    ("dots", b"x1,x2,y_c\n" + b"9" * 400 + b",2,1\n", "row 2"),
    ("dots", b"x1,x2,y_c\n1,2,2\n", "row 2"),
    ("dots", b"\xef\xbb\xbfx1,x2,y_c\n1,2,1\n", "row 1"),
    ("labels", b"0.png\n", "line 1: '0.png' is not the name of an image and a label"),
    ("labels", b"0.png 10\n", "line 1: "),
    ("labels", b"0.png -1\n", "line 1: "),
    ("labels", b"0.png 1.5\n", "line 1: "),
    ("labels", "0.png ３\n".encode(), "line 1: "),
    ("labels", "0.png ٣\n".encode(), "line 1: "),
    ("labels", b"0.png 3\r\n\r\n1.png 3\r\n", "line 3: no file '1.png'"),
    ("labels", b"0.png 3\r1.png 3\r", "line 2: no file '1.png'"),
    ("labels", b"../mnist_train_jpg_60000.txt 3\n", "line 1, '../mnist_train_jpg_60000.txt'"),
    ("labels", b"/dev/zero 3\n", "line 1: no file '/dev/zero'"),
    ("labels", b". 3\n", "line 1: no file '.'"),
    ("labels", b"0\x00.png 3\n", r"line 1: no file '0\\x00.png'"),
    ("labels", LONG.encode() + b" 3\n", "line 1: no file 'xxx"),
    ("labels", b"\x1b[2J.png 3\n", r"line 1: no file '\\x1b\[2J.png'"),
    ("image", png(28, 27), "28 x 27 pixels, not 28 x 28"),
    ("image", png(0, 28), "line 1, '0.png': "),
    ("image", png(10**5, 10**5), "decompression bomb"),
    ("image", png()[:45], "line 1"),
    ("picture", png(0, 28), "cannot be read|not a picture"),
    ("picture", png(10**5, 10**5), "million pixels"),
    ("picture", png()[:45], "cannot be read|not a picture"),
    ("picture", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%echo harm) run\n", "not a picture"),
    ("picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
    ("saved_array", npy(np.zeros((1, 783))), "damaged"),
    ("saved_array", npy(np.full((1, 784), np.nan)), "damaged"),
    ("saved_array", npy(np.full((1, 784), 255)), "damaged"),
    ("saved_array", npy(np.full((1, 784), "a")), "damaged"),
    ("saved_array", npy(np.array([print] * 784)), "damaged"),
    ("saved_array", npz(a=np.zeros((1, 784))), "damaged"),
    ("saved_labels", npy(np.zeros(2)), "mnist_y_train.npy is damaged"),
    ("saved_labels", npy(np.array([10])), "mnist_y_train.npy is damaged"),
    ("saved_labels", npy(np.array([-1])), "mnist_y_train.npy is damaged"),
    ("mnist.npz", npz(x_train=np.zeros(3)), "y_train is not a file|y_train"),
    ("mnist.npz", npz(**dict.fromkeys(files.ARRAYS, np.zeros((9, 28, 28), "uint8"))), "are not those of mnist"),
    ("mnist.npz", npz(**dict.fromkeys(files.ARRAYS, np.array([None]))), "allow_pickle"),
    ("mnist.npz", npy(np.zeros((9, 28, 28))), "cannot be used"),
    ("mnist.npz", zipped("x_train.npy", npy(np.zeros(9))[:-5]), "cannot be used"),
    ("mnist.npz", zipped("../../x_train.npy", b""), "cannot be used"),
    ("mnist.npz", zipped("x_train.npy", npy(np.zeros(9)).replace(b"(9,)", b"(9e9,)")), "cannot be used"),
    ("idx", bytes([0, 0, 8, 3, 0, 0, 0, 9]), "are not those of mnist"),
    ("idx", gzip.compress(b"\0" * 9999), "are not those of mnist"),
    ("archive", tar("cifar-10-batches-py/data_batch_1"), "pickle exhausted"),
    ("archive", tar("../../data_batch_1", pickle.dumps([1, 2])), "cannot be used"),
    ("archive", tar("data_batch_1", kind=tarfile.SYMTYPE, link="/etc/passwd"), "data_batch_1 is missing"),
    ("archive", tar("readme.html", b"x" * 99), "data_batch_1 is missing"),
    ("archive", tar("data_batch_1", pickle.dumps(BATCH, 2))[:-40], "cannot be used"),
    ("batch", pickle.dumps({**BATCH, b"data": BATCH[b"data"][:9]}, 2), "does not hold 10,000 images"),
    ("batch", pickle.dumps({**BATCH, b"labels": [0]}, 2), "does not hold 10,000 images"),
    ("batch", pickle.dumps({**BATCH, b"labels": [300] * 10000}, 2), "cannot be used"),
    ("batch", pickle.dumps([[]] * 5, 2), "cannot be used"),
    ("batch", pickle.dumps(print), "asks for builtins.print"),
    ("batch", b"\x80\x02}r\xff\xff\xff\x7f.", "fills the memory"),
    ("batch", b"\x80\x02}p2147483647\n.", "fills the memory"),
    ("batch", pickle.dumps({b"data": np.dtype("f4"), b"labels": np.zeros(3)}, 5), "cannot be used"),
    ("batch", OBJECTS, "cannot be used"),
    ("moutai", MOUTAI.replace("2020-01-01", "soon").encode(), "soon"),
    ("moutai", MOUTAI.replace("2020-01-01,1,", "2020-01-01,inf,").encode(), "row 2: open is 'inf'"),
    ("moutai", MOUTAI[:-30].encode(), "days|cannot be used"),
    ("moutai", MOUTAI.replace("open", "opening").encode(), "open"),
    ("dense_weights", zipped("a", b"b"), "damaged"),
    ("whole_model", zipped("config.json", b"{}"), "damaged"),
    ("whole_model", zipped("config.json", b'{"class_name": "Lambda", "module": "os", "config": {}}'), "damaged"),
    ("rules", b"close = 1\n", "no section headers|git checkout"),
    ("rules", b"[p01_lesson]\nclose = x\n", "could not convert string to float: 'x'"),
    ("rules", b"[p01_lesson]\nclose = 1\nlines = a-b\n", "invalid literal"),
    ("rules", b"[p01_lesson]\nrandom = 0\n", "not enough values"),
    ("rules", b"[p01_lesson]\nband = lower\n", "not enough values"),
    ("rules", b"[p01_lesson]\n[p01_lesson]\n", "already exists"),
    ("rules", b"[p01_lesson]\nclose = 1\nclose = 1\n", "already exists"),
    ("rules", b"[p01_lesson]\nreason = \xff\n", "can't decode"),
    ("rules", b"[p01_lesson\nclose = 1\n", "no section headers"),
    ("expected", b"w is \xff\n", "can't decode"),
    ("expected", "w is 1".encode("utf-16"), "can't decode"),
    ("output", b"", "--output mine.txt is empty"),
    ("output", b"\n \r\n\t\n", "--output mine.txt is empty"),
    ("output", "\ufeff".encode(), "--output mine.txt is empty"),
    ("output", bytes(99), "--output mine.txt is not text"),
    ("output", b"\xff\xfew\x00i", "--output mine.txt is not text"),
    ("output", ANYTHING["cut JPEG"], "--output mine.txt is not text"),
    ("output", "w is 1".encode("utf-16-le"), "--output mine.txt is not text"),
]

# Names in a file's place: reader, words. What is there is a folder, nothing, a link to itself or to nothing, ...
NAMES = {
    "csv": "cannot read .*--csv should name a file|null, 0 days",
    "picture": "no such file|a folder, not a picture",
    "output": "cannot read --output|null is empty",
    "folder": "python datasets/make_digits.py",
    "data": "no folder .*--data or COURSE_DATA should name one",
    "COURSE_DATA": "no folder .*--data or COURSE_DATA should name one",
    "from": "no folder .*--from should name one",
    "script": "no script .*README.md lists them all",
}
WRONG = {  # and what it is called
    "a folder": "folder",
    "nothing": "nowhere",
    "a link to itself": "loop",
    "a link to nothing": "dangling",
    "too long": LONG,
    "two lines": "a\nb",
    "colours": "\x1b[31mred",
    "not UTF-8": "\udcff",
    "empty": "",
    "a file's file": "file/inside",
    "somebody's home": "~nobody-of-this-name/x",
    "a device": "/dev/null",
}
FOLDERS = {"csv", "folder", "data", "COURSE_DATA", "from"}  # where a folder is right, and nothing means the usual place

FLAGS = [  # command, words
    ("p13_backpropagation --epochs 0", "--epochs: '0' is not a whole number above 0"),
    ("p13_backpropagation --epochs 1e3", "--epochs: '1e3' is not a whole number"),
    ("p13_backpropagation --epochs 0x10", "--epochs: '0x10'"),
    ("p13_backpropagation --epochs 2147483648", "--epochs: '2147483648'"),
    (f"p13_backpropagation --epochs {'9' * 5000}", "--epochs: '999"),
    ("p13_backpropagation --epochs ½", "--epochs: '½'"),
    ("p13_backpropagation --epochs 三", "--epochs: '三'"),
    ("p13_backpropagation --epochs", "--epochs: expected one argument"),
    ("p13_backpropagation --epochs=", "--epochs: ''"),
    ("p13_backpropagation --epoch 3", "unrecognized arguments: --epoch 3"),
    ("p13_backpropagation -epochs 3", "unrecognized arguments: -epochs 3"),
    ("p13_backpropagation ——epochs 3", "unrecognized arguments: ——epochs 3"),
    ("p13_backpropagation 3", "unrecognized arguments: 3"),
    ("p13_backpropagation --learning-rate 0", "--learning-rate: '0' is not a number above 0"),
    ("p13_backpropagation --learning-rate -0.1", "expected one argument|is not a number above 0"),
    ("p13_backpropagation --learning-rate nan", "'nan' is not a number above 0"),
    ("p13_backpropagation --learning-rate -inf", "expected one argument|is not a number above 0"),
    ("p13_backpropagation --learning-rate 1e308", "'1e308' is not a number above 0"),
    ("p13_backpropagation --learning-rate 1e-999", "'1e-999' is not a number above 0"),
    ("p13_backpropagation --learning-rate 0,1", "'0,1' is not a number above 0"),
    ("p13_backpropagation --learning-rate 1e", "'1e' is not a number above 0"),
    ("p10_learning_rate_decay --decay 2e9", "'2e9' is not a number from 0 to below 1"),
    ("p10_learning_rate_decay --decay-steps 0", "--decay-steps: '0'"),
    ("p17_constant --dtype", "unrecognized arguments: --dtype"),
    ("p45_iris --no-shuffle=1", "ignored explicit argument '1'"),
    ("p45_iris --epochs 3000000000", "is not a whole number above 0, and at most 2,147,483,647"),
    ("p45_iris --batch-size 32.0", "--batch-size: '32.0'"),
    ("network_complexity --layers 3,,2", "--layers: ''"),
    ("network_complexity --layers 5", "--layers: a network has"),
    ("network_complexity --layers 3;4", "--layers: '3;4'"),
    ("network_complexity --layers 3,-4", "--layers: '-4'"),
    ("network_complexity --layers 3，4", "--layers: '3，4'"),
    ("p40_adam --beta1 1", "'1' is not a number from 0 to below 1"),
    ("p38_rmsprop --epsilon -1", "expected one argument|--epsilon: '-1'"),
    ("activations --alpha x", "--alpha: 'x'"),
    ("p20_custom_loss --cost -1", "--cost"),
    ("p08_iris_sequential --seed -1", "--seed"),
    ("p08_iris_sequential --seed 2147483648", "--seed: '2147483648'"),
    ("p13_mnist_datasets --limit -1", "--limit"),
    ("p13_mnist_datasets --limit x", "--limit: 'x'"),
    ("p11_show_augmented --copies 0", "--copies: '0'"),
    ("p28_digit_app --port x", "--port: 'x'"),
    ("p28_digit_app --pictures a.png", "unrecognized arguments"),
    ("p34_cifar10_alexnet8 --precision float16", "--precision: invalid choice: 'float16'"),
    ("p34_cifar10_alexnet8 --strategy two", "--strategy: invalid choice: 'two'"),
    ("p31_cifar10_lenet5 --strategy mirrored", "unrecognized arguments"),
    ("compare_networks --networks LeNet", "--networks LeNet: there are Baseline, LeNet5"),
    ("compare_networks --networks LeNet5,", "--networks : there are"),
    ("compare_networks --networks", "expected one argument"),
    ("padding --sizes 100000", "--sizes and --kernels: at most 4096"),
    ("padding --kernels 0", "--kernels: '0'"),
    ("dropout --rate 1", "--rate: '1'"),
    ("batch_normalization --momentum 1", "--momentum: '1'"),
    ("p15_rnn_onehot_1pre1 --predict f", "--predict: 'f' is not 1 of the letters a to e"),
    ("p15_rnn_onehot_1pre1 --predict a,", "--predict: '' is not 1 of the letters"),
    ("p15_rnn_onehot_1pre1 --predict ａ", "--predict: 'ａ' is not"),
    ("p21_rnn_onehot_4pre1 --predict abc", "--predict: 'abc' is not 4 of the letters a to e"),
    ("p21_rnn_onehot_4pre1 --predict abcd，bcde", "--predict: 'abcd，bcde' is not"),
    ("p21_rnn_onehot_4pre1 --predict=", "--predict: ''"),
    ("p21_rnn_onehot_4pre1 --predict ABCD", "--predict: 'ABCD'"),
    ("p27_rnn_embedding_1pre1 --predict 1", "--predict: '1'"),
    ("p32_rnn_embedding_4pre1 --predict abc1", "--predict: 'abc1' is not 4 of the letters a to z"),
    (f"p32_rnn_embedding_4pre1 --predict {'a' * 999}", "--predict: 'aaaa"),
    ("compare_stock --target prices", "--target: invalid choice: 'prices'"),
    ("compare_stock --seeds 0", "--seeds: '0'"),
    ("make_digits 0", "'0' is not a number of images from 1 to 60000"),
    ("make_digits 5 6", "'5 6' is not a number of images"),
    (f"make_digits {'9' * 5000}", "is not a number of images"),
    ("common.datasets get", "invalid choice: 'get'"),
    ("common.datasets fetch imagenet", "no data set imagenet: there are mnist"),
    ("common.datasets fetch --from", "expected one argument"),
    ("common.compare", "which script"),
    ("common.compare p99", "no script p99; README.md lists them all"),
    ("common.compare p26", "p26 may be class4_extensions/p26_numpy_newaxis, class4_extensions/p26_tf_newaxis: which"),
    ("common.compare p45.txt", "no script p45.txt; README.md lists them all"),
    ("common.compare --all --output x", "--output goes with one script"),
    ("common.compare p46_cifar10_resnet18 --fast", "none of these takes at most 10 seconds; leave --fast out"),
    ("common.compare p06_vstack --slow", "unrecognized arguments: --slow"),
    ("common.compare p06_vstack --output= ", "cannot read --output"),
    ("common.practice p99", "p99"),
    ("common.practice --check", "--check: expected one argument"),
    ("common.practice --slow", "unrecognized arguments: --slow"),
    ("benchmarks --only p99", "no part p99: there are"),
    ("benchmarks --only=", "no part : there are"),
    ("benchmarks --fast", "unrecognized arguments: --fast"),
    ("benchmarks.image_folder x", "count: 'x' is not a whole number above 0"),
    ("benchmarks.image_folder 10 0", "rounds: '0'"),
    ("benchmarks.jpeg --fast", "unrecognized arguments: --fast"),
    ("benchmarks.jpeg .github a", "unrecognized arguments: a"),
]

MIRRORS = [  # $COURSE_MIRROR and what is wrong with it
    ("nonsense", "unknown url type"),
    ("http://[::1", "Invalid IPv6 URL|invalid"),
    ("http://127.0.0.1:99999", "port|refused"),
    ("http://127.0.0.1:1", "refused|Connection"),
    ("file:///nowhere", "No such file"),
    ("gopher://127.0.0.1", "unknown url type"),
    ("file://{folder}", "digest is wrong"),
]

STATES = [  # last.npz: the run as JSON, arrays; None: those of the network
    ("[]", None),
    ("{}", None),
    ("null", None),
    ("{" * 5000, None),
    ('{"epochs": "1"}', None),
    ('{"epochs": -1, "until": 1, "best": 1.0, "history": {}, "seconds": [], "resumed": []}', None),
    ("good", [np.array(["a", "b"])]),
    ("good", []),
]


def listing(folder):
    """Every file and link below a folder and what it holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[path] = os.readlink(path)
        else:
            found[path] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return found


@pytest.fixture
def refused(tmp_path, capsys, recwarn):
    """Checks that a call ends as it should on bad input, its line matching each of `words`."""

    def check(call, *words):
        before = listing(tmp_path)
        with pytest.raises(SystemExit) as end:
            call()
        err = re.sub("^downloading .*\n", "", capsys.readouterr().err)
        assert end.value.code == 2
        assert err.count("\n") == 1 and err.endswith("\n") and err[:-1].isprintable(), err
        for word in words:
            assert re.search(word, err), (word, err[:500])
        assert listing(tmp_path) == before
        assert not [w for w in recwarn if not issubclass(w.category, (DeprecationWarning, ResourceWarning))]

    return check


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(128), keras.layers.Dense(10)])
    model.build((None, 28, 28))
    path = tmp_path_factory.mktemp("weights") / "mnist.weights.h5"
    model.save_weights(path)
    return path.read_bytes()


@pytest.fixture
def readers(tmp_path, monkeypatch, run_script, weights):
    """Each puts a content where it is read and returns the call that reads it; a name (text) is given as it is."""
    monkeypatch.setattr(datasets, "CACHE", tmp_path / "cache")
    monkeypatch.chdir(tmp_path)

    def put(path, content):
        if isinstance(content, str):
            return content
        path = tmp_path / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return str(path)

    def script(name, *flags):
        return lambda: run_script(name, *flags)

    def digits():
        """A folder that p08 reads without complaint."""
        for part in (TRAIN, TEST):
            put(f"digits/{part}/0.png", png())
            put(f"digits/{part}.txt", b"0.png 3\n")

    def p08(path, content):
        digits()
        put(f"digits/{path}", content)
        return script("class4_extensions/p08_custom_dataset.py", "--folder", str(tmp_path / "digits"))

    def saved(path, content):
        for name in files.ARRAYS:
            put(f"digits/mnist_{name}.npy", npy(np.zeros(1 if name[0] == "y" else (1, 784))))
        put(f"digits/{path}", content)
        return script("class4_extensions/p08_custom_dataset.py", "--folder", str(tmp_path / "digits"))

    def p28(path, content):
        put("checkpoints/p16_checkpoint/mnist.weights.h5", weights)
        picture = put("digit.png", png())
        named = put(path, content)
        return script("class4_extensions/p28_digit_app.py", named if path == "digit.png" else picture)

    def csv(content):
        name = put("share.csv", content)
        return lambda: prices.load(SimpleNamespace(csv=name))

    def dots(content):
        put("datasets/dot.csv", content)
        monkeypatch.setattr(datasets, "ROOT", tmp_path)
        return datasets.dots

    def fetch(name, path, content):
        for other in (*files.BATCHES, *files.IDX):
            put(f"stick/cifar-10-batches-py/{other}" if "batch" in other else f"stick/{other}.gz", b"")
        put(f"stick/{path}", content)
        return lambda: fetching.main(["fetch", name, "--from", str(tmp_path / "stick")])

    def course(rules=b"", expected=b"w is 0.5", output=b"w is 0.6"):
        put("class1_basics/p01_lesson.py", b'"""x\n\n:Time: 1 s\n"""')
        put("class1_basics/expected/rules.ini", rules)
        put("class1_basics/expected/p01_lesson.txt", expected)
        monkeypatch.setattr(compare, "ROOT", tmp_path)
        name = os.path.relpath(put("mine.txt", output)) if isinstance(output, bytes) else output
        return lambda: comparing.main(["p01_lesson", "--output", name])

    def environment(name):
        monkeypatch.setenv("COURSE_DATA", name)
        return lambda: datasets.mnist(SimpleNamespace(data="", offline=True))

    return SimpleNamespace(
        csv=csv,
        dots=dots,
        labels=lambda content: p08(f"{TRAIN}.txt", content),
        image=lambda content: p08(f"{TRAIN}/0.png", content),
        saved_array=lambda content: saved("mnist_x_train.npy", content),
        saved_labels=lambda content: saved("mnist_y_train.npy", content),
        picture=lambda content: p28("digit.png", content),
        dense_weights=lambda content: p28("checkpoints/p16_checkpoint/mnist.weights.h5", content),
        whole_model=lambda content: p28("checkpoints/digit_network/digits.keras", content),
        idx=lambda content: fetch("mnist", f"{files.IDX[0]}.gz", content),
        archive=lambda content: fetch("cifar10", "cifar-10-python.tar.gz", content),
        batch=lambda content: fetch("cifar10", "cifar-10-batches-py/data_batch_1", content),
        moutai=lambda content: fetch("moutai", "SH600519.csv", content),
        rules=lambda content: course(rules=content),
        expected=lambda content: course(expected=content),
        output=lambda content: course(output=content),
        script=lambda name: lambda: comparing.main([name]),
        folder=lambda name: script("class4_extensions/p08_custom_dataset.py", "--folder", name),
        data=lambda name: lambda: datasets.mnist(SimpleNamespace(data=name, offline=True)),
        COURSE_DATA=environment,
        **{"mnist.npz": lambda content: fetch("mnist", "mnist.npz", content)},
        **{"from": lambda name: lambda: fetching.main(["fetch", "--from", name])},
    )


@pytest.mark.parametrize("content", ANYTHING)
@pytest.mark.parametrize("reader", PLACES)
def test_anything_in_the_place_of_a_file(reader, content, readers, refused):
    refused(vars(readers)[reader](ANYTHING[content]), *PLACES[reader])


@pytest.mark.parametrize("reader, content, words", SPECIAL, ids=[f"{one[0]}-{n}" for n, one in enumerate(SPECIAL)])
def test_a_file_that_is_nearly_right(reader, content, words, readers, refused):
    refused(vars(readers)[reader](content), words)


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("reader", NAMES)
def test_a_name_of_nothing_that_can_be_read(reader, kind, readers, refused, tmp_path):
    if reader in FOLDERS and kind in ("a folder", "empty"):
        pytest.skip("which is right there")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    try:
        (tmp_path / "loop").symlink_to("loop")
        (tmp_path / "dangling").symlink_to("nowhere")
    except OSError:
        pytest.skip("no links here")
    call = vars(readers)[reader](WRONG[kind])
    refused(call, NAMES[reader])


@pytest.mark.parametrize("reader", ["csv", "dots", "labels", "image", "picture", "output", "moutai", "whole_model"])
def test_no_permission(reader, readers, tmp_path, capsys):
    call = vars(readers)[reader](b"mine")
    last = next(path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == b"mine")
    last.chmod(0)
    if os.access(last, os.R_OK):
        pytest.skip("the administrator may read everything")
    with pytest.raises(SystemExit, match="2"):
        call()
    (line,) = capsys.readouterr().err.splitlines()
    assert last.name in line and ("ermission" in line or "damaged" in line)


@pytest.mark.parametrize("command, words", FLAGS, ids=[command[:60] for command, _ in FLAGS])
def test_flags(command, words, run_script, refused, monkeypatch, tmp_path):
    name, *flags = command.split(" ")
    flags = [flag.strip("'") for flag in flags if flag]
    found = [*ROOT.glob(f"class*/{name}.py"), *ROOT.glob(f"datasets/{name}.py")]

    def call():
        if found:
            return run_script(found[0].relative_to(ROOT), *flags)
        monkeypatch.setattr(sys, "argv", [name, *flags])
        if name in sys.modules:  # a package, or a module
            sys.exit(importlib.import_module(name + ".__main__" * hasattr(sys.modules[name], "__path__")).main())
        runpy.run_module(name, run_name="__main__", alter_sys=True)

    refused(call, words, r"--help|there are|e\.g\.|README|should|from 1|at most|goes with|cannot read|--list")


@pytest.mark.parametrize("answers", ["x", "", "0", "-1", "1.5", "²", EOFError, ("1", EOFError), UnicodeDecodeError])
def test_answers_at_the_prompts(answers, run_script, refused, monkeypatch):
    answers = iter(answers if isinstance(answers, tuple) else [answers])

    def answer(question):
        given = next(answers)
        if given is UnicodeDecodeError:
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")
        if given is EOFError:
            raise EOFError
        return given

    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("builtins.input", answer)
    refused(lambda: run_script("class4_extensions/p28_digit_app.py"), "not a number of pictures, or a path; give")


@pytest.mark.parametrize("mirror, words", MIRRORS)
def test_a_mirror_that_serves_nothing(mirror, words, refused, monkeypatch, tmp_path):
    [(path, size, *official)] = files.FILES["moutai"]
    (tmp_path / "cache" / path).parent.mkdir(parents=True)
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_bytes(bytes(size))
    monkeypatch.setattr(datasets, "CACHE", tmp_path / "cache")
    monkeypatch.setitem(files.FILES, "moutai", [(path, size, official[0], [])])
    monkeypatch.setattr(download, "TIMEOUT", 2)
    monkeypatch.setenv("COURSE_OFFLINE", "0")
    monkeypatch.setenv("COURSE_MIRROR", mirror.format(folder=tmp_path))
    (tmp_path / "cache" / path).parent.joinpath("here").write_bytes(b"")
    refused(lambda: fetching.main(["fetch", "moutai"]), "no moutai", words)


def network():
    model = keras.Sequential([keras.layers.Dense(2, use_bias=False)])
    model.compile("sgd", "mse")
    model.build((None, 3))
    return model


@pytest.mark.parametrize("content", [*ANYTHING, *range(len(STATES))])
def test_a_state_of_a_training_that_cannot_be_used(content, tmp_path, capsys, monkeypatch):
    """It is set aside under a name that is said, as it was, and the training begins."""
    monkeypatch.setenv("COURSE_CHECKPOINTS", str(tmp_path))
    folder = tmp_path / "lesson"
    folder.mkdir()
    data = ANYTHING.get(content)
    if data is None:
        run, arrays = STATES[content]
        if run == "good":
            run = '{"epochs": 1, "until": 1, "best": 1.0, "history": {"loss": [1.0]}, "seconds": [1.0], "resumed": [], '
            run += '"parameters": 6, "labels": [2, 1]}'
        model = network()
        model.optimizer.build(model.trainable_variables)
        variables = [*model.variables, *model.optimizer.variables]
        arrays = [variable.numpy() for variable in variables] if arrays is None else arrays
        data = npz(**{f"arr_{number}": array for number, array in enumerate(arrays)}, run=run)
    (folder / "last.npz").write_bytes(data)
    checkpoint = Checkpoint(network(), 1, np.arange(2), name="lesson")
    assert checkpoint.epoch == 0 and checkpoint.epochs == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "set aside as" in line and str(folder) in line
    (kept,) = (path for path in tmp_path.rglob("last.npz*") if path.is_file())
    assert kept.read_bytes() == data
    finish()


@pytest.mark.parametrize("kind", ["text", "bytes", "folder"])
def test_a_note_of_the_end_that_is_none(kind, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_CHECKPOINTS", str(tmp_path))
    path = tmp_path / "lesson" / "finished"
    path.parent.mkdir()
    path.mkdir() if kind == "folder" else path.write_bytes({"text": b"three", "bytes": b"\xff\xfe\x00"}[kind])
    assert Checkpoint(network(), 2, np.arange(2), name="lesson").epochs == 2
    assert capsys.readouterr().err == ""
    finish()


@pytest.mark.parametrize(
    "content",
    ["[]", "3", '{"floatx": "float16"}', '{"image_data_format": "channels_first"}', '{"epsilon": null}', "deep", 0],
)
def test_keras_settings_that_no_lesson_expects(content, tmp_path, monkeypatch, refused):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    path = tmp_path / "keras.json"
    path.write_text(ANYTHING.get(content, b"").decode() or content) if content else path.mkdir()
    refused(check_keras_json, re.escape(str(path)), "delete it, or set KERAS_HOME")


@pytest.mark.parametrize(
    "content", ["", "{", "{}", '{"backend": "torch"}', '{"floatx": "float32", "epsilon": 1e-07}', None]
)
def test_keras_settings_that_change_nothing(content, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    if content is not None:
        (tmp_path / "keras.json").write_text(content)
    check_keras_json()
