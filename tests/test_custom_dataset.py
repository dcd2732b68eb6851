"""p08: a folder of images and label files as arrays, what is wrong with it, and the npy files; make_digits."""

import errno
import os
import shutil
import struct
import zlib

from common import ROOT
from common.datasets import standins

import keras
import numpy as np
import pytest
from PIL import Image

SCRIPT = "class4_extensions/p08_custom_dataset.py"
MAKE = "datasets/make_digits.py"
TRAIN, TEST = "mnist_train_jpg_60000", "mnist_test_jpg_10000"
GENERATED = "-------------Generate Datasets-----------------"
SAVED = "-------------Save Datasets-----------------"
LOADED = "-------------Load Datasets-----------------"


class Digits:
    """A folder of images, its label files, and p08 run on it."""

    def __init__(self, folder, run_script, capsys):
        self.folder, self.run_script, self.capsys = folder, run_script, capsys
        noise = np.random.RandomState(0).randint(0, 256, (16, 28, 28), "uint8")
        for part, start, end in ((TRAIN, 0, 12), (TEST, 12, 16)):
            (folder / part).mkdir(parents=True)
            for number in range(start, end):
                Image.fromarray(noise[number]).save(folder / part / f"{number}_{number % 10}.jpg")
            self.write([f"{number}_{number % 10}.jpg {number % 10}" for number in range(start, end)], part)

    def write(self, lines, part=TRAIN, end="\n", encoding="utf-8"):
        (self.folder / f"{part}.txt").write_bytes(end.join([*lines, ""]).encode(encoding))

    def lines(self, part=TRAIN):
        return (self.folder / f"{part}.txt").read_text(encoding="utf-8").split("\n")[:-1]

    def run(self, *flags):
        """What p08 prints, on stdout and on stderr."""
        out = self.run_script(SCRIPT, "--folder", str(self.folder), "--epochs", "1", *flags)
        return out, self.capsys.readouterr().err

    def arrays(self):
        return [self.run_script.variables[name] for name in ("x_train", "y_train", "x_test", "y_test")]

    def stops(self, *flags):
        """The line on stderr of a run that ends with status 2 and saves nothing."""
        with pytest.raises(SystemExit) as stop:
            self.run_script(SCRIPT, "--folder", str(self.folder), *flags)
        assert stop.value.code == 2 and not list(self.folder.glob("*.npy"))
        (line,) = self.capsys.readouterr().err.splitlines()
        return line


@pytest.fixture
def digits(tmp_path, run_script, capsys, monkeypatch):
    """Twelve images for training, four for testing; nothing is trained on them, or it would take most of the time."""
    monkeypatch.setattr(keras.Model, "fit", lambda model, x, y, **more: model(x))
    return Digits(tmp_path / "digits", run_script, capsys)


def as_the_notes_read(folder, part):
    """Arrays as the notes' loop makes them: one image after another, in float64."""
    lines = [line.split() for line in (folder / f"{part}.txt").read_text(encoding="utf-8").splitlines()]
    x = [np.array(Image.open(folder / part / name).convert("L")) / 255.0 for name, _ in lines]
    return np.array(x), np.array([label for _, label in lines]).astype(np.int64)


def assert_as_the_notes_read(digits):
    x_train, y_train, x_test, y_test = digits.arrays()
    for x, y, part in ((x_train, y_train, TRAIN), (x_test, y_test, TEST)):
        notes_x, notes_y = as_the_notes_read(digits.folder, part)
        assert x.dtype == "float32" and np.array_equal(x, notes_x.astype("float32"))
        assert np.array_equal((x * 255.0).round(), notes_x * 255)  # every grey value, none lost in float32
        assert y.dtype == "int64" and np.array_equal(y, notes_y)


def test_the_arrays_are_those_of_the_notes_loop_and_are_loaded_the_next_time(digits, monkeypatch):
    out, err = digits.run()
    assert out.splitlines()[:2] == [GENERATED, SAVED] and err == ""
    assert "Trainable params: 101,770" in out
    assert_as_the_notes_read(digits)
    saved = np.load(digits.folder / "mnist_x_train.npy")
    assert saved.shape == (12, 784) and np.array_equal(saved.reshape(12, 28, 28), digits.arrays()[0])

    monkeypatch.setattr("PIL.Image.open", None)  # nothing is decoded any more
    out, err = digits.run()
    assert out.splitlines()[0] == LOADED and GENERATED not in out and err == ""
    monkeypatch.undo()
    assert_as_the_notes_read(digits)


