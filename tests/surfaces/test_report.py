"""The report: one file that holds everything, in order, and lets nothing run or load."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import plotly
import pytest
from ugly import NOT_READY, UGLY, with_values

from optuna_guide import GuidedSampler, write_report
from optuna_guide.figures import panels
from optuna_guide.store.versions import load_guidance
from optuna_guide.surfaces import cli
from optuna_guide.surfaces.report import story
from optuna_guide.surfaces.report.body import as_text
from optuna_guide.surfaces.report.page import write_page

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
MAX_BYTES = 3_000_000  # beside plotly.js


class Reader(HTMLParser):
    """Elements with their attributes, the words outside of scripts, and the scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.inside: tuple[str, dict[str, str | None]] = ("", {})
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = (tag, dict(attrs))
        self.elements.append(self.inside)

    def handle_endtag(self, tag: str) -> None:
        self.inside = ("", {})

    def handle_data(self, data: str) -> None:
        if self.inside[0] == "script":
            self.scripts.append((self.inside[1], data))
        elif self.inside[0] != "style":
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def said(self) -> str:
        return " ".join(" ".join(self.words).split())

    def figures(self) -> dict[str, Any]:
        (text,) = [data for attributes, data in self.scripts if attributes.get("id") == "figures"]
        return json.loads(text)


def read(study: optuna.Study, folder: Path, **options: Any) -> Reader:
    path = write_report(study, folder / "report.html", **options)
    assert path.stat().st_size <= MAX_BYTES + PLOTLY.stat().st_size
    return Reader(path.read_text(encoding="utf-8"))


