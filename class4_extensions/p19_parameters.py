"""
The parameters of a network as text
===================================

参数提取，把参数存入文本

What a network has learned is in its trainable variables: here two matrices of weights and two vectors of biases. The
script writes all their numbers to a file. Look at their shapes: 784 · 128 + 128 + 128 · 10 + 10 makes the 101,770
parameters of the summary.
网络学到的东西都在可训练参数里：这里是两个权重矩阵和两个偏置向量。脚本把全部数值写入一个文本文件。
请看它们的形状：784·128 + 128 + 128·10 + 10，正是 summary 中的 101,770 个参数。

:Notes: 四、神经网络八股拓展 › 参数提取
:Data: MNIST
:Expect: four variables, 101,770 numbers in outputs/p19_parameters/weights.txt
:Time: 20 s
"""

# %% 1. import
import common.quiet  # TensorFlow without its start-up messages
from common import datasets, output, shown, stop
from common.options import options

opt = options(__doc__, epochs=5, batch_size=32, seed=0, data="", offline=False, limit=0)

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(opt.seed)

# %% 2. train, test
(x_train, y_train), (x_test, y_test) = datasets.mnist(opt)
x_train, x_test = x_train.astype("float32") / 255, x_test.astype("float32") / 255

# %% 3. the network
model = keras.Sequential(
    # <- flatten; dense 128, relu; dense 10, softmax
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
model.fit(
    x_train,
    y_train,
    batch_size=opt.batch_size,
    epochs=opt.epochs,
    validation_data=(x_test, y_test),  # <- the test set
    validation_freq=1,
)

# %% 6. summary
model.summary()

# %% the parameters: here in short, in the file all values. NumPy shortens what has more values than its threshold
print(model.trainable_variables)  # <- what training changes
np.set_printoptions(threshold=np.inf)

path = output("weights.txt")  # in outputs/p19_parameters/
try:
    with open(path, "w", encoding="utf-8") as file:
        for v in model.trainable_variables:
            file.write(f"{v.path}\n")
            file.write(f"{v.shape}\n")
            file.write(f"{v.numpy()}\n")
except OSError as error:
    stop(f"cannot write {path}: {error.strerror}; make room, and the folder outputs/ writable")
print("parameters:", shown(path))
