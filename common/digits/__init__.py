"""Handwritten digits: `read` a picture, `find` the digit in it, and make it look `as_mnist`; a `page` to draw them on.

How a digit is found is the business of `finder`. `page`, with `page.html`, needs the extra `[app]`.
"""

from common.digits.finder import Unreadable, as_mnist, find, read  # noqa: F401
