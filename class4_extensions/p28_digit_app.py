"""
A picture of a digit, and which digit it is
===========================================

给图识物：手写数字图片的识别

The weights that p16_checkpoint.py has saved are loaded into the same network, and a picture is made to look like
MNIST's: 28 by 28, white on black. Look at the second answer where the first is wrong: on a photograph, with its
shadows, its lines and a digit in some corner, a threshold finds everything but the digit. With --page you draw digits
on a page in your browser, and watch two networks read them.
把 p16_checkpoint.py 保存的参数读入同样的网络，再把图片变成 MNIST 的样子：28×28，黑底白字。
第一个答案错的时候，请看第二个：照片有阴影、有横格，数字又在角落里，只用一个阈值是找不到数字的。
加上 --page，就可以在浏览器的页面上手写数字，看两个网络怎样识别它。

:Notes: 四、神经网络八股拓展 › 应用程序
:Data: pictures with one digit each: p28_digit_app.py a.png b.png; weights of p16_checkpoint.py, or the better ones of
    digit_network.py
:Expect: for each picture the digit, twice, the three best guesses with their probabilities, and a figure
:Time: 5 s
"""

# %% import
import sys

import common.quiet  # TensorFlow without its start-up messages
from common import figures, shown, stop
from common.options import options

opt = options(__doc__, pictures=[], page=False, port=8028, share_on_network=False)

# %% which pictures? Those named in the command; at a terminal the notes' questions
paths = opt.pictures
if not paths and not opt.page and sys.stdin.isatty():
    try:
        number = int(input("input the number of test pictures:"))
        paths = [input("the path of test picture:").strip("'\" ") for _ in range(number)]
        paths[0]
    except (ValueError, IndexError, EOFError):  # IndexError: 0 pictures; EOFError: Ctrl-D
        stop("that is not a number of pictures, or a path; give a number, e.g. 1, and then the path of each picture")
elif not paths and not opt.page:
    print("no pictures: name them, p28_digit_app.py a.png b.png, or draw them, p28_digit_app.py --page")
    sys.exit()

# %% import what takes seconds
from common import checkpoints, digits
from common.digits import page

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers
from PIL import Image

# %% the network of p16_checkpoint.py and its weights; and, once it is there, the whole model that digit_network.py has
# saved, which looks at neighbouring pixels (class 5) and names the pictures in its place
weights = checkpoints.folder("p16_checkpoint") / "mnist.weights.h5"
better = checkpoints.folder("digit_network") / "digits.keras"
networks = {"p16_checkpoint": None, "digit_network": None}
try:
    if weights.exists():
        model = keras.Sequential([layers.Flatten(), layers.Dense(128, "relu"), layers.Dense(10, "softmax")])
        model.build((None, 28, 28))
        model.load_weights(weights)
        networks["p16_checkpoint"] = model
    if better.exists():
        weights = better
        model = networks["digit_network"] = keras.models.load_model(weights, compile=False)
except Exception:  # a damaged file makes its reader raise anything
    stop(f"{shown(weights)} is damaged: move it away; p16_checkpoint.py or digit_network.py makes a new one")
if weights.exists():
    print(f"weights: {shown(weights)}")
elif paths:
    stop(f"{shown(weights)} is missing; p16_checkpoint.py makes it, or digit_network.py a better network")

# %% application
bad = 0
for number, path in enumerate(paths, start=1):
    try:
        grey = digits.read(path)  # (h, w), 0 to 255
    except digits.Unreadable as error:
        print(f"{path!r}: {error}", file=sys.stderr)
        bad += 1
        continue
    print(f"\n{path}")

    # as in the notes: 28 by 28, what is darker than 200 becomes white, all else black
    img = Image.open(path).convert("L").resize((28, 28), Image.Resampling.LANCZOS)
    img_arr = np.where(np.array(img) < 200, 1.0, 0.0)
    result = model.predict(img_arr[tf.newaxis, ..., tf.newaxis], verbose=0)  # (1, 28, 28, 1): a batch of one
    print("the whole picture:", tf.argmax(result, axis=1).numpy())

    # A shadow is darker than 200, too; a digit in a corner shrinks to a few pixels; light on dark stays inverted. So
    # find the digit first, wherever it is and however it is lit, and make it 20 pixels long, as MNIST's are
    found = digits.find(grey)  # (h, w), True where its ink is
    if found is None:
        print("no digit found")
        continue
    img_arr = digits.as_mnist(found)
    result = model.predict(img_arr[tf.newaxis, ..., tf.newaxis], verbose=0)
    print("the digit in it:  ", tf.argmax(result, axis=1).numpy())
    print("best guesses:", ", ".join(f"{guess} ({result[0, guess]:.1%})" for guess in np.argsort(-result[0])[:3]))

    _, (left, middle, right) = plt.subplots(1, 3, figsize=(11, 4), layout="constrained")
    left.set_title("the picture, and the digit found in it")
    left.imshow(grey, cmap="gray", vmin=0, vmax=255)
    left.contour(found, [0.5], colors="tab:red")
    middle.set_title("what the network sees, 28 x 28")
    middle.imshow(img_arr, cmap="gray", vmin=0, vmax=1)
    right.set(title="probability", xlabel="digit", xticks=range(10), ylim=(0, 1))
    right.bar(range(10), result[0])
    figures.show(f"picture_{number}")

# %% a page to draw on: both networks at once, until Ctrl-C
if opt.page:
    page.serve(networks, opt.port, opt.share_on_network)
if bad:
    sys.exit(2)
