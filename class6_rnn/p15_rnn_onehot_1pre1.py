"""
One letter predicts the next, one-hot
=====================================

用RNN实现输入一个字母，预测下一个字母（独热码）

The smallest recurrent network: a memory of three numbers, one letter in, a probability for each of five letters out.
With a single time step nothing is remembered yet; look at how five samples are enough to reach an accuracy of 1.
最小的循环网络：三个记忆体，输入一个字母，输出五个字母各自的概率。只有一个时间步，记忆还用不上；
请看五个样本就足以让准确率达到 1。

:Notes: 六、循环神经网络(RNN) › 循环网络计算过程
:Data: none (the letters a to e)
:Expect: 47 parameters; accuracy 1.0 after 100 epochs, loss near 0.30 (400 seeds: 0.18 to 0.71); a->b, b->c, ..., e->a
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

keras.utils.set_random_seed(opt.seed)  # the notes' seed; of 400, 394 end with accuracy 1.0, and a loss of 0.18 to 0.71


# %% 2. train: a letter, and the next one; e is followed by a
def encode(word):
    """One-hot codes (time steps, features)."""
    return tf.one_hot([LETTERS.index(letter) for letter in word], depth=5).numpy()


# <- the code of each letter of abcde
x_train = np.array([encode(letter) for letter in "abcde"])  # (5, 1, 5): samples, time steps, features
y_train = np.array([LETTERS.index(letter) for letter in "bcdea"])  # <- the number of the letter after it, as an array
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
    x_predict = encode(word)[np.newaxis, ...]  # a batch of one  # <- the code of word, as a batch of one
    result = model.predict(x_predict, verbose=0)  # (1, 5), a probability for each letter
    pred = tf.argmax(result, axis=1)  # <- the letter with the largest probability
    print(word + "->" + LETTERS[int(pred[0])])
