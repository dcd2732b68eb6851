"""
Handwritten digits in six steps, the network as a class
=======================================================

六步法实现手写数字识别：用 class 搭建网络

The network of p14_mnist_sequential.py as a class: `__init__` makes the layers, `call` says in what order the digits go
through them. The numbers are the same; but for the flag --from-logits, only step 3 differs.
把 p14_mnist_sequential.py 的网络写成 class：__init__ 建立各层，call 写出前向传播的顺序。
结果相同；除了参数 --from-logits，只有第 3 步不同。

:Notes: 三、使用八股搭建神经网络 › MNIST数据集 › calss实现手写数字识别训练
:Data: MNIST
:Expect: what p14_mnist_sequential gives, to the last digit
:Time: 20 s
"""

# %% 1. import
import common.quiet  # TensorFlow without its start-up messages
from common import datasets
from common.options import options

opt = options(__doc__, epochs=5, batch_size=32, seed=0, data="", offline=False, limit=0)

import keras
from keras import layers

keras.utils.set_random_seed(opt.seed)

# %% 2. train, test: grey values 0..255 become 0..1
(x_train, y_train), (x_test, y_test) = datasets.mnist(opt)  # what keras.datasets.mnist.load_data() returns
x_train, x_test = x_train.astype("float32") / 255, x_test.astype("float32") / 255


# %% 3. the network: 784 inputs, 128 hidden neurons, 10 outputs
class MnistModel(keras.Model):
    def __init__(self):
        super().__init__()
        self.flatten = layers.Flatten()
        self.d1 = layers.Dense(128, activation="relu")  # <- dense, 128 neurons, relu
        self.d2 = layers.Dense(10, activation="softmax")  # <- dense, 10 neurons, softmax

    def call(self, x, training=None):
        x = self.flatten(x)  # <- flatten first
        x = self.d1(x)  # <- then the hidden layer
        return self.d2(x)  # <- then the output layer


model = MnistModel()  # <- a network of this class

# %% 4. compile
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),  # the outputs are probabilities already
    metrics=["sparse_categorical_accuracy"],  # labels are numbers, outputs one probability per class
    steps_per_execution=25,  # 25 of the 1,875 steps in one call: the same result in half the time
)

# %% 5. fit
model.fit(
    x_train,
    y_train,
    batch_size=opt.batch_size,
    epochs=opt.epochs,
    validation_data=(x_test, y_test),
    validation_freq=1,
)

# %% 6. summary
model.summary()
