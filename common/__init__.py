"""What the scripts share. Importing this package costs nothing: each helper imports what it needs when it is called."""

import atexit
import codecs
import contextlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTPUTS = Path(os.environ.get("COURSE_OUTPUTS") or ROOT / "outputs").absolute()

SIGNS = (
    dict(zip("✓✗✎≈↑↓→–·×…│┃─━═", "+x*:^v>-.x.||---", strict=True)) | {"²": "^2"} | dict.fromkeys("┏┳┓┡╇┩├┼┤└┴┘", "+")
)


def plain(error):
    """What a terminal or pipe that cannot show 每 or ✓ (cp1252, ASCII) gets in its place, not a UnicodeEncodeError."""
    return "".join(SIGNS.get(letter, "?") for letter in error.object[error.start : error.end]), error.end


codecs.register_error("plain", plain)
for stream in (sys.stdout, sys.stderr):
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="plain")


def last_words(kind, error, traceback):
    """Ctrl-C ends a script with one word, and the exit status that a shell expects; too little memory ends it with one
    line. Where its output is read no further, as by `| head`, it ends without a word. Other errors are shown whole.
    """
    if issubclass(kind, KeyboardInterrupt):
        print("\ninterrupted", file=sys.stderr)
    elif issubclass(kind, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python itself complains when it ends
    elif issubclass(kind, MemoryError) or kind.__name__ == "ResourceExhaustedError":  # of TensorFlow: a GPU's, too
        with contextlib.suppress(SystemExit):  # the program has ended already
            stop("out of memory; close other programs, or try a smaller number")
    else:
        sys.__excepthook__(kind, error, traceback)


sys.excepthook = last_words


@atexit.register
def flush():
    """The first to be registered is the last to be called: what is printed until then may find nobody to read it."""
    try:
        print(end="", flush=True)
    except BrokenPipeError as error:
        last_words(BrokenPipeError, error, None)


def script_name():
    """Name of the running script without `.py`, or of the command; "notebook" for code without a file."""
    path = Path(getattr(sys.modules["__main__"], "__file__", None) or "notebook")
    return path.parent.name if path.stem == "__main__" else path.stem


def shown(path):
    """A path as it is printed: from here, if it lies below the current folder."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else path


def stop(message):
    """End the program over something only its user can mend: one line on stderr, exit status 2."""
    line = "".join(letter if letter.isprintable() else " " for letter in message)  # a file's name may hold anything
    print(f"{script_name()}: error: {line}", file=sys.stderr)
    raise SystemExit(2)


def output(name):
    """The path `outputs/<script>/<name>`, in a folder that is there; `stop` where it cannot be made."""
    path = OUTPUTS / script_name() / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"cannot make the folder {path.parent}: {error.strerror}; make room, and outputs/ a folder you may write")
    return path


@contextlib.contextmanager
def new_file(path):
    """A binary file to write, which gets the name `path` in one step when all of it is on the disk."""
    part = path.with_name(f".{path.name}.part")
    try:
        with open(part, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
