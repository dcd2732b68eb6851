"""The site: a script becomes a page and a notebook; what must not be published fails the build."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace

from common import ROOT
from common.compare import seconds

import pytest

NEEDED = ("sphinx", "furo", "myst_parser", "jupytext", "nbclient", "ipykernel")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f'no {", ".join(MISSING)}: pip install -e ".[site]"')
SCRIPTS = sorted(ROOT.glob("class*/*.py"))
P31 = ROOT / "class1_basics" / "p31_matmul.py"


@pytest.fixture(scope="module")
def site():
    """The modules of site/."""
    sys.path.insert(0, str(ROOT / "site"))
    import lessons
    import notebooks
    import pages
    import runs

    sys.path.remove(str(ROOT / "site"))
    return SimpleNamespace(lessons=lessons, notebooks=notebooks, pages=pages, runs=runs)


@pytest.fixture
def made(site, monkeypatch, tmp_path):
    """Pretends that p31_matmul printed this text, and failed so; returns the problems."""
    monkeypatch.setattr(site.runs, "RUNS", tmp_path)

    def problems(text, failure=""):
        folder = tmp_path / P31.stem
        folder.mkdir(exist_ok=True)
        (folder / "output.txt").write_text(text, encoding="utf-8")
        site.runs.save(folder, {"failure": failure, "stand_in": "", "figures": [], "commands": ["python p31"]})
        return list(site.pages.problems_of_scripts([P31]))

    return problems


@pytest.mark.parametrize(
    "language, first, second", [("en", "Matrix product", "矩阵乘"), ("zh", "矩阵乘", "Matrix product")]
)
def test_a_page_begins_with_its_language_and_has_the_other(site, language, first, second):
    text = site.pages.page(P31, language)
    assert text.startswith(first) and second in text
    assert "Rows times columns" in text and "行乘列" in text
    code = "\n".join(line[3:] for line in text.split(".. code-block:: python\n")[1].splitlines() if line[:3] == "   ")
    compile(code, "page", "exec")
    assert "tf.matmul(a, b)" in code and "Rows times" not in code


def test_links_lead_to_pages_in_the_same_language(site):
    for language, end, other in (
        ("en", "", ("中文", "zh/ERRATA.zh-CN.html")),
        ("zh", ".zh-CN", ("English", "../ERRATA.html")),
    ):
        app = SimpleNamespace(config=SimpleNamespace(course_language=language, root_doc=f"README{end}"))
        source = [
            "# Page\n\n[English](README.md)\n\n[a](ERRATA.md) [b](../MIGRATION.zh-CN.md) [c](datasets/README.md)\n"
        ]
        site.pages.add_contents(app, "a/page", source)
        links = f"[a](ERRATA{end}.md) [b](../MIGRATION{end}.md) [c](datasets/README{end}.md)"
        assert source[0].split() == ["#", "Page", *links.split()]
        context = {"pathto": lambda name, resource: name}
        site.pages.other_language(app, f"ERRATA{end}", None, context, None)
        assert other in context["languages"]


def test_chinese_pages_say_in_chinese_what_a_script_needs(site):
    pages = {script.stem: site.pages.page(script, "zh") for script in SCRIPTS}
    data = {stem: re.search("^:数据: (.*)$", page, re.MULTILINE)[1] for stem, page in pages.items()}
    english = {stem: text for stem, text in data.items() if not site.lessons.CHINESE.search(text)}
    assert {*english.values()} == {"MNIST", "CIFAR-10"}, english


def test_the_cells_of_a_script_are_the_whole_script(site):
    for script in SCRIPTS:
        lesson = site.lessons.read(script)
        assert lesson.title["en"].isascii() or not site.lessons.CHINESE.search(lesson.title["en"])
        assert site.lessons.CHINESE.search(lesson.title["zh"])
        code = "\n".join(code for _, code in lesson.cells)
        assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(script.read_text(encoding="utf-8").split('"""', 2)[2]))


def test_every_script_is_in_a_chapter_of_both_readmes(site):
    for language in ("en", "zh"):
        named = [name for _, rows in site.lessons.chapters(language).values() for name in rows]
        assert sorted(named) == [f"{script.parent.name}/{script.stem}" for script in SCRIPTS]


def test_a_notebook_installs_the_course_then_holds_the_script(site):
    cells = json.loads(site.notebooks.notebook(P31))["cells"]
    first, words, code = ["".join(cell["source"]) for cell in cells]
    assert [cell["cell_type"] for cell in cells] == ["code", "markdown", "code"]
    assert "%pip install" in first and "# Matrix product" in words and "矩阵乘" in words
    assert code.strip() == site.lessons.read(P31).body.strip()


@pytest.mark.parametrize(
    "address, known",
    [("https://github.com/a/b", "https://github.com/a/b"), ("x", ""), ("https://host/b.git", "https://host/b")],
)
def test_the_address_of_the_repository_is_a_setting(site, monkeypatch, address, known):
    monkeypatch.setenv("COURSE_REPOSITORY", address)
    assert site.notebooks.repository() == known
    first = "".join(json.loads(site.notebooks.notebook(P31))["cells"][0]["source"])
    assert (f"git clone -q --depth 1 {known} course" in first) == bool(known)
    assert bool(site.notebooks.colab("class1_basics/p31_matmul")) == ("github" in known)


