"""Every script: its header, that it answers --help at once, and that it runs."""

import itertools
import re
import runpy
import shutil
import subprocess
import sys

from common import ROOT
from common.compare import in_order

import pytest
from conftest import TRAINED, run_alone

SCRIPTS = sorted(ROOT.glob("class*/*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in SCRIPTS]
TINY = {  # flags with which a script takes seconds
    "class1_basics/p45|class2_optimizers/(p19|p20|p29|p3[2468]|p40|compare)": "--epochs 2",
    "class3_keras_six_steps/p(08|11)": "--epochs 1",
    "class3_keras_six_steps/p13|class4_extensions/p11|class5_cnn/p24": "--offline --limit 64",
    "class3_keras_six_steps/p1[45]|class4_extensions/(p04|p13|p16|p19|p23|digit)": "--offline --limit 64 --epochs 1",
    "class4_extensions/p08": "--folder {folder}/digits --epochs 1",
    "class4_extensions/p28": "one of the {folder}/digits",
    "class5_cnn/(p27|p31|p34|p36|p40|p46|beyond)": "--offline --limit 64 --epochs 1",  # in a process of their own
    "class5_cnn/compare_networks": "--networks LeNet5 --offline --limit 64 --epochs 1",
    "class5_cnn/compare_batch": "--offline --limit 64 --batch-size 32 --epochs 1",
    r"class6_rnn/p[123]\d_rnn_(one|emb)": "--epochs 1",
    "class6_rnn/p.*stock": "--offline --batch-size 1024 --epochs 1",
    "class6_rnn/compare": "--offline --batch-size 1024 --epochs 1 --seeds 1",
}
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", SCRIPTS, ids=NAMES)
def test_header(path):
    head, *opening = path.read_text(encoding="utf-8").split('"""')[1].strip().split("\n\n")
    number = next(number for number, part in enumerate(opening) if part.startswith(":Notes:"))
    opening, fields = opening[:number], opening[number]
    assert 1 <= len(opening) <= 2
    title, line = head.split("\n")
    assert len(line) == len(title) and set(line) == {"="}
    assert CHINESE.search(opening[0]) and "\n" not in opening[0]
    for words in opening[1:2]:  # what happens, why, what to look at: in English, then in Chinese
        english = list(itertools.takewhile(lambda line: not CHINESE.search(line), words.split("\n")))
        chinese = words.split("\n")[len(english) :]
        assert english and chinese and all(map(CHINESE.search, chinese))
    found = dict(re.match(r":(\w+): (.+)", field).groups() for field in fields.split("\n") if field.startswith(":"))
    assert list(found) == ["Notes", "Data", "Expect", "Time"]
    assert re.match(r"[\d.]+ s", found["Time"])


@pytest.mark.parametrize("path", [path for path in SCRIPTS if path.parent.name[:6] >= "class3"], ids=lambda p: p.stem)
def test_a_script_makes_the_calls_of_keras_itself(path):
    """Where it compiles a model it also fits it, and sums it up at the end, for everybody to see."""
    code = path.read_text(encoding="utf-8")
    if "model.compile(" in code:
        assert code.index("model.compile(") < code.index("model.fit(") < code.index("model.summary()")
        assert len(code.split('"""')[1].strip().split("\n\n")) >= 4  # and has its opening words


def test_helpers_make_none_of_them():
    calls = re.compile(r"\b(model|network)\.(compile|fit|summary|load_weights|predict|evaluate)\(")
    for helper in (ROOT / "common").rglob("*.py"):
        assert not calls.search(helper.read_text(encoding="utf-8")), helper


@pytest.mark.parametrize("path", SCRIPTS, ids=NAMES)
def test_style(path):
    code = path.read_text(encoding="utf-8")
    assert "def main" not in code and "__main__" not in code
    imports = re.findall(r"^(?:import|from) (\w+(?:\.quiet)?)", code, re.MULTILINE)
    assert not any(name.startswith("class") for name in imports)
    if "tensorflow" in imports or "keras" in imports:
        assert imports.index("common.quiet") < min(
            i for i, name in enumerate(imports) if name in ("tensorflow", "keras")
        )
    elif "common.quiet" in imports:  # because of a helper that imports Keras
        assert "checkpoints" in code


def test_readme_lists_every_script_once_in_both_languages():
    assert sorted(in_order()) == SCRIPTS
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        assert sorted(re.findall(r"\]\((class\d_\w+/\w+\.py)\)", text)) == NAMES, readme


def tiny(name, folder):
    return next((flags for names, flags in TINY.items() if re.match(names, name)), "").format(folder=folder)


def in_this_process(run_script, kept):
    """`subprocess.run` for the scripts that run others: in this process, and each but once, whatever its flags."""

    def run(command, env):
        _, script, *flags = command
        left = kept / script.stem  # among its checkpoints
        if not left.exists():
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("COURSE_CHECKPOINTS", str(left))
                run_script(script, *flags)
        shutil.copytree(left, env["COURSE_CHECKPOINTS"], dirs_exist_ok=True)
        return subprocess.CompletedProcess(command, 0)

    return run


@pytest.mark.parametrize(
    "path",  # but for the networks of CIFAR-10, which train in test_networks.py
    [path for path in SCRIPTS if path.stem not in TRAINED],
    ids=lambda path: path.stem,
)
def test_runs(path, request, run_script, tmp_path, monkeypatch):
    """Every script to its end, with a few samples and steps: that nothing is amiss, not that it learns."""
    name = path.relative_to(ROOT).as_posix()
    if "stock" not in name:  # whose networks take sixty steps for each prediction
        request.getfixturevalue("eagerly")
    flags = tiny(name, tmp_path)
    if "digits" in flags:
        run_script("datasets/make_digits.py", "64", "--offline", "--folder", str(tmp_path / "digits"))
    if "p28" in name:
        run_script("class4_extensions/p16_checkpoint.py", "--offline", "--epochs", "1")
        flags = str(next(tmp_path.rglob("*.jpg")))
    monkeypatch.setattr(subprocess, "run", in_this_process(run_script, tmp_path / "kept"))
    output = run_script(name, *flags.split())
    sizes = [figure.stat().st_size for figure in run_script.figures]
    assert output and all(size > 5000 for size in sizes)
    assert bool(sizes) == ("figures." in path.read_text(encoding="utf-8"))


def run_by_itself(folder, *command):
    """What a command prints, run in a folder that also takes its checkpoints."""
    done = run_alone(*command, cwd=folder, LC_ALL="C", COURSE_CHECKPOINTS=str(folder / "checkpoints"))
    assert done.returncode == 0 and b"Traceback" not in done.stderr, done.stderr[-500:]
    return done.stdout.decode()


def prepared(path, folder):
    """The flags with which a script takes seconds, when all that has to run before it has run."""
    flags = tiny(path.relative_to(ROOT).as_posix(), folder)
    if "digits" in flags:
        run_by_itself(folder, ROOT / "datasets/make_digits.py", "64", "--offline", "--folder", "digits")
    if path.stem == "p28_digit_app":
        run_by_itself(folder, path.with_name("p16_checkpoint.py"), "--offline", "--epochs", "1")
        return [str(next(folder.rglob("*.jpg")))]
    return flags.split()


@pytest.mark.slow
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_runs_from_another_directory_through_a_pipe_with_an_ascii_locale(path, tmp_path):
    assert run_by_itself(tmp_path, path, *prepared(path, tmp_path)).strip()
    assert {made.name for made in tmp_path.iterdir()} <= {"checkpoints", "digits"}  # outputs/ is the repository's


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_answers_help_and_refuses_what_it_does_not_know(path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", [str(path), "--help"])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_path(str(path))
    assert path.read_text(encoding="utf-8").split('"""')[1].strip() in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", [str(path), "--nonsense"])
    with pytest.raises(SystemExit, match="2"):
        runpy.run_path(str(path))
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1 and "--nonsense" in err


FLAGS_FIRST = """
import contextlib, io, runpy, sys
for script in sys.argv[1:]:
    for flag in ("--help", "--nonsense"):
        sys.argv = [script, flag]
        with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(script) if script.endswith(".py") else runpy.run_module(script, run_name="__main__")
    slow = {"tensorflow", "keras", "matplotlib", "sklearn", "pandas", "scipy"} & set(sys.modules)
    if slow:
        sys.exit(f"{script} --help imports {slow}")
"""


def test_help_and_wrong_flags_are_answered_before_anything_that_takes_seconds_is_imported():
    programs = [*map(str, SCRIPTS), "common.compare", "common.datasets"]
    done = subprocess.run([sys.executable, "-c", FLAGS_FIRST, *programs], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stderr.count(b"--nonsense") == len(programs)