def guided_study() -> optuna.Study:
    """Guided trials, learning curves, rungs and pruned trials."""
    study = optuna.create_study(
        study_name="guided",
        sampler=GuidedSampler(optuna.samplers.TPESampler(n_startup_trials=40, seed=0), seed=0),
        pruner=optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=2),
    )

    def objective(trial: optuna.Trial) -> float:
        x, y = trial.suggest_float("x", 1e-4, 1.0, log=True), trial.suggest_int("y", 1, 8)
        kind = trial.suggest_categorical("kind", ["a", "b"])
        value = (np.log10(x) + 2) ** 2 + 0.1 * y + 0.5 * (kind == "b")
        for step in range(1, 9):
            trial.report(value + 1 / step, step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return float(value)

    study.optimize(objective, n_trials=150)
    return study


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    return guided_study()


@pytest.fixture(scope="module")
def page(study: optuna.Study, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return read(study, tmp_path_factory.mktemp("report"))


def test_every_panel_has_a_place_in_the_story() -> None:
    told = [name for chapter in story.STORY for name in chapter.panels]
    assert len(told) == len(set(told))
    across = [name for chapter in story.ACROSS for name in chapter.panels]
    placed = {*told, *across, *story.IN_WORDS}
    assert placed == set(panels.NAMES), "give a new panel a chapter in report/story.py"
    assert set(story.WIDE) | set(story.OPTIONS) <= {*told, *across}


def test_answers_come_first_then_trust_then_advice(page: Reader) -> None:
    sections = [attributes["id"] for attributes in page.all("section")]
    assert sections == ["short", *(chapter.key for chapter in story.STORY)]
    assert sections[:3] == ["short", "trust", "try"]
    links = [a["href"] for a in page.all("a")]
    assert links == [f"#{key}" for key in sections]
    said = page.said()
    for words in ("Which parameters were tuned?", "What should be tried next?", "Findings"):
        assert words in said
    assert "top tenth in / out" in said
    assert "x = trial.suggest_float" in said


def test_every_figure_is_explained_and_drawn_into_its_own_element(page: Reader) -> None:
    plots = [a["id"] for a in page.all("div") if a.get("class") == "plot"]
    assert list(page.figures()) == plots
    assert len(set(plots)) == len(plots)
    assert len(page.all("figcaption")) == len(plots)
    assert {"trust", "importance", "parallel_coordinates", "did_guidance_help"} <= set(plots)
    for figure in page.figures().values():
        assert "text" not in figure["layout"].get("title", {})
        assert "what matters among" not in json.dumps(figure["layout"].get("annotations"))
    assert "what matters among the better half" in page.said()


def test_the_history_is_told_in_every_order_that_the_search_has(page: Reader) -> None:
    assert {"exploration_history", "exploration_history-rung"} <= set(page.figures())
    assert "exploration_history-generation" not in page.figures()


def test_samplers_stand_side_by_side_only_where_there_are_several(tmp_path: Path) -> None:
    one = read(with_values(np.linspace(0, 1, 30).tolist()), tmp_path)
    assert "exploration_comparison" not in one.figures()
    assert "No two samplers are known that made these trials." in one.said()
    two = optuna.create_study(sampler=optuna.samplers.NSGAIISampler(population_size=9, seed=0))
    two.add_trials(with_values(np.linspace(0, 1, 12).tolist()).trials)
    two.optimize(lambda t: t.suggest_float("x", 0, 1) + t.suggest_float("y", 0, 1), n_trials=20)
    assert "exploration_comparison" in read(two, tmp_path).figures()


def test_what_cannot_be_seen_is_a_line_and_no_empty_box(tmp_path: Path) -> None:
    plain = read(with_values(np.linspace(0, 1, 30).tolist()), tmp_path)
    assert "did_guidance_help" not in plain.figures()
    assert "Did guidance help? : There is no trial that is known to be guided" in plain.said()
    assert "Learning curves : There is no trial that reported values" in plain.said()


def test_nothing_is_loaded_and_only_the_two_scripts_of_the_page_may_run(page: Reader) -> None:
    (policy,) = [a["content"] for a in page.all("meta") if a.get("http-equiv")]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    allowed = set(re.findall(r"'sha256-([^']+)'", policy))
    run = [data for attributes, data in page.scripts if "type" not in attributes]
    hashes = {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in run}
    assert hashes == allowed
    assert len(run) == 2
    for tag, attributes in page.elements:
        assert tag not in ("link", "iframe", "img", "object", "form")
        assert "src" not in attributes
        assert not any(name.startswith("on") for name in attributes)


def test_the_same_guidance_gives_the_same_file(study: optuna.Study, tmp_path: Path) -> None:
    pages = [write_report(study, tmp_path / f"{k}.html").read_bytes() for k in range(2)]
    assert pages[0] == pages[1]
    assert load_guidance(study) is not None


@pytest.mark.parametrize("name", UGLY)
def test_every_ugly_study_has_a_report(name: str, tmp_path: Path) -> None:
    page = read(UGLY[name](), tmp_path)
    said = page.said()
    if name in NOT_READY:
        assert "No guidance yet" in said
        assert re.search(NOT_READY[name], said)
        assert page.figures() == {}
    else:
        assert "Which parameters were tuned?" in said
        assert "trust" in page.figures()
    assert len(page.all("script")) == 3
    assert "alert(1)" not in "".join(data for a, data in page.scripts if "type" not in a)


def test_names_are_text(tmp_path: Path) -> None:
    page = read(UGLY["odd names"](), tmp_path)
    assert "<script>alert(1)</script>" in page.said()
    assert "<b>:%s{x}" in page.said()


def test_no_line_ends_between_a_number_and_its_sign() -> None:
    assert as_text("36 % of the trials, a % sign") == "36&nbsp;% of the trials, a % sign"


def test_half_of_a_surrogate_pair_does_not_break_the_page() -> None:
    page = write_page("a\udc80b", "<p>\udc80</p>", {}).decode("utf-8")
    assert "<title>a&#56448;b</title>" in page


def test_a_script_cannot_end_early() -> None:
    page = write_page("x", "", {"a": json.dumps({"data": ["</script><script>alert(1)"]})})
    reader = Reader(page.decode())
    assert len(reader.scripts) == 3
    assert reader.figures()["a"]["data"] == ["</script><script>alert(1)"]


def test_several_objectives_are_told_beside_the_rank(tmp_path: Path) -> None:
    page = read(UGLY["two objectives"](), tmp_path)
    said = page.said()
    assert "value_0 (lower is better) · value_1 (higher is better)" in said
    assert "Explained: pareto_rank" in said
    assert re.search(r"\d+ trials? on the front.* value_0 [-\d.]+ [-\d.]+ [-\d.]+ value_1", said)
    assert "Observed top trials" not in said


def test_another_target_can_be_reported(tmp_path: Path) -> None:
    page = read(UGLY["two objectives"](), tmp_path, target="value_1")
    assert "by what were trials judged? value_1 (higher is better)" in page.said().lower()


def test_the_command_writes_the_file_and_says_where(tmp_path, monkeypatch, capsys) -> None:
    url = f"sqlite:///{tmp_path}/study.db"
    stored = optuna.create_study(storage=url, study_name="a/../b")
    stored.add_trials(with_values(np.linspace(0, 1, 20).tolist()).trials)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["report", url]) == 0
    assert (tmp_path / "a_.._b.html").is_file()
    assert "The report is in a_.._b.html" in capsys.readouterr().out
    assert cli.main(["report", url, "-o", "x.html", "--target", "duration"]) == 0
    assert "duration" in (tmp_path / "x.html").read_text(encoding="utf-8")
    assert cli.main(["report", url, "-o", "no/such/x.html"]) == cli.FAILED
    assert "No such file or directory" in capsys.readouterr().err
