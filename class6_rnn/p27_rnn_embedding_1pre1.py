"""
One letter predicts the next, embedded
======================================

用RNN实现输入一个字母，预测下一个字母（Embedding编码）

A one-hot code needs as many numbers as there are words, and says nothing of which are alike. An embedding gives each
word a few numbers, which are trained like weights. Look at the last lines: encoding picks a row of a table. Try
--seed 1 --fresh: from those first weights one letter in five is still wrong after 100 epochs, and none after 100 more,
which a second run with --seed 1 trains.
独热码的长度等于词汇量，也看不出哪些词相近。Embedding 给每个词几个数，并像权重一样训练它们。
请看最后几行：编码就是从一张表里取出一行。请试 --seed 1 --fresh：从那组初始权重出发，100 个 epoch 之后五个字母仍错一个；
再以 --seed 1 运行一次，又训练 100 个，就全对。

:Notes: 六、循环神经网络(RNN) › Embedding编码 › 预测单个字母
:Data: none (the letters a to e)
:Expect: 48 parameters; accuracy 1.0 after 100 epochs, loss near 0.23 (of 400 seeds 97 end at 0.8 or 0.6); a->b, b->c
:Time: 8 s
"""

# %% 1. import
import math

import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options, words
from common.training import batches, save_parameters

LETTERS = "abcde"
opt = options(__doc__, epochs=100, learning_rate=0.01, batch_size=32, seed=7, fresh=False, predict="a,b,c,d,e")
questions = words(opt, LETTERS, length=1)  # the letters of --predict

from common.checkpoints import Checkpoint

import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(opt.seed)  # the notes' seed; 400 of them end with a loss of 0.13 to 0.92


# %% 2. train: a letter, and the next one; e is followed by a
def encode(word):
    """The number of each letter, (time steps,)."""
    return np.array([LETTERS.index(letter) for letter in word])  # <- the number of each letter


x_train = np.array([encode(letter) for letter in "abcde"])  # (5, 1): samples, time steps
y_train = encode("bcdea")
steps = math.ceil(len(x_train) / opt.batch_size)  # a single batch holds them all

# %% 3. the network: every letter becomes 2 numbers, which are trained like weights
# <- Sequential: 2 numbers for each of 5 letters; SimpleRNN of 3; dense 5, softmax
model = keras.Sequential([layers.Embedding(5, 2), layers.SimpleRNN(3), layers.Dense(5, activation="softmax")])

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

# %% what the embedding has learned: a row of two numbers for each letter, and encoding a letter picks its row
table = model.layers[0].get_weights()[0]  # (5, 2)
for letter, row in zip(LETTERS, table, strict=True):
    print(letter, row)
print("the code of c:", model.layers[0](encode("c")).numpy())
