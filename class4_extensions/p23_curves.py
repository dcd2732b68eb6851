"""
Curves of accuracy and loss
===========================

acc/loss 可视化，查看训练效果

`fit` returns a history: loss and accuracy of every epoch. Those of the training data are means over the epoch, in which
the weights still change; those of the validation data are measured at its end, and so they begin ahead. Look at where
the validation curves flatten while the training curves still improve: from there on more epochs make the network learn
its training digits by heart.
`fit` 返回 history：每个 epoch 的损失和准确率。训练集的值是这个 epoch 中的平均，其间权重仍在变化；
验证集的值在 epoch 结束时测得，所以起初更好。请看验证曲线在哪里变平，而训练曲线仍在变好：
从那里起，再训练只会让网络死记训练图片。

:Notes: 四、神经网络八股拓展 › acc/loss可视化
:Data: MNIST
:Expect: training curves that still improve while the validation curves flatten
:Time: 20 s
"""

# %% 1. import
import common.quiet  # TensorFlow without its start-up messages
from common import datasets, figures
from common.options import options

opt = options(__doc__, epochs=5, batch_size=32, seed=0, data="", offline=False, limit=0)

import keras
import matplotlib.pyplot as plt
from keras import layers

keras.utils.set_random_seed(opt.seed)

# %% 2. train, test
(x_train, y_train), (x_test, y_test) = datasets.mnist(opt)
x_train, x_test = x_train.astype("float32") / 255, x_test.astype("float32") / 255

# %% 3. the network
model = keras.Sequential(
    [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")]
)

# %% 4. compile
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    metrics=["sparse_categorical_accuracy"],
    steps_per_execution=25,  # 25 steps in one call: the same result in half the time
)

# %% 5. fit
history = model.fit(
    x_train,
    y_train,
    batch_size=opt.batch_size,
    epochs=opt.epochs,
    validation_data=(x_test, y_test),  # <- the test set
    validation_freq=1,
)

# %% 6. summary
model.summary()

# %% the curves: two plots, one below the other
acc = history.history["sparse_categorical_accuracy"]  # a value for each epoch  # <- training accuracy
val_acc = history.history["val_sparse_categorical_accuracy"]  # <- validation accuracy
loss = history.history["loss"]  # <- training loss
val_loss = history.history["val_loss"]  # <- validation loss
epochs = range(1, len(acc) + 1)

plt.figure(figsize=(6.4, 6.4))
plt.subplots_adjust(hspace=0.3)  # room for the title between them

plt.subplot(2, 1, 1)
plt.plot(epochs, acc, label="Training Accuracy")
plt.plot(epochs, val_acc, label="Validation Accuracy")
plt.title("Training and Validation Accuracy")
plt.legend()

plt.subplot(2, 1, 2)
plt.plot(epochs, loss, label="Training Loss")
plt.plot(epochs, val_loss, label="Validation Loss")
plt.title("Training and Validation Loss")
plt.xlabel("Epoch")
plt.legend()

figures.show("training")  # plt.show() where there is a screen; and a file
