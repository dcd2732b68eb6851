"""The page to draw on: what its server answers and refuses, what it keeps, and, marked slow, the page in a browser."""

import base64
import contextlib
import functools
import http.client
import importlib.util
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from urllib.parse import quote, urlsplit

from common import ROOT, digits
from common.digits import page

import keras
import numpy as np
import pytest
from PIL import Image
from scipy.interpolate import CubicSpline
from test_digit_app import STROKES, dense, drawn, png_that_claims  # noqa: F401

SCRIPT = "class4_extensions/p28_digit_app.py"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_app = pytest.mark.skipif(
    not (importlib.util.find_spec("starlette") and importlib.util.find_spec("uvicorn")),
    reason='the page needs starlette and uvicorn: pip install -e ".[app]"',
)


def png(picture):
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


BLANK = png(Image.new("L", (480, 600), 255))


@pytest.fixture(autouse=True)
def mine(monkeypatch, tmp_path):
    """An empty folder in place of datasets/mine/."""
    monkeypatch.setattr(page, "MINE", tmp_path / "mine")
    return tmp_path / "mine"


@pytest.fixture(scope="module")
def networks():
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10, activation="softmax")])
    return {"p16_checkpoint": None, "digit_network": model}


# a picture, and what is kept of it


def test_a_drawing_and_the_file_of_it_are_the_same_to_the_networks(tmp_path, networks):
    data = png(drawn(4))
    (tmp_path / "four.png").write_bytes(data)
    image = page.seen(data)
    assert np.array_equal(image, digits.as_mnist(digits.find(digits.read(tmp_path / "four.png"))))
    found = page.answer(networks, image)
    assert found["networks"]["p16_checkpoint"] is None
    expected = networks["digit_network"].predict(image[None, ..., None], verbose=0)[0]
    assert np.allclose(found["networks"]["digit_network"], expected, atol=1e-6)
    assert np.allclose(np.reshape(found["seen"], (28, 28)) / 255, image, atol=0.002)
    assert page.seen(BLANK) is None
    assert page.answer(networks, None) == {"seen": None, "networks": {"p16_checkpoint": None, "digit_network": []}}


def test_every_fifth_drawing_is_kept_to_test_with_and_p08_reads_them(mine, run_script, monkeypatch):
    images = [page.seen(png(drawn(digit))) for digit in range(10)]
    kept = [page.keep(image, digit) for digit, image in enumerate(images)]
    assert [counts for _, counts in kept] == [
        [1, 0],
        [2, 0],
        [3, 0],
        [4, 0],
        [4, 1],
        [5, 1],
        [6, 1],
        [7, 1],
        [8, 1],
        [8, 2],
    ]
    assert (mine / "mnist_test_jpg_10000.txt").read_text() == "4_4.png 4\n9_9.png 9\n"
    monkeypatch.setattr(keras.Model, "fit", lambda model, x, y, **more: model(x))
    run_script("class4_extensions/p08_custom_dataset.py", "--folder", str(mine))
    x_train, y_train, x_test, y_test = (
        run_script.variables[name] for name in ("x_train", "y_train", "x_test", "y_test")
    )
    assert y_train.tolist() == [0, 1, 2, 3, 5, 6, 7, 8] and y_test.tolist() == [4, 9]
    assert np.allclose(x_train, [images[digit] for digit in y_train], atol=0.002)
    assert np.allclose(x_test, [images[digit] for digit in y_test], atol=0.002)


def test_what_a_label_file_holds_is_never_lost(mine, monkeypatch):
    image = np.eye(28, dtype="float32")
    path, _ = page.keep(image, 7)
    labels = path.parent.with_suffix(".txt")
    labels.write_bytes(b"\xff half a li")
    page.keep(image, 3)
    assert labels.read_bytes() == b"\xff half a li\n1_3.png 3\n"
    labels.unlink()
    assert page.keep(image, 4)[0].name == "2_4.png"  # no image is written over, although nothing names it
    monkeypatch.setattr("os.replace", lambda *paths: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError):
        page.keep(image, 5)
    assert labels.read_bytes() == b"2_4.png 4\n"
    assert sorted(path.name for path in mine.rglob("*.p*")) == ["0_7.png", "1_3.png", "2_4.png"]


