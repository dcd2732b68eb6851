"""One verified file from the first address that serves it."""

import contextlib
import hashlib
import http.client
import os
import shutil
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

try:
    import fcntl
except ImportError:
    fcntl = None  # Windows, where nobody can remove a file that another program writes

TIMEOUT = 10  # seconds without a byte, after which an address is given up
ROUNDS = 3  # over those addresses that began to send, or were busy
PAUSE = 1  # seconds between two rounds


class DownloadError(Exception):
    """No address served the file, or it cannot be written. The message is one line and says what to do."""


class Refused(Exception):
    """What is wrong with an address, and whether it may do better `again`."""

    def __init__(self, reason, again=False):
        super().__init__(reason)
        self.again = again


def fetch(name, folder, addresses, size, digest):
    """Path of the file `folder/name`, downloaded unless it is there, whole.

    `name` may hold a subfolder. The first of `addresses` (complete URLs; before them `$COURSE_MIRROR/name`, where that
    is set) that sends `size` bytes with the MD5 or SHA-256 `digest`, in hexadecimal, is used. The file gets its name
    when it is verified; what an interrupted download left is continued. Raises DownloadError.
    """
    path = Path(folder) / name
    if mirror := os.environ.get("COURSE_MIRROR"):
        addresses = [f"{mirror.rstrip('/')}/{name}", *addresses]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not whole(path, size, digest):
            with new_file(path, size) as file:
                transfer(file, path, addresses, size, digest)
    except OSError as error:
        if not whole(path, size, digest):  # or else another process was quicker
            raise DownloadError(
                f"cannot write {path}: {error.strerror or error}; that folder needs room and "
                f"your permission to write, or copy {name} there from another computer"
            ) from error
    return path


def digest_of(file, length):
    """Digest of an open file from its start: MD5 if it has `length` 32, SHA-256 if 64."""
    total = hashlib.new("md5" if length == 32 else "sha256", usedforsecurity=False)
    file.seek(0)
    while block := file.read(1 << 20):
        total.update(block)
    return total.hexdigest()


def whole(path, size, digest):
    """Whether there is a file of this size and digest."""
    try:
        with open(path, "rb") as file:
            return os.fstat(file.fileno()).st_size == size and digest_of(file, len(digest)) == digest
    except OSError:
        return False


@contextlib.contextmanager
def new_file(path, size=0):
    """A binary file to write, which gets the name `path` in one step when all of it is on the disk.

    Until then its name is `.<name>.<unique>.part`. Where the `size` it will have is given, that stays if the writing
    is interrupted, and the next time begins with it.
    """
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with open(part, "w+b") as file:
            with contextlib.suppress(OSError):  # some network drives know no locks
                lock(file)
            adopt(path, file, size)
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            if not size or isinstance(error, OSError) or not part.stat().st_size:
                part.unlink()
        raise


def lock(file):
    """Take an open file for this process; OSError if another one has it."""
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def adopt(path, file, size):
    """Begin with the longest partial file that no process writes any more, and clear all of these away."""
    for part in path.parent.glob(f".{path.name}.*.part"):
        if part.name != Path(file.name).name:
            with contextlib.suppress(OSError), open(part, "r+b") as source:
                lock(source)
                length = os.fstat(source.fileno()).st_size
                if file.tell() < length < size:
                    file.seek(0)
                    shutil.copyfileobj(source, file)
                # an empty one may be new and not locked yet, a full one about to get its name
                if 0 < length < size or time.time() - part.stat().st_mtime > TIMEOUT:
                    source.close()
                    part.unlink()


def transfer(file, path, addresses, size, digest):
    """Fill `file` from the first address that has the rest of it; DownloadError names all that were tried."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = "{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
    console, left, reasons = Console(stderr=True), list(addresses), {}
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(path.name, total=size)
        for number in range(ROUNDS):
            time.sleep(PAUSE if number and left else 0)
            for address in list(left):
                begun = file.tell()
                try:
                    blocks = receive(address, begun, size)
                    file.seek(next(blocks))
                    file.truncate()
                    for block in blocks:
                        file.write(block)
                        progress.update(task, completed=file.tell())
                        if file.tell() > size:
                            raise Refused(f"sends more than {size:,} bytes")
                    if file.tell() < size:
                        raise Refused(f"ends after {file.tell():,} of {size:,} bytes", again=file.tell() > begun)
                    if digest_of(file, len(digest)) == digest:
                        return
                    raise Refused("sends another file: its digest is wrong", again=begun > 0)
                except Refused as refusal:
                    reasons[address] = str(refusal)
                    if not refusal.again:
                        left.remove(address)
                    if file.tell() >= size:
                        file.seek(0)
                        file.truncate()
    tried = "; ".join(f"{address}: {reason}" for address, reason in reasons.items()) or "no address is known"
    raise DownloadError(f"cannot download {path.name}: {tried}; to place it by hand, put it into {path.parent}")


def receive(address, start, size):
    """Yield where the answer begins in the file, `start` or 0, then its bytes; Refused if it cannot be the file."""
    headers = {"User-Agent": "Mozilla/5.0 (tensorflow-course)", "Range": f"bytes={start}-"}
    if not start:
        del headers["Range"]
    begun = False
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=TIMEOUT) as answer:
            if not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                start = 0
            length = answer.headers.get("Content-Length")
            if answer.headers.get_content_type() == "text/html":
                raise Refused("sends a web page, not the file")
            if length and int(length) != size - start:
                raise Refused(f"offers {int(length):,} bytes, not {size - start:,}")
            yield start
            while block := answer.read1(1 << 16):
                begun = True
                yield block
    except urllib.error.HTTPError as error:
        error.close()
        raise Refused(f"HTTP status {error.code}", again=error.code >= 500 or error.code == 429) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)  # of a URLError: what is behind it
        raise Refused(str(getattr(reason, "strerror", None) or reason or type(reason).__name__), again=begun) from error
