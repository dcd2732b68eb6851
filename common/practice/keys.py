"""Single keys from a terminal, on every system; whole lines where the terminal cannot give single keys."""

import contextlib
import os
import queue
import re
import signal
import sys
import threading

try:
    import msvcrt
except ImportError:
    msvcrt = None
try:
    import termios
    import tty
except ImportError:
    termios = None


def read_terminal():
    typed = os.read(sys.stdin.fileno(), 1024)
    text = "" if typed == b"\4" else typed.decode("utf-8", "replace")
    return re.sub(r"\x1b(\[[\d;]*.|O.)?", " ", text)  # arrow and function keys


@contextlib.contextmanager
def keys():
    """A function `key(seconds)`: the key pressed in that time, in lower case, or "". After the end of input: q."""
    pressed, before, read = queue.Queue(), None, sys.stdin.readline
    if msvcrt:
        read = msvcrt.getwch
    elif termios:
        with contextlib.suppress(termios.error, OSError):
            before = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
            signal.signal(signal.SIGCONT, lambda *_: tty.setcbreak(sys.stdin))  # after Ctrl-Z
            read = read_terminal

    def listen():
        while typed := read():
            if msvcrt and typed in "\0\xe0":  # an arrow or function key: a second code follows
                typed = read() and " "
            for letter in typed if before else typed[:1]:
                pressed.put(letter)
        pressed.put("q")

    def key(seconds):
        try:
            letter = pressed.get(timeout=seconds).lower().strip()
        except queue.Empty:
            return ""
        if letter == "\3":  # Windows gives Ctrl-C as a key
            raise KeyboardInterrupt
        return letter

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield key
    finally:
        if before:
            signal.signal(signal.SIGCONT, signal.SIG_DFL)
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
