"""Whoever looks at the terminal, a file, a panel or the page finds the same numbers and words."""

from __future__ import annotations

import io
import json
import re
import textwrap
from collections import Counter
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import pytest
from markdown_it import MarkdownIt
from ugly import NOT_READY, UGLY
from wsgi_client import decode, open_workbench

from optuna_guide import ensure_fresh, export_guidance, publish, write_report
from optuna_guide.domain.wording import columns, one_line, percent
from optuna_guide.guidance import Guidance
from optuna_guide.store.attributes import read_attributes
from optuna_guide.words import phrases

_FILL = "\0"  # beside a character that is two columns wide
READY = [name for name in UGLY if name not in NOT_READY]


@dataclass(frozen=True)
class Row:
    """What a surface says about one parameter."""

    importance: str
    promising: str
    evidence: str
    advice: str


def rows_of(guidance: Guidance) -> list[Row]:
    return [
        Row(
            percent(p.importance),
            phrases.promising(p),
            phrases.short_evidence(p),
            one_line(p.advice.text),
        )
        for p in guidance.params
    ]


class Tables(HTMLParser):
    """Cells of every table of a page, by rows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables:
            self.tables[-1][-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.tables[-1][-1][-1] += data

    def headed(self, first: str, second: str) -> list[list[str]]:
        """Rows of the table whose head begins like that."""
        found = (t for t in self.tables if t[0][:2] == [first, second])
        return next(found)[1:]


def in_terminal(guidance: Guidance) -> list[Row]:
    """The rows of the table, put together again where they were wrapped."""
    lines = ["".join(c + _FILL * (columns(c) - 1) for c in x) for x in str(guidance).splitlines()]
    head = next(i for i, line in enumerate(lines) if line.startswith("parameter"))
    starts = [m.start() for m in re.finditer(r"\S+(?: \S+)*", lines[head])][:5]
    shown: list[list[str]] = []
    for line in lines[head + 2 :]:
        if not line:
            break
        ends = [*starts[1:], None]
        cells = [line[a:b].replace(_FILL, "").strip() for a, b in zip(starts, ends, strict=True)]
        if cells[0] and cells[1]:
            shown.append(cells)
        else:
            shown[-1] = [f"{old} {new}".strip() for old, new in zip(shown[-1], cells, strict=True)]
    return [Row(c[1].rstrip("━╸╺ "), c[2], c[3], c[4]) for c in shown]


def squeezed(rows: list[Row]) -> list[tuple[str, ...]]:
    """Without blanks, which a narrow column breaks words at."""
    fields = ((r.importance, r.promising, r.evidence, r.advice) for r in rows)
    return [tuple("".join(field.split()) for field in row) for row in fields]


def in_table(cells: list[list[str]]) -> list[Row]:
    return [Row(*(one_line(c) if c.strip() else "" for c in row[1:5])) for row in cells]


def markdown_of(study: optuna.Study) -> Tables:
    text = export_guidance(study, "markdown").replace("\u200b", "")
    return Tables(MarkdownIt("gfm-like", {"linkify": False}).render(text))


@pytest.mark.parametrize("name", READY)
def test_all_surfaces_say_the_same_about_an_ugly_study(name: str, tmp_path: Path) -> None:
    study = UGLY[name]()
    guidance = ensure_fresh(study)
    assert isinstance(guidance, Guidance)
    rows = rows_of(guidance)
    assert squeezed(in_terminal(guidance)) == squeezed(rows)

    written = markdown_of(study)
    assert squeezed(in_table(written.headed("parameter", "importance"))) == squeezed(rows)
    report = Tables(write_report(study, tmp_path / "report.html").read_text("utf-8"))
    assert squeezed(in_table(report.headed("parameter", "importance"))) == squeezed(rows)

    summary = json.loads(export_guidance(study, "json"))
    assert Guidance.from_json(json.dumps(summary["guidance"])) == guidance
    states = Counter(t.state.name for t in study.get_trials(deepcopy=False))
    assert summary["states"] == states

    best = [str(trial.number) for trial in guidance.best]
    names = [guidance.target] if guidance.n_front is None else [*guidance.best[0].objectives]
    assert [row[0] for row in written.headed("trial", one_line(names[0]))] == best
    tops = next(t for t in report.tables if t[0][0] == "trial")
    assert tops[0][1:] == best

    client = open_workbench(study)
    told = client.wait_for_guidance()
    assert Guidance.from_json(json.dumps(told["guidance"])) == guidance
    check_page(client, guidance, states)
    check_frame(pd.read_csv(io.StringIO(export_guidance(study, "csv"))), guidance, states)
    publish(study, guidance)
    check_panels(study, guidance)


def check_page(client: Any, guidance: Guidance, states: dict[str, int]) -> None:
    """The columns count the same states, and rank the same trials first."""
    found = client.get("trials").json
    assert found["n"] == sum(states.values())
    codes = Counter(decode(found["state"]).tolist())
    assert {found["states"][code]: n for code, n in codes.items()} == states
    target = next(t for t in found["targets"] if t["name"] == guidance.target)
    assert (target["direction"] == "maximize") == (guidance.direction == "maximize")
    assert target["title"] == guidance.title
    numbers, values = decode(found["number"]), decode(target["values"])
    by_number = dict(zip(numbers.tolist(), values.tolist(), strict=True))
    if guidance.context is not None and guidance.context.within:
        check_contexts(found, guidance, by_number)
        return
    for trial in guidance.best:
        assert by_number[trial.number] == pytest.approx(trial.value, rel=1e-6, nan_ok=True)
    ranks = decode(target["rank"])
    order = numbers[ranks >= 0][np.argsort(ranks[ranks >= 0])]
    assert order[: len(guidance.best)].tolist() == [trial.number for trial in guidance.best]
    feasible = decode(found["feasible"]).astype(bool)[ranks >= 0][np.argsort(ranks[ranks >= 0])]
    if target["constrained"]:
        assert feasible.tolist() == sorted(feasible.tolist(), reverse=True)


def check_contexts(found: dict[str, Any], guidance: Guidance, by_number: dict[int, float]) -> None:
    """The best trial of each context is the best one of those that the page has in it."""
    assert guidance.context is not None
    assert found["contexts"]["names"] == list(guidance.context.names)
    names = guidance.context.within
    columns = [next(x for x in found["labels"] if x["name"] == name) for name in names]
    texts = [[x["labels"][code] for code in decode(x["codes"]).tolist()] for x in columns]
    context = dict(zip(by_number, map(", ".join, zip(*texts, strict=True)), strict=True))
    best = max if guidance.direction == "maximize" else min
    for trial in guidance.best:
        among = [by_number[number] for number, text in context.items() if text == trial.context]
        assert by_number[trial.number] == best(among)


def check_frame(frame: pd.DataFrame, guidance: Guidance, states: dict[str, int]) -> None:
    """A row per trial; as many inside the region as an own count finds."""
    assert Counter(frame["state"]) == states
    if not guidance.region:
        return
    inside = np.ones(len(frame), dtype=bool)
    for name, part in guidance.region.items():
        distribution = guidance[name].distribution
        texts = [str(choice) for choice in getattr(distribution, "choices", ())]
        if len(set(texts)) < len(texts):
            return  # a file of text cannot tell such choices apart
        column = frame[f"params_{name}"]
        if texts:
            column = column.map(lambda v, texts=texts: texts.index(str(v)), na_action="ignore")
        internal = column.to_numpy(dtype=float)
        inside &= part.contains(internal) | np.isnan(internal)
    known = frame["guide_inside"].notna()
    assert frame.loc[known, "guide_inside"].astype(bool).tolist() == inside[known].tolist()


def unpainted(text: str) -> str:
    """A text of a panel without the colour in which it is written."""
    return re.sub(r"</?span\b[^<>]*>", "", text)


def check_panels(study: optuna.Study, guidance: Guidance) -> None:
    """The importances beside the bars are those of the table, in its order."""
    stored = read_attributes(study)
    keys = sorted(
        (k for k in stored if k.startswith("dashboard:plot_data:guide_importance:")),
        key=lambda k: int(k.rpartition(":")[2]),
    )
    figure = json.loads("".join(stored[k] for k in keys))
    beside = [n["text"] for n in figure["layout"]["annotations"] if n.get("yref") == "y"]
    said = [unescape(unpainted(text)) for text in beside]
    scores = [score for score in said if score != "importance"]
    wanted = [percent(p.importance) for p in guidance.params]
    n_shown = min(len(wanted), len(scores) - (len(wanted) > len(scores)))
    assert scores[:n_shown] == wanted[:n_shown]


@pytest.mark.parametrize("name", ["constrained", "constraints in some trials"])
def test_feasible_trials_come_first_on_every_surface(name: str) -> None:
    study = UGLY[name]()
    guidance = ensure_fresh(study)
    trials = study.get_trials(deepcopy=False)

    def is_feasible(number: int) -> bool:
        found = trials[number].constraints
        return bool(found) and all(v <= 0 for v in found.values())

    sign = -1 if guidance.direction == "maximize" else 1
    complete = [t for t in trials if t.state.name == "COMPLETE" and np.isfinite(t.value)]
    order = sorted(
        (t for t in complete if is_feasible(t.number)), key=lambda t: (sign * t.value, t.number)
    )
    best = [trial.number for trial in guidance.best]
    assert best == [t.number for t in order][: len(best)]
    said = markdown_of(study).headed("trial", one_line(guidance.target))
    assert [int(row[0]) for row in said] == best


@pytest.mark.parametrize("name", ["constrained", "two objectives, constrained"])
def test_what_is_no_objective_is_ranked_by_itself_whatever_is_feasible(name: str) -> None:
    found = open_workbench(UGLY[name]()).get("trials").json
    assert not decode(found["feasible"]).all()
    target = next(t for t in found["targets"] if t["name"] == "duration")
    values, ranks = decode(target["values"]), decode(target["rank"])
    assert not target["constrained"]
    assert (np.diff(values[ranks >= 0][np.argsort(ranks[ranks >= 0])]) >= 0).all()


PATHS = ("predict", "experiments/check")


def test_a_configuration_is_expected_alike_as_what_if_and_as_a_candidate() -> None:
    def objective(trial: optuna.Trial) -> float:
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_int("y", 0, 9)
        trial.report(x, 0)
        if trial.number % 4 == 3:
            raise optuna.TrialPruned
        return x + 0.05 * y

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=40)
    client = open_workbench(study)
    client.wait_for_guidance()
    for asked in ({"trial": 5}, {}):
        told = [client.get(name, params={"x": 0.3, "y": 4}, **asked).json for name in PATHS]
        assert told[0]["forecast"] == told[1]["candidate"]["forecast"] is not None
    (variation, *_) = client.get("experiments/variations", trial=5, n=3, max_changes=2).json[
        "candidates"
    ]
    what_if = client.get("predict", params=variation["params"], trial=5).json
    assert what_if["forecast"] == variation["forecast"]


@pytest.mark.parametrize("name", sorted(NOT_READY))
def test_without_a_guidance_every_surface_gives_the_same_reason(name: str, tmp_path: Path) -> None:
    study = UGLY[name]()
    why = str(ensure_fresh(study))
    report = write_report(study, tmp_path / "report.html").read_text("utf-8")
    assert re.search(NOT_READY[name], why)
    head, reason = why.rstrip(".").split(": ", 1)
    shown = " ".join(re.sub(r"&#x27;", "'", report).split())
    assert f"<b>{head}</b>{reason}" in shown
    assert json.loads(export_guidance(study, "json"))["not_ready"]["reason"] in why
    assert one_line(why) in export_guidance(study, "markdown").replace("\\", "")
    told = open_workbench(study).wait_for_guidance()
    assert told["reason"] == why
    publish(study, ensure_fresh(study))
    text = read_attributes(study)["dashboard:plot_data:guide_importance:0"]
    (note,) = json.loads(text)["layout"]["annotations"]
    said = unpainted(note["text"]).replace("<br>", " ").replace("&#36;", "$")
    shown = textwrap.wrap(said, 400)[0]
    assert shown in one_line(why) or shown == one_line(why)
