"""Augmentation: Keras's layers in p11 and p13 beside ImageDataGenerator, which the notes use."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import kstest

pytestmark = pytest.mark.filterwarnings("ignore:Please import `affine_transform`:DeprecationWarning")
SCRIPTS = ("class4_extensions/p11_show_augmented.py", "class4_extensions/p13_augmentation.py")


@pytest.fixture(scope="module")
def generator():
    """The generator of the notes, which Keras 3 still brings for old code."""
    pytest.importorskip("scipy.ndimage.interpolation", reason="ImageDataGenerator needs this module of SciPy 1")
    return tf.keras.preprocessing.image.ImageDataGenerator(
        rescale=1.0 / 1.0,
        rotation_range=45,
        width_shift_range=0.15,
        height_shift_range=0.15,
        horizontal_flip=False,
        zoom_range=0.5,
    )


@pytest.fixture(params=SCRIPTS)
def augment(request, run_script, monkeypatch):
    """The layers for rotation, shift and zoom of a script."""
    monkeypatch.setattr(keras.Model, "fit", lambda model, train, **more: model(next(iter(train))[0]))
    run_script(request.param, "--offline", *(["--copies", "1"] if "p11" in request.param else []))
    if "augment" in run_script.variables:
        return run_script.variables["augment"].layers
    return [run_script.variables[name] for name in ("rotation", "shift", "zoom")]


def parameters(drawn):
    """What `apply_transform` of an ImageDataGenerator calls these draws of a layer, for each image."""
    if "angle" in drawn:
        return [{"theta": float(angle)} for angle in drawn["angle"]]
    if "translations" in drawn:  # it moves the window, Keras the image
        return [{"tx": -x, "ty": -y} for x, y in np.array(drawn["translations"])]
    zooms = np.hstack([drawn["width_zoom"], drawn["height_zoom"]])
    return [{"zx": width, "zy": height} for width, height in zooms]


def test_each_layer_changes_pixels_as_image_data_generator_does(augment, generator):
    images = np.random.RandomState(0).rand(40, 28, 28, 1).astype("float32")
    for layer in augment:
        drawn = layer.get_random_transformation(images)
        theirs = [generator.apply_transform(*pair) for pair in zip(images, parameters(drawn), strict=True)]
        np.testing.assert_allclose(layer.transform_images(images, drawn), theirs, rtol=0, atol=1e-5)
        assert np.abs(np.array(theirs) - images).mean() > 0.1


def test_together_they_are_the_one_map_of_image_data_generator(augment, generator):
    """Where nothing comes in from the edge, on a plane of grey values, which interpolation does not blur."""
    plane = np.add.outer(3 * np.arange(28.0), np.arange(28.0))[None, :, :, None].astype("float32")
    images = np.repeat(plane, 40, axis=0)
    changed, chosen = images, [{} for _ in images]
    for layer in augment:
        drawn = layer.get_random_transformation(changed)
        changed = np.array(layer.transform_images(changed, drawn))
        chosen = [{**known, **new} for known, new in zip(chosen, parameters(drawn), strict=True)]
    theirs = np.array([generator.apply_transform(*pair) for pair in zip(images, chosen, strict=True)])
    middle = np.s_[:, 12:16, 12:16]
    np.testing.assert_allclose(changed[middle], theirs[middle], rtol=0, atol=1e-3)
    assert np.abs(theirs[middle] - images[middle]).max() > 10


def draws(augment, batches=60, size=50):
    """Angle, two shifts in pixels and two zooms of every image of many batches, `(batches · size, 5)`."""
    images, rows = np.zeros((size, 28, 28, 1), "float32"), []
    for _ in range(batches):
        drawn = [parameters(layer.get_random_transformation(images)) for layer in augment]
        rows += [[value for of_layer in image for value in of_layer.values()] for image in zip(*drawn, strict=True)]
    return np.array(rows)


def test_draws_have_the_ranges_of_image_data_generator_and_are_independent(augment, generator):
    ours = draws(augment)  # angle, x, y, zoom of width and height
    np.random.seed(0)
    names = ("theta", "tx", "ty", "zx", "zy")
    theirs = [[generator.get_random_transform((28, 28, 1))[name] for name in names] for _ in range(3000)]
    ranges = np.array([[-45, 45], [-4.2, 4.2], [-4.2, 4.2], [0.5, 1.5], [0.5, 1.5]])
    widths = np.ptp(ranges, axis=1)
    for sample in (ours, np.array(theirs)):
        assert np.all(ranges[:, 0] <= sample.min(axis=0)) and np.all(sample.max(axis=0) <= ranges[:, 1])
        shares = (sample - ranges[:, 0]) / widths  # uniform from 0 to 1
        assert max(kstest(share, "uniform").statistic for share in shares.T) < 0.03  # 1.63 / √3000, at 1 %
        correlation = np.corrcoef(shares.T) - np.eye(5)
        assert np.abs(correlation).max() < 0.06
    assert len(np.unique(ours.round(6), axis=0)) == len(ours)  # every image of every batch has its own


def test_p11_draws_the_chosen_digit_as_often_as_asked_and_the_same_each_time(run_script):
    run_script(SCRIPTS[0], "--offline", "--index", "7", "--copies", "3")
    first = run_script.variables
    assert np.array_equal(first["digit"], first["x_train"][7])
    assert len(first["axes"]) == 4 and len(first["axes"][0]) == 1 + 3
    shown = np.array([[axis.images[0].get_array() for axis in row] for row in first["axes"]], "float32")
    assert shown.shape == (4, 1 + 3, 28, 28) and np.all(shown[:, 0] == first["digit"])
    assert np.all(np.abs(shown[:, 1:] - first["digit"]).max(axis=(2, 3)) > 10)
    run_script(SCRIPTS[0], "--offline", "--index", "7", "--copies", "3")
    assert np.array_equal(first["images"], run_script.variables["images"])


def test_p11_without_such_an_image(run_script, capsys):
    with pytest.raises(SystemExit, match="2"):
        run_script(SCRIPTS[0], "--offline", "--index", "1500")
    assert capsys.readouterr().err.endswith("error: --index 1500: the images are numbered from 0 to 1499\n")


def test_p13_trains_on_changed_digits_and_validates_on_digits_as_they_are(run_script, monkeypatch):
    given = {}

    def fit(model, train, **more):
        given.update(more, train=train)
        model(next(iter(train))[0])

    monkeypatch.setattr(keras.Model, "fit", fit)
    run_script(SCRIPTS[1], "--offline")
    lesson = run_script.variables
    assert [type(layer) for layer in lesson["augment"].layers] == [
        keras.layers.RandomRotation,
        keras.layers.RandomTranslation,
        keras.layers.RandomZoom,
    ]
    (x_test, y_test) = given["validation_data"]
    assert x_test.shape[1:] == (28, 28, 1) and x_test.max() == 1 and x_test.dtype == "float32"
    np.testing.assert_array_equal(x_test, lesson["x_test"])

    seen = [x.numpy() for epoch in range(2) for x, _ in given["train"].take(3)]
    assert seen[0].shape == (32, 28, 28, 1) and seen[0].dtype == "float32"
    known = {image.tobytes() for image in lesson["x_train"]}
    images = [image.tobytes() for batch in seen for image in batch]
    assert len(set(images)) == len(images) and not known & set(images)
    labels = np.sort(np.concatenate([y for _, y in given["train"]]))
    np.testing.assert_array_equal(labels, np.sort(lesson["y_train"]))
