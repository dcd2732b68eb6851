"""One verified file, whatever the servers do. They are all in this process, on the loopback interface."""

import contextlib
import errno
import hashlib
import http.server
import io
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request

from common import ROOT
from common.datasets import download

import numpy as np
import pytest

CONTENT = np.random.RandomState(1).bytes(300_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


class Mirror(http.server.BaseHTTPRequestHandler):
    """Sends CONTENT with the fault that is the first part of the path."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        with contextlib.suppress(OSError):  # a client that has had enough
            getattr(self, "fault_" + self.path.split("/")[1])()

    def begin(self, length, status=200, **headers):
        self.send_response(status)
        for name, value in {"Content_Type": "application/gzip", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def reset(self):
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def fault_none(self):
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        if start:
            size = len(CONTENT)
            self.begin(size - start, 206, Content_Range=f"bytes {start}-{size - 1}/{size}")
        else:
            self.begin(len(CONTENT))
        self.wfile.write(CONTENT[start:])

    def fault_norange(self):
        self.begin(len(CONTENT))
        self.wfile.write(CONTENT)

    def fault_404(self):
        self.send_error(404)

    def fault_500(self):
        self.send_error(500)

    def fault_page(self):
        self.begin(17, Content_Type="text/html")
        self.wfile.write(b"<html>log in here")

    def fault_hang(self):
        self.server.release.wait(5)

    def fault_hang_midway(self):
        self.begin(len(CONTENT))
        self.wfile.write(CONTENT[:100_000])
        self.server.release.wait(5)

    def fault_half(self):
        self.begin(None)
        self.wfile.write(CONTENT[: len(CONTENT) // 2])

    def fault_short(self):
        self.begin(len(CONTENT))
        self.wfile.write(CONTENT[: len(CONTENT) // 2])

    def fault_reset(self):
        self.begin(len(CONTENT))
        self.wfile.write(CONTENT[: len(CONTENT) // 2])
        self.reset()

    def fault_once(self):
        """Resets the first connection, and after that goes on where it is asked to."""
        if len(self.server.asked) == 1:
            self.fault_reset()
        else:
            self.fault_none()

    def fault_flip(self):
        self.begin(len(CONTENT))
        self.wfile.write(CONTENT[:777] + bytes([CONTENT[777] ^ 1]) + CONTENT[778:])

    def fault_length(self):
        self.begin(len(CONTENT) - 5)
        self.wfile.write(CONTENT[:-5])

    def fault_endless(self):
        self.begin(None)
        while True:
            self.wfile.write(CONTENT)

    def fault_chunks(self):
        """Breaks off between the chunks of an answer whose length nobody said."""
        self.protocol_version = "HTTP/1.1"
        self.begin(None, Transfer_Encoding="chunked")
        self.wfile.write(b"10000\r\n" + CONTENT[:0x10000] + b"\r\n")
        self.close_connection = True

    def log_message(self, *_):
        pass


@pytest.fixture
def mirror(monkeypatch):
    for name in ("COURSE_MIRROR", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    server.asked, server.release = [], threading.Event()
    server.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.release.set()
    server.shutdown()
    server.server_close()


def fetch(folder, *addresses, digest=DIGEST):
    return download.fetch("set/file.gz", folder, addresses, len(CONTENT), digest)


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("digest", [DIGEST, MD5])
def test_the_file_gets_its_name(tmp_path, mirror, digest):
    path = fetch(tmp_path, f"{mirror.address}/none", digest=digest)
    assert path == tmp_path / "set/file.gz" and path.read_bytes() == CONTENT
    assert names(tmp_path) == ["set/file.gz"]
    umask = os.umask(0)
    os.umask(umask)
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o666 & ~umask  # others in the class can read it
    fetch(tmp_path, f"{mirror.address}/none")
    assert len(mirror.asked) == 1  # what is there is not downloaded again


FAULTS = {
    "404": "HTTP status 404",
    "500": "HTTP status 500",
    "page": "sends a web page, not the file",
    "hang": "timed out",
    "hang_midway": "timed out",
    "half": "ends after 150,000 of 300,000 bytes",
    "short": "ends after 150,000 of 300,000 bytes",
    "reset": "Connection reset by peer",
    "flip": "sends another file: its digest is wrong",
    "length": "ends after 299,995 of 300,000 bytes",
    "endless": "sends more than 300,000 bytes",
    "chunks": "",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_next_address_is_used(tmp_path, mirror, fault, monkeypatch):
    if "hang" in fault:
        monkeypatch.setattr(download, "TIMEOUT", 0.5)
    fetch(tmp_path, f"{mirror.address}/{fault}", f"{mirror.address}/none")
    assert (tmp_path / "set/file.gz").read_bytes() == CONTENT
    assert names(tmp_path) == ["set/file.gz"]


@pytest.mark.parametrize("fault", FAULTS)
def test_without_another_address_no_file_gets_the_name(tmp_path, mirror, fault, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", 0.2 if "hang" in fault else 5)
    with pytest.raises(download.DownloadError) as caught:
        fetch(tmp_path, f"{mirror.address}/{fault}")
    message = str(caught.value)
    assert not (tmp_path / "set/file.gz").exists()
    assert "\n" not in message and str(tmp_path / "set") in message
    assert f"{mirror.address}/{fault}: " in message and (os.name == "nt" or FAULTS[fault] in message)


def test_no_server_at_all(tmp_path, mirror):
    mirror.shutdown()
    mirror.server_close()
    with pytest.raises(download.DownloadError, match="refused") as caught:
        fetch(tmp_path, f"{mirror.address}/none", "no-address", "http://[broken/")
    assert all(address in str(caught.value) for address in (mirror.address, "no-address", "http://[broken/"))
    assert names(tmp_path) == []
    with pytest.raises(download.DownloadError, match="no address is known"):
        fetch(tmp_path)


def test_addresses_that_cannot_do_better_are_asked_once(tmp_path, mirror, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", 0.5)
    faults = ["404", "500", "page", "hang", "flip", "endless"]
    with pytest.raises(download.DownloadError):
        fetch(tmp_path, *(f"{mirror.address}/{fault}" for fault in faults))
    assert [path[1:] for path, _ in mirror.asked] == faults


def test_an_interrupted_transfer_goes_on_where_it_stopped(tmp_path, mirror):
    fetch(tmp_path, f"{mirror.address}/once")
    assert (tmp_path / "set/file.gz").read_bytes() == CONTENT
    assert mirror.asked[0][1] is None and mirror.asked[1][1].startswith("bytes=")


def leave(path, content, age=100):
    """Leave a partial file as an interrupted download does, so many seconds ago."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.time() - age,) * 2)


def test_a_wrong_beginning_is_given_up(tmp_path, mirror):
    leave(tmp_path / "set/.file.gz.abc.part", b"x" * 1000)
    fetch(tmp_path, f"{mirror.address}/none")
    assert [asked for _, asked in mirror.asked] == ["bytes=1000-", None]
    assert names(tmp_path) == ["set/file.gz"]


def test_a_server_that_knows_no_ranges_begins_again(tmp_path, mirror):
    leave(tmp_path / "set/.file.gz.abc.part", CONTENT[:1000])
    fetch(tmp_path, f"{mirror.address}/norange")
    assert len(mirror.asked) == 1 and mirror.asked[0][1] == "bytes=1000-"


def test_a_left_over_is_continued_and_not_one_that_is_being_written(tmp_path, mirror):
    for name, length, age in (("a", 2000, 100), ("b", 3000, 0), ("c", 100, 100), ("d", len(CONTENT), 100)):
        leave(tmp_path / f"set/.file.gz.{name}.part", CONTENT[:length], age)
    fetch(tmp_path, f"{mirror.address}/none")
    assert mirror.asked in ([("/none", "bytes=2000-")], [("/none", "bytes=100-")])
    assert names(tmp_path) == ["set/.file.gz.b.part", "set/.file.gz.d.part", "set/file.gz"]


def test_a_broken_file_under_the_name_is_replaced(tmp_path, mirror):
    (tmp_path / "set").mkdir()
    (tmp_path / "set/file.gz").write_bytes(CONTENT[:-1])
    assert fetch(tmp_path, f"{mirror.address}/none").read_bytes() == CONTENT


def test_a_mirror_of_ones_own_comes_first(tmp_path, mirror, monkeypatch):
    monkeypatch.setenv("COURSE_MIRROR", f"{mirror.address}/none/")
    fetch(tmp_path, f"{mirror.address}/404")
    assert [path for path, _ in mirror.asked] == ["/none/set/file.gz"]


def test_a_mirror_in_the_same_room_needs_no_proxy_and_a_proxy_is_named(tmp_path, mirror, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")  # as a program that was closed leaves it
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(download.DownloadError, match=r"refused \(through a proxy\)"):
        fetch(tmp_path, f"{mirror.address}/none")
    monkeypatch.setenv("COURSE_MIRROR", f"{mirror.address}/none")
    assert fetch(tmp_path).read_bytes() == CONTENT


def test_a_full_disk_is_one_line_and_frees_what_it_took(tmp_path, mirror, monkeypatch):
    def full(self):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download.os, "fsync", full)
    with pytest.raises(download.DownloadError, match=r"cannot write .*file\.gz: No space left on device; ") as caught:
        fetch(tmp_path, f"{mirror.address}/none")
    assert "\n" not in str(caught.value) and names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere; Windows has other rights")
def test_a_folder_without_permission_is_one_line(tmp_path, mirror):
    tmp_path.chmod(0o500)
    with pytest.raises(download.DownloadError, match="cannot write .*Permission denied"):
        fetch(tmp_path, f"{mirror.address}/none")


def test_a_file_in_place_of_the_folder_is_one_line(tmp_path, mirror):
    (tmp_path / "set").write_text("")
    with pytest.raises(download.DownloadError, match="cannot write"):
        fetch(tmp_path, f"{mirror.address}/none")


def test_many_at_once_all_get_the_file(tmp_path, mirror):
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(fetch(tmp_path, f"{mirror.address}/none"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8 and names(tmp_path) == ["set/file.gz"]
    assert results[0].read_bytes() == CONTENT


@pytest.mark.parametrize("end", ["SIGKILL", "SIGINT"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_killed_in_the_middle_and_started_again(tmp_path, mirror, end):
    code = (
        "import sys; from common.datasets import download; download.TIMEOUT = 30\n"
        "download.fetch('set/file.gz', sys.argv[1], [sys.argv[2]], int(sys.argv[3]), sys.argv[4])"
    )
    command = [sys.executable, "-c", code, tmp_path, f"{mirror.address}/hang_midway", str(len(CONTENT)), DIGEST]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    try:
        while process.poll() is None and not any(part.stat().st_size for part in tmp_path.rglob("*.part")):
            mirror.release.wait(0.01)
        process.send_signal(getattr(signal, end))
        process.communicate()
    finally:
        process.kill()
    (part,) = tmp_path.rglob("*.part")
    assert not (tmp_path / "set/file.gz").exists()
    if end == "SIGKILL":  # it could not say that it gave up: that takes a minute
        leave(part, part.read_bytes())
    assert fetch(tmp_path, f"{mirror.address}/none").read_bytes() == CONTENT
    assert mirror.asked[1][1]  # it went on from there
    assert names(tmp_path) == ["set/file.gz"]


def test_another_process_is_quicker(tmp_path, mirror, monkeypatch):
    slow = download.transfer

    def overtaken(*arguments):
        slow(*arguments)
        monkeypatch.setattr(download, "transfer", slow)
        fetch(tmp_path, f"{mirror.address}/none")
        for part in tmp_path.rglob("*.part"):
            part.unlink()

    monkeypatch.setattr(download, "transfer", overtaken)
    assert fetch(tmp_path, f"{mirror.address}/none").read_bytes() == CONTENT
    assert names(tmp_path) == ["set/file.gz"]


def test_the_bar_is_for_terminals(tmp_path, mirror, capsys, monkeypatch):
    fetch(tmp_path, f"{mirror.address}/none")
    assert capsys.readouterr() == ("", "")
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    fetch(tmp_path / "other", f"{mirror.address}/none")
    assert "file.gz" in terminal.getvalue()


def test_no_test_reaches_the_network(no_network):
    for attempt in (
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=0.1),  # an address that is nobody's
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("192.0.2.1", 53)),
        lambda: socket.getaddrinfo("example.org", 443),
        lambda: socket.gethostbyname("example.org"),
        lambda: urllib.request.urlopen("http://example.org/", timeout=0.1),
    ):
        with pytest.raises(OSError, match="loopback"):
            attempt()
    assert len(no_network) == 5 and os.environ["COURSE_OFFLINE"] == "1"
    no_network.clear()  # these were meant
