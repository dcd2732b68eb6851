"""
Four letters predict the next, one-hot
======================================

用RNN实现输入连续四个字母，预测下一个字母（独热码）

Four letters go in one after another, and the memory carries what came before from step to step. Look at the summary:
there are as many parameters as in p15_rnn_onehot_1pre1.py, for all time steps use the same.
四个字母依次输入，记忆体把前面的信息逐步传下去。请看 summary：参数与 p15_rnn_onehot_1pre1.py 一样多，
因为所有时间步共用同一组参数。

:Notes: 六、循环神经网络(RNN) › 循环计算过程Ⅱ
:Data: none (the letters a to e)
:Expect: 47 parameters; accuracy 1.0 after 100 epochs, loss near 0.45 (400 seeds: 0.13 to 0.66); abcd->e, bcde->a
:Time: 8 s
"""

# %% 1. import
import math

import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options, words
from common.training import batches, save_parameters

LETTERS = "abcde"
opt = options(
    __doc__, epochs=100, learning_rate=0.01, batch_size=32, seed=7, fresh=False, predict="abcd,bcde,cdea,deab,eabc"
)
questions = words(opt, LETTERS, length=4)  # the words of --predict

from common.checkpoints import Checkpoint

import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(opt.seed)  # the notes' seed; of 400, 391 end with accuracy 1.0, and a loss of 0.13 to 0.66


# %% 2. train: four letters in a row, and the next one; e is followed by a
def encode(word):
    """One-hot codes (time steps, features)."""
    return tf.one_hot([LETTERS.index(letter) for letter in word], depth=5).numpy()


x_train = np.array([encode(word) for word in ("abcd", "bcde", "cdea", "deab", "eabc")])  # (5, 4, 5)
y_train = np.array([LETTERS.index(letter) for letter in "eabcd"])  # <- the number of the letter after each
steps = math.ceil(len(x_train) / opt.batch_size)  # a single batch holds them all

# %% 3. the network: a memory of 3, from which every letter gets a probability
# <- Sequential: a SimpleRNN of 3; a dense layer of 5, softmax
model = keras.Sequential([layers.SimpleRNN(3), layers.Dense(5, activation="softmax")])

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
    result = model.predict(x_predict, verbose=0)  # (1, 5), a probability for each letter
    pred = tf.argmax(result, axis=1)  # <- the letter with the largest probability
    print(word + "->" + LETTERS[int(pred[0])])
