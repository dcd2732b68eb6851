"""
A convolutional network for small photographs
=============================================

卷积神经网络搭建示例：CBAPD

:Notes: 五、卷积神经网络(CNN) › 卷积神经网络搭建示例
:Data: CIFAR-10
:Expect: 198,506 parameters; validation accuracy about 0.57 after 5 epochs
:Time: 75 s
"""

# %% import
import common.quiet
from common import datasets, devices, figures, training
from common.options import options

import keras
import numpy as np
from keras import layers

opt = options(__doc__, epochs=5, batch_size=32, seed=2, fresh=False, data="", offline=False, **devices.FLAGS)
devices.set_up(opt)
keras.utils.set_random_seed(opt.seed)

# %% train, test: colour values 0..255 become 0..1
(x_train, y_train), (x_test, y_test) = datasets.cifar10(opt)
x_train = np.divide(x_train, 255, dtype="float32")
x_test = np.divide(x_test, 255, dtype="float32")


# %% the network: one convolution in the notes' five steps C-B-A-P-D, then two dense layers
class Baseline(keras.Model):
    def __init__(self):
        super().__init__()
        self.c1 = layers.Conv2D(6, 5, padding="same")
        self.b1 = layers.BatchNormalization()
        self.a1 = layers.Activation("relu")
        self.p1 = layers.MaxPooling2D(2, padding="same")
        self.d1 = layers.Dropout(0.2)

        self.flatten = layers.Flatten()
        self.f1 = layers.Dense(128, activation="relu")
        self.d2 = layers.Dropout(0.2)
        self.f2 = layers.Dense(10, activation="softmax", dtype="float32")

    def call(self, x, training=None):  # without training=None, b1, d1 and d2 would never be told that it trains
        x = self.c1(x)  # (n, 32, 32, 6)
        x = self.b1(x)
        x = self.a1(x)
        x = self.p1(x)  # (n, 16, 16, 6)
        x = self.d1(x)

        x = self.flatten(x)  # (n, 1536)
        x = self.f1(x)
        x = self.d2(x)
        return self.f2(x)


model = Baseline()

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
