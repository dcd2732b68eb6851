"""
A picture of a digit, and which digit it is
===========================================

给图识物：手写数字图片的识别

:Notes: 四、神经网络八股拓展 › 应用程序
:Data: pictures with one digit each, dark on light or light on dark: p28_digit_app.py a.png b.png; weights of
    p16_checkpoint.py, or of a better network with --train (MNIST)
:Expect: for each picture the three best guesses with their probabilities, and a figure of what the network saw
:Time: 5 s
"""

# %% import
import argparse
import os
import re
import sys
import warnings
from pathlib import Path

import common.quiet
from common import checkpoints, datasets, figures, script_name, shown, stop, training
from common.options import Parser, reader

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers
from PIL import Image, ImageOps, UnidentifiedImageError
from scipy import ndimage

parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
parser.add_argument("pictures", nargs="*", metavar="PICTURE", help="a file with one digit; without: asked for")
parser.add_argument("--train", action="store_true", help="train a convolutional network for this, about a minute")
parser.add_argument("--fresh", action="store_true", help="with --train: anew, not from where it ended")
parser.add_argument("--epochs", type=reader(5), default=5, metavar="EPOCHS", help="of --train (default: 5)")
parser.add_argument("--data", default="", metavar="DATA", help="folder with MNIST; real: never train on a stand-in")
parser.add_argument("--offline", action="store_true", help="download nothing")
parser.set_defaults(batch_size=128, seed=0)
opt = parser.parse_args([] if "ipykernel" in sys.modules else None)
keras.utils.set_random_seed(opt.seed)


# %% from a file to grey values
warnings.simplefilter("error", Image.DecompressionBombWarning)


def read(path):
    """Grey values `(h, w)` float32, 0 to 255, of a picture scaled to 1000 pixels; `stop` where there is none."""
    if not os.path.isfile(path):
        stop(f"{path}: {'a folder, not a picture' if os.path.isdir(path) else 'no such file'}")
    try:
        picture = ImageOps.exif_transpose(Image.open(path))  # upright, as the camera was held
        if picture.mode.startswith("I"):  # 16 bits
            return scaled(np.asarray(picture, "float32") / 257, 1000)
        picture = picture.convert("RGBA")
        picture.thumbnail((2000, 2000))
        grey, alpha = np.moveaxis(np.asarray(picture.convert("LA"), "float32"), 2, 0)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        stop(f"{path}: more than {Image.MAX_IMAGE_PIXELS // 10**6} million pixels; make it smaller")
    except UnidentifiedImageError:
        stop(f"{path}: not a picture of a known kind; save it as PNG or JPEG")
    except Exception as error:  # a damaged file makes its reader raise anything
        stop(f"{path}: cannot be read ({' '.join(str(error).split())[:200]})")
    alpha = alpha / 255  # a drawing without paper gets some, white for dark ink and black for light ink
    paper = 255 if (grey * alpha).sum() < 128 * alpha.sum() else 0
    return scaled(grey * alpha + paper * (1 - alpha), 1000)


def resized(image, shape):
    return np.asarray(Image.fromarray(np.float32(image)).resize(shape[::-1], Image.Resampling.BILINEAR))


def scaled(image, length):
    """The image, its longer side now of this length."""
    return resized(image, [max(1, round(side * length / max(image.shape))) for side in image.shape])


# %% where is the digit?
def otsu(values):
    """The threshold that parts values into the two groups with the largest variance between them."""
    counts, edges = np.histogram(values, 256)
    below, sums = np.cumsum(counts)[:-1], np.cumsum(counts * (edges[:-1] + edges[1:]) / 2)
    above = values.size - below
    distance = sums[:-1] / below - (sums[-1] - sums[:-1]) / above  # of the two means; no group is ever empty
    return edges[1:-1][np.argmax(below * above * distance**2)]


