"""p08: a folder of images and label files as arrays, what is wrong with it, and the npy files."""

import errno
import os
import struct
import zlib

from common import download, standins

import numpy as np
import pytest
from PIL import Image

SCRIPT = "class4_extensions/p08_custom_dataset.py"
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
        out = self.run_script(SCRIPT, "--folder", str(self.folder), "--epochs", "1", "--offline", *flags)
        return out, self.capsys.readouterr().err

    def arrays(self):
        return [self.run_script.variables[name] for name in ("x_train", "y_train", "x_test", "y_test")]

    def stops(self, *flags):
        """The lines on stderr of a run that ends with status 2."""
        with pytest.raises(SystemExit) as stop:
            self.run_script(SCRIPT, "--folder", str(self.folder), "--offline", *flags)
        assert stop.value.code == 2 and not list(self.folder.glob("*.npy"))
        return self.capsys.readouterr().err.rstrip("\n").split("\n")


@pytest.fixture
def digits(tmp_path, run_script, capsys, monkeypatch):
    """Twelve images for training, four for testing; nothing is trained on them, or it would take most of the time."""
    monkeypatch.setattr("common.training.fit", lambda model, train, test, opt: model(train[0]))
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
    assert "Total params: 101,770" in out
    assert_as_the_notes_read(digits)
    saved = np.load(digits.folder / "mnist_x_train.npy")
    assert saved.shape == (12, 784) and np.array_equal(saved.reshape(12, 28, 28), digits.arrays()[0])

    monkeypatch.setattr("subprocess.Popen", None)  # nothing is decoded any more
    out, err = digits.run()
    assert out.splitlines()[0] == LOADED and GENERATED not in out and err == ""
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


def test_lines_that_cannot_be_used_are_all_named(digits):
    (digits.folder / "out.jpg").write_bytes((digits.folder / TRAIN / "0_0.jpg").read_bytes())
    good = digits.lines()
    digits.write([*good[:3], "3_3.jpg", "absent.jpg 4", "5_5.jpg five", "6_6.jpg 10", "../out.jpg 7", *good[8:]])
    digits.write([*digits.lines(TEST), "", f"{digits.folder / 'out.jpg'} 1", ". 1", "12_2.jpg -1"], TEST)
    first, *rest = digits.stops()
    assert first.startswith("p08_custom_dataset: error: ") and first.endswith("cannot be used:")
    assert rest == [
        f"  {TRAIN}.txt, line 4: '3_3.jpg' is not a name and a label",
        f"  {TRAIN}.txt, line 5: no file 'absent.jpg'",
        f"  {TRAIN}.txt, line 6: the label 'five' is not a whole number from 0 to 9",
        f"  {TRAIN}.txt, line 7: the label '10' is not a whole number from 0 to 9",
        f"  {TRAIN}.txt, line 8: '../out.jpg' lies outside of {TRAIN}",
        f"  {TEST}.txt, line 6: {str(digits.folder / 'out.jpg')[:80]!r} lies outside of {TEST}",
        f"  {TEST}.txt, line 7: no file '.'",
        f"  {TEST}.txt, line 8: the label '-1' is not a whole number from 0 to 9",
    ]


def test_a_link_may_not_lead_out_of_the_folder(digits):
    images = digits.folder / TRAIN
    try:
        (images / "inside.jpg").symlink_to("0_0.jpg")
        (images / "outside.jpg").symlink_to(digits.folder / TEST / "12_2.jpg")
    except OSError:
        pytest.skip("this system lets ordinary users make no links")
    digits.write(["inside.jpg 0", "outside.jpg 2"])
    assert digits.stops()[1:] == [f"  {TRAIN}.txt, line 2: 'outside.jpg' lies outside of {TRAIN}"]


@pytest.mark.parametrize(
    "line", ["a\0b.jpg 1", "x" * 5000 + ".jpg 1", "\x1b[31mred.jpg 1"], ids=["nul", "long", "escape"]
)
def test_names_that_no_file_can_have(digits, line):
    digits.write([line])
    _, problem = digits.stops()
    assert problem.startswith(f"  {TRAIN}.txt, line 1: no file ") and len(problem) < 160 and problem.isprintable()


