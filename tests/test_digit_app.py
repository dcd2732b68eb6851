"""p28_digit_app: digits drawn here, of many kinds, become the same 28 x 28; bad files, prompts, weights."""

import io
import re
import struct
import zlib
from types import SimpleNamespace

from common import digits
from common.datasets import standins

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage
from scipy.interpolate import CubicSpline

SCRIPT = "class4_extensions/p28_digit_app.py"
# Strokes as points, x y x y ..., in a box of 100 x 100, y downwards; | lifts the pen.
STROKES = [
    ["50 0 15 15 2 50 15 85 50 100 85 85 98 50 85 15 48 2"],
    ["50 0 50 35 50 70 50 100", "25 25 40 15 52 0|52 0 52 35 50 70 50 100", "60 0 52 35 45 70 38 100"],
    [
        "8 28 20 8 50 0 80 10 88 32 70 58 40 80 8 98|8 98 40 97 70 97 96 98",
        "10 25 30 3 65 3 82 25 70 55 35 85 15 95 20 80 40 85 70 99 95 92",
    ],
    [
        "10 15 30 2 65 2 84 18 75 38 42 48|42 48 78 55 92 75 75 95 40 100 8 88",
        "15 10 45 0 80 12 75 35 45 46 80 58 88 82 60 99 25 98 8 85",
    ],
    ["45 0 30 30 5 65|5 65 40 65 95 63|68 35 66 65 65 100", "15 5 12 30 12 55|12 55 45 55 85 52|80 0 78 50 75 100"],
    [
        "20 5 18 25 16 45|16 45 40 36 75 40 90 65 75 92 40 100 10 88|20 4 50 3 88 2",
        "30 8 25 28 20 45 50 38 80 50 85 75 65 96 30 100 8 90|28 -4 55 -7 92 -5",
    ],
    ["75 2 45 15 18 45 8 75 30 98 65 98 85 78 70 55 40 52 14 70"],
    ["6 6 35 4 65 4 92 5|92 5 75 35 55 65 42 100", "10 4 50 4 90 3|90 3 72 30 55 60 50 100|30 52 55 50 82 50"],
    ["78 15 50 0 22 12 25 35 50 47 80 62 85 85 50 100 15 85 20 62 50 47 75 33 76 12"],
    [
        "82 25 55 3 22 10 15 35 38 52 70 42 84 20|84 20 82 50 78 75 70 100",
        "85 20 60 0 25 8 15 32 40 50 72 40 86 18 88 55 85 100",
    ],
]


def drawn(digit, seed=0, pen=None):
    """A page of 750 x 990 with a dark digit on light paper, its strokes of uneven width and pressure."""
    rng = np.random.default_rng([seed, digit])
    pen = pen or np.exp(rng.uniform(np.log(0.015), np.log(0.13)))  # of the height
    height, aspect, slant, turn = (
        rng.uniform(500, 750),
        rng.uniform(0.5, 0.75),
        rng.normal(0, 0.12),
        rng.normal(0, 0.07),
    )
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    page = Image.new("L", (750, 990), 245)
    draw = ImageDraw.Draw(page)
    for stroke in rng.choice(STROKES[digit]).split("|"):
        points = np.array(stroke.split(), float).reshape(-1, 2) / 100 - 0.5
        points += rng.normal(0, 0.02, points.shape)
        way = np.append(0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
        x, y = CubicSpline(way, points, bc_type="natural")(np.linspace(0, way[-1], 400)).T
        places = np.stack([aspect * x - slant * y, y], axis=1) @ matrix * height + (375, 495)
        widths = 1 + 0.5 * ndimage.gaussian_filter1d(rng.normal(0, 6.3, 400), 25)
        greys = 40 + 20 * ndimage.gaussian_filter1d(rng.normal(0, 6.3, 400), 25)
        for (x, y), width, grey in zip(places, widths, greys.clip(0, 90), strict=True):
            radius = max(pen / 2 * height * width, 0.006 * height)
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=int(grey))
    return page.filter(ImageFilter.GaussianBlur(1))