def test_the_network_is_trained_on_them(tmp_path, run_script, capsys):
    out, _ = Digits(tmp_path / "digits", run_script, capsys).run()
    assert " - val_sparse_categorical_accuracy: " in out


def test_images_of_every_kind_are_read_as_the_notes_read_them(digits):
    noise = np.random.RandomState(1).randint(0, 256, (28, 28, 4), "uint8")
    colour = Image.fromarray(noise[..., :3])
    kinds = {
        "colour.jpg": colour,
        "cmyk.jpg": Image.fromarray(noise, "CMYK"),
        "colour.png": colour,
        "transparent.png": Image.fromarray(noise),
        "palette.png": colour.quantize(64),
        "palette.gif": colour.quantize(16),
        "deep.png": Image.fromarray(noise[..., 0].astype("uint16") * 257),
        "bits.png": Image.fromarray(noise[..., 0]).convert("1"),
        "grey.bmp": Image.fromarray(noise[..., 0]),
        "colour.tiff": colour,
        "colour.webp": colour,
        "grey.pgm": Image.fromarray(noise[..., 0]),
    }
    for name, image in kinds.items():
        image.save(digits.folder / TRAIN / name)
    digits.write([f"{name} {number % 10}" for number, name in enumerate(kinds)])
    digits.run()
    assert_as_the_notes_read(digits)


