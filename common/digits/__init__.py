"""Handwritten digits: `read` a picture, `find` the digit in it, and make it look `as_mnist`."""

from common.digits.finder import Unreadable, as_mnist, find, read  # noqa: F401