def edges(image):
    """True where the values change most steeply; nowhere, if that is no steeper than shadows and noise are."""
    slope = ndimage.gaussian_gradient_magnitude(image, 1)
    return slope > max(slope.max() / 4, 6 * np.median(slope), 2)


def box(mask):
    """The rows and columns that True pixels lie in, as slices."""
    return ndimage.find_objects(mask.astype(int))[0]


def find(grey):
    """True for the pixels of the digit, `(h, w)`; None where there is no digit."""
    grey = ndimage.gaussian_filter(grey, 1)
    edge = edges(grey)
    if not edge.any():
        return None
    surroundings = resized(ndimage.median_filter(scaled(grey, 64), size=45), grey.shape)
    if ((grey - surroundings)[edge] ** 3).sum() > 0:  # strokes are lighter than most around: white on black
        grey = 255 - grey
    # the paper, however it is lit: a closing takes away all that is dark and less than a third of the picture wide
    paper = ndimage.grey_closing(ndimage.median_filter(scaled(grey, 64), size=3), size=21)
    paper = resized(ndimage.gaussian_filter(paper, 2), grey.shape)
    ink = (paper - grey) / paper.clip(20)  # 0 paper, 1 black
    # Otsu's two groups are the pixels within and without the edges. Half of his threshold keeps thin and faint parts
    # of strokes; if it also catches the lines on the paper or the edge of a photo, then much of what it finds runs to
    # the edge of the picture, and a higher one is better.
    threshold = otsu(ink[ndimage.maximum_filter(edge, 9)])
    for factor in (0.5, 0.7, 1):
        labels, _ = ndimage.label(ink > factor * threshold, np.ones((3, 3)))
        length = np.bincount(labels.ravel(), edge.ravel())  # of the contour of each piece; piece 0 is the paper
        length[0] = 0
        inner = length.copy()
        for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
            inner[side] = 0
        if inner.sum() > 0.9 * length.sum():
            break
    main = inner.argmax()
    if length[main] < length.max() / 20:  # no more than a speck beside a digit that runs off the picture
        main = length.argmax()
    if length[main] < 50:
        return None

    # pieces with small gaps between them belong together, such as the bar of a 5 and the rest of it
    inner[main] = length[main]
    pieces = (inner > 0.02 * length[main])[labels]
    gap = 0.15 * max(labels[box(labels == main)].shape)
    groups, _ = ndimage.label(ndimage.distance_transform_edt(~pieces) < gap / 2)
    return pieces & (groups == groups[labels == main][0])


