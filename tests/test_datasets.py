"""Where the data sets are looked for, what is taken for one, and what happens when there is none."""

import argparse
import functools
import gzip
import hashlib
import http.server
import io
import os
import pickle
import pickletools
import shutil
import sys
import tarfile
import threading
import types
import zipfile

from common import ROOT, datasets
from common.datasets import __main__ as command
from common.datasets import download, files

import numpy as np
import pytest

IMAGES = ("mnist", "fashion_mnist")
ALL = (*IMAGES, "cifar10", "moutai")
OFFICIAL = [entry for entries in files.FILES.values() for entry in entries]


def small(seed):
    """The four arrays of a set of images: 40 to learn from, 10 to test."""
    random = np.random.RandomState(seed)
    x, y = random.randint(0, 256, (50, 28, 28)).astype("uint8"), np.arange(50, dtype="uint8") % 10 * (seed % 2)
    return [x[:40], y[:40], x[40:], y[40:]]


SMALL = {"mnist": small(1), "fashion_mnist": small(2)}
PIXELS = np.random.RandomState(3).randint(0, 256, (60, 32, 32, 3)).astype("uint8")
CLASSES = [int(label) for label in np.arange(60) % 10]
CSV = ",date,open,close,high,low,volume,code\n" + "".join(
    f"{day + 74},2010-04-{day:02},8{day}.5,87.25,89.5,87.0,107036.13,600519\n" for day in range(1, 6)
)


def stand_in(name):
    def made():
        return f"stand-in for {name}"

    made.__doc__ = f"A few pictures instead of {name}."
    return made


@pytest.fixture(autouse=True)
def little_world(request, monkeypatch, tmp_path):
    """Data sets of a few rows, and a home and a cache without any."""
    if request.node.get_closest_marker("real_data"):
        return
    (tmp_path / "home").mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("KERAS_HOME", "COURSE_DATA", "COURSE_MIRROR", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setattr(datasets, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(files, "ROWS", {"batch": 10, "days": 5})
    digests = {name: hashlib.sha256(b"".join(SMALL[name])).hexdigest() for name in IMAGES}
    monkeypatch.setattr(files, "DIGESTS", digests)
    for name in ALL:
        monkeypatch.setitem(files.FILES, name, [(*entry[:3], []) for entry in files.FILES[name]])
    fake = types.SimpleNamespace(**{name: stand_in(name) for name in ALL})
    monkeypatch.setitem(sys.modules, "common.datasets.standins", fake)
    monkeypatch.setattr(datasets, "standins", fake, raising=False)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def idx(array):
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()


def write_idx(folder, name, packed=True, mark="-idx"):
    folder.mkdir(parents=True, exist_ok=True)
    for file, array in zip(files.IDX, SMALL[name], strict=True):
        content = gzip.compress(idx(array), mtime=0) if packed else idx(array)
        (folder / (file.replace("-idx", mark) + ".gz" * packed)).write_bytes(content)


def write_npz(path, name="mnist", **changed):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **{**dict(zip(files.ARRAYS, SMALL[name], strict=True)), **changed})


def batches(text_keys=False):
    """The contents of the six pickles, by name."""
    made = {}
    for number, name in enumerate(files.BATCHES):
        part = slice(number * 10, number * 10 + 10)
        data = PIXELS[part].transpose(0, 3, 1, 2).reshape(10, 3072)
        batch = {b"batch_label": b"a batch", b"labels": CLASSES[part], b"data": data, b"filenames": [b"a.png"] * 10}
        made[name] = {key.decode(): value for key, value in batch.items()} if text_keys else batch
    return made


def dump(batch, protocol=2):
    return pickle.dumps(batch, protocol=protocol)


def python2(batch):
    """A pickle as Python 2 wrote them: bytes are its strings, and NumPy's modules have their old names."""
    content = bytearray(pickle.dumps(batch, protocol=2 + 1))
    for opcode, _, position in pickletools.genops(bytes(content)):
        if opcode.name in ("BINBYTES", "SHORT_BINBYTES"):
            content[position : position + 1] = b"T" if opcode.name == "BINBYTES" else b"U"
    return b"\x80\x02" + bytes(content[2:]).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


def write_batches(folder, write=dump, **keys):
    folder.mkdir(parents=True, exist_ok=True)
    for name, batch in batches(**keys).items():
        (folder / name).write_bytes(write(batch))


def write_tar(path, extra=(), leave_out=()):
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        contents = {f"cifar-10-batches-py/{name}": python2(batch) for name, batch in batches().items()}
        for name, content in {"cifar-10-batches-py/readme.html": b"<html>", **contents, **dict(extra)}.items():
            if name.rpartition("/")[2] not in leave_out:
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))


