"""Every script as a notebook, from the same file, and a zip of them all with what they need."""

import os
import re
import shutil
import subprocess
import zipfile

from common import ROOT

import jupytext
import lessons

BRANCH = "gh-pages"  # where the workflow publishes the site: Colab opens notebooks from a branch
INSTALL = """# Run first: it fetches the course, unless this notebook lies in a copy of it, and installs what is missing
import importlib.util
import pathlib

here = pathlib.Path.cwd()
places = [here, *here.parents, here / "course"]
course = next((folder for folder in places if (folder / "common" / "options.py").exists()), None)
if course is None:
    {fetch}
%cd -q {{course}}
if not all(map(importlib.util.find_spec, ["tensorflow", "keras", "sklearn", "matplotlib", "pandas", "rich"])):
    %pip install -q -r requirements.txt
__file__ = "{name}.ipynb"  # under this name it keeps its figures and checkpoints"""
FETCH = '!git clone -q --depth 1 {} course\n    course = here / "course"'
NO_FETCH = 'raise SystemExit("no course here: unzip notebooks.zip and open this notebook in its folder")'


def repository():
    """The address of the course's repository, or "": COURSE_REPOSITORY, or what GitHub's workflow or git knows."""
    if "GITHUB_REPOSITORY" in os.environ:
        address = "https://github.com/" + os.environ["GITHUB_REPOSITORY"]
    else:
        command = ["git", "-C", ROOT, "remote", "get-url", "origin"]
        address = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    address = os.environ.get("COURSE_REPOSITORY") or re.sub("^git@([^:]+):", r"https://\1/", address)
    return address.removesuffix(".git") if address.startswith("https://") else ""


def colab(name):
    """The address that opens a lesson's notebook in Colab, which knows GitHub alone."""
    owner = re.fullmatch("https://github.com/(.*)", repository())
    return f"https://colab.research.google.com/github/{owner[1]}/blob/{BRANCH}/notebooks/{name}.ipynb" if owner else ""


def notebook(script):
    """A script as a notebook: a cell that installs the course, the opening words, and the script's cells."""
    lesson = lessons.read(script)
    fetch = FETCH.format(repository()) if repository() else NO_FETCH
    head = [f"# {lesson.title['en']}", f"## {lesson.title['zh']}", lesson.words["en"], lesson.words["zh"]]
    head += ["\n".join(f"- **{name}**: {text}" for name, text in lesson.fields.items()), lesson.more]
    parts = [INSTALL.format(fetch=fetch, name=script.stem), markdown("\n\n".join(filter(None, head)))]
    for text, code in lesson.cells:
        parts += [markdown(text)] * bool(text) + [code]
    text = "".join(part if part.startswith("# %%") else f"# %%\n{part}\n\n" for part in parts)
    made = jupytext.reads(text, fmt="py:percent")
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made.metadata.pop("jupytext", None)
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"  # the same in every build
    return jupytext.writes(made, fmt="ipynb")


def markdown(text):
    return "# %% [markdown]\n" + "".join(f"# {line}\n" for line in text.splitlines()) + "\n"


def write_all(out):
    """`notebooks/` with a notebook beside each script, and notebooks.zip, which is enough to run them."""
    shutil.rmtree(out / "notebooks", ignore_errors=True)
    files = [ROOT / name for name in ("requirements.txt", "pyproject.toml", "README.md", "README.zh-CN.md")]
    files += [
        path for path in sorted((ROOT / "common").rglob("*")) if path.is_file() and "__pycache__" not in path.parts
    ]
    files += sorted((ROOT / "datasets").glob("*.*"))
    with zipfile.ZipFile(out / "notebooks.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, f"course/{path.relative_to(ROOT).as_posix()}")
        for script in lessons.by_name().values():
            target = out / "notebooks" / script.parent.name / f"{script.stem}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(notebook(script), encoding="utf-8")
            shutil.copyfile(script, target.with_suffix(".py"))
            archive.write(target, f"course/{script.parent.name}/{target.name}")
            archive.write(script, f"course/{script.parent.name}/{script.name}")