def test_a_right_output_has_no_problem_and_a_wrong_one_has(made):
    right = (ROOT / "class1_basics/expected/p31_matmul.txt").read_text(encoding="utf-8")
    assert made(right) == []
    (problem,) = made(right.replace("6. 6. 6.", "6. 6. 7.", 1))
    assert "✗" in problem and "6. 6. 7." in problem
    assert "p31_matmul : no output" in made("")[0]
    assert any("ValueError: no" in problem for problem in made(right, "ValueError: no"))


def test_a_page_whose_script_was_not_run_is_a_problem(site, monkeypatch, tmp_path):
    monkeypatch.setattr(site.runs, "RUNS", tmp_path)
    assert list(site.pages.problems_of_scripts([P31])) == ["p31_matmul: no output"]


def test_what_the_build_does_not_run_is_recorded(site):
    long = {script.stem for script in SCRIPTS if site.runs.seconds(script) > site.runs.LONGEST}
    assert long <= {folder.name for folder in site.runs.RECORDED.iterdir()}


def test_a_page_of_a_long_training_without_a_record_is_a_problem(site, monkeypatch, tmp_path):
    monkeypatch.setattr(site.runs, "RECORDED", tmp_path)
    problems = list(site.pages.problems_of_scripts([ROOT / "class5_cnn" / "p46_cifar10_resnet18.py"]))
    assert problems == ["p46_cifar10_resnet18: no output; site/runs.py records one"]


def test_recorded_runs_differ_from_the_notes_in_no_line(site):
    scripts = [script for script in SCRIPTS if (site.runs.RECORDED / script.stem).exists()]
    assert scripts and not list(site.pages.problems_of_scripts(scripts))
    for script in scripts:
        assert {"machine", "date", "seed"} <= {*site.runs.load(script).about}


@pytest.mark.parametrize(
    "text, problem",
    [
        ('<a href="b.html#there">', ""),
        ('<a href="b.html#nowhere">', "broken link b.html#nowhere"),
        ('<a href="c.html">', "broken link c.html"),
        ('<img src="c.png">', "broken link c.png"),
        ('<a href="https://keras.io">', ""),
        ('<script src="https://host/a.js">', "https://host/a.js would be fetched from another host"),
    ],
)
def test_broken_links_and_other_hosts(site, tmp_path, text, problem):
    (tmp_path / "a.html").write_text(text)
    (tmp_path / "b.html").write_text('<p id="there">')
    assert list(site.pages.problems_of_links(tmp_path)) == ([f"a.html: {problem}"] if problem else [])


def test_a_progress_bar_is_kept_as_it_ended(site):
    assert site.runs.readable("a\n\x1b[1m1/2\x1b[0m loss: 2\b\b\b\b\n2/2 loss: 1\nb\rc\n") == "a\n2/2 loss: 1\nc\n"


def test_a_script_is_run_once_and_again_when_it_changes(site, monkeypatch, tmp_path):
    folder = tmp_path / "class1_basics"
    folder.mkdir()
    script = folder / "p01_lesson.py"
    script.write_text('""":Data: none\n:Time: 1 s\n"""\nprint("one")\n')
    for name, place in (("RUNS", tmp_path / "runs"), ("ROOT", tmp_path)):
        monkeypatch.setattr(site.runs, name, place)
    monkeypatch.setattr(site.runs, "Runner", Alone)
    ran = []
    for _ in range(2):
        site.runs.run_all([script], ran.append)
    assert ran == ["p01_lesson"] and site.runs.load(script).output == "one\n"
    script.write_text(script.read_text().replace("one", "two"))
    site.runs.run_all([script], ran.append)
    assert ran == ["p01_lesson"] * 2 and site.runs.load(script).output == "two\n"


def test_the_figures_of_a_run_are_its_own_not_those_of_a_script_that_it_runs(site, monkeypatch, tmp_path):
    folder = tmp_path / "compare_two"
    folder.mkdir()
    (folder / "both.png").write_bytes(b"both")
    script = tmp_path / "compare_two.py"
    script.write_text(
        '""":Data: none\n"""\nfor name in ("p40/training", "compare_two/both"):\n    print(f"figure: {name}.png")'
    )
    for name in ("OUTPUTS", "ROOT"):
        monkeypatch.setattr(site.runs, name, tmp_path)
    made = site.runs.run(script, [], tmp_path / "run")
    assert [figure.read_bytes() for figure in made.figures] == [b"both"] and not made.about["failure"]