def png(width, height):
    """A PNG file that says it has this size, and the first rows of it."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)[:-6])


def test_images_that_cannot_be_used_are_all_named(digits):
    images = digits.folder / TRAIN
    for number, data in enumerate(
        [
            (images / "0_0.jpg").read_bytes()[:400],
            b"",
            b"hello",
            png(100_000, 100_000),  # 10 GB if it were decoded
            png(28, 28),
        ]
    ):
        (images / f"{number}_{number}.jpg").write_bytes(data)
    Image.new("L", (30, 40)).save(images / "5_5.jpg")
    digits.write([*digits.lines(), "6_6.jpg x"])
    _, *rest = digits.stops()
    starts = [
        f"  {TRAIN}.txt, line 1: '0_0.jpg': image file is truncated",
        f"  {TRAIN}.txt, line 2: '1_1.jpg': not an image",
        f"  {TRAIN}.txt, line 3: '2_2.jpg': not an image",
        f"  {TRAIN}.txt, line 4: '3_3.jpg': 100000 x 100000 pixels, not 28 x 28",
        f"  {TRAIN}.txt, line 5: '4_4.jpg': ",
        f"  {TRAIN}.txt, line 6: '5_5.jpg': 30 x 40 pixels, not 28 x 28",
        f"  {TRAIN}.txt, line 13: the label 'x' is not a whole number from 0 to 9",
    ]
    assert len(rest) == len(starts), rest
    for line, start in zip(rest, starts, strict=True):
        assert line.startswith(start) and not line.endswith(": ")


def test_a_jpeg_cut_anywhere_is_named_or_read_whole(digits):
    """Its last two bytes only mark the end."""
    images = digits.folder / TRAIN
    whole = (images / "0_0.jpg").read_bytes()
    cuts = range(0, len(whole), 7)
    for cut in cuts:
        (images / f"cut{cut}.jpg").write_bytes(whole[:cut])
    digits.write([f"cut{cut}.jpg 0" for cut in cuts])
    assert digits.stops()[-1] == f"  and {len(cuts) - 10} more"


def test_a_decoder_that_is_killed(digits, monkeypatch):
    def ended(file):
        raise EOFError

    monkeypatch.setattr("pickle.load", ended)
    (line,) = digits.stops()
    assert "0_0.jpg has ended: is there memory left?" in line


def test_ten_problems_at_once(digits):
    digits.write([f"absent{number}.jpg 1" for number in range(11)])
    lines = digits.stops()
    assert len(lines) == 1 + 10 + 1 and lines[-1] == "  and 1 more"
    digits.write([f"absent{number}.jpg 1" for number in range(10)])
    assert len(digits.stops()) == 1 + 10


def test_folders_that_cannot_be_read(digits, tmp_path):
    digits.write(["文件.jpg 1"], encoding="gbk")
    assert "mnist_train_jpg_60000.txt: byte 0 is not UTF-8 text" in digits.stops()[0]
    digits.write(["", "  "])
    assert digits.stops() == ["p08_custom_dataset: error: mnist_train_jpg_60000.txt names no image"]
    (digits.folder / f"{TEST}.txt").unlink()
    digits.write(["0_0.jpg 0"])
    (line,) = digits.stops()
    assert f"{TEST}.txt" in line and "cannot read" in line
    digits.folder = tmp_path / "nowhere"
    (line,) = digits.stops()
    assert "nowhere" in line and "--make 60000" in line


CHANGES = {
    "another label": lambda folder: (folder / f"{TEST}.txt").write_bytes(
        (folder / f"{TEST}.txt").read_bytes().replace(b"jpg 3", b"jpg 4")
    ),
    "an image": lambda folder: Image.new("L", (28, 28)).save(folder / TRAIN / "5_5.jpg"),
    "pixels, but no size and no time": lambda folder: same_size_and_time(folder / TRAIN / "5_5.jpg"),
}


def same_size_and_time(path):
    times, data = path.stat(), bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("change", CHANGES)
def test_npy_files_are_made_anew_when_the_folder_has_changed(digits, change):
    if os.name == "nt" and "no time" in change:
        pytest.skip("Windows keeps no time of the last change of a file's times")
    digits.run()
    CHANGES[change](digits.folder)
    out, err = digits.run()
    assert out.startswith(GENERATED)
    assert err == "note: the npy files are made anew: the images or labels have changed\n"
    assert_as_the_notes_read(digits)
    assert digits.run()[0].startswith(LOADED)


def flip_a_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGES = {
    "mnist_x_train.npy": flip_a_bit,
    "mnist_x_test.npy": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "mnist_y_train.npy": lambda path: path.write_bytes(b""),
    "mnist_y_test.npy": lambda path: path.unlink(),
    "mnist_npy.txt": lambda path: path.write_bytes(b"\xff" + path.read_bytes()[:100]),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_npy_files_are_made_anew(digits, name):
    digits.run()
    DAMAGES[name](digits.folder / name)
    out, err = digits.run()
    assert out.startswith(GENERATED) and err.startswith("note: the npy files are made anew: ") and err.count("\n") == 1
    assert_as_the_notes_read(digits)
    assert digits.run() == (out.replace(f"{GENERATED}\n{SAVED}", LOADED), "")  # and nothing is said any more


def test_npy_files_of_the_notes_own_program_are_not_taken_for_ours(digits):
    np.save(digits.folder / "mnist_x_train.npy", np.zeros((12, 784)))
    assert digits.run()[0].startswith(GENERATED)
    assert_as_the_notes_read(digits)


def test_a_run_that_ends_while_saving_leaves_nothing_that_is_used(digits, monkeypatch):
    digits.run()
    lines = digits.lines()
    digits.write([line[:-1] + "9" for line in lines])
    new_file = download.new_file

    def interrupted(path):
        if path.name == "mnist_x_test.npy":  # y_train is new then, and the stamp is not
            raise KeyboardInterrupt
        return new_file(path)

    monkeypatch.setattr("common.download.new_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        digits.run()
    monkeypatch.setattr("common.download.new_file", new_file)
    digits.write(lines)
    assert digits.run()[0].startswith(GENERATED)
    assert_as_the_notes_read(digits)


def test_a_full_disk(digits, monkeypatch, tmp_path):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("common.download.new_file", full)
        out, err = digits.run()
    assert "Total params" in out and err.startswith("note: not saved, ") and "No space left on device" in err
    assert err.count("\n") == 1 and digits.run()[0].startswith(GENERATED)

    monkeypatch.setattr("PIL.Image.Image.save", full)
    digits.folder = tmp_path / "new" / "digits"
    *_, line = digits.stops("--make", "6")
    assert line.startswith("p08_custom_dataset: error: cannot write ") and "No space left on device" in line
    assert list((tmp_path / "new").iterdir()) == []


def test_make_writes_a_folder_that_says_it_is_made_from_the_stand_in(digits, tmp_path):
    digits.folder = tmp_path / "made"
    out, err = digits.run("--make", "30")
    assert "30 images in " in out and "\n5 images in " in out and "STAND-IN: this is not mnist" in err
    assert sorted(path.name for path in tmp_path.iterdir() if "made" in path.name) == ["made"]
    lines = digits.lines()
    assert len(lines) == 30 and len(digits.lines(TEST)) == 5
    assert lines[7] == f"7_{lines[7][-1]}.jpg {lines[7][-1]}"
    x, y = as_the_notes_read(digits.folder, TRAIN)
    (x_train, y_train), _ = standins.mnist()
    assert np.array_equal(y, y_train[:30]) and np.abs(x * 255 - x_train[:30]).mean() < 3  # JPEG is not exact
    assert_as_the_notes_read(digits)

    out, err = digits.run()  # a later run says it again
    assert out.startswith(LOADED) and err.startswith("STAND-IN: ") and err.count("\n") == 1

    (digits.folder / "mine.txt").write_text("keep")
    with pytest.raises(SystemExit):
        digits.run("--make", "30")
    assert "is there: move it away" in digits.capsys.readouterr().err
    assert (digits.folder / "mine.txt").read_text() == "keep"


def test_make_from_mnist_says_nothing_of_a_stand_in(digits, tmp_path, monkeypatch):
    x, y = np.zeros((60000, 28, 28), "uint8"), np.zeros(60000, "uint8")
    monkeypatch.setattr("common.datasets.mnist", lambda opt: ((x, y), (x[:10000], y[:10000])))
    digits.folder = tmp_path / "made"
    out, err = digits.run("--make", "7")
    assert "7 images in " in out and "\n2 images in " in out and err == ""
    assert not (digits.folder / "STAND-IN.txt").exists()


def test_more_images_than_workers_come_back_in_order(digits):
    """From 500 images on each core has a worker, and the images are dealt out to them."""
    lines = digits.lines()
    digits.write([lines[number * 7 % 12] for number in range(2003)])
    digits.run()
    assert_as_the_notes_read(digits)