def load(name, data="", offline=False):
    return getattr(datasets, name)(argparse.Namespace(data=str(data), offline=offline))


def is_real(name, data):
    if name == "moutai":
        assert list(data.columns) == files.COLUMNS and len(data) == 5 and data.open[0] == 81.5
        assert data.date[0] == "2010-04-01" and data.code[0] == 600519
        return True
    (x_train, y_train), (x_test, y_test) = data
    arrays = SMALL.get(name) or [PIXELS[:50], np.array(CLASSES[:50]), PIXELS[50:], np.array(CLASSES[50:])]
    for ours, array in zip((x_train, y_train, x_test, y_test), arrays, strict=True):
        assert ours.dtype == "uint8" and ours.flags.c_contiguous and ours.flags.writeable
        np.testing.assert_array_equal(ours, array.reshape(ours.shape))
    assert y_train.ndim == (2 if name == "cifar10" else 1) and type(data) is type(data[0]) is type(data[1]) is tuple
    return True


def refused(name, data, capsys, *words):
    """The set is not loaded from `data`, and the banner says each of the words; nothing in there changed."""
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert load(name, data) == f"stand-in for {name}"
    said = capsys.readouterr().err
    assert all(word in said for word in words), said
    assert before == {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    return said


# what is taken for a data set


@pytest.mark.parametrize("place", [".", "mnist", "MNIST/raw"])
@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("mark", ["-idx", ".idx"])
def test_mnist_from_its_four_files(folder, place, packed, mark, capsys):
    write_idx(folder / place, "mnist", packed, mark)
    assert is_real("mnist", load("mnist", folder)) and is_real("mnist", load("mnist", folder))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("place", [".", "fashion-mnist", "fashion_mnist", "FashionMNIST/raw"])
def test_fashion_mnist_from_its_four_files(folder, place):
    write_idx(folder / place, "fashion_mnist")
    assert is_real("fashion_mnist", load("fashion_mnist", folder))


@pytest.mark.parametrize("name", IMAGES)
def test_from_one_npz(folder, name):
    write_npz(folder / f"{name}.npz", name)
    assert is_real(name, load(name, folder)) and is_real(name, load(name, folder))


def test_a_gzip_file_without_the_ending_and_the_reverse(folder):
    write_idx(folder, "mnist", packed=True)
    for path in list(folder.iterdir()):
        path.rename(path.with_suffix(""))
    assert is_real("mnist", load("mnist", folder))


def test_the_two_sets_with_the_same_names_are_told_apart(folder, capsys):
    write_idx(folder, "fashion_mnist")
    refused("mnist", folder, capsys, f"{folder} cannot be used: it holds fashion_mnist")
    assert is_real("fashion_mnist", load("fashion_mnist", folder))
    write_idx(folder / "mnist", "mnist")
    assert is_real("mnist", load("mnist", folder)) and is_real("fashion_mnist", load("fashion_mnist", folder))


@pytest.mark.parametrize(
    "place",
    [
        ".",
        "cifar-10-batches-py",
        "cifar-10-batches-py-target/cifar-10-batches-py",
        "cifar-10-batches-py-target_extracted/cifar-10-batches-py",
    ],
)
def test_cifar10_from_a_folder(folder, place):
    write_batches(folder / place)
    assert is_real("cifar10", load("cifar10", folder)) and is_real("cifar10", load("cifar10", folder))


@pytest.mark.parametrize("write", [python2, dump, functools.partial(dump, protocol=4)])
@pytest.mark.parametrize("text_keys", [False, True])
def test_cifar10_whoever_wrote_the_pickles(folder, write, text_keys):
    write_batches(folder, write, text_keys=text_keys)
    assert is_real("cifar10", load("cifar10", folder))


def test_the_old_numpy_names_are_in_that_pickle():
    assert b"numpy.core.multiarray" in python2(batches()["test_batch"])


@pytest.mark.parametrize(
    "name", ["cifar-10-python.tar.gz", "cifar-10-batches-py.tar.gz", "cifar-10-batches-py-target_archive"]
)
def test_cifar10_from_the_archive(folder, name, monkeypatch):
    write_tar(folder / name)
    found = datasets.search("cifar10", [folder], [])
    assert is_real("cifar10", found[0]) and not found[1]
    content = (folder / name).read_bytes()
    official = [("cifar-10-python.tar.gz", len(content), hashlib.sha256(content).hexdigest(), [])]
    monkeypatch.setitem(files.FILES, "cifar10", official)
    os.utime(folder / name, (1, 1))
    for _ in range(2):  # from the archive and from what is kept of it
        assert datasets.search("cifar10", [folder], [])[1]


def test_moutai(folder, monkeypatch):
    (folder / "SH600519.csv").write_text(CSV, newline="")
    assert is_real("moutai", load("moutai", folder))
    assert not datasets.search("moutai", [folder], [])[1]
    digest = hashlib.sha256(CSV.encode()).hexdigest()
    monkeypatch.setitem(files.FILES, "moutai", [("SH600519.csv", len(CSV), digest, [])])
    assert datasets.search("moutai", [folder], [])[1]
    without_index = "\n".join(line.partition(",")[2] for line in CSV.splitlines())
    (folder / "SH600519.csv").write_text(without_index)
    assert is_real("moutai", load("moutai", folder))


# what is not


def flip(path, position):
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


def test_damaged_npz(folder, capsys):
    path = folder / "mnist.npz"
    write_npz(path)
    whole = path.read_bytes()
    for broken in (whole[: len(whole) // 2], whole[:-30], b"", b"<html>", whole[:5000] + b"\0" * 500 + whole[5500:]):
        path.write_bytes(broken)
        refused("mnist", folder, capsys, f"{path} cannot be used: ")


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"x_train": SMALL["mnist"][0] / 255}, "its pixels or labels are not those of mnist"),
        ({"x_test": SMALL["mnist"][2][:, :27]}, "its pixels or labels are not those of mnist"),
        ({"x_train": 255 - SMALL["mnist"][0]}, "its pixels or labels are not those of mnist"),
        ({"y_test": np.array([{}] * 10, dtype=object)}, "allow_pickle"),
    ],
)
def test_other_arrays_in_an_npz(folder, capsys, changed, words):
    write_npz(folder / "mnist.npz", **changed)
    refused("mnist", folder, capsys, words)


