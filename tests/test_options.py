"""Flags of the scripts: their values, and one line for what is wrong with them."""

import sys

from common.options import CHOICES, options

import pytest


def parse(monkeypatch, *flags, **defaults):
    monkeypatch.setattr(sys, "argv", [__file__, *flags])
    return vars(options("A lesson\n\nwith 100 % of its text.", **defaults))


KNOBS = dict(epochs=5, learning_rate=0.1, shuffle=True, compiled=False, layers=(3, 4, 2), seed=0, predict="a")


def test_defaults(monkeypatch):
    assert parse(monkeypatch, **KNOBS) == KNOBS


def test_values(monkeypatch):
    flags = "--epochs 7 --learning-rate 1e-3 --no-shuffle --compiled --layers 784,10 --seed 0 --predict abcd"
    assert parse(monkeypatch, *flags.split(), **KNOBS) == dict(
        epochs=7, learning_rate=1e-3, shuffle=False, compiled=True, layers=(784, 10), seed=0, predict="abcd"
    )


@pytest.mark.parametrize(
    "name", "alpha beta beta1 beta2 cost decay epsilon limit momentum profit rate regularizer seed".split()
)
def test_what_may_be_0_where_the_formula_allows_it(name, monkeypatch, capsys):
    default = 7 if name in ("limit", "seed") else 0.7
    assert parse(monkeypatch, f"--{name}", "0", **{name: default}) == {name: 0}
    with pytest.raises(SystemExit):
        parse(monkeypatch, f"--{name}=-1", **{name: default})
    assert f"--{name}: '-1' is not a" in capsys.readouterr().err


@pytest.mark.parametrize("name", "beta beta1 beta2 momentum rate".split())
def test_what_has_to_be_below_1(name, monkeypatch, capsys):
    for text in ("1", "1.5"):
        with pytest.raises(SystemExit):
            parse(monkeypatch, f"--{name}", text, **{name: 0.9})
        assert f"--{name}: {text!r} is not a number from 0 to below 1 (--help" in capsys.readouterr().err
    assert parse(monkeypatch, f"--{name}", "0.9999", **{name: 0.9}) == {name: 0.9999}


@pytest.mark.parametrize("name, value", [("precision", "float16"), ("strategy", "two"), ("target", "prices")])
def test_one_of_a_few_words(name, value, monkeypatch, capsys):
    with pytest.raises(SystemExit):
        parse(monkeypatch, f"--{name}", value, **{name: CHOICES[name][0]})
    (line,) = capsys.readouterr().err.splitlines()
    assert f"--{name}: invalid choice: {value!r}" in line and all(choice in line for choice in CHOICES[name])
    assert parse(monkeypatch, f"--{name}", CHOICES[name][1], **{name: CHOICES[name][0]}) == {name: CHOICES[name][1]}


@pytest.mark.parametrize(
    "flags, message",
    [
        ("--epochs 0", "--epochs: '0' is not a whole number above 0"),
        ("--epochs x", "--epochs: 'x' is not a whole number above 0"),
        ("--epochs 1.5", "--epochs: '1.5' is not a whole number above 0"),
        ("--epochs -3", "--epochs: '-3' is not a whole number above 0"),
        ("--epochs 99999999999999999999", "is not a whole number above 0"),
        ("--epochs", "expected one argument"),
        ("--learning-rate nan", "--learning-rate: 'nan' is not a number above 0"),
        ("--learning-rate inf", "--learning-rate: 'inf' is not a number above 0"),
        ("--learning-rate 0", "--learning-rate: '0' is not a number above 0"),
        ("--layers 3,,2", "--layers: '' is not a whole number above 0"),
        ("--seed -1", "--seed: '-1' is not a whole number from 0"),
        ("--epoch 3", "unrecognized arguments: --epoch 3"),
        ("7", "unrecognized arguments: 7"),
    ],
)
def test_bad_flags_end_with_one_line(monkeypatch, capsys, flags, message):
    with pytest.raises(SystemExit) as ended:
        parse(monkeypatch, *flags.split(), **KNOBS)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    assert message in err and err.endswith("(--help lists the flags)\n")


def test_help_shows_the_docstring_and_the_defaults(monkeypatch, capsys):
    with pytest.raises(SystemExit) as ended:
        parse(monkeypatch, "--help", **KNOBS)
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert "with 100 % of its text." in out
    assert "--learning-rate LEARNING-RATE" in out and "(default: 3,4,2)" in out and "--no-shuffle" in out


def test_in_a_notebook_the_kernels_arguments_are_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/site-packages/ipykernel_launcher.py", "-f", "kernel-1.json"])
    assert vars(options(None, epochs=5)) == {"epochs": 5}
