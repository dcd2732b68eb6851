"""From a stroke to new bars on the page of p28_digit_app.py: `python -m benchmarks.page`.

Serves the page with its two networks, untrained, and sends it 50 pictures of a digit that is being drawn, as the page
does: PNG of 480 x 600. Prints the median time from sending a picture to having its answer, to which the browser adds
some milliseconds for making the PNG and drawing the bars. Needs the extra: pip install -e ".[app]"
"""

import http.client
import io
import json
import statistics
import threading
import time

import common.quiet  # noqa: F401
from common.digits import page

import keras
import uvicorn
from keras import layers
from PIL import Image, ImageDraw

dense = [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")]
convolutional = [
    layers.Conv2D(16, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Conv2D(32, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Flatten(),
    layers.Dense(64, activation="relu"),
    layers.Dense(10, activation="softmax"),
]
networks = {"p16_checkpoint": dense, "digit_network": convolutional}
networks = {name: keras.Sequential([keras.Input((28, 28, 1)), *parts]) for name, parts in networks.items()}

drawing = Image.new("RGBA", (480, 600), "white")
draw = ImageDraw.Draw(drawing)
points = [(120 + 180 * (step % 10) / 10, 90 + 9 * step - 40 * (step // 17 % 2)) for step in range(51)]
pictures = []
for start, end in zip(points[:-1], points[1:], strict=True):
    draw.line([start, end], fill="black", width=24)
    with io.BytesIO() as file:
        drawing.save(file, "PNG")
        pictures.append(file.getvalue())

listener = page.listen(0)
server = uvicorn.Server(uvicorn.Config(page.application(networks), log_level="error", lifespan="off"))


def see(connection, picture):
    """Milliseconds until the answer is there."""
    start = time.perf_counter()
    connection.request("POST", "/see", picture)
    found = json.loads(connection.getresponse().read())
    assert found["seen"] is None or len(found["networks"]["digit_network"]) == 10
    return 1000 * (time.perf_counter() - start)


def measure():
    connection = http.client.HTTPConnection(*listener.getsockname())
    try:
        for picture in pictures[-5:]:  # the first calls are slow
            see(connection, picture)
        busy = time.process_time()
        times = [see(connection, picture) for picture in pictures]
        busy = 1000 * (time.process_time() - busy) / len(times)
        print(
            f"median {statistics.median(times):.0f} ms, {min(times):.0f} to {max(times):.0f} ({len(times)} pictures);"
        )
        print(f"the processor is busy for {busy:.0f} ms of it, the rest is waiting for other programs")
    finally:
        server.should_exit = True


threading.Thread(target=measure).start()
server.run(sockets=[listener])