# the server


@contextlib.contextmanager
def served(networks):
    """The address of a server with these networks."""
    import uvicorn

    listener = page.listen(0)
    server = uvicorn.Server(uvicorn.Config(page.application(networks), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def ask(address, path, body=None, **headers):
    """Status and JSON of the answer."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("GET" if body is None else "POST", path, body, headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


@needs_app
def test_pictures_are_answered_and_bad_ones_are_a_message(networks, mine):
    with served(networks) as address:
        assert ask(address, "/see", BLANK) == (200, page.answer(networks, None))
        assert ask(address, "/see", png(drawn(2))) == (200, page.answer(networks, page.seen(png(drawn(2)))))
        bad = {"": "", "text": b"4", "half": png(drawn(2))[:5000], "bomb": png_that_claims(10**5, 10**5)}
        bad["a program"] = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(sleep 9) run\n"
        bad["101 million pixels"] = png_that_claims(10100, 10000)
        for name, data in bad.items():
            status, found = ask(address, "/see", data)
            assert status == 422 and list(found) == ["error"] and "\n" not in found["error"], name
        assert "million pixels" in found["error"]
        for size, status in ((page.LARGEST, 422), (page.LARGEST + 1, 413), (30 * 10**6, 413)):
            assert ask(address, "/see", bytes(size))[0] == status
        for label in ("10", "-1", "x", "..", "%2e%2e%2f7", "7/7", "٧", "²"):
            assert ask_quoted(address, label) in (404, 422), label
        assert ask(address, "/keep/7", BLANK)[0] == 422
        assert not mine.exists()
        assert ask(address, "/keep/2", png(drawn(2)))[1]["counts"] == [1, 0]
        assert (mine / "mnist_train_jpg_60000.txt").read_text() == "0_2.png 2\n"


def ask_quoted(address, label):
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("POST", "/keep/" + quote(label, safe="/%"), png(drawn(2)))
    return connection.getresponse().status


@needs_app
def test_only_the_page_itself_is_answered(networks):
    with served(networks) as address:
        own, port = {"Origin": address}, urlsplit(address).port
        assert ask(address, "/see", BLANK, **own)[0] == 200
        assert ask(address, "/see", BLANK, Host=f"localhost:{port}", Origin=f"http://localhost:{port}")[0] == 200
        for headers in (
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Origin": f"http://127.0.0.1:{port + 1}"},  # another program's page on this computer
            {"Host": "evil.example", "Origin": "http://evil.example"},  # whose name leads to 127.0.0.1
            {"Host": "evil_.example", "Origin": "http://evil_.example"},
            {"Host": "[::1"},
        ):
            for path in ("/see", "/keep/7"):
                assert ask(address, path, BLANK, **headers)[0] == 403, headers
        assert ask(address, "/", Host="evil.example")[0] == 403


@needs_app
def test_a_page_that_is_closed_while_it_sends_leaves_the_server_at_work(networks):
    with served(networks) as address:
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", urlsplit(address).port)) as line:
                line.sendall(b"POST /see HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf")
        assert ask(address, "/see", BLANK)[0] == 200


@needs_app
def test_this_computer_only_unless_shared(dense, run_script, monkeypatch, capsys):  # noqa: F811
    import uvicorn

    bound = []

    def run(server, sockets):
        bound.append(sockets[0].getsockname())
        assert sockets[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        sockets[0].close()

    monkeypatch.setattr(uvicorn.Server, "run", run)
    monkeypatch.setattr(page, "own_address", lambda: "10.1.2.3")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match="2"):
            run_script(SCRIPT, "--page", "--port", str(port))
        (line,) = capsys.readouterr().err.splitlines()
        assert f"port {port}" in line and "--port" in line
    with pytest.raises(SystemExit, match="2"):
        run_script(SCRIPT, "--page", "--port", "65536")
    out = run_script(SCRIPT, "--page", "--port", str(port))
    assert bound == [("127.0.0.1", port)] and "SHARED" not in out
    assert out.splitlines() == [f"weights: {dense}", f"the page: http://127.0.0.1:{port}   (Ctrl-C ends it)"]
    dense.unlink()  # nothing is trained yet
    out = run_script(SCRIPT, "--page", "--port", str(port), "--share-on-network")
    assert bound[1:] == [("0.0.0.0", port)] and "SHARED" in out and f"http://10.1.2.3:{port}" in out
    assert "weights" not in out


def test_without_the_extra_one_line_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(SystemExit, match="2"):
        page.serve({}, 8028)
    (line,) = capsys.readouterr().err.splitlines()
    assert 'pip install -e ".[app]"' in line


@needs_app
@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to all programs of a window")
def test_ctrl_c_is_one_word():
    command = [sys.executable, ROOT / SCRIPT, "--page", "--port", str(free_port())]
    script = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    lines = iter(script.stdout.readline, "")
    address = next(line for line in lines if line.startswith("the page: ")).split()[2]
    assert ask(address, "/see", png(drawn(2)))[0] == 200
    script.send_signal(signal.SIGINT)
    assert script.communicate(timeout=60) == ("", "\ninterrupted\n") and script.returncode == -signal.SIGINT


# in a browser


class Tab:
    """The page in a tab of Chromium; what it asks for, and what the browser complains about."""

    def __init__(self, browser, address, **look):
        self.tab = browser.new_context(**look).new_page()
        self.asked, self.complaints = [], []
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.goto(address)
        self.settled()

    def settled(self):
        """What the page shows once it has answers to all it asked."""
        for _ in range(600):
            if self.tab.evaluate("!busy && !again && result !== null"):
                return self.tab.evaluate("result")
            self.tab.wait_for_timeout(50)  # Playwright's own way of waiting is against the page's policy
        raise AssertionError("no answer within half a minute")

    def draw(self, strokes):
        """Draw strokes, as in test_digit_app, with the mouse in the middle of the paper."""
        self.tab.evaluate("scrollTo(0, 0)")
        box = self.tab.locator("#pad").bounding_box()
        for stroke in strokes.split("|"):
            points = np.array(stroke.split(), float).reshape(-1, 2)
            way = np.append(0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
            smooth = CubicSpline(way, points, bc_type="natural")(np.linspace(0, way[-1], 25)) / 100
            places = (smooth * (0.45, 0.6) + (0.27, 0.2)) * (box["width"], box["height"]) + (box["x"], box["y"])
            self.tab.mouse.move(*places[0])
            self.tab.mouse.down()
            for place in places[1:]:
                self.tab.mouse.move(*place)
            self.tab.mouse.up()
        return self.settled()

    def clear(self):
        self.tab.click("#clear")
        return self.settled()

    def drop(self, name, data):
        """Let go of a file over the paper."""
        data = base64.b64encode(data).decode()
        script = """([name, data]) => {
            const files = new DataTransfer(), bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
            files.items.add(new File([bytes], name));
            pad.dispatchEvent(new DragEvent("drop", {dataTransfer: files, bubbles: true, cancelable: true}));
        }"""
        self.tab.evaluate(script, [name, data])
        return self.settled()

    def message(self):
        return self.tab.inner_text("#message")


@pytest.fixture
def open_tab():
    """A function that opens the page in a new tab."""
    if not BROWSER:
        pytest.skip("no Chromium here, e.g. apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="drives the browser: pip install playwright")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=flags)
        yield functools.partial(Tab, browser)
        browser.close()


@needs_app
@pytest.mark.slow
@pytest.mark.parametrize("look", [(1280, 800, "light", "en-GB"), (390, 844, "dark", "zh-CN")])
def test_the_page(look, networks, open_tab, mine, tmp_path):
    width, height, scheme, language = look
    with served(networks) as address:
        page_ = open_tab(address, viewport={"width": width, "height": height}, color_scheme=scheme, locale=language)
        tab = page_.tab
        assert page_.settled() == page.answer(networks, None)  # an empty page
        assert tab.inner_text("h1") == ("写一个数字" if language == "zh-CN" else "Draw a digit")
        assert "p16_checkpoint.py" in tab.inner_text("#p16_checkpoint") and not page_.message()
        assert tab.locator("#labels button:disabled").count() == 10

        # the drawing, and a picture of it
        found = page_.draw(STROKES[5][0])
        drawing = base64.b64decode(tab.evaluate("pad.toDataURL()").partition(",")[2])
        (tmp_path / "drawing.png").write_bytes(drawing)
        image = digits.as_mnist(digits.find(digits.read(tmp_path / "drawing.png")))
        assert found == page.answer(networks, image)
        bars = tab.evaluate(
            "[...document.querySelectorAll('#digit_network i')].map(bar => parseFloat(bar.style.height))"
        )
        assert np.allclose(bars, 85 * np.array(found["networks"]["digit_network"]), atol=0.01)
        tab.screenshot(path=tmp_path / "drawn.png", full_page=True)

        # it was a 5; once
        tab.click("#labels button:nth-child(6)")
        tab.wait_for_timeout(1000)
        assert "0_5.png" in page_.message() and tab.locator("#labels button:disabled").count() == 10
        assert (mine / "mnist_train_jpg_60000.txt").read_text() == "0_5.png 5\n"
        tab.click("#language")
        assert "0_5.png" in page_.message()
        assert tab.inner_text("h1") == ("写一个数字" if language != "zh-CN" else "Draw a digit")

        # a stroke that leaves the paper, and ends there; a photo; an empty page; two tabs
        page_.clear()
        page_.draw("50 20 50 60 50 300 60 300")
        seen = page_.settled()["seen"]
        tab.mouse.move(200, 200)
        assert page_.settled()["seen"] == seen is not None
        photo = png(drawn(2))
        assert page_.drop("two.png", photo) == page.answer(networks, page.seen(photo))
        assert page_.drop("blank.png", BLANK) == page.answer(networks, None)
        other = open_tab(address)
        assert page_.draw(STROKES[3][0])["seen"] and other.settled()["seen"] is None
        assert other.draw(STROKES[7][0])["seen"] != page_.settled()["seen"]

        assert page_.complaints + other.complaints == []
        assert {urlsplit(url).netloc for url in page_.asked if not url.startswith("data:")} == {
            urlsplit(address).netloc
        }

        # what is no picture, or too large, is a message; and all goes on
        for name, data in (
            ("text.png", b"4"),
            ("bomb.png", png_that_claims(10**5, 10**5)),
            ("huge.png", bytes(21 * 10**6)),
        ):
            assert page_.drop(name, data)["seen"] is None, name
            assert page_.message() and tab.get_attribute("#message", "class") == "bad"
        assert page_.draw(STROKES[3][0])["seen"] and not page_.message()
        assert all("422" in complaint for complaint in page_.complaints)  # the browser tells of every refusal
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    page_.draw(STROKES[1][0])  # the program has ended
    assert page_.message()


@needs_app
@pytest.mark.slow
@pytest.mark.real_data
def test_ten_digits_drawn_stroke_by_stroke_are_ten_of_ten(run_script, open_tab):
    run_script("class4_extensions/digit_network.py")
    with served({"p16_checkpoint": None, "digit_network": run_script.variables["model"]}) as address:
        tab, read = open_tab(address), []
        for strokes in STROKES:
            tab.clear()
            read.append(np.argmax(tab.draw(strokes[0])["networks"]["digit_network"]))
        assert read == list(range(10))
