"""A handwritten digit, found in a picture of any kind and made to look as MNIST's do."""

import os
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from scipy import ndimage

LENGTH = 600  # pixels of the longer side, to which every picture is scaled; with more, small digits are found worse


class Unreadable(Exception):
    """Why a file is no picture, in a few words."""


def read(path):
    """Grey values `(h, w)` float32, 0 to 255, of a picture scaled to LENGTH. Raises Unreadable.

    `path` may also be a file that is open, in binary mode.
    """
    if isinstance(path, (str, os.PathLike)) and not os.path.isfile(path):
        raise Unreadable("a folder, not a picture" if os.path.isdir(path) else "no such file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(path)
            if picture.format in ("EPS", "WMF"):  # Pillow would have another program run them
                raise UnidentifiedImageError
            picture = ImageOps.exif_transpose(picture)  # upright, as the camera was held
            if picture.mode.startswith("I"):  # 16 bits
                return scaled(np.asarray(picture, "float32") / 257, LENGTH)
            picture = picture.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unreadable(f"more than {Image.MAX_IMAGE_PIXELS // 10**6} million pixels; make it smaller") from None
    except UnidentifiedImageError:
        raise Unreadable("not a picture of a known kind; save it as PNG or JPEG") from None
    except Exception as error:  # a damaged file makes its reader raise anything
        raise Unreadable(f"cannot be read ({' '.join(str(error).split())[:200]})") from None
    picture.thumbnail((2000, 2000))
    grey, alpha = (np.asarray(band, "float32") for band in picture.convert("LA").split())
    alpha = alpha / 255  # a drawing without paper gets some, white for dark ink and black for light ink
    paper = 255 if (grey * alpha).sum() < 128 * alpha.sum() else 0
    return scaled(grey * alpha + paper * (1 - alpha), LENGTH)


def resized(image, shape):
    return np.asarray(Image.fromarray(np.float32(image)).resize(shape[::-1], Image.Resampling.BILINEAR))


def scaled(image, length):
    """The image, its longer side now of this length."""
    return resized(image, [max(1, round(side * length / max(image.shape))) for side in image.shape])


def otsu(values):
    """The threshold that splits values into the two groups with the largest variance between them."""
    counts, edges = np.histogram(values, 256)
    below, sums = np.cumsum(counts)[:-1], np.cumsum(counts * (edges[:-1] + edges[1:]) / 2)
    above = values.size - below
    distance = sums[:-1] / below - (sums[-1] - sums[:-1]) / above  # of the two means; no group is ever empty
    return edges[1:-1][np.argmax(below * above * distance**2)]


def box(mask):
    """The rows and columns that True pixels lie in, as slices."""
    return ndimage.find_objects(mask.view("uint8"))[0]


def find(grey):
    """True for the pixels of the digit among grey values `(h, w)`; None where there is no digit."""
    grey = ndimage.gaussian_filter(grey, 1)
    slope = ndimage.gaussian_gradient_magnitude(grey, 1)
    edge = slope > max(slope.max() / 4, 6 * np.median(slope), 2)  # steeper than shadows and noise are
    if not edge.any():
        return None
    surroundings = resized(ndimage.median_filter(scaled(grey, 16), size=11), grey.shape)
    if ((grey[edge] - surroundings[edge]) ** 3).sum() > 0:  # strokes are lighter than most around: white on black
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
        labels, count = ndimage.label(ink > factor * threshold, np.ones((3, 3)))
        length = np.bincount(labels[edge], minlength=count + 1)  # of the contour of each piece; piece 0 is the paper
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
    within = box(pieces)  # no gap to bridge lies outside
    groups, _ = ndimage.label(ndimage.distance_transform_edt(~pieces[within]) < gap / 2)
    pieces[within] &= groups == groups[labels[within] == main][0]
    return pieces


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
