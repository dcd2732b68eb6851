"""
Curves of accuracy and loss
===========================

acc/loss 可视化，查看训练效果

:Notes: 四、神经网络八股拓展 › acc/loss可视化
:Data: MNIST
:Expect: training curves that still improve while the validation curves flatten; a second run draws ten epochs
:Time: 20 s
"""

# %% 1. import
import common.quiet
from common import datasets, figures, training
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
history = training.fit(model, (x_train, y_train), (x_test, y_test), opt, checkpoint=True)

# %% 6. summary
training.summary(model)
training.save_parameters(model)

# %% the curves of all runs so far
figures.training_curves(history)
