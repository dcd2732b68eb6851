"""
Four letters predict the next, embedded
=======================================

用RNN实现输入连续四个字母，预测下一个字母（Embedding编码）

All 26 letters: 22 samples of four letters in a row, a memory of ten numbers, and two numbers for each letter in place
of a one-hot code of 26. Look at which words are predicted rightly: all of the training set, and what of others?
全部 26 个字母：22 个样本，每个是连续四个字母；十个记忆体；每个字母用两个数编码，代替 26 位独热码。
请看哪些词预测正确：训练集里的全对，训练集以外的呢？

:Notes: 六、循环神经网络(RNN) › Embedding编码 › 多个字母预测单个字母
:Data: none (the letters a to z)
:Expect: 468 parameters; accuracy 1.0 after 100 epochs, loss near 0.115 (400 seeds: 0.079 to 0.51); abcd->e, vwxy->z
:Time: 8 s
"""

# %% 1. import
import math

import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options, words
from common.training import batches, save_parameters

LETTERS = "abcdefghijklmnopqrstuvwxyz"
opt = options(
    __doc__, epochs=100, learning_rate=0.01, batch_size=32, seed=7, fresh=False, predict="abcd,opqr,vwxy,dcba"
)
questions = words(opt, LETTERS, length=4)  # the words of --predict

from common.checkpoints import Checkpoint

import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(opt.seed)  # the notes' seed; of 400, 395 end with accuracy 1.0, and a loss of 0.079 to 0.51


# %% 2. train: four letters in a row, and the next one, from abcd and e to vwxy and z
def encode(word):
    """The number of each letter, (time steps,)."""
    return np.array([LETTERS.index(letter) for letter in word])


# <- 22 times four letters in a row, encoded
x_train = np.array([encode(LETTERS[i - 4 : i]) for i in range(4, 26)])  # (22, 4): samples, time steps
y_train = np.arange(4, 26)  # <- the number of the letter after each, as an array
steps = math.ceil(len(x_train) / opt.batch_size)  # a single batch holds them all

# %% 3. the network: every letter becomes 2 numbers, which are trained like weights
# <- Sequential: 2 numbers for each of 26 letters; SimpleRNN of 10; dense 26, softmax
model = keras.Sequential([layers.Embedding(26, 2), layers.SimpleRNN(10), layers.Dense(26, activation="softmax")])

# %% 4. compile
model.compile(
    optimizer=keras.optimizers.Adam(opt.learning_rate),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    metrics=["sparse_categorical_accuracy"],
)

# %% 5. fit, from where the last run ended. There is no test set: the best weights are those of the lowest training loss
model(x_train[:1])  # makes the weights, which the checkpoint may replace
checkpoint = Checkpoint(model, opt.epochs, y_train, monitor="loss", fresh=opt.fresh)
train = batches(x_train, y_train, opt.batch_size, opt.seed, checkpoint.epoch)
model.fit(
    train,
    steps_per_epoch=steps,
    epochs=checkpoint.epochs,
    initial_epoch=checkpoint.epoch,
    shuffle=False,  # the batches come shuffled
    callbacks=[checkpoint],
)

# %% 6. summary, parameters and curves
model.summary()
save_parameters(model)
figures.training_curves(checkpoint.history, checkpoint.resumed)

# %% predict
for word in questions:
    x_predict = encode(word)[np.newaxis, ...]  # a batch of one
    result = model.predict(x_predict, verbose=0)  # (1, 26), a probability for each letter
    pred = tf.argmax(result, axis=1)  # <- the letter with the largest probability
    print(word + "->" + LETTERS[int(pred[0])])
