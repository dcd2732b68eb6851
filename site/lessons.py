"""What a script holds: title and opening words in both languages, fields, cells. And what README's table says of it."""

import re
from dataclasses import dataclass
from functools import cache

from common import ROOT
from common.compare import in_order

CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff]")
CHINESE_PAGES = [*ROOT.glob("*.zh-CN.md"), *ROOT.glob("datasets/*.zh-CN.md")]
BOTH = [path.relative_to(ROOT).as_posix().removesuffix(".zh-CN.md") for path in CHINESE_PAGES]


@dataclass
class Lesson:
    """`title` and `words` by language; `cells` are pairs of text and code; `more` is reStructuredText."""

    name: str  # such as class1_basics/p31_matmul
    title: dict
    words: dict
    fields: dict
    more: str
    cells: list
    body: str  # the script without its docstring


def read(script):
    """The Lesson in a script."""
    _, docstring, body = script.read_text(encoding="utf-8").split('"""', 2)
    parts = docstring.strip().split("\n\n")
    place = next(number for number, part in enumerate(parts) if part.startswith(":Notes:"))
    lines = parts[2].splitlines() if place > 2 else []
    cut = next((number for number, line in enumerate(lines) if CHINESE.search(line)), len(lines))
    return Lesson(
        f"{script.parent.name}/{script.stem}",
        {"en": parts[0].splitlines()[0], "zh": parts[1]},
        {"en": "\n".join(lines[:cut]), "zh": "\n".join(lines[cut:])},
        {name: " ".join(text.split()) for name, text in re.findall(r"^:(\w+): (.*(?:\n .*)*)", parts[place], re.M)},
        "\n\n".join(parts[place + 1 :]),
        cells(body),
        body,
    )


def cells(body):
    """Pairs of text and code. The text of a cell is what follows `# %%` and the comment that goes on below it."""
    first, *rest = re.split(r"^# %%(.*\n(?:# (?!<-).*\n)*)", body, flags=re.MULTILINE)
    texts = ["", *(" ".join(text.replace("\n# ", "\n").split()) for text in rest[::2])]
    return [(text, code.strip("\n")) for text, code in zip(texts, [first, *rest[1::2]], strict=True) if code.strip()]


@cache
def by_name():
    """{p31_matmul: its script, ...}: every script, in the order of the notes; README is read once for it."""
    return {script.stem: script for script in in_order()}


def in_language(page, language):
    """The name of a page, such as datasets/README, in this language if it is there in both."""
    return page + ".zh-CN" * (language == "zh" and page in BOTH)


def readme(language):
    return ROOT / f"{in_language('README', language)}.md"


def chapters(language):
    """README's sections of scripts: {class folder: (heading, {lesson: {column: text}})}."""
    text = readme(language).read_text(encoding="utf-8")
    found = {}
    for heading, folder, table in re.findall(r"^### ((class\d_\w+).*)\n\n((?:\|.*\n)+)", text, re.MULTILINE):
        head, _, *rows = ([cell.strip() for cell in row.strip("| ").split(" | ")] for row in table.splitlines())
        lessons = {f"{folder}/{row[0][1:].split(']')[0]}": dict(zip(head, row, strict=True)) for row in rows}
        found[folder] = heading, lessons
    return found


def heading(language):
    """README's first line, the name of all this."""
    return readme(language).read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
