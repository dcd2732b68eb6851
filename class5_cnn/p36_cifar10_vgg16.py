"""
VGG16
=====

VGG16：五段卷积、三层全连接

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › VGGNet
:Data: CIFAR-10
:Expect: 15,262,026 parameters; validation accuracy about 0.69 after 5 epochs
:Time: 1900 s
"""

# %% import
import common.quiet
from common import datasets, devices, figures, training
from common.options import options

import keras
import numpy as np
from keras import layers

opt = options(__doc__, epochs=5, batch_size=32, seed=0, fresh=False, data="", offline=False, **devices.FLAGS)
devices.set_up(opt)
keras.utils.set_random_seed(opt.seed)

# %% train, test: colour values 0..255 become 0..1
(x_train, y_train), (x_test, y_test) = datasets.cifar10(opt)
x_train = np.divide(x_train, 255, dtype="float32")
x_test = np.divide(x_test, 255, dtype="float32")


# %% the network: thirteen convolutions in five stages, three dense layers
def stage(filters, convolutions):
    """The layers of one stage: C-B-A several times, then P and D."""
    steps = []
    for _ in range(convolutions):
        steps += [layers.Conv2D(filters, 3, padding="same"), layers.BatchNormalization(), layers.Activation("relu")]
    return [*steps, layers.MaxPooling2D(2, padding="same"), layers.Dropout(0.2)]


class VGG16(keras.Model):
    def __init__(self):
        super().__init__(name="vg_g16")  # what Keras 2 made of the class's name
        self.steps = [
            *stage(64, convolutions=2),  # (n, 16, 16, 64)
            *stage(128, convolutions=2),  # (n, 8, 8, 128)
            *stage(256, convolutions=3),  # (n, 4, 4, 256)
            *stage(512, convolutions=3),  # (n, 2, 2, 512)
            *stage(512, convolutions=3),  # (n, 1, 1, 512)
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(512, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax", dtype="float32"),
        ]

    def call(self, x, training=None):
        for step in self.steps:
            x = step(x)
        return x


model = VGG16()

# %% training
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    metrics=["sparse_categorical_accuracy"],
)
history = training.fit(model, (x_train, y_train), (x_test, y_test), opt, checkpoint=True)
training.summary(model)
training.save_parameters(model)

# %% figure
figures.training_curves(history)