# %% what the network sees
def as_mnist(digit):
    """The digit as MNIST's were made, `(28, 28)` float32, 0 to 1: 20 pixels long, centre of mass in the middle."""
    digit = np.pad(scaled(digit[box(digit)], 200), 20)
    digit = ndimage.gaussian_filter(digit, 2) > 0.5  # smooth contours
    # a thin stroke would vanish: around its middle it gets the width 2.2 of 20, where MNIST has 1.8 to 4.4
    depth = ndimage.distance_transform_edt(digit)
    middle = digit & (depth == ndimage.maximum_filter(depth, 3))
    digit |= ndimage.distance_transform_edt(~middle) <= 11
    digit = scaled(digit[box(digit)], 20)
    y, x = ndimage.center_of_mass(digit)
    top, left = np.clip([round(14 - y), round(14 - x)], 0, 28 - np.array(digit.shape))
    image = np.zeros((28, 28), "float32")
    image[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return image


# %% the notes' network, and one that looks at neighbouring pixels (class 5): this one is used once it is trained
dense = keras.Sequential(
    [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")]
)
convolutional = keras.Sequential(
    [
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)

# %% --train: on digits that are turned, slanted and stretched, as people write in more ways than MNIST has
if opt.train:
    (x_train, y_train), (x_test, y_test) = datasets.mnist(opt)
    if len(x_train) < 60000:  # the stand-in is blurred, and small: each of its digits is changed in 40 ways
        x_train, x_test = (255 * np.stack([as_mnist(x > 127) for x in images]) for images in (x_train, x_test))
        x_train, y_train = np.repeat(x_train, 40, axis=0), np.repeat(y_train, 40)
    x_train, x_test = (np.divide(x, 255, dtype="float32")[..., None] for x in (x_train, x_test))  # (60000, 28, 28, 1)
    convolutional.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
        metrics=["sparse_categorical_accuracy"],
    )
    augment = [
        layers.RandomRotation(15 / 360, fill_mode="constant"),
        layers.RandomShear(0.2, fill_mode="constant"),
        layers.RandomZoom((-0.1, 0.15), (-0.1, 0.25), fill_mode="constant"),
        layers.RandomTranslation(0.06, 0.06, fill_mode="constant"),
    ]
    training.fit(convolutional, (x_train, y_train), (x_test, y_test), opt, checkpoint=True, augment=augment)


# %% which pictures? Those named in the command; at a terminal the notes' questions
def ask(question, pattern, wanted):
    """What is typed, asked for again until it fits; the end of the input ends the script."""
    try:
        while not re.fullmatch(pattern, answer := input(question).strip("'\" ")):
            print(f"{answer!r} is not {wanted}")
    except EOFError:
        sys.exit()
    return answer


paths = opt.pictures
if not paths and sys.stdin.isatty():
    number = int(ask("input the number of test pictures:", "[0-9]{1,4}", "a number of pictures"))
    paths = (ask("the path of test picture:", ".+", "a path") for _ in range(number))
elif not paths:
    print("which pictures? p28_digit_app.py a.png b.png")

# %% the weights
model, weights = convolutional, checkpoints.best_weights(script_name())
if weights is None:
    model, weights = dense, checkpoints.best_weights("p16_checkpoint")
if paths and weights is None:
    stop("no trained weights: p16_checkpoint.py beside this script makes some, and --train better ones in a minute")
if weights:
    model(np.zeros((1, 28, 28, 1)))  # makes the variables
    try:
        model.load_weights(weights)
    except Exception as error:  # a damaged file makes its reader raise anything
        why = " ".join(str(error).split())[:200]
        stop(f"{shown(weights)} is damaged, or of another network ({why}); move it away and train again")
    print(f"weights: {shown(weights)}, {'dense' if model is dense else 'convolutional'} network")

# %% application
bad = 0
for number, path in enumerate(paths, start=1):
    try:
        grey = read(os.path.expanduser(path))
    except SystemExit:  # it said why; the next may be a picture
        bad += 1
        continue
    print(f"\n{path}")
    digit = find(grey)
    if digit is None:
        print("no digit found")
        continue
    image = as_mnist(digit)
    x_predict = image[tf.newaxis, ..., tf.newaxis]  # (1, 28, 28, 1)
    result = model.predict(x_predict, verbose=0)
    pred = tf.argmax(result, axis=1)
    print(pred.numpy())
    best = np.argsort(-result[0])[:3]
    print("best guesses:", ", ".join(f"{guess} ({result[0, guess]:.1%})" for guess in best))

    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(11, 4), layout="constrained")
    left.imshow(grey, cmap="gray", vmin=0, vmax=255)
    rows, columns = box(digit)
    corner, size = (columns.start, rows.start), (columns.stop - columns.start, rows.stop - rows.start)
    left.add_patch(plt.Rectangle(corner, *size, fill=False, color="tab:red", linewidth=2))
    left.set(title="the picture", xticks=[], yticks=[])
    middle.imshow(image, cmap="gray", vmin=0, vmax=1)
    middle.set(title="what the network sees, 28 x 28", xticks=[], yticks=[])
    right.bar(range(10), result[0])
    right.set(title="probability", xlabel="digit", xticks=range(10), ylim=(0, 1))
    figures.show(f"{number}_{Path(path).stem[:80]}")
if bad:
    sys.exit(2)
