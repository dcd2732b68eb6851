"""
Training that goes on where it ended
====================================

断点续训，存取模型

:Notes: 四、神经网络八股拓展 › 断点续训
:Data: MNIST
:Expect: validation accuracy about 0.977 after the first run of 5 epochs; a second run begins with epoch 6
:Time: 20 s
"""

# %% 1. import
import common.quiet
from common import datasets, training
from common.options import options

import keras
import numpy as np
from keras import layers

opt = options(__doc__, epochs=5, batch_size=32, seed=0, fresh=False, data="", offline=False)
keras.utils.set_random_seed(opt.seed)

# %% 2. train, test
(x_train, y_train), (x_test, y_test) = datasets.mnist(opt)
x_train = np.divide(x_train, 255, dtype="float32")
x_test = np.divide(x_test, 255, dtype="float32")

# %% 3. the network
model = keras.Sequential(
    [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")]
)

# %% 4. compile
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    metrics=["sparse_categorical_accuracy"],
)

# %% 5. fit
# After every epoch checkpoints/p16_checkpoint/ gets the last state, and the best weights if the validation loss was
# never lower. Weights alone are not enough to go on from: without its two moments per weight and its step count, Adam
# begins with steps that are too large, and the first epochs undo some of what was learned.
training.fit(model, (x_train, y_train), (x_test, y_test), opt, checkpoint=True)

# %% 6. summary
training.summary(model)