def test_label_files_from_other_editors(digits):
    images = digits.folder / TRAIN
    (images / "first class").mkdir()
    names = {"a digit.jpg": "0_0.jpg", "数字 三.jpg": "1_1.jpg", "first class/2.jpg": "2_2.jpg", "3_3.jpg": "3_3.jpg"}
    for name, source in names.items():
        (images / source).rename(images / name)
    lines = [f"{name}\t {label:02} " for label, name in enumerate(names)]
    digits.write(["", lines[0], "   ", *lines[1:], ""], end="\r\n", encoding="utf-8-sig")
    out, err = digits.run()
    x, y = digits.arrays()[:2]
    assert err == "" and y.tolist() == [0, 1, 2, 3]
    for pixels, name in zip(x, names, strict=True):
        assert np.array_equal(pixels, np.divide(Image.open(images / name), 255, dtype="float32"))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("3_3.jpg", "'3_3.jpg' is not the name of an image and a label from 0 to 9"),
        ("5_5.jpg five", "'5_5.jpg five' is not the name"),
        ("5_5.jpg 10", "'5_5.jpg 10' is not the name"),
        ("5_5.jpg -1", "is not the name"),
        ("5_5.jpg ٣", "is not the name"),
        ("5_5.jpg " + "1" * 5000, "is not the name"),
        ("absent.jpg 4", "no file 'absent.jpg'"),
        (". 1", "no file '.'"),
        ("a\0b.jpg 1", "no file"),
        ("x" * 5000 + ".jpg 1", "no file"),
        ("\x1b[31mred.jpg 1", "no file"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(line, problem, digits):
    digits.write([*digits.lines()[:3], "", line, *digits.lines()[4:]])
    said = digits.stops()
    assert f"{TRAIN}.txt, line 5: " in said and problem in said and len(said) < 400 and said.isprintable()


def png(width, height):
    """A PNG file that says it has this size, and the first rows of it."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)[:-6])


IMAGES = {
    "truncated": (lambda whole: whole[:400], "truncated"),
    "empty": (lambda whole: b"", "cannot identify image file"),
    "text": (lambda whole: b"hello", "cannot identify image file"),
    "huge": (lambda whole: png(100_000, 100_000), "pixels"),  # 10 GB if it were decoded
    "large": (lambda whole: png(10_000, 10_000), "pixels"),
    "another size": (lambda whole: png(30, 40), "30 x 40 pixels, not 28 x 28"),
    "half a png": (lambda whole: png(28, 28), "truncated"),
}


@pytest.mark.parametrize("kind", IMAGES)
def test_an_image_that_cannot_be_used_is_named(kind, digits):
    change, problem = IMAGES[kind]
    path = digits.folder / TRAIN / "2_2.jpg"
    path.write_bytes(change(path.read_bytes()))
    said = digits.stops()
    assert f"{TRAIN}.txt, line 3, '2_2.jpg': " in said and problem in said and len(said) < 400


def test_folders_that_cannot_be_read(digits, tmp_path):
    digits.write(["文件.jpg 1"], encoding="gbk")
    assert "line 1: no file '\N{REPLACEMENT CHARACTER}" in digits.stops()
    digits.write(["", "  "])
    assert digits.stops().endswith("mnist_train_jpg_60000.txt names no image")
    (digits.folder / f"{TEST}.txt").unlink()
    digits.write(["0_0.jpg 0"])
    said = digits.stops()
    assert f"{TEST}.txt: " in said and "make_digits.py 60000" in said
    digits.folder = tmp_path / "nowhere"
    said = digits.stops()
    assert "nowhere" in said and "make_digits.py 60000" in said


@pytest.mark.parametrize("damage", [lambda data: data[:-100], lambda data: b"", lambda data: b"text" * 9])
@pytest.mark.parametrize("name", ["mnist_x_train.npy", "mnist_y_test.npy"])
def test_a_damaged_npy_file_is_one_line(name, damage, digits):
    digits.run()
    path = digits.folder / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SystemExit, match="2"):
        digits.run()
    assert digits.capsys.readouterr().err.endswith(
        f"{name} is damaged: delete it, and the next run reads the images again\n"
    )
    path.unlink()
    assert digits.run()[0].startswith(GENERATED)


@pytest.mark.parametrize("part", [TRAIN, f"{TRAIN}.txt", TEST, f"{TEST}.txt"])
def test_arrays_are_made_anew_when_images_were_added_or_labels_written(part, digits):
    digits.run()
    now = (digits.folder / "mnist_y_test.npy").stat().st_mtime
    os.utime(digits.folder / part, (now + 10, now + 10))
    assert digits.run()[0].startswith(GENERATED)
    os.utime(digits.folder / part, (now - 10, now - 10))
    assert digits.run()[0].startswith(LOADED)


def test_arrays_without_their_images_are_still_loaded(digits):
    digits.run()
    for path in digits.folder.iterdir():
        if path.suffix != ".npy":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    out, err = digits.run()
    assert out.startswith(LOADED) and err == ""


def test_a_run_that_ends_while_saving_is_not_taken_for_complete(digits, monkeypatch):
    digits.run()
    (digits.folder / "mnist_x_train.npy").unlink()  # three files of the first run, then two of the second
    digits.write([line[:-1] + "9" for line in digits.lines()])
    save, saved = np.save, []

    def interrupted(file, array):
        if len(saved) == 1:
            raise KeyboardInterrupt
        saved.append(save(file, array))

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", interrupted)
        with pytest.raises(KeyboardInterrupt):
            digits.run()
    assert digits.run()[0].startswith(GENERATED)
    assert_as_the_notes_read(digits)


def full(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk(digits, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(np, "save", full)
        out, err = digits.run()
    assert "Total params" in out and err.startswith("note: not saved, ") and "No space left on device" in err
    assert err.count("\n") == 1 and digits.run()[0].startswith(GENERATED)


# make_digits


def test_make_digits_writes_a_folder_that_says_it_is_made_from_the_stand_in(run_script, tmp_path, capsys, monkeypatch):
    folder = tmp_path / "new" / "digits"
    out = run_script(MAKE, "12", "--folder", str(folder), "--offline")
    assert out.splitlines() == [f"12 images in {folder / TRAIN}", f"2 images in {folder / TEST}"]
    assert "STAND-IN" in capsys.readouterr().err
    (x, y), _ = standins.mnist()
    monkeypatch.setattr(keras.Model, "fit", lambda model, x, y, **more: model(x))
    out = run_script(SCRIPT, "--folder", str(folder))
    assert out.startswith(GENERATED) and "STAND-IN: " in capsys.readouterr().err
    lesson = run_script.variables
    assert np.array_equal(lesson["y_train"], y[:12]) and np.abs(lesson["x_train"] * 255 - x[:12]).max() < 40
    with pytest.raises(SystemExit, match="2"):  # it overwrites nothing
        run_script(MAKE, "12", "--folder", str(folder), "--offline")
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "60001", "ten", "-1", "٣", "1.5"])
def test_make_digits_of_a_wrong_number(count, run_script, capsys, tmp_path):
    with pytest.raises(SystemExit, match="2"):
        run_script(MAKE, "--folder", str(tmp_path / "x"), "--offline", *([count] if count != "-1" else ["--", "-1"]))
    assert capsys.readouterr().err.count("\n") == 1 and not (tmp_path / "x").exists()


def test_make_digits_on_a_full_disk_leaves_nothing(run_script, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("PIL.Image.Image.save", full)
    with pytest.raises(SystemExit, match="2"):
        run_script(MAKE, "6", "--folder", str(tmp_path / "new" / "digits"), "--offline")
    *_, line = capsys.readouterr().err.splitlines()
    assert "cannot write " in line and "No space left on device" in line
    assert list((tmp_path / "new").iterdir()) == [] and (ROOT / MAKE).exists()
