"""
The program that this chapter extends
=====================================

本章在此代码中进行拓展

Class 3's network for handwritten digits, as the chapter begins. Each of the scripts after it adds one thing to these
six steps: data of your own, augmentation, saving and resuming, the parameters as text, curves, an application.
第三章的手写数字识别网络，是本章的起点。后面的每个脚本在这六步上各加一样：自制数据集、数据增强、断点续训、参数提取、
曲线可视化、应用程序。

:Notes: 四、神经网络八股拓展
:Data: MNIST
:Expect: 101,770 parameters; validation accuracy 0.976 to 0.978 after 5 epochs (five seeds)
:Time: 20 s
"""

# %% 1. import
import common.quiet  # TensorFlow without its start-up messages
from common import datasets
from common.options import options

# the flags come first: --help and a wrong one are answered at once, importing TensorFlow takes seconds
opt = options(__doc__, epochs=5, batch_size=32, seed=0, data="", offline=False, limit=0)

import keras
from keras import layers

keras.utils.set_random_seed(opt.seed)

# %% 2. train, test: grey values 0..255 become 0..1
(x_train, y_train), (x_test, y_test) = datasets.mnist(opt)  # what keras.datasets.mnist.load_data() returns
x_train, x_test = x_train.astype("float32") / 255, x_test.astype("float32") / 255  # <- both as float32 from 0 to 1

# %% 3. the network
model = keras.Sequential(
    # <- flatten; dense 128, relu; dense 10, softmax
    [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")]
)

# %% 4. compile
model.compile(
    optimizer="adam",
    # <- sparse categorical cross entropy of probabilities
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    metrics=["sparse_categorical_accuracy"],
    steps_per_execution=25,  # 25 steps in one call: the same result in half the time
)

# %% 5. fit
model.fit(
    x_train,
    y_train,
    batch_size=opt.batch_size,
    epochs=opt.epochs,  # <- how often it sees all digits
    validation_data=(x_test, y_test),  # <- the test set
    validation_freq=1,
)

# %% 6. summary
model.summary()
