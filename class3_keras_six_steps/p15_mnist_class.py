"""
Handwritten digits in six steps, the network as a class
=======================================================

六步法实现手写数字识别：用 class 搭建网络

:Notes: 三、使用八股搭建神经网络 › MNIST数据集 › calss实现手写数字识别训练
:Data: MNIST
:Expect: what p14_mnist_sequential gives, to the last digit
:Time: 20 s
"""

# %% 1. import
import common.quiet
from common import datasets, training
from common.options import options

import keras
import numpy as np
from keras import layers

opt = options(__doc__, epochs=5, batch_size=32, seed=0, xla=False, data="", offline=False)
keras.utils.set_random_seed(opt.seed)

# %% 2. train, test: grey values 0..255 become 0..1
(x_train, y_train), (x_test, y_test) = datasets.mnist(opt)
x_train = np.divide(x_train, 255, dtype="float32")
x_test = np.divide(x_test, 255, dtype="float32")


# %% 3. the network: 784 inputs, 128 hidden neurons, 10 outputs
class MnistModel(keras.Model):
    def __init__(self):
        super().__init__()
        self.flatten = layers.Flatten()
        self.d1 = layers.Dense(128, activation="relu")
        self.d2 = layers.Dense(10, activation="softmax")

    def call(self, x, training=None):
        x = self.flatten(x)
        x = self.d1(x)
        return self.d2(x)


model = MnistModel()

# %% 4. compile
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    metrics=["sparse_categorical_accuracy"],
)

# %% 5. fit
training.fit(model, (x_train, y_train), (x_test, y_test), opt)

# %% 6. summary
training.summary(model)
