"""A training in which everything is left to chance, for kill_training.py: other digits every time, and dropout."""

import common.quiet  # noqa: F401
from common import datasets, training
from common.options import options

import keras
import numpy as np
from keras import layers

opt = options(__doc__, epochs=10, batch_size=32, seed=0, fresh=False)
keras.utils.set_random_seed(opt.seed)
(x_train, y_train), (x_test, y_test) = datasets.mnist()
x_train = np.divide(x_train, 255, dtype="float32")[..., None]
x_test = np.divide(x_test, 255, dtype="float32")[..., None]
model = keras.Sequential(
    [
        layers.Conv2D(4, 3, strides=2, activation="relu"),
        layers.BatchNormalization(),
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["sparse_categorical_accuracy"])
augment = [
    layers.RandomRotation(45 / 360, fill_mode="nearest"),
    layers.RandomTranslation(0.15, 0.15, fill_mode="nearest"),
    layers.RandomZoom((-0.5, 0.5), (-0.5, 0.5), fill_mode="nearest"),
]
training.fit(model, (x_train, y_train), (x_test, y_test), opt, checkpoint=True, augment=augment)
