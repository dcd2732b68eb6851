"""
Four letters predict the next, one-hot
======================================

用RNN实现输入连续四个字母，预测下一个字母（独热码）

:Notes: 六、循环神经网络(RNN) › 循环计算过程Ⅱ
:Data: none (the letters a to e)
:Expect: 47 parameters; loss near 0.257 and accuracy 1.0 after 100 epochs; with --predict abcd,bcde: abcd->e, bcde->a
:Time: 8 s
"""

# %% 1. import
import common.quiet
from common import figures, prompts, training
from common.options import options

import keras
import numpy as np
from keras import layers

opt = options(__doc__, epochs=100, learning_rate=0.01, batch_size=32, seed=163, fresh=False, predict="")
keras.utils.set_random_seed(opt.seed)  # another seed, another end: 200 of them gave a loss of 0.13 to 0.60

# %% letters to predict from: those of --predict abcd,bcde, or asked for at the end
LETTERS = "abcde"
words = prompts.words(opt.predict, "[a-e]{4}", "four of the letters abcde", example="abcd,bcde")


# %% 2. train: four letters in a row, and the next one; e is followed by a
def encode(word):
    """One-hot codes (time steps, features)."""
    return np.eye(5, dtype="float32")[[LETTERS.index(letter) for letter in word]]


x_train = np.array([encode(word) for word in ("abcd", "bcde", "cdea", "deab", "eabc")])  # (5, 4, 5)
y_train = np.array([LETTERS.index(letter) for letter in "eabcd"])

# %% 3. the network: a memory of 3, from which every letter gets a probability
model = keras.Sequential([layers.SimpleRNN(3), layers.Dense(5, activation="softmax")])

# %% 4. compile
model.compile(
    optimizer=keras.optimizers.Adam(opt.learning_rate),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    metrics=["sparse_categorical_accuracy"],
)

# %% 5. fit; there is no test set, so the best weights are those with the lowest training loss
history = training.fit(model, (x_train, y_train), None, opt, checkpoint=True)

# %% 6. summary
training.summary(model)
training.save_parameters(model)
figures.training_curves(history)

# %% predict
for word in words:
    probabilities = model(encode(word)[None])  # (1, 5): a batch of one
    print(word + "->" + LETTERS[int(np.argmax(probabilities))])