def test_other_shapes_and_types_of_the_same_pixels(folder):
    x_train, y_train, x_test, _ = SMALL["mnist"]
    others = {"x_train": x_train.reshape(40, -1), "y_train": y_train.astype(int), "x_test": np.asfortranarray(x_test)}
    write_npz(folder / "mnist.npz", **others)
    assert is_real("mnist", load("mnist", folder))


def test_an_npz_without_one_of_the_arrays(folder, capsys):
    write_npz(folder / "whole.npz")
    with zipfile.ZipFile(folder / "whole.npz") as source, zipfile.ZipFile(folder / "mnist.npz", "w") as target:
        for name in source.namelist():
            if name != "x_test.npy":
                target.writestr(name, source.read(name))
    refused("mnist", folder, capsys, "x_test is not a file in the archive")


def test_damaged_idx_files(folder, capsys):
    write_idx(folder, "mnist")
    path = folder / "train-images-idx3-ubyte.gz"
    whole = path.read_bytes()
    for broken in (whole[:-20], whole[: len(whole) // 2], whole[:100] + b"\0" * 50 + whole[150:]):
        path.write_bytes(broken)
        refused("mnist", folder, capsys, f"{folder} cannot be used: ")
    content = idx(SMALL["mnist"][0])
    for broken in (content[:-1], content + b"\0", content[:-1] + bytes([content[-1] ^ 1]), b""):
        path.write_bytes(broken)
        refused("mnist", folder, capsys, f"{folder} cannot be used: its pixels or labels are not those of mnist")
    path.unlink()
    refused("mnist", folder, capsys, "train-images-idx3-ubyte.gz is missing")


class Evil:
    def __init__(self, call, *arguments):
        self.call, self.arguments = call, arguments

    def __reduce__(self):
        return self.call, self.arguments


@pytest.mark.parametrize("call", [os.system, eval, os.mkdir, __import__, pickle.loads, getattr, np.load, np.fromfile])
def test_a_pickle_that_asks_for_more_than_arrays(folder, capsys, call, tmp_path):
    write_batches(folder)
    (folder / "data_batch_3").write_bytes(dump({b"data": Evil(call, str(tmp_path / "harm")), b"labels": []}))
    refused("cifar10", folder, capsys, "it asks for ", "which no picture needs")
    assert not (tmp_path / "harm").exists()


def test_a_pickle_without_pictures(folder, capsys):
    good, form = batches()["data_batch_2"], "data_batch_2 does not hold 10 images of 3,072 bytes and as many labels"
    for broken, words in (
        (dump(good)[:-100], ""),
        (b"", ""),
        (b"<html>", ""),
        (dump([1, 2]), ""),
        (dump({}), ""),
        (dump({**good, b"data": good[b"data"][:9]}), form),
        (dump({**good, b"data": good[b"data"].astype("float32")}), form),
        (dump({**good, b"data": good[b"data"].astype(object)}), "a bytes-like object is required"),
        (dump({**good, b"labels": CLASSES[:9]}), form),
        (dump({**good, b"labels": [*CLASSES[:9], 10]}), "not every class has 5 images of 50"),
        (dump({**good, b"labels": [-1, *CLASSES[:9]]}), "-1 out of bounds"),
        (dump({**good, b"labels": np.array(CLASSES[:10])}), form),
        (dump({**good, b"labels": [5] * 10}), "not every class has 5 images of 50"),
    ):
        write_batches(folder)
        (folder / "data_batch_2").write_bytes(broken)
        refused("cifar10", folder, capsys, f"{folder} cannot be used: ", words)
    (folder / "data_batch_2").unlink()
    refused("cifar10", folder, capsys, "data_batch_2 is missing")


def test_nothing_in_an_archive_is_unpacked_to_the_disk(folder, tmp_path):
    for member in ("../evil", "cifar-10-batches-py/../../evil", "/evil"):
        write_tar(folder / "cifar-10-python.tar.gz", extra={member: b"harm"})
        assert is_real("cifar10", load("cifar10", folder))
    assert not list(tmp_path.rglob("evil"))


def test_damaged_archives(folder, capsys):
    path = folder / "cifar-10-python.tar.gz"
    write_tar(path, leave_out=["test_batch"])
    refused("cifar10", folder, capsys, "test_batch is missing")
    write_tar(path)
    whole = path.read_bytes()
    checksum = whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:]
    for broken in (whole[: len(whole) // 2], whole[:-9], checksum, b"", b"<html>", gzip.compress(b"no archive")):
        path.write_bytes(broken)
        refused("cifar10", folder, capsys, f"{path} cannot be used: ")


def test_a_link_in_an_archive_is_not_followed(folder, capsys):
    path = folder / "cifar-10-python.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("cifar-10-batches-py/test_batch")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member)
    refused("cifar10", folder, capsys, "is missing")


@pytest.mark.parametrize(
    "text, words",
    [
        (CSV.replace("83.5", "n/a"), "row 4: open is 'n/a', not a number"),
        (CSV.replace("83.5", ""), "row 4: open is missing"),
        (CSV.replace("87.25", "inf", 1), "row 2: close is 'inf'"),
        (CSV[: CSV.index("78,")], "it has 3 days, not 5"),
        (CSV.replace("open", "Open"), "columns expected but not found: ['open']"),
        ("", "No columns"),
        ("<html>\n", "columns expected but not found: "),
        (CSV[:200], "cannot be used"),
    ],
)
def test_damaged_prices(folder, capsys, text, words):
    (folder / "SH600519.csv").write_text(text)
    refused("moutai", folder, capsys, "SH600519.csv cannot be used: ", words)


# where they are looked for


def test_the_order_of_the_places(folder, tmp_path, monkeypatch):
    homes = [tmp_path / "home/.keras/datasets", tmp_path / "keras/datasets", tmp_path / "cache", folder]
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    for home in homes:
        write_npz(home / "mnist.npz")
        write_idx(home / "fashion-mnist", "fashion_mnist")
        write_tar(home / "cifar-10-batches-py.tar.gz")
        for name in ("mnist", "fashion_mnist", "cifar10"):
            found = datasets.search(name, datasets.places(argparse.Namespace(data=str(folder)))[0], [])
            assert home in found[2][0].parents and is_real(name, found[0])
    monkeypatch.setenv("COURSE_DATA", str(homes[0]))
    assert datasets.places()[0][0] == homes[0]
    assert datasets.places(argparse.Namespace(data=str(folder)))[0][0] == folder
    assert datasets.places(argparse.Namespace(data="real"))[0][0] == homes[0]


def test_a_damaged_set_is_named_and_the_next_one_used(folder, tmp_path, capsys):
    (folder / "mnist.npz").write_bytes(b"PK")
    write_npz(tmp_path / "home/.keras/datasets/mnist.npz")
    assert is_real("mnist", load("mnist", folder))
    said = capsys.readouterr().err
    assert f"note: {folder / 'mnist.npz'} cannot be used" in said
    assert f"note: no mnist in {folder}: taken from {tmp_path / 'home/.keras/datasets'}" in said
    assert "STAND-IN" not in said


def test_a_folder_that_is_not_there(tmp_path, capsys, monkeypatch):
    for name in ALL:
        with pytest.raises(SystemExit) as end:
            load(name, tmp_path / "nowhere")
        said = capsys.readouterr().err
        assert end.value.code == 2 and said.count("\n") == 1 and str(tmp_path / "nowhere") in said
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "gone"))
    with pytest.raises(SystemExit):
        datasets.mnist()
    assert "gone" in capsys.readouterr().err


@pytest.mark.parametrize("name", ALL)
def test_the_banner(name, folder, capsys):
    assert getattr(datasets, name)() == f"stand-in for {name}"
    said = capsys.readouterr().err
    assert "STAND-IN" in said and f"A few pictures instead of {name}." in said and "COURSE_OFFLINE" in said
    assert f"python -m common.datasets fetch {name}" in said and files.FILES[name][0][0].split("/")[-1] in said
    refused(name, folder, capsys, f"no {name} in {folder}")


def test_real_refuses_the_stand_in(folder, capsys, monkeypatch):
    for data, variable in (("real", ""), ("", "real"), ("real", str(folder))):
        monkeypatch.setenv("COURSE_DATA", variable)
        with pytest.raises(SystemExit) as end:
            load("mnist", data)
        said = capsys.readouterr().err
        assert end.value.code == 2 and said.count("\n") == 1 and "STAND-IN" not in said
        assert "python -m common.datasets fetch mnist" in said
    write_npz(folder / "mnist.npz")
    assert is_real("mnist", load("mnist", "real"))


def test_offline(monkeypatch, capsys):
    monkeypatch.delenv("COURSE_OFFLINE")
    monkeypatch.setattr(download, "fetch", None)  # asking for it would raise TypeError
    assert load("cifar10", offline=True) == "stand-in for cifar10"
    assert "--offline" in capsys.readouterr().err


def test_what_was_read_once_is_read_quickly(folder, monkeypatch):
    write_npz(folder / "mnist.npz")
    load("mnist", folder)
    read = files.read_images
    monkeypatch.setattr(files, "read_images", None)
    assert is_real("mnist", load("mnist", folder))
    kept = datasets.CACHE / "unpacked/mnist.npz"
    monkeypatch.setattr(files, "read_images", read)
    content = kept.read_bytes()
    for broken in (content[:-1000], content[:9000] + b"\0\0\0" + content[9003:], b""):
        kept.write_bytes(broken)
        assert is_real("mnist", load("mnist", folder))
    left_over = datasets.CACHE / "unpacked/.mnist.npz.part"  # by a program that was killed
    left_over.write_bytes(b"half")
    os.utime(folder / "mnist.npz", (1, 1))
    assert is_real("mnist", load("mnist", folder)) and not left_over.exists()
    (folder / "mnist.npz").write_bytes(b"changed")
    assert load("mnist", folder) == "stand-in for mnist"


def test_a_cache_that_cannot_be_written(folder, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    write_npz(folder / "mnist.npz")
    assert is_real("mnist", load("mnist", folder))


# the download and the command


@pytest.fixture
def school(tmp_path, monkeypatch):
    """A web server on a folder like datasets/cache, which has everything."""
    top = tmp_path / "school"
    write_idx(top / "mnist", "mnist")
    write_idx(top / "fashion-mnist", "fashion_mnist")
    write_tar(top / "cifar-10-python.tar.gz")
    (top / "SH600519.csv").write_text(CSV, newline="")
    for name, entries in files.FILES.items():
        contents = [(file, (top / file).read_bytes()) for file, *_ in entries]
        entries = [(file, len(content), hashlib.sha256(content).hexdigest(), []) for file, content in contents]
        monkeypatch.setitem(files.FILES, name, entries)
    handler = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    handler = functools.partial(handler, directory=top)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("COURSE_MIRROR", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("COURSE_OFFLINE")
    yield top
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ALL)
def test_a_set_that_is_not_here_is_downloaded(name, school, capsys, monkeypatch):
    assert is_real(name, getattr(datasets, name)())
    assert "STAND-IN" not in capsys.readouterr().err
    monkeypatch.setenv("COURSE_MIRROR", "http://127.0.0.1:1/gone")
    assert is_real(name, getattr(datasets, name)())
    assert datasets.search(name, [datasets.CACHE], [])[1]


@pytest.mark.parametrize("name", ALL)
def test_the_addresses_of_each_file_are_used(name, school, monkeypatch):
    mirror = os.environ["COURSE_MIRROR"]
    entries = [(*entry[:3], [f"{mirror}/{entry[0]}"]) for entry in files.FILES[name]]
    monkeypatch.setitem(files.FILES, name, entries)
    monkeypatch.delenv("COURSE_MIRROR")
    assert is_real(name, getattr(datasets, name)())


def test_a_failed_download_is_a_reason(school, capsys):
    shutil.rmtree(school / "mnist")
    assert datasets.mnist() == "stand-in for mnist"
    assert "HTTP status 404" in capsys.readouterr().err


def run(capsys, *arguments):
    """Status, stdout and stderr of `python -m common.datasets`."""
    try:
        status = command.main(list(map(str, arguments))) or 0
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    assert status in (0, 2) and (status == 0 or said.err.splitlines()[-1].split(": ")[1] == "error")
    return status, said.out, said.err


def test_fetch_ahead_of_a_class(school, capsys):
    status, out, _ = run(capsys, "fetch", "mnist", "moutai")
    assert status == 0 and "mnist: verified" in out and "moutai: verified" in out and "cifar10" not in out
    status, out, _ = run(capsys, "fetch")
    assert status == 0 and out.count("verified") == 4
    assert (datasets.CACHE / "cifar-10-python.tar.gz").is_file()


def test_fetch_that_fails_still_gets_the_others(school, capsys):
    shutil.rmtree(school / "mnist")
    status, out, err = run(capsys, "fetch")
    assert status == 2 and out.count("verified") == 3 and "no mnist; mnist: cannot download" in err.splitlines()[-1]


def test_fetch_offline(capsys):
    status, out, err = run(capsys, "fetch", "mnist")
    assert status == 2 and out == "" and "COURSE_OFFLINE" in err and err.count("\n") == 1


def test_from_a_stick(folder, tmp_path, capsys):
    status, out, err = run(capsys, "fetch", "--from", folder)
    assert status == 2 and err.count("\n") == 1 and f"in {folder}" in err
    write_npz(folder / "mnist.npz")
    write_idx(folder, "fashion_mnist")
    write_batches(folder / "cifar-10-batches-py")
    status, out, err = run(capsys, "--from", folder)
    assert status == 0 and "mnist: verified" in out and "cifar10: complete, not verified" in out and "moutai" not in out
    shutil.rmtree(folder)
    for name in ("mnist", "fashion_mnist", "cifar10"):
        assert is_real(name, getattr(datasets, name)())
    assert not list(datasets.CACHE.rglob("*.part"))


def test_from_a_stick_with_damage(folder, capsys):
    write_npz(folder / "mnist.npz")
    flip(folder / "mnist.npz", 5000)
    status, _, err = run(capsys, "fetch", "--from", folder, "mnist")
    assert status == 2 and "mnist.npz cannot be used" in err and err.count("\n") == 1
    assert not (datasets.CACHE / "mnist").exists()


@pytest.mark.parametrize("arguments", [["fetch", "imagenet"], ["get"], ["--from", "nowhere"], ["--from"], ["--what"]])
def test_bad_arguments_are_one_line(arguments, capsys):
    status, out, err = run(capsys, *arguments)
    assert status == 2 and out == "" and err.count("\n") == 1


def test_what_is_here(folder, capsys, monkeypatch):
    write_npz(folder / "mnist.npz")
    (folder / "SH600519.csv").write_text("broken")
    monkeypatch.setenv("COURSE_DATA", str(folder))
    status, out, err = run(capsys)
    assert status == 0 and f"\nmnist: verified, in {folder / 'mnist.npz'}\n" in f"\n{out}"
    assert "cifar10: not here; " in out and str(datasets.CACHE) in out and "SH600519.csv cannot be used" in err


def test_the_table_of_the_readme_is_read_whole():
    assert [len(files.FILES[name]) for name in ALL] == [4, 4, 1, 1]
    for path, size, digest, addresses in OFFICIAL:
        assert size > 4000 and len(digest) in (32, 64) and int(digest, 16) and len(addresses) >= 2
        for address in addresses:
            assert address.startswith("https://") and address.endswith(f"/{path.split('/')[-1]}")
    text = (ROOT / "datasets" / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in ALL) and text.count("](https://") == sum(len(row[3]) for row in OFFICIAL)


# the real data sets


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_the_real_pictures(name, capsys):
    (x_train, y_train), (x_test, y_test) = load(name)
    rows, shape = (50000, (32, 32, 3)) if name == "cifar10" else (60000, (28, 28))
    assert (x_train.shape, x_test.shape) == ((rows, *shape), (10000, *shape))
    assert (y_train.size, y_test.size) == (rows, 10000) and y_train.ndim == len(shape) - 1
    assert {array.dtype for array in (x_train, y_train, x_test, y_test)} == {np.dtype("uint8")}
    assert capsys.readouterr().err == ""


@pytest.mark.real_data
def test_the_real_prices():
    table = load("moutai")
    assert len(table) == 2426 and list(table.columns) == files.COLUMNS
    assert (table.date.iloc[0], table.open.iloc[-1]) == ("2010-04-26", 1248.0)
