"""Stand-ins for the data sets of the course, for a computer without a network: small, the same on every machine.

`mnist` and `moutai` are real data that scikit-learn and matplotlib ship; `fashion_mnist` and `cifar10` are drawn here.
The image sets come as Keras's `load_data()` returns them: `(x_train, y_train), (x_test, y_test)`, x and y uint8.
"""

import numpy as np

# How each class is drawn: parts, one over the other, each `tone shape numbers`, in a frame from -1 to 1, y downwards.
# ellipse: centre, radii. bar: from, to, half the width. polygon: corners, convex, clockwise on the screen.
# `pair`: the shape and its mirror image. `hole`: black.
LEGS = "body bar -.25 .3 -.3 .9 .07, body bar .45 .3 .5 .9 .07, body bar -.1 .3 -.05 .9 .07, body bar .3 .3 .25 .9 .07"
WHEELS = "dark pair ellipse .5 .4 .2 .2, light pair ellipse .5 .4 .08 .08"
FASHION_MNIST = {
    "T-shirt/top": """body pair bar .4 -.6 .74 -.28 .2, body polygon -.45 -.8 .45 -.8 .42 .85 -.42 .85,
        hole ellipse 0 -.86 .24 .16""",
    "Trouser": """body polygon -.38 -.9 .38 -.9 .42 -.5 -.42 -.5, body pair polygon -.02 -.55 .42 -.55 .42 .9 .12 .9,
        dark bar -.36 -.8 .36 -.8 .03""",
    "Pullover": """body pair bar .42 -.6 .76 .6 .15, body polygon -.45 -.8 .45 -.8 .42 .8 -.42 .8,
        trim bar -.38 .78 .38 .78 .07, trim ellipse 0 -.8 .24 .14, hole ellipse 0 -.86 .18 .12""",
    "Dress": """body polygon -.3 -.9 .3 -.9 .2 -.2 -.2 -.2, body polygon -.2 -.25 .2 -.25 .52 .9 -.52 .9,
        hole ellipse 0 -.9 .15 .22, trim bar -.2 -.22 .2 -.22 .05""",
    "Coat": """body pair bar .42 -.65 .78 .55 .15, body polygon -.45 -.85 .45 -.85 .52 .95 -.52 .95,
        dark polygon -.2 -.85 .2 -.85 0 -.3, dark bar 0 -.4 0 .95 .03, dark pair bar .2 .3 .38 .3 .04""",
    "Sandal": """body polygon -.95 .55 .9 .35 .9 .75 -.95 .75, body polygon -.45 .2 -.1 .15 .05 .5 -.7 .55,
        body bar -.25 .25 .2 -.15 .06, body bar .82 .4 .82 -.15 .05, body ellipse .48 -.2 .38 .18,
        hole ellipse .48 -.2 .28 .09""",
    "Shirt": """body pair bar .4 -.6 .74 .3 .15, body polygon -.44 -.8 .44 -.8 .42 .85 -.42 .85,
        dark bar 0 -.5 0 .8 .03, light pair polygon 0 -.6 .24 -.9 .22 -.5, light ellipse .1 0 .06 .06""",
    "Sneaker": """body ellipse -.45 .3 .48 .28, body polygon -.5 .02 .2 -.35 .85 -.3 .88 .5 -.5 .5,
        hole ellipse .5 -.36 .22 .14, light bar -.85 .55 .85 .55 .09, trim bar -.2 -.15 -.05 .1 .05""",
    "Bag": """body ellipse 0 -.2 .5 .6, hole ellipse 0 -.2 .38 .47, body polygon -.7 -.2 .7 -.2 .82 .75 -.82 .75,
        dark bar -.65 0 .65 0 .03, light ellipse 0 .05 .08 .08""",
    "Ankle boot": """body polygon -.05 -.85 .6 -.85 .7 .5 -.1 .5, body ellipse -.35 .4 .5 .25,
        body polygon -.4 .2 .7 .1 .7 .65 -.6 .65, dark bar -.8 .66 .7 .66 .05, dark bar .5 .75 .65 .75 .1""",
}
CIFAR10 = {
    "airplane": """body polygon .5 0 .8 -.55 .95 -.55 .95 .1, trim polygon -.05 0 .4 -.5 .6 -.5 .2 0,
        body ellipse 0 .05 .95 .17, trim polygon -.2 .08 .15 .08 .6 .65 .4 .65, dark ellipse -.75 0 .1 .06""",
    "automobile": f"""body polygon -.3 -.4 .3 -.4 .6 .1 -.5 .1, light polygon -.26 -.3 -.04 -.3 -.04 0 -.4 0,
        light polygon .04 -.3 .24 -.3 .42 0 .04 0, body bar -.75 .2 .75 .2 .2, {WHEELS}""",
    "bird": """trim polygon .3 0 .95 -.1 .95 .15 .4 .3, dark bar -.05 .3 -.1 .8 .04, dark bar .1 .3 .1 .8 .04,
        body ellipse 0 .1 .5 .3, body ellipse -.45 -.3 .22 .2, light polygon -.95 -.25 -.6 -.4 -.6 -.2,
        dark ellipse -.5 -.35 .05 .05, trim ellipse .12 .05 .32 .15""",
    "cat": """body pair polygon .7 -.9 .6 -.1 .15 -.5, body ellipse 0 .1 .7 .65, light pair ellipse .28 0 .15 .12,
        dark pair ellipse .28 0 .05 .12, dark polygon -.1 .25 .1 .25 0 .38, light pair bar .2 .4 .85 .3 .02""",
    "deer": f"""{LEGS}, body ellipse .1 .2 .5 .22, body bar -.3 .15 -.5 -.3 .12, body ellipse -.62 -.35 .22 .12,
        trim bar -.5 -.4 -.25 -.95 .04, trim bar -.55 -.4 -.7 -.95 .04, trim bar -.35 -.7 -.1 -.8 .04""",
    "dog": """body ellipse 0 0 .55 .65, trim pair ellipse .6 .05 .2 .5, light ellipse 0 .4 .32 .3,
        dark ellipse 0 .25 .14 .1, dark pair ellipse .22 -.15 .09 .09, dark bar 0 .3 0 .55 .02""",
    "frog": """trim pair ellipse .65 .5 .3 .25, body ellipse 0 .3 .7 .45, body pair ellipse .4 -.2 .24 .24,
        light pair ellipse .4 -.22 .15 .15, dark pair ellipse .4 -.22 .08 .08, dark bar -.45 .3 .45 .3 .04""",
    "horse": f"""{LEGS}, trim bar .6 .05 .85 .6 .09, body ellipse .1 .15 .55 .27, body bar -.3 .1 -.5 -.5 .17,
        body bar -.5 -.5 -.8 -.2 .12, trim bar -.32 -.6 -.15 0 .09""",
    "ship": """body polygon -.95 .25 .95 .25 .7 .7 -.75 .7, light polygon -.5 -.1 .4 -.1 .45 .25 -.5 .25,
        trim polygon -.1 -.55 .15 -.55 .15 -.1 -.1 -.1, dark bar -.65 .25 -.65 -.7 .03""",
    "truck": f"""trim polygon -.3 -.65 .95 -.65 .95 .3 -.3 .3, body polygon -.75 -.25 -.35 -.25 -.35 .35 -.9 .35,
        light polygon -.7 -.18 -.5 -.18 -.5 .05 -.78 .05, dark bar -.9 .35 .95 .35 .05, {WHEELS}""",
}
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
    """Drawn garments, the classes of `FASHION_MNIST`: x `(6000, 28, 28)` and `(1000, 28, 28)`, grey 0..255."""
    (x_train, y_train), (x_test, y_test) = draw(FASHION_MNIST, size=28, channels=1, seed=1)
    return (x_train[..., 0], y_train[:, 0]), (x_test[..., 0], y_test[:, 0])


