"""Stand-ins for the data sets of the course, for a computer without a network: small, the same on every machine.

`mnist` and `moutai` are real data that scikit-learn and matplotlib ship; `fashion_mnist` and `cifar10` are drawn here,
as `drawings.ini` says. The image sets come as Keras's `load_data()` returns them: `(x_train, y_train), (x_test,
y_test)`, x and y uint8.
"""

import configparser
from pathlib import Path

from common.datasets.files import COLUMNS

import numpy as np

EACH = (700, 1, 1)  # one number for each drawing of a class


def mnist():
    """1,797 real handwritten digits, enlarged: x `(1500, 28, 28)` and `(297, 28, 28)`, grey 0..255.

    From scikit-learn: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits (UCI), 8x8 pixels of 0..16.
    """
    from sklearn.datasets import load_digits

    digits, y = load_digits(return_X_y=True)
    place = (np.arange(20) * 4 - 3).clip(0, 70)  # of 20 pixels among the 8, in tenths: whole numbers add up exactly
    weights = (10 - np.abs(place[:, None] - np.arange(0, 80, 10))).clip(0)
    digits = weights @ digits.astype(int).reshape(-1, 8, 8) @ weights.T * 255 // 1600
    corners = [14 - digits.sum(axis) @ np.arange(20) // digits.sum((1, 2)) for axis in (2, 1)]
    x = np.zeros((len(y), 28, 28), "uint8")
    for image, digit, top, left in zip(x, digits, *np.clip(corners, 0, 8), strict=True):
        image[top : top + 20, left : left + 20] = digit  # its centre of mass in the middle, as in MNIST
    return (x[:1500], y[:1500].astype("uint8")), (x[1500:], y[1500:].astype("uint8"))


def fashion_mnist():
    """Drawn garments, ten classes: x `(6000, 28, 28)` and `(1000, 28, 28)`, grey 0..255."""
    (x_train, y_train), (x_test, y_test) = draw("fashion_mnist", size=28, channels=1, seed=1)
    return (x_train[..., 0], y_train[:, 0]), (x_test[..., 0], y_test[:, 0])


def cifar10():
    """Drawn things, ten classes: x `(6000, 32, 32, 3)` and `(1000, 32, 32, 3)`, 0..255; y `(n, 1)`."""
    return draw("cifar10", size=32, channels=3, seed=2)


def moutai():
    """Google's daily prices from 2004-08-19 to 2008-10-14, which matplotlib ships: 1,047 rows, oldest first.

    A pandas.DataFrame: date (`"2004-08-19"`), open, close, high, low (dollars), volume (shares), code (`"GOOG"`).
    """
    import pandas as pd
    from matplotlib.cbook import get_sample_data

    with get_sample_data("goog.npz") as file:
        table = pd.DataFrame(file["price_data"])
    return table.assign(date=table["date"].astype(str), code="GOOG")[COLUMNS]


def draw(name, size, channels, seed):
    """600 and 100 drawings of each class, shuffled: grey ones on black, coloured ones before any background.

    Only + - * / and square roots: every machine rounds these alike, but not sines, logarithms (so normal
    distributions) or `Generator.uniform`.
    """
    classes = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
    classes.read(Path(__file__).with_name("drawings.ini"), encoding="utf-8")
    generator = np.random.default_rng(seed)

    def random(low, high, *shape):
        return low + (high - low) * generator.random(shape or EACH, dtype="float32")

    def colour(low, high):  # half way to grey, as pure colours are rare
        return (random(low, high, channels, *EACH) + random(low, high)) / 2

    images = []
    for parts in classes[name].values():
        canvas = np.zeros((channels, EACH[0], size, size), "float32")
        x, y = frame(size, random, shift=0.12, turn=0.3)
        if channels == 3:
            canvas += colour(0, 255) + colour(-40, 40) * x + colour(-40, 40) * y
            for clutter in ("any ellipse 0 0 .3 .4", "any bar -.3 0 .3 0 .2"):
                paint(canvas, *frame(size, random, shift=1, turn=2), clutter, {"any": colour(0, 255)}, random)
        wave = x * random(-3, 3) + y * random(-3, 3) + random(0, 1)
        stripes = (np.abs(wave - np.floor(wave) - 0.5) * 4 - 1) * random(-0.3, 0.6).clip(0)
        body = colour(30, 255)
        tones = dict(body=body * (1 + stripes), trim=colour(30, 255), dark=body * 0.3, light=colour(180, 255), hole=0)
        front = colour(0, 255) * (channels == 3)
        paint(canvas, x, y, parts, tones, random)
        paint(canvas, *frame(size, random, shift=0.9, turn=2), "any bar -.4 0 .4 0 .12", {"any": front}, random)
        canvas *= 1 + random(-0.3, 0.3) * x + random(-0.3, 0.3) * y  # light from one side
        canvas += random(-25, 25, *canvas.shape) * (canvas > 0)
        images.append(np.moveaxis(canvas, 0, -1).clip(0, 255).astype("uint8"))
    sets = []
    for part in (slice(600), slice(600, 700)):
        x = np.concatenate([image[part] for image in images])
        y = np.repeat(np.arange(10, dtype="uint8"), len(x) // 10)[:, None]
        order = random(0, 1, len(y)).argsort(kind="stable")
        sets.append((x[order], y[order]))
    return tuple(sets)


def frame(size, random, shift, turn):
    """Coordinates x, y `(700, size, size)` of the pixels in frames moved, turned, scaled and mirrored by chance."""
    axis = (np.arange(size, dtype="float32") * 2 + 1) / size - 1
    x, y = axis - random(-shift, shift), axis[:, None] - random(-shift, shift)
    half = random(-turn, turn) / 2  # tangent of half the angle
    cos, sin = (1 - half * half) / (1 + half * half), 2 * half / (1 + half * half)
    height = random(0.65, 1)
    width = height * random(0.87, 1.15) * np.sign(random(-1, 1))
    return (x * cos + y * sin) / width, (y * cos - x * sin) / height


def paint(canvas, x, y, parts, tones, random):
    """Paint parts on the canvas `(channels, 700, size, size)`, each of their numbers a little different every time."""
    for part in parts.split(","):
        words = part.split()
        tone, *pair, shape = [word for word in words if word.isalpha()]
        numbers = [float(word) for word in words if not word.isalpha()]
        numbers = [n + min(0.14, 0.02 + abs(n) * 0.15) * random(-1, 1) for n in numbers]
        distance = SHAPES[shape](np.abs(x) if pair else x, y, *numbers)
        canvas += (0.5 - distance * (0.4 * canvas.shape[-1])).clip(0, 1) * (tones[tone] - canvas)  # soft over one pixel


def ellipse(x, y, x0, y0, rx, ry):
    """About the distance of the points x, y from an ellipse; below 0 inside, as for all shapes."""
    return (np.sqrt(((x - x0) / rx) ** 2 + ((y - y0) / ry) ** 2) - 1) * np.minimum(rx, ry)


def bar(x, y, x0, y0, x1, y1, radius):
    """Distance from a line with round ends."""
    dx, dy = x1 - x0, y1 - y0
    along = (((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)).clip(0, 1)
    return np.sqrt((x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2) - radius


def polygon(x, y, *corners):
    """Distance from a convex polygon: the largest of the distances from its sides."""
    sides = []
    for i in range(0, len(corners), 2):
        (x0, y0), (x1, y1) = corners[i : i + 2], (corners + corners)[i + 2 : i + 4]
        dx, dy = x1 - x0, y1 - y0
        sides.append(((x - x0) * dy - (y - y0) * dx) / np.sqrt(dx * dx + dy * dy))
    return np.maximum.reduce(sides)


SHAPES = {"ellipse": ellipse, "bar": bar, "polygon": polygon}
