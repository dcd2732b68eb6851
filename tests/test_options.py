"""Flags of the scripts: their values, and one line for what is wrong with them."""

import sys

from common.options import options

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


def test_a_seed_may_be_0_whatever_its_default(monkeypatch):
    assert parse(monkeypatch, "--seed", "0", seed=7) == dict(seed=0)


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
