"""
A data set from a folder of images
==================================

自制数据集：由图片与标签文件得到数组

:Notes: 四、神经网络八股拓展 › 自制数据集
:Data: mnist_train_jpg_60000/, mnist_test_jpg_10000/ and their label files in --folder; --make 60000 writes them
:Expect: with --make 60000: 101,770 parameters; validation accuracy about 0.976 after 5 epochs
:Time: 30 s
"""

# %% 1. import
import contextlib
import hashlib
import os
import pickle
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import common.quiet
from common import ROOT, datasets, download, shown, stop, training
from common.options import options

import keras
import numpy as np
from keras import layers
from PIL import Image
from rich.console import Console
from rich.progress import track

opt = options(__doc__, folder="", make=0, epochs=5, batch_size=32, seed=0, data="", offline=False)
keras.utils.set_random_seed(opt.seed)

folder = Path(opt.folder).absolute() if opt.folder else datasets.CACHE / "mnist_image_label"
parts = ["mnist_train_jpg_60000", "mnist_test_jpg_10000"]  # folders of images; beside each a label file in .txt
stand_in = folder / "STAND-IN.txt"


def bar(steps, text):
    console = Console(stderr=True)
    return track(steps, text, console=console, transient=True, disable=not console.is_terminal)


# %% --make N: N images for training and a sixth as many for testing; the folder gets its name when it is complete
if opt.make:
    if folder.exists():
        stop(f"--make makes a new folder, but {shown(folder)} is there: move it away, or choose another --folder")
    pairs = datasets.mnist(opt)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as unfinished:
            new = Path(unfinished) / folder.name
            for part, (x, y), count in zip(parts, pairs, (opt.make, -(-opt.make // 6)), strict=True):
                lines = [f"{number}_{label}.jpg {label}\n" for number, label in enumerate(y[:count])]
                (new / part).mkdir(parents=True)
                (new / f"{part}.txt").write_text("".join(lines), encoding="utf-8")
                for number, line in enumerate(bar(lines, f"writing {part}")):
                    Image.fromarray(x[number]).save(new / part / line.split()[0], quality=95)
                print(f"{len(lines)} images in {shown(folder / part)}")
            if len(pairs[0][0]) < 60000:
                (new / stand_in.name).write_text("made from the stand-in, not from MNIST", encoding="utf-8")
            new.rename(folder)
    except OSError as error:
        stop(f"cannot write {shown(folder)}: {error.strerror or error}; every image takes up to 4 KB")
elif not folder.exists():
    stop(f"no folder {shown(folder)}: --make 60000 writes one from MNIST, --folder names one of yours")
if stand_in.exists():
    print(f"STAND-IN: {shown(folder)} was {stand_in.read_text(encoding='utf-8')}", file=sys.stderr)

# %% 2. train, test: each line of a label file is `name label`
state = hashlib.sha256()  # of the label files, and of the sizes and times of the images that they name


def read_labels(part):
    """`(place, path, label, problem or "")` for every line that is not blank."""
    images, rows = folder / part, []
    try:
        text = (folder / f"{part}.txt").read_text(encoding="utf-8-sig")
        entries = {entry.name: entry for entry in os.scandir(images)}
    except UnicodeDecodeError as error:
        stop(f"{part}.txt: byte {error.start} is not UTF-8 text; save the file in this encoding")
    except OSError as error:
        stop(f"cannot read {error.filename}: {error.strerror}")
    state.update(text.encode())
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        *name, label = line.strip().rsplit(maxsplit=1)
        name, problem = "".join(name), ""
        path, entry = os.path.join(images, name), entries.get(name)
        usual = entry and entry.is_file(follow_symlinks=False)  # no link, no subfolder: nothing more to look up
        if not name:
            problem = f"{label[:40]!r} is not a name and a label"
        elif not re.fullmatch("0*[0-9]", label):
            problem = f"the label {label[:40]!r} is not a whole number from 0 to 9"
        elif not usual and not os.path.isfile(path):
            problem = f"no file {name[:80]!r}"
        elif not usual and not Path(path).resolve().is_relative_to(images.resolve()):
            problem = f"{name[:80]!r} lies outside of {part}"
        else:
            status = entry.stat() if entry else os.stat(path)
            state.update(f" {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}".encode())
        rows.append((f"{part}.txt, line {number}", path, label, problem))
    return rows or stop(f"{part}.txt names no image")


train_rows, test_rows = map(read_labels, parts)

# %% decoding, by a Python of its own for each core: with images this small, threads mostly wait for one another
WORKER = """
import pickle, sys
from PIL import Image, UnidentifiedImageError

Image.MAX_IMAGE_PIXELS = None  # an image of another size is not decoded at all
for path in pickle.load(sys.stdin.buffer):
    try:
        with Image.open(path, formats=["JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "PPM"]) as image:
            if image.size != (28, 28):
                raise ValueError("{} x {} pixels, not 28 x 28".format(*image.size))
            answer = (image if image.mode == "L" else image.convert("L")).tobytes()
    except UnidentifiedImageError:
        answer = "not an image"
    except Exception as error:
        answer = str(error)
    pickle.dump(answer, sys.stdout.buffer)
"""


def decode(paths):
    """Yield in order the 784 grey values of each image as bytes, or text that says why there are none."""
    count = min(os.cpu_count() or 1, 8, 1 + len(paths) // 500)  # one process here collects from no more than 8
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with contextlib.ExitStack() as stack:
        workers = [subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, **pipes) for _ in range(count)]
        for number, worker in enumerate(workers):
            stack.enter_context(worker)
            with worker.stdin:
                pickle.dump(paths[number::count], worker.stdin)
        for number, path in enumerate(paths):
            try:
                answer = pickle.load(workers[number % count].stdout)
            except EOFError:
                stop(f"the process that decodes {path} has ended: is there memory left?")
            yield answer


def generate(rows):
    """x `(n, 28, 28)` float32 from 0 to 1 and y `(n,)` int64; what is wrong goes to `problems`."""
    pixels, labels = [], []
    answers = decode([path for _, path, _, problem in rows if not problem])
    for place, path, label, problem in bar(rows, "decoding"):
        answer = problem or next(answers)
        if isinstance(answer, bytes):
            pixels.append(answer)
            labels.append(label)
        else:
            problems.append(f"{place}: {problem or f'{os.path.basename(path)!r}: {answer}'}")
    x = np.frombuffer(b"".join(pixels), "uint8").reshape(-1, 28, 28)
    return np.divide(x, 255, dtype="float32"), np.array(labels, "int64")


# %% the arrays: from the npy files, if these are whole and nothing has changed since; else from the images
names = ["mnist_x_train.npy", "mnist_y_train.npy", "mnist_x_test.npy", "mnist_y_test.npy"]
stamp = folder / "mnist_npy.txt"  # the state of the folder that they were made from, and their digests
arrays, problems = [], []
try:
    before, *digests = stamp.read_text(encoding="utf-8").split() or [""]
    if before != state.hexdigest() or len(digests) != len(names):
        raise ValueError("the images or labels have changed")
    for name, digest in zip(names, digests, strict=True):
        with open(folder / name, "rb") as file:
            if download.digest_of(file, 64) != digest:
                raise ValueError(f"{name} is damaged")
            file.seek(0)
            arrays.append(np.load(file))
except (OSError, ValueError) as error:
    if stamp.exists():
        print(f"note: the npy files are made anew: {error}", file=sys.stderr)

if len(arrays) == 4:
    print("-------------Load Datasets-----------------")
    x_train, y_train, x_test, y_test = arrays
    x_train = np.reshape(x_train, (len(x_train), 28, 28))
    x_test = np.reshape(x_test, (len(x_test), 28, 28))
else:
    print("-------------Generate Datasets-----------------")
    x_train, y_train = generate(train_rows)
    x_test, y_test = generate(test_rows)
    if problems:
        more = [f"and {len(problems) - 10} more"] * (len(problems) > 10)
        stop("\n  ".join([f"{shown(folder)} cannot be used:", *problems[:10], *more]))

    print("-------------Save Datasets-----------------")
    # float32 from 0 to 1: the notes' own program can read these files, and they take half the room of its float64
    saved = [np.reshape(x_train, (len(x_train), -1)), y_train, np.reshape(x_test, (len(x_test), -1)), y_test]
    try:
        digests = [state.hexdigest()]
        for name, array in zip(names, saved, strict=True):
            with download.new_file(folder / name) as file:
                np.save(file, array)
                digests.append(download.digest_of(file, 64))
        with download.new_file(stamp) as file:
            file.write("\n".join(digests).encode())
    except OSError as error:
        print(
            f"note: not saved, the next run decodes again: {error.strerror or error}, {shown(folder)}", file=sys.stderr
        )

# %% 3. the network
model = keras.Sequential(
    [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")]
)

# %% 4. compile
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    metrics=["sparse_categorical_accuracy"],
)

# %% 5. fit
training.fit(model, (x_train, y_train), (x_test, y_test), opt)

# %% 6. summary
training.summary(model)