def cifar10():
    """Drawn things, the classes of `CIFAR10`: x `(6000, 32, 32, 3)` and `(1000, 32, 32, 3)`, 0..255; y `(n, 1)`."""
    return draw(CIFAR10, size=32, channels=3, seed=2)


def moutai():
    """Google's daily prices from 2004-08-19 to 2008-10-14, which matplotlib ships: 1,047 rows, oldest first.

    A pandas.DataFrame: date (`"2004-08-19"`), open, close, high, low (dollars), volume (shares), code (`"GOOG"`).
    """
    import pandas as pd
    from matplotlib.cbook import get_sample_data

    with get_sample_data("goog.npz") as file:
        prices = file["price_data"]
    columns = {name: prices[name] for name in ("open", "close", "high", "low", "volume")}
    return pd.DataFrame({"date": prices["date"].astype(str), **columns, "code": "GOOG"})


def draw(classes, size, channels, seed):
    """600 and 100 drawings of each class, shuffled: grey ones on black, coloured ones before any background.

    Only + - * / and square roots: every machine rounds these alike, but not sines, logarithms (so normal
    distributions) or `Generator.uniform`.
    """
    generator = np.random.default_rng(seed)

    def random(low, high, *shape):
        return low + (high - low) * generator.random(shape or EACH, dtype="float32")

    def colour(low, high):  # half way to grey, as pure colours are rare
        return (random(low, high, channels, *EACH) + random(low, high)) / 2

    images = []
    for parts in classes.values():
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
