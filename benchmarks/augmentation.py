"""Augmented images per second: Keras's layers, as p13_augmentation.py uses them, beside the notes' ImageDataGenerator.

`python -m benchmarks.augmentation` draws batches of 32 from 20,000 images with each in turn, five times; nothing is
trained. The first pass of each, in which TensorFlow builds its graph, is not counted.
"""

import statistics
import time

import common.quiet  # noqa: F401

import keras
import numpy as np
import tensorflow as tf
from keras import layers

x, y = np.random.RandomState(0).rand(20000, 28, 28, 1).astype("float32"), np.zeros(20000, "uint8")
steps = len(x) // 32
augment = keras.Sequential(
    [
        layers.RandomRotation(45 / 360, fill_mode="nearest"),
        layers.RandomTranslation(0.15, 0.15, fill_mode="nearest"),
        layers.RandomZoom((-0.5, 0.5), (-0.5, 0.5), fill_mode="nearest"),
    ]
)
data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(32)
data = data.map(lambda x, y: (augment(x, training=True), y)).prefetch(8)
generator = tf.keras.preprocessing.image.ImageDataGenerator(
    rotation_range=45, width_shift_range=0.15, height_shift_range=0.15, horizontal_flip=False, zoom_range=0.5
)
flow = generator.flow(x, y, batch_size=32)


def layers_in_tf_data():
    for _ in data:
        pass


def image_data_generator():
    for number in range(steps):
        flow[number]


rates = {way: [] for way in (layers_in_tf_data, image_data_generator)}
for _ in range(6):
    for way, found in rates.items():
        start = time.perf_counter()
        way()
        found.append(32 * steps / (time.perf_counter() - start))
for way, found in rates.items():
    print(f"{way.__name__:22} median {statistics.median(found[1:]):8,.0f} images/s  of {[round(r) for r in found[1:]]}")
