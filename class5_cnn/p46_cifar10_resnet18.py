"""
ResNet18
========

ResNet18：层间残差跳连

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › ResNet
:Data: CIFAR-10
:Expect: 11,183,562 parameters; validation accuracy about 0.76 after 5 epochs
:Time: 3000 s
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


# %% block: what two convolutions make of x, plus x
class ResidualBlock(layers.Layer):
    def __init__(self, filters, strides=1):
        super().__init__()
        self.c1 = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)
        self.b1 = layers.BatchNormalization()
        self.a1 = layers.Activation("relu")

        self.c2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.b2 = layers.BatchNormalization()

        self.smaller = strides > 1  # then x has to become smaller and deeper as well before it can be added
        if self.smaller:
            self.down_c1 = layers.Conv2D(filters, 1, strides=strides, padding="same", use_bias=False)
            self.down_b1 = layers.BatchNormalization()
        self.a2 = layers.Activation("relu")

    def call(self, x):
        y = self.c1(x)
        y = self.b1(y)
        y = self.a1(y)

        y = self.c2(y)
        y = self.b2(y)

        if self.smaller:
            x = self.down_c1(x)
            x = self.down_b1(x)
        return self.a2(y + x)


# %% the network
class ResNet18(keras.Model):
    def __init__(self):
        super().__init__()
        self.c1 = layers.Conv2D(64, 3, padding="same", use_bias=False)
        self.b1 = layers.BatchNormalization()
        self.a1 = layers.Activation("relu")
        self.blocks = keras.Sequential()
        for filters in (64, 128, 256, 512):  # (n, 32, 32, 64), (n, 16, 16, 128), (n, 8, 8, 256), (n, 4, 4, 512)
            self.blocks.add(ResidualBlock(filters, strides=1 if filters == 64 else 2))
            self.blocks.add(ResidualBlock(filters))
        self.p1 = layers.GlobalAveragePooling2D()
        self.f1 = layers.Dense(10, activation="softmax", kernel_regularizer="l2", dtype="float32")

    def call(self, x, training=None):
        x = self.c1(x)
        x = self.b1(x)
        x = self.a1(x)
        x = self.blocks(x)
        x = self.p1(x)  # (n, 512)
        return self.f1(x)


model = ResNet18()

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
