"""Scripts run by a process that has imported TensorFlow: as in a process of their own, and none disturbs another."""

import os
import signal
import sys
import time

from common import ROOT
from common.compare import __main__ as command
from common.compare import in_order, runner, seconds, verdicts

import pytest

WARM = runner.WARM


def cold(folder):
    """A warm.py that imports nothing."""
    code = WARM.read_text(encoding="utf-8")
    assert "\nimport_all()\n" in code
    path = folder / "warm.py"
    path.write_text(code.replace("\nimport_all()\n", "\n"), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=[True, False], ids=["fork", "spare"])
def warm(request, tmp_path_factory):
    """A Runner of either kind, which for these tests imports nothing."""
    if request.param and not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "WARM", cold(tmp_path_factory.mktemp("runner")))
        with runner.Runner(request.param) as started:
            yield started


@pytest.fixture
def script(tmp_path):
    def write(code):
        path = tmp_path / "script.py"
        path.write_text(code, encoding="utf-8")
        return path

    return write


ALIKE = """
import atexit, os, sys
print(__name__, __file__ == sys.argv[0], sys.argv[1:], sys.path[0], sys.stdin.read(), os.environ["COLOUR"], 每)
import __main__
assert __main__.__dict__ is globals() and "signal" not in globals()
os.system("echo of a child")
atexit.register(print, "at the end")
print("last words", file=sys.stderr)
sys.exit(3)
"""


def test_a_script_finds_what_it_finds_in_a_process_of_its_own(warm, script):
    path = script("每 = '每'" + ALIKE)
    job = [path, ["--epochs", "3"], {"COLOUR": "red"}]
    ours = warm.start(*job).wait()
    assert ours == runner.alone(*job).wait()
    assert f"__main__ True ['--epochs', '3'] {path.parent}  red 每\n" in ours[0] and ours[0].endswith("at the end\n")
    assert ours[1:] == ("last words\n", 3)


def test_scripts_of_the_course_print_the_same():
    with runner.Runner() as started:
        for name, *flags in (
            ["class1_basics/p13_backpropagation", "--epochs", "3"],
            ["class2_optimizers/p05_random_state"],
            ["class2_optimizers/p05_random_state", "--nonsense"],
        ):
            job = ROOT / f"{name}.py", flags
            assert started.start(*job).wait() == runner.alone(*job).wait()


@pytest.mark.parametrize(
    "code, status, error",
    [
        ("raise ValueError('no more')", 1, "ValueError: no more"),
        ("import", 1, "SyntaxError"),
        ("import os; os.abort()", -signal.SIGABRT, ""),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -9, ""),
        ("import os; os._exit(7)", 7, ""),
        ("while True: pass", None, ""),
        ("import time; print('now', flush=True); time.sleep(600)", None, ""),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that end a process")
def test_one_that_fails_hangs_or_dies_costs_no_other(warm, script, code, status, error):
    out, err, ended = warm.start(script(code)).wait(timeout=1)
    assert ended == status and error in err and ("now" in code) == out.startswith("now")
    assert warm.start(script("print(1)")).wait() == ("1\n", "", 0)


def test_a_warm_process_that_died_is_replaced(warm, script):
    warm.warm.kill()
    warm.warm.wait()
    assert warm.start(script("print(1)")).wait() == ("1\n", "", 0)


def test_a_job_can_be_looked_at_and_ended(warm, script):
    job = warm.start(script("import time; time.sleep(600)"))
    assert not job.ended() and job.status is None
    job.kill()
    assert job.ended() and job.status


@pytest.mark.parametrize("forks", [True, False])
def test_a_runner_that_is_left_ends_its_script(forks, script, tmp_path, monkeypatch):
    if forks and not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    monkeypatch.setattr(runner, "WARM", cold(tmp_path))
    with runner.Runner(forks) as started:
        job = started.start(script("import time\nwhile True:\n    print(0, flush=True)\n    time.sleep(0.01)"))
        while not (os.path.exists(job.files[0]) and os.path.getsize(job.files[0])):
            assert not job.ended(0.1)
    printed, deadline = [-1, os.path.getsize(job.files[0])], time.monotonic() + 20
    while printed[-1] > printed[-2] and time.monotonic() < deadline:
        time.sleep(0.5)
        printed.append(os.path.getsize(job.files[0]))
    assert printed[-1] == printed[-2]


def test_the_reason_is_the_error_and_not_what_a_checkpoint_says_at_the_end():
    stderr = (
        "Traceback (most recent call last):\nValueError: of shape 3\nepochs saved: 0; run the script again to go on\n"
    )
    assert runner.failure(stderr, 1, 60) == "ValueError: of shape 3"
    assert runner.failure("epochs saved: 0; run the script again to go on\n", -9, 60) == "exit status -9"


def test_a_script_that_never_ends_is_a_difference(tmp_path, monkeypatch):
    path = tmp_path / "p01.py"
    path.write_text('"""x\n\n:Time: 1 s\n"""\nprint(1, flush=True)\nwhile True: pass')
    monkeypatch.setattr(command, "seconds", lambda script: -5.9)
    assert command.run(path, []) == ("1\n", "still running after 1 s", False)


@pytest.mark.slow
def test_compare_gives_the_same_verdicts_either_way():
    with runner.Runner() as started:
        for script in in_order():
            if seconds(script) <= 10:
                for case in verdicts.cases(script):
                    results = [command.run(script, case.flags, start) for start in (runner.alone, started.start)]
                    judged = [
                        [row.verdict for row in verdicts.compare(case, out, (), stand)] for out, _, stand in results
                    ]
                    assert judged[0] == judged[1], case
                    assert results[0][1:] == results[1][1:], case


def test_wrong_use_of_the_command_starts_no_process(monkeypatch):
    monkeypatch.setattr(runner.subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    monkeypatch.setattr(sys, "argv", ["compare"])
    with pytest.raises(SystemExit):
        command.main(["p99_nothing", "--all"])


def test_runners_share_the_cores(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(runner.Runner, "warm_up", lambda self: None)
    assert runner.Runner().env == {}
    assert runner.Runner(at_once=4).env == {"TF_NUM_INTRAOP_THREADS": "2"}
    assert runner.Runner(at_once=16).env == {"TF_NUM_INTRAOP_THREADS": "1"}
