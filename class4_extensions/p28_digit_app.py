"""
A picture of a digit, and which digit it is
===========================================

给图识物：手写数字图片的识别

The weights that p16_checkpoint.py has saved are loaded into the same network, and a picture is made to look like
MNIST's: 28 by 28, white on black. Look at the second answer where the first is wrong: on a photograph, with its
shadows, its lines and a digit in some corner, a threshold finds everything but the digit.
把 p16_checkpoint.py 保存的参数读入同样的网络，再把图片变成 MNIST 的样子：28×28，黑底白字。
第一个答案错的时候，请看第二个：照片有阴影、有横格，数字又在角落里，只用一个阈值是找不到数字的。

:Notes: 四、神经网络八股拓展 › 应用程序
:Data: pictures with one digit each: p28_digit_app.py a.png b.png; weights of p16_checkpoint.py, or the better ones of
    digit_network.py
:Expect: for each picture the digit, twice, the three best guesses with their probabilities, and a figure
:Time: 5 s
"""

# %% import
import sys

import common.quiet  # TensorFlow without its start-up messages
from common import checkpoints, digits, figures, shown, stop
from common.options import options

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers
from PIL import Image

opt = options(__doc__, pictures=[])

# %% which pictures? Those named in the command; at a terminal the notes' questions
paths = opt.pictures
if not paths and sys.stdin.isatty():
    number = input("input the number of test pictures:")
    if not number.isdecimal():
        stop(f"{number!r} is not a number of pictures")
    paths = [input("the path of test picture:").strip("'\" ") for _ in range(int(number))]
elif not paths:
    stop("which pictures? e.g. p28_digit_app.py a.png b.png")

# %% the network of p16_checkpoint.py and its weights; or, once it is trained, the whole model that digit_network.py has
# saved, which looks at neighbouring pixels (class 5)
weights = checkpoints.folder("digit_network") / "digits.keras"
try:
    if weights.exists():
        model = keras.models.load_model(weights)
    else:
        weights = checkpoints.folder("p16_checkpoint") / "mnist.weights.h5"
        model = keras.Sequential([layers.Flatten(), layers.Dense(128, "relu"), layers.Dense(10, "softmax")])
        model.build((None, 28, 28))
        model.load_weights(weights)
except FileNotFoundError:
    stop("no trained weights: p16_checkpoint.py beside this script makes some, and digit_network.py better ones")
except Exception:  # a damaged file makes its reader raise anything
    stop(f"{shown(weights)} is damaged, or of another network; move it away and train again")
print(f"weights: {shown(weights)}")

# %% application
unreadable = 0
for number, path in enumerate(paths, start=1):
    print(f"\n{path}")
    try:
        grey = digits.read(path)  # (h, w), 0 to 255
    except digits.Unreadable as error:
        print(f"{path}: {error}", file=sys.stderr)
        unreadable += 1
        continue

    # as in the notes: 28 by 28, dark becomes white and light becomes black
    img = Image.open(path).convert("L").resize((28, 28), Image.Resampling.LANCZOS)
    img_arr = np.where(np.array(img) < 200, 1.0, 0.0)
    result = model.predict(img_arr[tf.newaxis, ..., tf.newaxis], verbose=0)  # (1, 28, 28, 1): a batch of one
    print("the whole picture:", tf.argmax(result, axis=1).numpy())

    # a photograph is another matter: find the digit first, wherever it is and however it is lit
    found = digits.find(grey)
    if found is None:
        print("no digit found")
        continue
    img_arr = digits.as_mnist(found)
    result = model.predict(img_arr[tf.newaxis, ..., tf.newaxis], verbose=0)
    print("the digit in it:  ", tf.argmax(result, axis=1).numpy())
    best = np.argsort(-result[0])[:3]
    print("best guesses:", ", ".join(f"{guess} ({result[0, guess]:.1%})" for guess in best))

    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
    left.imshow(img_arr, cmap="gray", vmin=0, vmax=1)
    left.set(title="what the network sees, 28 x 28", xticks=[], yticks=[])
    right.bar(range(10), result[0])
    right.set(title="probability", xlabel="digit", xticks=range(10), ylim=(0, 1))
    figures.show(f"picture_{number}")
if unreadable:
    sys.exit(2)
