"""
Resume training
===============

断点续训，存取模型

A training that is stopped, or whose result you want to improve, should not begin anew. After each epoch Keras saves the
weights if they are the best so far; a second run loads them and goes on. Run the script twice and look at the
validation loss: the second run begins where the best epoch of the first ended, and no worse epoch replaces it.
训练中断之后，或者想继续提高结果时，不必从头开始。每个 epoch 结束后，只要结果比以往都好，Keras 就保存参数；
再次运行时先读取参数，再继续训练。请运行两遍，观察验证集损失：第二遍从第一遍最好的 epoch 出发，变差的 epoch 不会覆盖它。

:Notes: 四、神经网络八股拓展 › 断点续训
:Data: MNIST
:Expect: validation accuracy 0.976 to 0.978 after 5 epochs (five seeds); a second run goes on from the best epoch
:Time: 20 s
"""

# %% 1. import
import common.quiet  # TensorFlow without its start-up messages
from common import datasets, shown, stop
from common.options import options

opt = options(__doc__, epochs=5, batch_size=32, seed=0, data="", offline=False, limit=0)

from common import checkpoints

import keras
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

# %% load what the best epoch of all runs so far has left. Both need their variables first: the model its weights, Adam
# its two averages for each of them, without which its first steps would be too large and the loss slightly worse
name = f"first_{opt.limit}" if opt.limit else "mnist"  # with --limit another file: fewer images, worse weights
checkpoint_path = checkpoints.folder_with_room("p16_checkpoint") / f"{name}.weights.h5"
best = None
if checkpoint_path.exists():
    print("-------------load the model-----------------")
    model.build((None, 28, 28))
    model.optimizer.build(model.trainable_variables)
    try:
        model.load_weights(checkpoint_path)
    except Exception:  # a damaged file makes its reader raise anything
        stop(f"{shown(checkpoint_path)} is damaged, or of another network; move it away to train anew")
    best, _ = model.evaluate(x_test, y_test)  # the validation loss that an epoch has to beat

# %% save an epoch whose validation loss is lower than all before. Without the threshold each run would take its first
# epoch for the best, and replace a better one of an earlier run
checkpoint = keras.callbacks.ModelCheckpoint(
    checkpoint_path,
    save_weights_only=True,  # <- not the whole model
    save_best_only=True,
    initial_value_threshold=best,
)

# %% 5. fit
model.fit(
    x_train,
    y_train,
    batch_size=opt.batch_size,
    epochs=opt.epochs,
    validation_data=(x_test, y_test),  # <- the test set
    validation_freq=1,
    callbacks=[checkpoint],  # <- a list of what is called after each epoch
)

# %% 6. summary
model.summary()