def shade(page, seed=0, noise=5):
    """Light from one side that is half as strong on the other, a soft shadow, and the noise of a camera."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : page.height * 1j, 0 : 1 : page.width * 1j]
    light = 1 - 0.5 * (x if seed % 2 else y) - 0.2 * np.exp(-((x - rng.random()) ** 2 + (y - rng.random()) ** 2) / 0.1)
    return Image.fromarray((np.asarray(page) * light + rng.normal(0, noise, x.shape)).clip(0, 255).astype("uint8"))


def invert(page):
    return Image.fromarray(255 - np.asarray(page))


def shrink(page, factor=6):
    small = Image.new("L", page.size, 245)
    small.paste(page.resize((page.width // factor, page.height // factor)), (page.width * (factor - 1) // factor, 0))
    return small


def jpeg(page, quality=40):
    file = io.BytesIO()
    page.save(file, "JPEG", quality=quality)
    return Image.open(file)


def ruled(page):
    grey = np.array(page)
    for top in range(30, 990, 60):
        grey[top : top + 3] = grey[top : top + 3] * 0.75
    return Image.fromarray(grey)


def on_a_desk(page):
    photo = Image.new("L", (1000, 1250), 50)
    photo.paste(page, (130, 120))
    return photo.rotate(1, Image.Resampling.BICUBIC, fillcolor=50)


def specks(page):
    draw = ImageDraw.Draw(page := page.copy())
    for x, y in np.random.default_rng(0).integers(0, 740, (30, 2)):
        draw.ellipse([x, y, x + 5, y + 5], fill=60)
    return page


VARIANTS = {
    "inverted": invert,
    "in a corner": shrink,
    "shaded": shade,
    "shaded, inverted": lambda page: invert(shade(page, seed=1)),
    "shaded, in a corner": lambda page: shade(shrink(page)),
    "shaded, inverted, in a corner": lambda page: invert(shade(shrink(page), seed=1)),
    "jpeg": lambda page: jpeg(shade(page, noise=12)),
    "ruled": ruled,
    "on a desk": lambda page: shade(on_a_desk(page)),
    "specks": specks,
    "small": lambda page: page.resize((75, 99), Image.Resampling.BOX),
    "large": lambda page: page.resize((3000, 3960)),
    "colour": lambda page: Image.merge("RGB", [page.point(lambda v, k=k: v * k // 255) for k in (255, 240, 200)]),
}


def see(picture):
    """What the network would see of a picture, (28, 28); None where there is no digit."""
    digit = digits.find(digits.finder.scaled(np.asarray(picture.convert("L"), "float32"), digits.finder.LENGTH))
    return None if digit is None else digits.as_mnist(digit)


def overlap(a, b):
    """Common ink over all ink, where b may be one pixel aside."""
    moves = [np.roll(b, move, (0, 1)) for move in ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, -1))]
    return max(np.minimum(a, moved).sum() / np.maximum(a, moved).sum() for moved in moves)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_digit_looks_the_same_however_it_came_into_the_picture(variant):
    for digit, seed in ((2, 0), (5, 3), (8, 1)):
        page = drawn(digit, seed)
        assert overlap(see(page), see(VARIANTS[variant](page))) > 0.75, (digit, seed)


@pytest.mark.parametrize("digit", range(10))
def test_geometry_is_that_of_mnist(digit):
    image = see(drawn(digit, seed=7))
    assert image.shape == (28, 28) and image.dtype == "float32" and image.min() == 0 and image.max() <= 1
    rows, columns = np.nonzero(image)
    assert max(np.ptp(rows), np.ptp(columns)) == 19
    assert np.abs(np.subtract(ndimage.center_of_mass(image), 14)).max() <= 0.51


def stroke_width(image):
    """In pixels of the 28 x 28: four times the mean distance of the ink from its border."""
    large = np.asarray(Image.fromarray(image).resize((280, 280), Image.Resampling.BICUBIC)) > 0.5
    return 0.4 * ndimage.distance_transform_edt(large)[large].mean()


def test_thin_strokes_get_the_width_of_a_pen():
    thin, thick = (stroke_width(see(drawn(3, pen=pen))) for pen in (0.013, 0.15))
    assert 1.8 < thin < 2.7 < thick < 4.4  # MNIST: from 1.8 to 4.4, half of them below 2.7


def test_a_white_on_black_picture_of_28_by_28_stays_nearly_what_it_is():
    image = see(drawn(3))
    assert overlap(image, see(Image.fromarray((image * 255).astype("uint8")))) > 0.75


def test_the_bar_of_a_5_belongs_to_it_and_another_digit_does_not():
    page = Image.new("L", (750, 990), 245)
    draw = ImageDraw.Draw(page)
    draw.line([300, 300, 290, 450, 420, 460, 440, 600, 280, 620], fill=30, width=20)
    without = see(page)
    draw.line([310, 265, 450, 260], fill=30, width=20)
    bar = see(page)
    assert overlap(without, bar) < 0.7
    draw.line([620, 330, 600, 600], fill=30, width=20)
    assert overlap(bar, see(page)) > 0.9


def test_a_digit_that_runs_off_the_picture():
    page = drawn(3, seed=1, pen=0.06)
    top, bottom = np.flatnonzero((np.asarray(page) < 128).any(axis=1))[[0, -1]]
    assert overlap(see(page), see(specks(page.crop((0, top + 9, 750, bottom - 9))))) > 0.7


def blank_pages():
    white = Image.new("L", (750, 990), 245)
    rng = np.random.default_rng(0)
    yield "white", white
    yield "black", Image.new("L", (750, 990), 0)
    yield "one pixel", Image.new("L", (1, 1), 7)
    yield "one row", Image.fromarray(rng.integers(200, 255, (1, 500), "uint8"))
    yield "one column", Image.fromarray(rng.integers(200, 255, (500, 1), "uint8"))
    yield "specks", specks(white)
    for strength in (3, 15, 60):
        for base in (10, 128, 245):
            noise = base + rng.normal(0, strength, (990, 750))
            yield f"noise {strength} on {base}", Image.fromarray(noise.clip(0, 255).astype("uint8"))
    for seed in (0, 1):
        for noise in (0, 5, 15):
            yield f"shaded {seed} {noise}", shade(white, seed, noise)
            yield f"shaded, inverted {seed} {noise}", invert(shade(white, seed, noise))
            yield f"shaded, JPEG {seed} {noise}", jpeg(shade(white, seed, noise))


def test_no_digit():
    assert [name for name, page in blank_pages() if see(page) is not None] == []


# files


@pytest.fixture
def dense(tmp_path):
    """Weights of p16_checkpoint, untrained."""
    (tmp_path / "checkpoints/p16_checkpoint").mkdir(parents=True)
    model = keras.Sequential(
        [
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model(np.zeros((1, 28, 28)))
    path = tmp_path / "checkpoints/p16_checkpoint/mnist.weights.h5"
    model.save_weights(path)
    return path


def kinds(page):
    """The same picture in other kinds of file: name, picture, arguments of save."""
    alpha = invert(page)
    yield "palette.png", page.convert("P"), {}
    yield "palette.gif", page.convert("P"), {"transparency": 255}
    yield "black_and_white.png", page.convert("1"), {}
    yield "16bit.png", Image.fromarray(np.asarray(page).astype("uint16") * 257), {}
    yield "16bit.tif", Image.fromarray(np.asarray(page).astype("uint16") * 257), {}
    yield "cmyk.jpg", page.convert("CMYK"), {}
    yield "dark_on_nothing.png", Image.merge("LA", [Image.new("L", page.size, 20), alpha]), {}
    yield "light_on_nothing.png", Image.merge("LA", [Image.new("L", page.size, 250), alpha]), {}
    yield (
        "colour_on_nothing.webp",
        Image.merge("RGBA", [Image.new("L", page.size, v) for v in (9, 9, 99)] + [alpha]),
        {},
    )
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright, its sensor lies
    yield "exif.jpg", page.rotate(90, expand=True), {"exif": exif}


def test_kinds_of_files(tmp_path):
    page = drawn(2)
    for name, picture, more in kinds(page):
        picture.save(tmp_path / name, **more)
        grey = digits.read(tmp_path / name)
        assert grey.shape == (600, 455) and grey.dtype == "float32" and 0 <= grey.min() and grey.max() <= 255.5, name
        assert overlap(see(page), digits.as_mnist(digits.find(grey))) > 0.75, name


def png_that_claims(width, height):
    header = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    )


def test_bad_files_are_one_line_each_and_good_ones_are_read(dense, run_script, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    drawn(4).save("good.png")
    data = (tmp_path / "good.png").read_bytes()
    files = {"half.png": data[: len(data) // 2], "huge.png": png_that_claims(10**5, 10**5), "text.png": b"4"}
    files |= {"large.png": png_that_claims(10**4, 10**4), "empty.jpg": b"", "odd.png": data.replace(b"IDAT", b"IDAX")}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    bad = ["missing.png", ".", "x" * 300, *files]
    with pytest.raises(SystemExit) as end:
        run_script(SCRIPT, *bad, "good.png")
    assert end.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in lines] == list(map(repr, bad))
    assert "no such file" in lines[0] and "a folder" in lines[1] and "million pixels" in lines[4]
    assert max(map(len, lines)) < 400 and "Traceback" not in "".join(lines)
    assert [path.name for path in tmp_path.rglob("outputs/*/*")] == ["picture_10.png"]


def test_what_is_printed_and_drawn(dense, run_script, tmp_path):
    drawn(4).save(tmp_path / "four.png")
    Image.new("L", (750, 990), 245).save(tmp_path / "blank.png")
    out = run_script(SCRIPT, str(tmp_path / "blank.png"), str(tmp_path / "four.png")).splitlines()
    lesson = run_script.variables
    result = lesson["result"][0]
    best = sorted(range(10), key=lambda digit: -result[digit])[:3]
    x = np.asarray(Image.open(tmp_path / "four.png").resize((28, 28), Image.Resampling.LANCZOS))
    whole = lesson["model"].predict((x[None, ..., None] < 200).astype("float32"), verbose=0).argmax()
    assert out[:5] == [f"weights: {dense}", "", str(tmp_path / "blank.png"), out[3], "no digit found"]
    assert out[5:] == [
        "",
        str(tmp_path / "four.png"),
        f"the whole picture: [{whole}]",
        f"the digit in it:   [{best[0]}]",
        "best guesses: " + ", ".join(f"{digit} ({result[digit]:.1%})" for digit in best),
        f"figure: {tmp_path / 'outputs/p28_digit_app/picture_2.png'}",
    ]
    figures = [figure for figure in run_script.figures if "outputs" in figure.parts]
    assert [figure.stat().st_size > 5000 for figure in figures] == [True]


def test_the_questions_of_the_notes(dense, run_script, tmp_path, monkeypatch, capsys):
    drawn(4).save(tmp_path / "4.png")
    asked, answers = [], iter(["2", f"'{tmp_path / '4.png'}' ", str(tmp_path / "4.png"), "two"])
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or next(answers))
    out = run_script(SCRIPT)
    assert asked == ["input the number of test pictures:"] + ["the path of test picture:"] * 2
    assert out.count("best guesses:") == 2
    with pytest.raises(SystemExit, match="2"):
        run_script(SCRIPT)
    assert capsys.readouterr().err.endswith("give a number, e.g. 1, and then the path of each picture\n")


def test_in_a_pipe_nothing_is_asked(run_script, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))
    with pytest.raises(SystemExit, match="^$"):
        run_script(SCRIPT)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["p16_checkpoint/mnist.weights.h5", "digit_network/digits.keras"])
@pytest.mark.parametrize("damage", ["none", "half", "text", "another network"])
def test_weights_that_cannot_be_used(damage, name, dense, run_script, capsys, tmp_path):
    path = tmp_path / "checkpoints" / name
    path.parent.mkdir(exist_ok=True)
    if damage == "none":
        dense.unlink()
    elif damage == "another network" and "keras" not in name:
        model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)])
        model.save_weights(path)
    else:
        path.write_bytes(dense.read_bytes()[:100000] if damage == "half" else b"weights")
    with pytest.raises(SystemExit) as end:
        run_script(SCRIPT, "a.png")
    assert end.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert ("p16_checkpoint.py" in line and "digit_network.py" in line) if damage == "none" else str(path) in line


@pytest.fixture
def little(monkeypatch):
    """digit_network.py trains one step, on a few digits."""
    fit = keras.Model.fit
    (x, y), _ = standins.mnist()
    monkeypatch.setattr("common.datasets.mnist", lambda opt=None: ((x[:64], y[:64]), (x[64:96], y[64:96])))
    monkeypatch.setattr(keras.Model, "fit", lambda *data, **more: fit(*data, **{**more, "steps_per_epoch": 1}))


def test_the_better_network_is_used_once_it_is_there(little, dense, run_script, tmp_path):
    out = run_script("class4_extensions/digit_network.py", "--offline", "--epochs", "1")
    assert "Trainable params: 56,714 " in out
    drawn(4).save(tmp_path / "4.png")
    out = run_script(SCRIPT, str(tmp_path / "4.png"))
    assert out.startswith(f"weights: {tmp_path / 'checkpoints/digit_network/digits.keras'}\n")
    assert isinstance(run_script.variables["model"].layers[0], keras.layers.Conv2D)


# whether the digits are recognised


@pytest.fixture
def recognised(run_script, tmp_path, monkeypatch):
    """The share of right guesses for pages of all digits, each in one of the variants."""
    monkeypatch.setattr("common.figures.show", lambda name: plt.close())  # of all those pages

    def share(seeds):
        pages = [(digit, seed) for seed in seeds for digit in range(10)]
        variants = list(VARIANTS.values())
        for number, (digit, seed) in enumerate(pages):
            variants[number % len(variants)](drawn(digit, seed)).convert("RGB").save(tmp_path / f"{number}.png")
        out = run_script(SCRIPT, *(str(tmp_path / f"{number}.png") for number in range(len(pages))))
        guesses = re.findall(r"^the digit in it:   \[(\d)\]$", out, re.MULTILINE)
        assert len(guesses) == len(pages)
        return np.mean([guess == str(digit) for guess, (digit, _) in zip(guesses, pages, strict=True)])

    return share


@pytest.mark.parametrize("script", ["p16_checkpoint", "digit_network"])
def test_a_limited_training_leaves_what_all_digits_have_taught(script, run_script, tmp_path):
    run_script(f"class4_extensions/{script}.py", "--offline", "--epochs", "1", "--limit", "32")
    (path,) = (tmp_path / "checkpoints" / script).iterdir()
    assert path.name.startswith("first_32.")


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.parametrize("script", ["p16_checkpoint", "digit_network"])
def test_drawn_digits_are_recognised(script, run_script, recognised):
    run_script(f"class4_extensions/{script}.py")
    assert recognised(seeds=range(100, 113)) > 0.95


@pytest.mark.slow
@pytest.mark.real_data
def test_clean_pages_are_recognised_as_well_as_by_the_notes_recipe(run_script, tmp_path):
    run_script("class4_extensions/p16_checkpoint.py")
    pages = [(digit, seed) for seed in range(100, 110) for digit in range(10)]
    for number, (digit, seed) in enumerate(pages):
        drawn(digit, seed).save(tmp_path / f"{number}.png")
    out = run_script(SCRIPT, *(str(tmp_path / f"{number}.png") for number in range(len(pages))))
    right = []
    for answer in ("the whole picture:", "the digit in it:  "):
        guesses = re.findall(rf"^{answer} \[(\d)\]$", out, re.MULTILINE)
        right.append(np.mean([guess == str(digit) for guess, (digit, _) in zip(guesses, pages, strict=True)]))
    assert right[1] >= right[0] and right[1] > 0.9


@pytest.mark.slow
def test_trained_on_the_stand_in(run_script, recognised):
    run_script("class4_extensions/digit_network.py", "--offline", "--epochs", "3")
    assert recognised(seeds=range(100, 120)) > 0.85
