"""
Handwritten digits in six steps
===============================

六步法实现手写数字识别

A network of two dense layers learns to tell ten digits apart. Look at the validation accuracy: it is measured on digits
that the training never saw, and stays behind the training accuracy once the network learns its digits by heart. Try
--from-logits, which leaves the softmax to the loss.
两层全连接网络学习区分十个数字。请看验证集准确率：它来自训练中从未见过的图片；当网络开始死记训练图片时，
它就落在训练集准确率之后。请试 --from-logits：softmax 交给损失函数。

:Notes: 三、使用八股搭建神经网络 › MNIST数据集 › Sequential实现手写数字识别训练
:Data: MNIST
:Expect: 101,770 parameters; validation accuracy 0.976 to 0.978 after 5 epochs (five seeds)
:Time: 20 s
"""

# %% 1. import
import common.quiet  # TensorFlow without its start-up messages
from common import datasets
from common.options import options

opt = options(__doc__, epochs=5, batch_size=32, from_logits=False, seed=0, data="", offline=False, limit=0)

import keras
from keras import layers

keras.utils.set_random_seed(opt.seed)

# %% 2. train, test: grey values 0..255 become 0..1
(x_train, y_train), (x_test, y_test) = datasets.mnist(opt)  # what keras.datasets.mnist.load_data() returns
x_train, x_test = x_train.astype("float32") / 255, x_test.astype("float32") / 255  # <- both as float32 from 0 to 1

# %% 3. the network: 784 inputs, 128 hidden neurons, 10 outputs
model = keras.Sequential(
    [
        layers.Flatten(),  # <- 28 x 28 pixels in a row
        layers.Dense(128, activation="relu"),  # <- a dense layer of 128 neurons, relu
        # <- dense, 10 neurons, softmax unless opt.from_logits
        layers.Dense(10, activation=None if opt.from_logits else "softmax"),
    ]
)

# %% 4. compile
model.compile(
    optimizer="adam",
    # <- sparse categorical cross entropy, from logits if opt.from_logits
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=opt.from_logits),  # False: from probabilities
    metrics=["sparse_categorical_accuracy"],  # labels are numbers, outputs one probability per class
    steps_per_execution=25,  # 25 of the 1,875 steps in one call: the same result in half the time
)

# %% 5. fit
model.fit(
    x_train,
    y_train,
    batch_size=opt.batch_size,
    epochs=opt.epochs,
    validation_data=(x_test, y_test),  # <- the test set
    validation_freq=1,
)

# %% 6. summary
model.summary()  # <- the summary of the network
