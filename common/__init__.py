"""What the scripts share. Importing this package costs nothing: each helper imports what it needs when it is called."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# A terminal or pipe that cannot show 每一列 (cp1252, ASCII) gets question marks, not a UnicodeEncodeError.
for stream in (sys.stdout, sys.stderr):
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")


def script_name():
    """Name of the running script without `.py`; "notebook" where code runs cell by cell without a file."""
    return Path(getattr(sys.modules["__main__"], "__file__", None) or "notebook").stem


def shown(path):
    """A path as it is printed: from here, if it lies below the current folder."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else path


def stop(message):
    """End the program over something only its user can mend: one line on stderr, exit status 2."""
    print(f"{script_name()}: error: {message}", file=sys.stderr)
    raise SystemExit(2)
