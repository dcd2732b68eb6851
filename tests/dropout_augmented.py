"""A training in which everything is left to chance, for kill_training.py: other digits every time, and dropout."""

import math

import common.quiet  # noqa: F401
from common import datasets
from common.checkpoints import Checkpoint
from common.options import options
from common.training import batches

import keras
from keras import layers

opt = options(__doc__, epochs=10, batch_size=32, seed=0, fresh=False)
keras.utils.set_random_seed(opt.seed)
(x_train, y_train), (x_test, y_test) = datasets.mnist()
x_train, x_test = (x[..., None].astype("float32") / 255 for x in (x_train, x_test))
model = keras.Sequential(
    [
        layers.RandomRotation(45 / 360, fill_mode="nearest"),
        layers.RandomTranslation(0.15, 0.15, fill_mode="nearest"),
        layers.RandomZoom((-0.5, 0.5), (-0.5, 0.5), fill_mode="nearest"),
        layers.Conv2D(4, 3, strides=2, activation="relu"),
        layers.BatchNormalization(),
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["sparse_categorical_accuracy"])
model(x_train[:1])
checkpoint = Checkpoint(model, opt.epochs, y_train, fresh=opt.fresh)
model.fit(
    batches(x_train, y_train, opt.batch_size, opt.seed, checkpoint.epoch),
    steps_per_epoch=math.ceil(len(x_train) / opt.batch_size),
    epochs=checkpoint.epochs,
    initial_epoch=checkpoint.epoch,
    shuffle=False,
    validation_data=(x_test, y_test),
    callbacks=[checkpoint],
)
