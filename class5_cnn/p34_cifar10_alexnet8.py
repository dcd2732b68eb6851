"""
AlexNet8
========

AlexNet8：relu、批标准化与 Dropout

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › AlexNet
:Data: CIFAR-10
:Expect: 9,639,178 parameters; validation accuracy about 0.6 after 5 epochs
:Time: 850 s
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


# %% the network: five convolutions, three dense layers
class AlexNet8(keras.Model):
    def __init__(self):
        super().__init__()
        self.steps = [
            layers.Conv2D(96, 3),  # (n, 30, 30, 96)
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(3, strides=2),  # (n, 14, 14, 96)
            layers.Conv2D(256, 3),  # (n, 12, 12, 256)
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(3, strides=2),  # (n, 5, 5, 256)
            layers.Conv2D(384, 3, padding="same", activation="relu"),  # (n, 5, 5, 384)
            layers.Conv2D(384, 3, padding="same", activation="relu"),
            layers.Conv2D(256, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(3, strides=2),  # (n, 2, 2, 256)
            layers.Flatten(),  # (n, 1024)
            layers.Dense(2048, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(2048, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax", dtype="float32"),
        ]

    def call(self, x, training=None):
        for step in self.steps:
            x = step(x)
        return x


model = AlexNet8()

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
