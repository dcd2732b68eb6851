"""
Irises in six steps, the network as a class
===========================================

六步法实现鸢尾花分类：用 class 搭建网络

Sequential stacks layers one after another. A class can do more, for its `call` is ordinary Python: here it does the
same, and the numbers are those of p08_iris_sequential.py. Compare the two scripts: but for
the flag --from-logits, only step 3 differs.
Sequential 只能把层依次叠起来；class 的 call 是普通的 Python 代码，能写出更复杂的网络。这里两者相同，
结果也与 p08_iris_sequential.py 一样。请对比两个脚本：除了参数 --from-logits，只有第 3 步不同。

:Notes: 三、使用八股搭建神经网络 › 搭建网络class
:Data: iris (scikit-learn brings it)
:Expect: what p08_iris_sequential gives, to the last digit
:Time: 10 s
"""

# %% 1. import
import math

import common.quiet  # TensorFlow without its start-up messages
from common import datasets
from common.options import options

opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32, seed=116)

import keras
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(opt.seed)  # other seeds end elsewhere: 20 of them at a loss of 0.33 to 0.50

# %% 2. train, test: the 120 and 30 irises of class 1, from load_iris() of scikit-learn, shuffled with seed 116
(x_train, y_train), (x_test, y_test) = datasets.iris()
steps = math.ceil(len(x_train) / opt.batch_size)  # 4 batches make an epoch
train = tf.data.Dataset.from_tensor_slices((x_train, y_train))
train = train.shuffle(len(x_train)).batch(opt.batch_size).repeat()  # in a new order in every epoch


# %% 3. the network: 4 inputs, 3 outputs, 12 weights and 3 biases. `training` tells layers such as Dropout whether they
# are in training; Keras passes it on to them by itself if `call` names it, and leaves it out, silently, if not
class IrisModel(keras.Model):
    def __init__(self):
        super().__init__()
        # <- a dense layer of 3 neurons, softmax, with L2 regularization of 0.01
        self.d1 = layers.Dense(3, activation="softmax", kernel_regularizer=keras.regularizers.L2(0.01))

    def call(self, x, training=None):
        return self.d1(x)  # <- what the layer makes of x


model = IrisModel()  # <- a network of this class

# %% 4. compile
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=opt.learning_rate),  # <- SGD with opt.learning_rate
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),  # the outputs are probabilities already
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
    validation_freq=20,
)

# %% 6. summary
model.summary()
