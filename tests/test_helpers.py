"""Data sets and figures."""

from common import datasets, figures

import matplotlib.pyplot as plt
import numpy as np
import pytest
from conftest import run_alone
from sklearn.datasets import load_iris


def test_iris_is_split_as_the_notes_split_it():
    (x_train, y_train), (x_test, y_test) = datasets.iris()
    x, y = load_iris(return_X_y=True)
    np.random.seed(116)
    np.random.shuffle(x)
    np.random.seed(116)
    np.random.shuffle(y)
    np.testing.assert_array_equal(np.vstack((x_train, x_test)), x.astype("float32"))
    np.testing.assert_array_equal(np.hstack((y_train, y_test)), y)
    assert (x_train.shape, x_test.shape, x_train.dtype, y_train.dtype) == ((120, 4), (30, 4), "float32", "int64")


def test_iris_unshuffled():
    (_, y_train), (_, y_test) = datasets.iris(shuffle=False)
    assert set(y_test) == {2} and (np.diff(y_train) >= 0).all()


def test_dots():
    x, y = datasets.dots()
    assert (x.shape, y.shape, x.dtype, y.dtype) == ((300, 2), (300, 1), "float32", "float32")
    np.testing.assert_array_equal(y[:, 0], (x**2).sum(axis=1) < 2)
    np.testing.assert_allclose(x, np.random.RandomState(2).randn(300, 2), atol=1e-6)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"x1,x2,y_c\n0.1,0.2,1\n0.3,n/a,0\n", "dot.csv, row 3: '0.3,n/a,0' is not two numbers and a 0 or 1"),
        (b"x1,x2,y_c\n0.1,0.2\n", "row 2: '0.1,0.2' is not"),
        (b"x1,x2,y_c\n0.1,nan,1\n", "row 2: '0.1,nan,1' is not"),
        (b"x1,x2,y_c\n0.1,0.2,7\n", "row 2: '0.1,0.2,7' is not"),
        (b"x1,x2,y_c\n", "row 2: '' is not"),
        (b"a,b\n1,2\n", "row 1: 'a,b' where x1,x2,y_c should stand"),
        (b"", "row 1: '' where x1,x2,y_c should stand"),
        (b"\xff\xfe\x00\x01", "cannot read"),
        (None, "cannot read"),
    ],
)
def test_a_damaged_dot_csv_is_named(monkeypatch, tmp_path, capsys, content, message):
    monkeypatch.setattr(datasets, "ROOT", tmp_path)
    (tmp_path / "datasets").mkdir()
    if content is not None:
        (tmp_path / "datasets/dot.csv").write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        datasets.dots()
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert message in err and "make_dots.py" in err and err.count("\n") == 1


def test_a_figure_is_saved_and_its_path_printed_once(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("common.OUTPUTS", tmp_path / "outputs")
    monkeypatch.setattr("common.script_name", lambda: "lesson")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("a window was opened where nobody can close it"))
    figures.curves("loss", {"Loss": [3, 2, 1]}, title="Loss", ylabel="Loss")
    assert capsys.readouterr().out.replace("\\", "/") == "figure: outputs/lesson/loss.png\n"
    assert (tmp_path / "outputs/lesson/loss.png").stat().st_size > 5000
    assert not plt.get_fignums()


def test_a_figure_that_cannot_be_saved(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("common.OUTPUTS", tmp_path / "outputs")
    (tmp_path / "outputs").write_text("a file where the folder should be")
    plt.plot([1, 2])
    with pytest.raises(SystemExit) as ended:
        figures.show("loss")
    plt.close()
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert "cannot make the folder" in err and err.count("\n") == 1


def test_outputs_of_ones_own(tmp_path):
    done = run_alone("class4_extensions/p21_subplots.py", COURSE_OUTPUTS=str(tmp_path / "mine"))
    assert done.returncode == 0 and [path.name for path in (tmp_path / "mine/p21_subplots").iterdir()] == [
        "subplots.png"
    ]
