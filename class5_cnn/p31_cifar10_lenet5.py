"""
LeNet5
======

LeNet5：两层卷积、三层全连接

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › LeNet
:Data: CIFAR-10
:Expect: 62,006 parameters; validation accuracy about 0.48 after 5 epochs
:Time: 45 s
"""

# %% import
import common.quiet
from common import datasets, devices, figures, training
from common.options import options

import keras
import numpy as np
from keras import layers

opt = options(__doc__, epochs=5, batch_size=32, seed=1, fresh=False, data="", offline=False, **devices.FLAGS)
devices.set_up(opt)
keras.utils.set_random_seed(opt.seed)

# %% train, test: colour values 0..255 become 0..1
(x_train, y_train), (x_test, y_test) = datasets.cifar10(opt)
x_train = np.divide(x_train, 255, dtype="float32")
x_test = np.divide(x_test, 255, dtype="float32")


# %% the network: sigmoid, and neither batch normalization nor dropout, as in 1998
class LeNet5(keras.Model):
    def __init__(self):
        super().__init__()
        self.c1 = layers.Conv2D(6, 5, activation="sigmoid")
        self.p1 = layers.MaxPooling2D(2)

        self.c2 = layers.Conv2D(16, 5, activation="sigmoid")
        self.p2 = layers.MaxPooling2D(2)

        self.flatten = layers.Flatten()
        self.f1 = layers.Dense(120, activation="sigmoid")
        self.f2 = layers.Dense(84, activation="sigmoid")
        self.f3 = layers.Dense(10, activation="softmax", dtype="float32")

    def call(self, x, training=None):
        x = self.c1(x)  # (n, 28, 28, 6)
        x = self.p1(x)  # (n, 14, 14, 6)

        x = self.c2(x)  # (n, 10, 10, 16)
        x = self.p2(x)  # (n, 5, 5, 16)

        x = self.flatten(x)  # (n, 400)
        x = self.f1(x)
        x = self.f2(x)
        return self.f3(x)


model = LeNet5()

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