def test_a_recorded_run_is_of_the_same_program_when_only_words_about_it_change(site, tmp_path):
    def program(code):
        (tmp_path / "p01.py").write_text(code, encoding="utf-8")
        return site.runs.program(tmp_path / "p01.py")

    one = program('"""A lesson\n\n:Expect: 1\n"""\n\n# %% first\nif 1:\n    print(1)  # one\n')
    assert one == program(
        '"""The lesson\n\n:Expect: the 1\n"""\n\n# %% at first\n# the one\nif 1:\n    # which is\n    print(1)\n'
    )
    assert one != program('"""A lesson\n\n:Expect: 1\n"""\n\n# %% first\nif 1:\n    print(2)  # one\n')


def test_a_run_is_recorded_with_where_and_when_and_a_failed_one_is_not(site, monkeypatch, tmp_path, capsys):
    script = tmp_path / "class1_basics" / "p01_lesson.py"
    script.parent.mkdir()
    script.write_text('""":Data: none\n:Time: 900 s\n"""\nopt = dict(seed=5)\nprint("one")\n')
    for name, place in (("RUNS", tmp_path / "runs"), ("RECORDED", tmp_path / "recorded"), ("ROOT", tmp_path)):
        monkeypatch.setattr(site.runs, name, place)
    site.runs.record(script)
    kept = site.runs.load(script)
    assert kept.folder == tmp_path / "recorded" / "p01_lesson" and kept.output == "one\n"
    assert kept.about["seed"] == "5" and "tensorflow" in kept.about["machine"] and kept.about["date"]
    script.write_text(script.read_text() + "raise SystemExit('no more')\n")
    with pytest.raises(SystemExit):
        site.runs.record(script)
    assert "p01_lesson is not recorded: no more" in capsys.readouterr().err
    assert site.runs.load(script).output == "one\n"


class Alone:
    """A Runner that needs no TensorFlow."""

    def __init__(self, at_once):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def start(self, *arguments):
        from common.compare.runner import alone

        return alone(*arguments)


def test_the_theme_speaks_chinese(tmp_path):
    from sphinx.application import Sphinx

    (tmp_path / "index.rst").write_text("title\n=====\n")
    settings = {"language": "zh_CN", "locale_dirs": [str(ROOT / "site" / "locale")]}
    app = Sphinx(tmp_path, None, tmp_path / "out", tmp_path / "trees", "html", settings, status=None)
    for words, chinese in (("On this page", "本页内容"), ("Next", "下一页"), ("Search", "搜索")):
        assert app.translator.gettext(words) == chinese


def with_numbers_changed(code, flags):
    """A notebook's cell whose `options(…)` has other values, as a learner writes them there, in place of flags."""
    tree = ast.parse(code)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "options"]
    for keyword in calls[0].keywords if calls else ():
        flag = "--" + (keyword.arg or "").replace("_", "-")
        if flag in flags:
            value = (flags[flags.index(flag) + 1 :] or ["--"])[0]
            value = True if value.startswith("--") else int(value) if value.isdigit() else value
            keyword.value = ast.Constant(value)
        elif keyword.arg == "pictures":
            keyword.value = ast.Constant(flags)
    return ast.unparse(tree) if calls else code


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(site, script, tmp_path, monkeypatch):
    """In Jupyter, the fast ones as they are, the others with what makes them take seconds."""
    import nbclient
    import nbformat
    from test_scripts import prepared

    monkeypatch.setenv("COURSE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    notebook = nbformat.reads(site.notebooks.notebook(script), as_version=4)
    if script.stem in site.runs.FLAGS or seconds(script) > 10:
        flags = prepared(script, tmp_path)
        for cell in notebook.cells[1:]:
            if cell.cell_type == "code":
                cell.source = with_numbers_changed(cell.source, flags)
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(ROOT)}}).execute()
    assert any(cell.get("outputs") for cell in notebook.cells)
    assert "notebook/" not in str(notebook.cells)  # figures and checkpoints are under its own name


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this copy of the course is no repository")
def test_a_notebook_that_lies_alone_fetches_the_course(site, tmp_path, monkeypatch):
    """As in Colab: into an empty folder, from the address that it was made with."""
    import nbclient
    import nbformat

    for number, (name, value) in enumerate(
        [(f"url.{ROOT.as_uri()}.insteadOf", "https://host/course"), ("safe.directory", "*")]
    ):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", name)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    monkeypatch.setenv("COURSE_REPOSITORY", "https://host/course")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    notebook = nbformat.reads(site.notebooks.notebook(ROOT / "class4_extensions" / "p21_subplots.py"), as_version=4)
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert list((tmp_path / "course" / "outputs" / "p21_subplots").glob("*.png"))


@pytest.mark.slow
def test_the_whole_site_is_built_and_needs_no_network(tmp_path):
    command = [sys.executable, "-m", "sphinx", "-q", "-c", "site", ".", str(tmp_path)]
    env = {key: value for key, value in os.environ.items() if key not in ("COURSE_DATA", "COURSE_CHECKPOINTS")}
    built = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert built.returncode == 0 and not built.stderr, built.stderr
    for language in ("", "zh/"):
        for script in SCRIPTS:
            assert (tmp_path / language / script.parent.name / f"{script.stem}.html").exists()
