"""A page to draw digits on, for p28_digit_app.py --page: a small web server, on this computer and for this computer.

The browser sends a picture, the drawing or a photo, and is answered with what the networks see of it and how probable
they find each digit. Everything is in `page.html`; nothing is fetched from or sent to any other place. The server is
starlette, run by uvicorn: the extra `[app]`. Pictures are answered one after the other.
"""

import asyncio
import io
import ipaddress
import os
import re
import socket
import sys
import webbrowser
from pathlib import Path
from urllib.parse import urlsplit

from common import ROOT, new_file, shown, stop
from common.digits import Unreadable, as_mnist, find, read

import numpy as np
from PIL import Image

MINE = ROOT / "datasets" / "mine"
PARTS = ("mnist_train_jpg_60000", "mnist_test_jpg_10000")  # as p08_custom_dataset.py calls them
LARGEST = 20 * 10**6  # bytes of a picture
HEADERS = {  # the browser itself refuses to fetch anything from elsewhere, and to show the page inside another
    "Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


def seen(data):
    """What a network sees of a picture, the bytes of a file: `(28, 28)` float32, 0 to 1; None where there is no digit.

    Raises Unreadable.
    """
    found = find(read(io.BytesIO(data)))
    return None if found is None else as_mnist(found)


def answer(networks, image):
    """What the page shows, for JSON: the image as 784 grey values, or None, and what each network makes of it.

    Namely ten probabilities, none where there is no image, and None for a network that is not trained.
    """
    found = {}
    for name, network in networks.items():
        if network is None or image is None:
            found[name] = None if network is None else []
        else:
            found[name] = network.predict_on_batch(image[np.newaxis, ..., np.newaxis])[0].tolist()  # (1, 28, 28, 1)
    return {"seen": None if image is None else (255 * image).round().astype(int).ravel().tolist(), "networks": found}


def keep(image, label):
    """Add an image `(28, 28)`, 0 to 1, to `datasets/mine/`; every fifth becomes one to test with.

    Returns the path of the image and how many lines the label files have, (train, test). Raises OSError.
    """
    names = [path.name for part in PARTS for path in (MINE / part).glob("*.png")]
    numbers = [int(name.split("_")[0]) for name in names if re.fullmatch(r"\d+_\d\.png", name, re.ASCII)]
    number = max(numbers, default=-1) + 1
    path = MINE / PARTS[number % 5 == 4] / f"{number}_{label}.png"
    for part in PARTS:
        (MINE / part).mkdir(parents=True, exist_ok=True)
    with new_file(path) as file:
        Image.fromarray((255 * image).round().astype("uint8")).save(file, "PNG")
    labels = path.parent.with_suffix(".txt")
    old = labels.read_bytes() if labels.exists() else b""  # whatever it holds stays
    with new_file(labels) as file:
        file.write(old + b"\n" * (old[-1:] not in (b"", b"\n")) + f"{path.name} {label}\n".encode())
    texts = [MINE / f"{part}.txt" for part in PARTS]
    return path, [text.read_bytes().count(b"\n") if text.exists() else 0 for text in texts]


def application(networks):
    """The server's answers, as a starlette application."""
    from starlette.applications import Starlette
    from starlette.requests import ClientDisconnect
    from starlette.responses import HTMLResponse, JSONResponse
    from starlette.routing import Route

    def refuse(status, message):
        return JSONResponse({"error": message}, status)

    async def home(request):
        if foreign(request):
            return refuse(403, "open the page by its address in numbers")
        return HTMLResponse(Path(__file__).with_name("page.html").read_text(encoding="utf-8"), headers=HEADERS)

    async def look(request):
        """Answer /see, a picture, and /keep/7, a picture and its label."""
        if foreign(request):
            return refuse(403, "only the page itself may ask")
        data = bytearray()
        try:
            async for part in request.stream():  # to its end, or the browser would not listen to the answer
                if len(data) <= LARGEST:
                    data += part
        except (ClientDisconnect, asyncio.CancelledError):  # the page was closed, or Ctrl-C pressed
            return refuse(400, "not a whole picture")
        if len(data) > LARGEST:
            return refuse(413, f"more than {LARGEST // 10**6} MB; make it smaller")
        try:
            image = seen(bytes(data))
            if "label" not in request.path_params:
                return JSONResponse(answer(networks, image))
            label = request.path_params["label"]
            if image is None or not re.fullmatch("[0-9]", label):
                return refuse(422, "nothing to keep: no digit, or none from 0 to 9")
            path, counts = keep(image, label)
            return JSONResponse({"path": str(shown(path)), "counts": counts})
        except Unreadable as error:
            return refuse(422, str(error))
        except OSError as error:
            return refuse(500, f"cannot write {shown(MINE)}: {error.strerror or error}")

    routes = [Route("/", home), Route("/see", look, methods=["POST"]), Route("/keep/{label}", look, methods=["POST"])]
    return Starlette(routes=routes)


def foreign(request):
    """Whether another site's page asks, or one that came in under a name of its own which leads to this address."""
    own = f"http://{request.headers.get('host')}"
    try:
        name = urlsplit(own).hostname
        known = name == "localhost" or ipaddress.ip_address(name)
    except ValueError:
        return True
    return not known or request.headers.get("origin", own) != own


def listen(port, share_on_network=False):
    """A socket that is bound to this port (0: any) of this computer alone, or of all its addresses."""
    if port > 65535:
        stop(f"--port: {port} is not a port, which are at most 65535")
    try:
        listener = socket.create_server(("0.0.0.0" if share_on_network else "127.0.0.1", port))
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]
        stop(f"cannot use port {port} ({why}): end the page that is open already, or choose another, e.g. --port 8765")
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or an answer waits 40 ms for its second half
    return listener


def serve(networks, port, share_on_network=False):
    """Show the page until Ctrl-C: `networks` is {name of the script that trains it: model, or None}.

    Only this computer can reach it, unless it is shared on the network.
    """
    try:
        import starlette  # noqa: F401
        import uvicorn
    except ImportError:
        stop('the page needs two small packages more: pip install -e ".[app]"')
    listener = listen(port, share_on_network)
    answer(networks, np.zeros((28, 28), "float32"))  # the first call of a network is slow
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    print(f"the page: {url}   (Ctrl-C ends it)", flush=True)
    if share_on_network:
        address = url.replace("127.0.0.1", own_address())
        print(f"SHARED: everybody on your network can open {address} and add to {shown(MINE)}", flush=True)
    screen = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.stdout.isatty() and screen:  # elsewhere it might be a browser in this very terminal
        webbrowser.open(url)
    config = uvicorn.Config(
        application(networks), log_level="error", lifespan="off", proxy_headers=False, timeout_graceful_shutdown=1
    )
    uvicorn.Server(config).run(sockets=[listener])


def own_address():
    """This computer's address on its network, as far as it is known. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that nobody has
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()
