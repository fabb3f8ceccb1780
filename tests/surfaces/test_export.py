"""What people take away: JSON by its schema, trials as CSV, a summary in Markdown."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from ugly import NOT_READY, UGLY, told, with_values

from optuna_guide import GuidedSampler, export_guidance
from optuna_guide.domain.codec import dumps
from optuna_guide.domain.region import holds
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.models.pipeline import fit_guidance
from optuna_guide.study.exploration import explore, read_exploration
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.surfaces import cli
from optuna_guide.surfaces.export import schema_text
from optuna_guide.surfaces.export.trials import trials_frame
from optuna_guide.words.markdown import to_markdown
from optuna_guide.words.summary import Summary, summarise

SCHEMA = Path(__file__).parents[2] / "docs" / "schema.json"


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    """A guided study with pruned, failed and enqueued trials, and an attribute."""
    study = optuna.create_study(
        study_name="guided", sampler=GuidedSampler(optuna.samplers.RandomSampler(seed=0), seed=0)
    )
    study.enqueue_trial({"x": 0.9, "kind": "b"})

    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        kind = trial.suggest_categorical("kind", ["a", "b", "c"])
        trial.set_user_attr("size", 3.0 * x)
        trial.report(x, 0)
        if trial.number % 9 == 4:
            raise optuna.TrialPruned
        if trial.number % 10 == 5:
            raise RuntimeError
        return (x - 0.3) ** 2 + 0.2 * (kind == "c")

    study.optimize(objective, n_trials=70, catch=(RuntimeError,))
    return study


@pytest.fixture(scope="module")
def frame(study: optuna.Study) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(export_guidance(study, "csv")))


@pytest.mark.parametrize("name", UGLY)
def test_every_export_of_every_ugly_study_fits_its_schema_and_reads_back(name: str) -> None:
    ugly = UGLY[name]()
    summary = summarise(read_snapshot(ugly), fit_guidance(ugly, seed=0), read_exploration(ugly))
    text = summary.to_json()
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(
        json.loads(text, parse_constant=pytest.fail)
    )
    assert Summary.from_json(text) == summary
    assert (summary.guidance is None) == (name in NOT_READY)
    markdown = to_markdown(summary)
    assert markdown.encode()
    assert "<script" not in MarkdownIt("gfm-like", {"linkify": False}).render(markdown)


def test_the_schema_in_the_documentation_is_the_one_of_the_code() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), (
        "Make it again: optuna-guide schema > docs/schema.json"
    )
    Draft202012Validator.check_schema(json.loads(schema_text()))


def test_the_schema_refuses_what_is_not_documented(study: optuna.Study) -> None:
    validator = Draft202012Validator(json.loads(schema_text()))
    plain = json.loads(export_guidance(study))
    assert validator.is_valid(plain)
    assert not validator.is_valid({**plain, "more": 1})
    assert not validator.is_valid({**plain, "findings": None})
    without = {key: value for key, value in plain.items() if key != "answers"}
    assert not validator.is_valid(without)


def test_every_part_of_the_schema_says_what_it_is() -> None:
    schema = json.loads(schema_text())
    for name, definition in {"Summary": schema, **schema["$defs"]}.items():
        assert definition["description"], name
        if name in ("Summary", "Guidance", "ParamGuidance", "PairGuidance", "Trust", "Finding"):
            for field, about in definition["properties"].items():
                assert about.get("description") or field == "schema", (name, field)


def test_the_guidance_within_is_a_guidance(study: optuna.Study) -> None:
    plain = json.loads(export_guidance(study))
    guidance = Guidance.from_json(json.dumps(plain["guidance"]))
    assert guidance.params[0].name == "x"
    assert plain["states"] == dict(Counter(t.state.name for t in study.trials))
    assert list(plain["samplers"]) == ["RandomSampler"]
    assert len(plain["answers"]) == 8


def test_a_summary_of_another_version_is_refused(study: optuna.Study) -> None:
    plain = json.loads(export_guidance(study))
    with pytest.raises(ValueError, match="Schema version 1 is expected, found 7"):
        Summary.from_json(json.dumps({**plain, "schema": 7}))


def test_the_csv_has_every_trial_with_the_columns_of_optuna(
    study: optuna.Study, frame: pd.DataFrame
) -> None:
    assert frame["number"].tolist() == list(range(70))
    assert frame["state"].tolist() == [t.state.name for t in study.trials]
    assert np.allclose(frame["params_x"], [t.params["x"] for t in study.trials])
    own = [name for name in frame.columns if not name.startswith("guide_")]
    assert own == [
        name for name in study.trials_dataframe().columns if not name.startswith("system_attrs")
    ]


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_the_first_columns_are_those_of_optuna(build: Callable[[], optuna.Study]) -> None:
    study = build()
    expected = study.trials_dataframe().filter(regex="^(?!system_attrs)")
    snapshot = read_snapshot(study)
    frame = trials_frame(snapshot, NotReady("no guidance", 0, 1), explore(snapshot))
    if len(expected):
        own = frame.iloc[:, : expected.shape[1]]
        pd.testing.assert_frame_equal(own, expected, check_index_type=False)


def test_the_csv_says_how_each_trial_was_decided(frame: pd.DataFrame) -> None:
    decisions = frame["guide_decision"]
    assert decisions[0] == "enqueued"
    assert decisions[1] == "startup"
    assert {"guided", "explored"} <= set(decisions.dropna())
    assert (frame.loc[decisions == "guided", "guide_version"] >= 1).all()
    assert frame.loc[decisions == "startup", "guide_version"].isna().all()
    assert frame.loc[frame["state"] == "FAIL", "guide_sampler"].isna().all()


def test_the_csv_says_which_trials_lie_inside_the_promising_ranges(
    study: optuna.Study, frame: pd.DataFrame
) -> None:
    guidance = Guidance.from_json(json.dumps(json.loads(export_guidance(study))["guidance"]))
    assert guidance.region
    for trial in study.trials:
        if trial.state == optuna.trial.TrialState.COMPLETE:
            internal = {
                name: trial.distributions[name].to_internal_repr(value)
                for name, value in trial.params.items()
            }
            assert frame["guide_inside"][trial.number] == holds(guidance.region, internal)


def test_predictions_are_made_by_trees_that_did_not_see_the_trial(frame: pd.DataFrame) -> None:
    complete = frame[frame["state"] == "COMPLETE"]
    error = complete["guide_predicted"] - complete["value"]
    assert 0 < float(np.mean(error**2)) < 0.5 * complete["value"].var()
    rng = np.random.default_rng(0)
    noise = told(rng.random(60).tolist(), [{"x": float(x)} for x in rng.random(60)])
    told_noise = pd.read_csv(io.StringIO(export_guidance(noise, "csv")))
    assert told_noise["guide_predicted"].corr(told_noise["value"]) < 0.4


@pytest.mark.parametrize("name", UGLY)
def test_the_csv_of_every_ugly_study_has_a_row_per_trial(name: str) -> None:
    ugly = UGLY[name]()
    rows = list(csv.reader(io.StringIO(export_guidance(ugly, "csv"))))
    n = len(ugly.get_trials(deepcopy=False))
    assert len(rows) == n + 1
    assert len({len(row) for row in rows}) == 1


def test_markdown_answers_before_it_lists(study: optuna.Study) -> None:
    words = export_guidance(study, "markdown")
    order = ["# Optuna study guided", "## Questions", "## Which configuration to use", "- Use "]
    order += ["## Parameters", "## Findings", "## Checks"]
    places = [words.index(heading) for heading in order]
    assert places == sorted(places)
    assert re.search(r"minimize value; \d+ complete, \d failed, \d pruned trials", words)
    assert re.search(r"^\| x \| \d+ % \|", words, flags=re.MULTILINE)
    assert "x = trial.suggest_float('x'" in words


@pytest.mark.parametrize(
    "name",
    ["a|b", "*bold*", "`code`", "[x](http://y)", "<b>", "# h", "1. x", "_x_", "&amp;", "~~x~~"],
)
def test_names_are_text_in_markdown(name: str) -> None:
    values = np.linspace(0, 1, 30).tolist()
    odd = told(values, [{name: v, "y": 1 - v} for v in values], study_name=name)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(export_guidance(odd, "markdown"))
    heading = tokens[1]
    shown = "".join(child.content for child in heading.children or ())
    assert shown == f"Optuna study {name}"
    cells = [t.content for t in _texts(tokens)]
    assert name in cells


def _texts(tokens: list[Any]) -> list[Any]:
    """Cells of tables that hold nothing but text."""
    inline = [t for t in tokens if t.type == "inline"]
    for token in inline:
        kinds = {child.type for child in token.children}
        token.content = "".join(c.content for c in token.children) if kinds <= _PLAIN else ""
    return inline


_PLAIN = {"text", "text_special"}


def test_nobody_is_mentioned_and_no_issue_is_referred_to() -> None:
    values = np.linspace(0, 1, 30).tolist()
    odd = told(values, [{"@torvalds": v, "#1": 1 - v} for v in values])
    words = export_guidance(odd, "markdown")
    prose = words.split("```")[0]
    assert not re.search(r"@torvalds|#1\b", prose)


def test_without_guidance_every_format_says_what_is_missing() -> None:
    short = with_values(np.linspace(0, 1, 9).tolist())
    assert "1 more" in export_guidance(short, "markdown")
    plain = json.loads(export_guidance(short))
    assert plain["guidance"] is None
    assert plain["not_ready"]["n_missing"] == 1
    assert len(export_guidance(short, "csv").splitlines()) == 10


def test_an_unknown_format_names_the_known_ones(study: optuna.Study) -> None:
    with pytest.raises(ValueError, match="no format 'xml'; there are json, csv, markdown"):
        export_guidance(study, "xml")  # type: ignore[arg-type]


def test_another_target_is_explained_where_it_is_asked_for(study: optuna.Study) -> None:
    plain = json.loads(export_guidance(study, target="size"))
    assert plain["guidance"]["target"] == "size"


def test_a_class_without_a_schema_is_refused() -> None:
    from optuna_guide.surfaces.export.json_schema import json_schema

    with pytest.raises(TypeError, match="has no schema"):
        json_schema(set)


def test_the_command_writes_to_the_terminal_and_to_a_file(tmp_path, capsys) -> None:
    url = f"sqlite:///{tmp_path}/study.db"
    stored = optuna.create_study(storage=url, study_name="学習 odd")
    stored.add_trials(with_values(np.linspace(0, 1, 20).tolist()).trials)
    for form in ("json", "csv", "markdown"):
        assert cli.main(["export", url, "-f", form]) == 0
        printed = capsys.readouterr().out
        assert cli.main(["export", url, "-f", form, "-o", str(tmp_path / "out")]) == 0
        assert (tmp_path / "out").read_text(encoding="utf-8").strip() == printed.strip()
    assert cli.main(["schema"]) == 0
    assert capsys.readouterr().out == schema_text()
    assert cli.main(["export", url, "-o", str(tmp_path / "no" / "such")]) == cli.FAILED
    assert "No such file or directory" in capsys.readouterr().err
    assert dumps(
        summarise(read_snapshot(stored), fit_guidance(stored), read_exploration(stored))
    ).isascii()
