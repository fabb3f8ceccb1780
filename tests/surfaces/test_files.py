"""Files that other programs read, or that stood there before."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import optuna
import pandas as pd
import pytest

from optuna_guide import export_guidance
from optuna_guide.surfaces import cli
from optuna_guide.surfaces.export.files import to_csv, write_whole

FORMULAS = ["=1+2", "@SUM(A1)", "+cmd|' /C calc'!A0", "-1+A1", "\t=1", "\r=1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula(cell):
    frame = pd.DataFrame({cell: [cell, "plain", None], "n": [-1.5, 2.0, None]})
    (header, *rows) = csv.reader(io.StringIO(to_csv(frame)))
    shown = cell.replace("\r", "\n")
    assert header == [f"'{shown}", "n"]
    assert [row[0] for row in rows] == [f"'{shown}", "plain", ""]
    assert [row[1] for row in rows] == ["-1.5", "2.0", ""]


def test_texts_that_are_numbers_stay():
    assert to_csv(pd.DataFrame({"x": ["-1e3", "+2", "a"]})).splitlines() == [
        "x",
        "-1e3",
        "+2",
        "a",
    ]


def test_a_study_of_formulas_has_none_in_its_csv():
    study = optuna.create_study()
    study.optimize(
        lambda t: len(t.suggest_categorical("=name()", FORMULAS)) + t.suggest_float("x", -1, 1), 12
    )
    for row in csv.reader(io.StringIO(export_guidance(study, "csv"))):
        assert not [c for c in row if c.startswith(("=", "@", "\t", "\r"))]


def test_a_write_that_fails_leaves_the_earlier_file(tmp_path: Path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("earlier")

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="full"):
        write_whole(path, b"later")
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_not_what_it_points_to(tmp_path: Path):
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    link = tmp_path / "report.html"
    link.symlink_to(precious)
    write_whole(link, b"report")
    assert precious.read_text() == "mine"
    assert not link.is_symlink()
    assert link.read_bytes() == b"report"


def test_a_file_that_is_no_report_is_replaced_only_when_asked(tmp_path: Path, capsys):
    url = f"sqlite:///{tmp_path}/study.db"
    optuna.create_study(storage=url)
    path = tmp_path / "thesis.html"
    path.write_text("<h1>My thesis</h1>")
    command = ["report", url, "-o", str(path)]
    assert cli.main(command) == cli.FAILED
    assert "--force replaces it" in capsys.readouterr().err
    assert path.read_text() == "<h1>My thesis</h1>"
    assert cli.main([*command, "--force"]) == cli.OK
    assert cli.main(command) == cli.OK  # it is ours now
