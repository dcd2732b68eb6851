"""Stand-in data: its form, the same bytes everywhere, and worth training on."""

import hashlib
import subprocess
import sys
from types import SimpleNamespace

from common import ROOT, datasets
from common.datasets import standins

import keras
import numpy as np
import pytest
from keras import layers
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

DIGESTS = {
    "mnist": "5a0a7461e18749069930bd68901510028734002879f8656e12e89ecc41811873",
    "fashion_mnist": "213d6562b59b88deb7646f774c8f5bda1c4731508a51856f0818584e3666351e",
    "cifar10": "6747e93977786451ebcc4f2dc5b53205c757287da5db8f343644fd4041c32ead",
    "moutai": "21b47b51bc5bb578d5fa34937689a56633d7d215dbfb4362b8f2684dc56a9cb5",
}


@pytest.fixture(scope="module")
def images():
    return {name: getattr(standins, name)() for name in ("mnist", "fashion_mnist", "cifar10")}


@pytest.mark.parametrize("name, limit, train, test", [("mnist", 400, 400, 297), ("cifar10", 7, 7, 7)])
def test_a_limit_leaves_the_first_samples_of_both_parts(name, limit, train, test, images, monkeypatch):
    monkeypatch.setattr(datasets, "load", lambda name, opt: images[name])
    got = getattr(datasets, name)(SimpleNamespace(limit=limit))
    for (x, y), (all_x, all_y), count in zip(got, images[name], (train, test), strict=True):
        assert (x == all_x[:count]).all() and (y == all_y[:count]).all() and len(x) == len(y) == count


@pytest.mark.parametrize(
    "name, train, test, size, label",
    [
        ("mnist", 1500, 297, (28, 28), ()),
        ("fashion_mnist", 6000, 1000, (28, 28), ()),
        ("cifar10", 6000, 1000, (32, 32, 3), (1,)),
    ],
)
def test_form(images, name, train, test, size, label):
    for (x, y), count in zip(images[name], (train, test), strict=True):
        assert (x.shape, x.dtype, y.shape, y.dtype) == ((count, *size), "uint8", (count, *label), "uint8")
        assert x.min() == 0 and x.max() == 255
        shares = np.bincount(y.ravel(), minlength=10) / count
        assert shares == pytest.approx(0.1, abs=0.015 if name == "mnist" else 0) and (y[1:] < y[:-1]).any()


@pytest.mark.parametrize("name", DIGESTS)
def test_same_bytes_on_every_machine(images, name):
    if name == "moutai":
        content = standins.moutai().to_csv(index=False, lineterminator="\n").encode()
    else:
        content = b"".join(array.tobytes() for part in images[name] for array in part)
    assert hashlib.sha256(content).hexdigest() == DIGESTS[name]


def test_no_drawing_is_empty_or_drawn_twice(images):
    for train, test in images.values():
        x = np.concatenate((train[0], test[0]))
        assert x.reshape(len(x), -1).std(axis=1).min() > 5
        assert len({image.tobytes() for image in x}) == len(x)


def test_digits_are_scikit_learns_in_the_middle(images):
    for x, _ in images["mnist"]:
        grid = np.arange(28)
        mass = x.sum(axis=(1, 2), dtype=float)
        for axis in (1, 2):
            centre = (x.sum(axis=axis, dtype=float) * grid).sum(axis=1) / mass
            assert np.abs(centre - 14).max() < 3 and np.abs(centre - 14).mean() < 1


def test_moutai():
    table = standins.moutai()
    assert list(table) == ["date", "open", "close", "high", "low", "volume", "code"]
    assert table.shape == (1047, 7) and set(table.code) == {"GOOG"}
    assert (table.date[0], table.date[1046]) == ("2004-08-19", "2008-10-14") and table.date.is_monotonic_increasing
    assert table.date.str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    assert (table.high >= table.low).all() and (table.low > 0).all()
    assert (table.open[0], table.close[0], table.high[0], table.low[0]) == (100.0, 100.34, 104.06, 95.96)


def test_drawing_needs_no_tensorflow():
    code = "import sys; from common.datasets import standins; standins.cifar10(); sys.exit('tensorflow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def nearest(x):
    return KNeighborsClassifier(5), x


def fewer_pixels(x):
    return LogisticRegression(max_iter=30), x[:, ::3, ::3] / 255


def colour(x):
    return KNeighborsClassifier(25), np.stack((x.mean(axis=(1, 2)), x.std(axis=(1, 2))), axis=1)


@pytest.mark.parametrize(
    "name, method, low, high",
    [
        ("mnist", nearest, 0.85, 0.99),
        ("fashion_mnist", nearest, 0.5, 0.9),
        ("fashion_mnist", fewer_pixels, 0.5, 0.9),
        ("cifar10", nearest, 0.12, 0.5),
        ("cifar10", fewer_pixels, 0.12, 0.5),
        ("cifar10", colour, 0.05, 0.25),  # the colours alone say next to nothing
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_neither_trivial_nor_hopeless(images, name, method, low, high):
    (x_train, y_train), (x_test, y_test) = images[name]
    model, x = method(x_train[:3000])
    model.fit(x.reshape(len(x), -1), y_train[:3000].ravel())
    x = method(x_test[:500])[1]
    accuracy = model.score(x.reshape(len(x), -1), y_test[:500].ravel())
    assert low < accuracy < high


def block(filters, kernel):
    convolution = layers.Conv2D(filters, kernel, padding="same")
    rest = [layers.Activation("relu"), layers.MaxPooling2D(2, 2, padding="same"), layers.Dropout(0.2)]
    return [convolution, layers.BatchNormalization(), *rest]


def validation_accuracy(data, features):
    keras.utils.set_random_seed(0)
    dense = [layers.Flatten(), layers.Dense(128, activation="relu")]
    model = keras.Sequential([*features, *dense, *[layers.Dropout(0.2)] * bool(features)])
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    (x_train, y_train), (x_test, y_test) = [(x.reshape(*x.shape[:3], -1) / np.float32(255), y) for x, y in data]
    history = model.fit(x_train, y_train, 32, 5, validation_data=(x_test, y_test), verbose=0).history
    return history["val_accuracy"][-1]


@pytest.mark.slow
@pytest.mark.parametrize("name, gain, more", [("fashion_mnist", 0.02, -0.01), ("cifar10", 0.2, 0)])
def test_a_better_network_does_better(images, name, gain, more):
    dense, baseline, deeper = (
        validation_accuracy(images[name], features)
        for features in ([], block(6, 5), block(32, 3) + block(64, 3) + block(64, 3))
    )
    assert dense > 0.25 and baseline > dense + gain and deeper > baseline + more and max(baseline, deeper) < 0.99
