"""Has this CIFAR-10 been through JPEG, and what does that cost? `python -m benchmarks.jpeg [FOLDER]`

JPEG rounds the frequencies of each block of 8 by 8 pixels to multiples of steps, one table of them for each quality.
A copy that it has made shows them still. With a FOLDER, all images go through JPEG (once more), at quality 75, which is
Pillow's own, with colours at half the resolution and blocks moved by 4 pixels, so that none is left as it was;
`python class5_cnn/beyond_cifar10.py --data FOLDER` trains on them.
"""

import io
import pickle
from pathlib import Path
from types import SimpleNamespace

from common import datasets, stop
from common.datasets.files import BATCHES
from common.options import Parser

import numpy as np
from PIL import Image

QUALITY = 75
ROUNDED = 0.5  # agreement from which frequencies count as rounded: 0 by chance, 1 without the pixels' own rounding


def through_jpeg(image, quality=QUALITY, shift=4):
    """An image, (32, 32, 3) uint8, as it is after JPEG, with blocks of which the first begins `shift` pixels before."""
    file = io.BytesIO()
    padded = np.pad(image, ((shift, shift), (shift, shift), (0, 0)), "edge")
    Image.fromarray(padded).save(file, "JPEG", quality=quality)
    return np.array(Image.open(file))[shift : shift + 32, shift : shift + 32]


def frequencies(images):
    """The cosine transform of the brightness of every block: (blocks, 8, 8)."""
    grey = images.astype("float32") @ np.float32([0.299, 0.587, 0.114]) - 128
    blocks = grey.reshape(-1, 4, 8, 4, 8).swapaxes(2, 3).reshape(-1, 8, 8)
    n = np.arange(8)
    cosines = np.cos(np.pi * (n + 0.5) * n[:, None] / 8) * np.where(n[:, None], 0.5, 0.125**0.5)
    return cosines.astype("float32") @ blocks @ cosines.T.astype("float32")


def agreement(found, quality):
    """How near frequencies are to multiples of this quality's steps: 1 all of them, 0 by chance."""
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "JPEG", quality=quality)
    steps = np.reshape(Image.open(file).quantization[0], (8, 8))
    large = (np.abs(found) > steps / 2) & (steps > 3)  # smaller steps are lost where pixels become whole numbers
    large[:, 0, 0] = False
    return float(np.cos(2 * np.pi * found / steps)[large].mean()) if large.any() else 0.0


def best_quality(images):
    """The quality that agrees best with these images, and how well."""
    found = frequencies(images)
    qualities = {quality: agreement(found, quality) for quality in range(20, 96)}
    best = max(qualities, key=qualities.get)
    return best, qualities[best]


def write(folder, sets):
    """Write training and test set as CIFAR-10's own files."""
    (x_train, y_train), (x_test, y_test) = sets
    images, labels = [*np.split(x_train, 5), x_test], [*np.split(y_train, 5), y_test]
    folder.mkdir(parents=True)
    for name, x, y in zip(BATCHES, images, labels, strict=True):
        copies = np.stack([through_jpeg(image) for image in x])
        content = {b"data": copies.transpose(0, 3, 1, 2).reshape(len(x), 3072), b"labels": y.ravel().tolist()}
        (folder / name).write_bytes(pickle.dumps(content))
        print(f"{folder / name}: {len(x):,} images", flush=True)


def main(arguments=None):
    parser = Parser("benchmarks.jpeg", description=__doc__)
    parser.add_argument("folder", nargs="?", help="write the copy here; without it, only say what JPEG has left")
    opt = parser.parse_args(arguments)
    folder = Path(opt.folder) / "cifar-10-batches-py" if opt.folder else None
    if folder and folder.exists():
        stop(f"{folder} is there already: name another folder")
    sets = datasets.cifar10(SimpleNamespace(data="real"))
    quality, fits = best_quality(sets[1][0][:1000])
    print(f"frequencies agree best with JPEG at quality {quality}: {fits:.2f} (1 all, 0 by chance)")
    print("these images have been through JPEG" if fits > ROUNDED else "no sign of JPEG")
    if folder:
        try:
            write(folder, sets)
        except OSError as error:
            stop(f"cannot write {folder}: {error.strerror}; make room, and it a folder you may write")


if __name__ == "__main__":
    main()
