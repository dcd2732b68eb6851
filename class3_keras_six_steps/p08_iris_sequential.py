"""
Irises in six steps
===================

六步法实现鸢尾花分类

The network of class 1 again, its training loop now Keras's: six steps that every network of this course follows. Look
at how little of p45_iris.py is left, and at the validation loss, which is measured every 20 epochs. Try --from-logits:
the network has no softmax then, the loss takes it over, and the numbers stay the same.
与第一章相同的网络，训练循环交给 Keras：本课程的每个网络都按这六步搭建。请看 p45_iris.py 还剩多少代码，
以及每 20 个 epoch 测一次的验证集损失。请试 --from-logits：网络不再带 softmax，由损失函数来做，结果不变。

:Notes: 三、使用八股搭建神经网络 › 搭建网络sequenial › 鸢尾花示例
:Data: iris (scikit-learn brings it)
:Expect: 15 parameters; after 500 epochs loss about 0.35, validation accuracy 0.97 (seed 116; the notes: 0.333 and 1.0)
:Time: 10 s
"""

# %% 1. import
import math

import common.quiet  # TensorFlow without its start-up messages
from common import datasets
from common.options import options

# the flags come first: --help and a wrong one are answered at once, importing TensorFlow takes seconds
opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32, from_logits=False, seed=116)

import keras
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(opt.seed)  # other seeds end elsewhere: 20 of them at a loss of 0.33 to 0.50

# %% 2. train, test: the 120 and 30 irises of class 1, from load_iris() of scikit-learn, shuffled with seed 116
(x_train, y_train), (x_test, y_test) = datasets.iris()
steps = math.ceil(len(x_train) / opt.batch_size)  # 4 batches make an epoch  # <- how many batches make an epoch
train = tf.data.Dataset.from_tensor_slices((x_train, y_train))
train = train.shuffle(len(x_train)).batch(opt.batch_size).repeat()  # in a new order in every epoch

# %% 3. the network: 4 inputs, 3 outputs, 12 weights and 3 biases
activation = None if opt.from_logits else "softmax"  # None: the outputs are logits, any numbers
# <- Sequential: a dense layer of 3 neurons with this activation and L2 regularization of 0.01
model = keras.Sequential([layers.Dense(3, activation=activation, kernel_regularizer=keras.regularizers.L2(0.01))])

# %% 4. compile
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=opt.learning_rate),  # <- SGD with opt.learning_rate
    # <- sparse categorical cross entropy, from logits if opt.from_logits
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=opt.from_logits),  # False: from probabilities
    metrics=["sparse_categorical_accuracy"],  # labels are numbers, outputs one probability per class
    steps_per_execution=steps,  # an epoch of short steps in one call: the same result, sooner
)

# %% 5. fit, with a test every 20 epochs. fit(x_train, y_train, batch_size=32) would work as well, but since Keras 3 it
# shows arrays in one and the same order in all epochs once a seed is set; a Dataset shuffles itself
model.fit(
    train,
    steps_per_epoch=steps,
    epochs=opt.epochs,
    shuffle=False,  # the Dataset does
    validation_data=(x_test, y_test),  # <- the test set
    validation_freq=20,  # <- every 20 epochs
)

# %% 6. summary. Keras's total counts the optimizer's variables too: here its step count and its learning rate. The
# network's own are the trainable and the non-trainable parameters
model.summary()  # <- the summary of the network
