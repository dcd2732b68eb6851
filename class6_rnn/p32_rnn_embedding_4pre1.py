"""
Four letters predict the next, embedded
=======================================

用RNN实现输入连续四个字母，预测下一个字母（Embedding编码）

:Notes: 六、循环神经网络(RNN) › Embedding编码 › 多个字母预测单个字母
:Data: none (the letters a to z)
:Expect: 468 parameters; loss near 0.195 and accuracy 1.0 after 100 epochs; with --predict abcd,opqr: abcd->e, opqr->s
:Time: 8 s
"""

# %% 1. import
import common.quiet
from common import figures, prompts, training
from common.options import options

import keras
import numpy as np
from keras import layers

opt = options(__doc__, epochs=100, learning_rate=0.01, batch_size=32, seed=119, fresh=False, predict="")
keras.utils.set_random_seed(opt.seed)  # another seed, another end: 200 of them gave a loss of 0.079 to 0.36

# %% letters to predict from: those of --predict abcd,opqr, or asked for at the end
LETTERS = "abcdefghijklmnopqrstuvwxyz"
words = prompts.words(opt.predict, "[a-z]{4}", "four of the letters a to z", example="abcd,opqr")


# %% 2. train: four letters in a row, and the next one, from abcd and e to vwxy and z
def encode(word):
    """The number of each letter, (time steps,)."""
    return np.array([LETTERS.index(letter) for letter in word])


x_train = np.array([encode(LETTERS[i - 4 : i]) for i in range(4, 26)])  # (22, 4): samples, time steps
y_train = np.arange(4, 26)

# %% 3. the network: every letter becomes 2 numbers, which are trained like weights
model = keras.Sequential([layers.Embedding(26, 2), layers.SimpleRNN(10), layers.Dense(26, activation="softmax")])

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
    probabilities = model(encode(word)[None])  # (1, 26): a batch of one
    print(word + "->" + LETTERS[int(np.argmax(probabilities))])
