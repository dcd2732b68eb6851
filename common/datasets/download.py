"""One verified file from the first address that serves it."""

import contextlib
import hashlib
import http.client
import os
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

TIMEOUT = 10  # seconds without a byte, after which an address is given up
TRIES = 3  # at one address, as long as each brings more of the file
ABANDONED = 60  # seconds without a byte, after which nobody writes a partial file any more


class DownloadError(Exception):
    """No address served the file, or it cannot be written. The message is one line and says what to do."""


class Refused(Exception):
    """What is wrong with an address."""


def fetch(name, folder, addresses, size, digest):
    """Path of the file `folder/name`, downloaded unless it is there, whole.

    `name` may hold a subfolder. The first of `addresses` (complete URLs; before them `$COURSE_MIRROR/name`, where that
    is set) that sends `size` bytes with the MD5 or SHA-256 `digest`, in hexadecimal, is used. The file gets its name
    when it is verified; what an interrupted download left is continued. Raises DownloadError.
    """
    path = Path(folder) / name
    if mirror := os.environ.get("COURSE_MIRROR"):
        addresses = [f"{mirror.rstrip('/')}/{name}", *addresses]
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")  # every process has its own
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not whole(path, size, digest):
            for other in path.parent.glob(f".{path.name}.*.part"):
                with contextlib.suppress(OSError):
                    if time.time() - other.stat().st_mtime > ABANDONED and other.stat().st_size < size:
                        os.replace(other, part)
            with open(part, "a+b") as file:
                transfer(path, file, addresses, size, digest)
                os.fsync(file.fileno())
            os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.truncate(part, 0)
        if not whole(path, size, digest):  # or else another process was quicker
            what = f"cannot write {path}: {error.strerror or error}"
            raise DownloadError(f"{what}; that folder needs room and your permission to write") from error
    finally:
        with contextlib.suppress(OSError):
            os.utime(part, (0, 0))  # the next run need not wait
            if not part.stat().st_size:
                part.unlink()
    return path


def whole(path, size, digest):
    """Whether there is a file of this size and this MD5 (32 digits) or SHA-256 (64)."""
    kind = "md5" if len(digest) == 32 else "sha256"
    with contextlib.suppress(OSError):
        content = Path(path).read_bytes()
        return len(content) == size and hashlib.new(kind, content, usedforsecurity=False).hexdigest() == digest
    return False


def transfer(path, file, addresses, size, digest):
    """Fill `file` from the first address that has the rest of it; DownloadError names all that were tried."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = "{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
    console, reasons = Console(stderr=True), {}
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(path.name, total=size)
        for address in addresses:
            for _ in range(TRIES):
                begun = file.tell()
                try:
                    blocks = receive(address, begun, size)
                    file.seek(next(blocks))
                    file.truncate()
                    for block in blocks:
                        file.write(block)
                        progress.update(task, completed=file.tell())
                    file.flush()
                    if whole(file.name, size, digest):
                        return
                    reasons[address] = "sends another file: its digest is wrong"
                except Refused as refusal:
                    reasons[address] = str(refusal)
                if file.tell() >= size:
                    file.truncate(0)
                    file.seek(0)
                if file.tell() == begun:
                    break
    tried = "; ".join(f"{address}: {reason}" for address, reason in reasons.items()) or "no address is known"
    raise DownloadError(f"cannot download {path.name}: {tried}; to place it by hand, put it into {path.parent}")


def receive(address, start, size):
    """Yield where the answer begins in the file, `start` or 0, then its bytes; Refused if it cannot be the file."""
    headers = {"User-Agent": "Mozilla/5.0 (tensorflow-course)", **({"Range": f"bytes={start}-"} if start else {})}
    nearby = address.startswith(os.environ.get("COURSE_MIRROR") or "\0")  # in the same room: no proxy is needed
    proxies = {} if nearby else urllib.request.getproxies()
    through = " (through a proxy)" if proxies.get(address.partition(":")[0]) else ""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
    try:
        with opener.open(urllib.request.Request(address, headers=headers), timeout=TIMEOUT) as answer:
            if answer.headers.get_content_type() == "text/html":
                raise Refused("sends a web page, not the file")
            if not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                start = 0
            yield start
            while start <= size and (block := answer.read1(1 << 16)):
                start += len(block)
                yield block
            if start != size:
                raise Refused(f"{f'ends after {start:,} of' if start < size else 'sends more than'} {size:,} bytes")
    except urllib.error.HTTPError as error:
        error.close()
        raise Refused(f"HTTP status {error.code}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)  # of a URLError: what is behind it
        raise Refused((getattr(reason, "strerror", None) or str(reason) or type(reason).__name__) + through) from error
