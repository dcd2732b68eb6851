"""What a newcomer's terminal shows: scripts as processes of their own."""

import os
import signal
import subprocess
import sys

from common import ROOT

import pytest
import tensorflow as tf
from conftest import run_alone


def test_a_terminal_shows_the_scripts_own_lines_only():
    done = run_alone("class1_basics/p34_gradient_tape.py")
    assert done.stdout.decode().splitlines() == ["tf.Tensor(6.0, shape=(), dtype=float32)"]
    assert done.stderr == b""


def test_from_another_directory_with_an_ascii_locale(tmp_path):
    done = run_alone(ROOT / "class1_basics/p41_argmax.py", cwd=tmp_path, LC_ALL="C")
    assert done.returncode == 0 and done.stderr == b""
    assert "每一列的最大值的索引".encode() in done.stdout  # Python itself chooses UTF-8 there


@pytest.mark.skipif(os.name == "nt", reason="Windows has no head")
@pytest.mark.parametrize("unbuffered", ["1", ""])  # written line by line, or 8,192 bytes at a time and at the end
def test_output_that_is_read_no_further(unbuffered):
    command = f"{sys.executable} class2_optimizers/p34_sgdm.py --epochs 40 | head -1; echo ${{PIPESTATUS[0]}}"
    env = os.environ | {"MPLBACKEND": "agg", "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, capture_output=True)
    assert done.stdout.startswith(b"Epoch 0, loss: ") and done.stderr == b""
    assert unbuffered or done.stdout.endswith(b"\n0\n")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_pipe_that_cannot_carry_chinese(encoding):
    done = run_alone("class1_basics/p43_load_iris.py", PYTHONIOENCODING=encoding)
    assert done.returncode == 0 and done.stderr == b""
    assert b"????" in done.stdout and b"[150 rows x 5 columns]" in done.stdout


@pytest.mark.parametrize(
    "encoding, shown", [("cp936", "+ x ≈ ^2 每 ━"), ("cp437", "+ x ≈ ² ? -"), ("cp1252", "+ x : ² ? -")]
)
def test_a_code_page_has_something_like_each_sign(encoding, shown):
    done = run_alone("-c", "import common; print('✓ ✗ ≈ ² 每 ━', end='')", PYTHONIOENCODING=encoding)
    assert done.stdout.decode(encoding) == shown and done.stderr == b""
    done = run_alone("-c", "import common.quiet, sys; sys.stderr.write('✓ ✗ ≈ ² 每 ━')", PYTHONIOENCODING=encoding)
    assert done.stderr.decode(encoding) == shown


def test_a_process_with_a_stderr_of_its_own_and_none_below():
    code = "import io, os, sys; os.close(2); sys.stderr = io.StringIO(); import common.quiet; print('here')"
    done = run_alone("-c", code)
    assert done.stdout == b"here\n" and done.returncode == 0


def test_errors_and_last_words_still_arrive():
    done = run_alone("-c", "import common.quiet, os; os.write(2, b'F0000 check failed\\n'); os.abort()")
    assert b"F0000 check failed" in done.stderr
    done = run_alone("-c", "import common.quiet; raise ValueError('mine')")
    assert done.stderr.endswith(b"ValueError: mine\n") and done.returncode == 1


def test_another_backend_of_keras_is_not_used():
    code = "import common.quiet, os; print(os.environ['KERAS_BACKEND'])"
    done = run_alone("-c", code, KERAS_BACKEND="torch")
    assert done.stdout.split() == [b"tensorflow"]
    assert done.stderr == b"note: the course runs on TensorFlow, not on KERAS_BACKEND=torch\n"
    for backend in ("tensorflow", ""):  # Keras, too, takes empty for not set
        assert run_alone("-c", code, KERAS_BACKEND=backend).stderr == b""


@pytest.mark.parametrize("error", [MemoryError(), tf.errors.ResourceExhaustedError(None, None, "OOM when …")])
def test_too_little_memory_is_one_line(error, capsys):
    sys.excepthook(type(error), error, None)
    (line,) = capsys.readouterr().err.splitlines()
    assert "out of memory" in line and "try a smaller number" in line


CHATTER = b"""\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795395581.263931    1907 port.cc:153] oneDNN custom operations are on.
2026-01-02 03:04:05.678901: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.
W0000 00:00:1795395581.263931    1907 computation_placer.cc:177] computation placer already registered.
E0000 00:00:1795395581.263931    1907 cuda_dnn.cc:8579] Unable to register cuDNN factory: already registered
E0000 00:00:1 1907 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: UNKNOWN ERROR (303)
"""
WORDS = b"""\
E0000 00:00:1 1907 cuda_platform.cc:52] failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device
W0000 00:00:1 1907 gpu_device.cc:2342] Cannot dlopen some GPU libraries.
F0000 00:00:1 1907 tensor.cc:1] Check failed: out of memory
Illegal instruction
"""


def test_the_relay_keeps_back_chatter_and_nothing_else():
    relay = [sys.executable, "-IS", ROOT / "common/quiet.py"]
    done = subprocess.run(relay, input=CHATTER + WORDS + CHATTER, capture_output=True)
    assert done.stderr.replace(b"\r", b"") == WORDS and done.stdout == b""


def test_whoever_sets_the_log_level_sees_everything():
    code = "import os, common.quiet; os.write(2, b'I0000 00:00:1.5 7 port.cc:1] news\\n')"
    assert run_alone("-c", code).stderr == b""
    assert b"news" in run_alone("-c", code, TF_CPP_MIN_LOG_LEVEL="0").stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals to one process are POSIX")
def test_ctrl_c_reaches_the_script_and_the_relay_goes_with_it():
    code = "import common.quiet, time; print('ready', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)  # returns only when the relay has closed its end, too
    assert err == b"\ninterrupted\n" and process.returncode == -signal.SIGINT


@pytest.mark.skipif(sys.platform == "win32", reason="signals to one process are POSIX")
def test_ctrl_c_in_a_training_says_how_to_go_on(tmp_path):
    command = [sys.executable, "class6_rnn/p15_rnn_onehot_1pre1.py", "--epochs", "100000"]
    env = {**os.environ, "COURSE_CHECKPOINTS": str(tmp_path)}
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert any(b"Epoch 3/" in line for line in iter(process.stdout.readline, b""))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    first, second, *more = err.decode().strip().splitlines()
    assert first == "interrupted" and not more
    assert second.startswith("epochs saved: ") and second.endswith("; run the script again to go on")


@pytest.mark.parametrize("script", ["p05_random_state", "p06_vstack", "p07_mgrid", "network_complexity"])
def test_scripts_without_tensorflow_do_not_import_it(script):
    code = f"import runpy, sys; runpy.run_path('class2_optimizers/{script}.py'); print('tensorflow' in sys.modules)"
    assert run_alone("-c", code).stdout.decode().splitlines()[-1] == "False"


def test_a_bad_flag_is_one_line_before_tensorflow_is_even_used():
    done = run_alone("class1_basics/p45_iris.py", "--epochs", "0")
    assert done.returncode == 2 and done.stdout == b""
    assert done.stderr.decode().splitlines() == [
        "p45_iris: error: --epochs: '0' is not a whole number above 0 (--help lists the flags)"
    ]


def test_compare_in_a_pipe():
    done = run_alone("-m", "common.compare", "class2_optimizers/p06_vstack.py")
    assert done.returncode == 0 and done.stderr == b""
    assert "✎ erratum         [[1, 2, 3]" in done.stdout.decode()
    done = run_alone("-m", "common.compare", "p06_vstack", PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and b"erratum" in done.stdout
