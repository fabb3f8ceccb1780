"""Publishing into the attributes that optuna-dashboard reads."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import optuna
import pytest
from guidances import GUIDANCE, close_gate, make_guidance
from histories import explored
from tables import with_models
from ugly import UGLY

from optuna_guide.guidance import NotReady
from optuna_guide.models.pipeline import fit_table
from optuna_guide.store.attributes import StoreError, read_attributes, write_attribute
from optuna_guide.store.keys import PANELS
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.surfaces.publishing import CHUNK, PUBLISHED, publish

TITLES = {
    "guide_findings": "1 Findings",
    "guide_importance": "2 Importance",
    "guide_promising_ranges": "3 Promising ranges",
    "guide_effects": "4 Effects",
    "guide_trust": "5 Trust",
    "guide_parallel_coordinates": "6 Parallel coordinates",
    "guide_exploration_history": "7 Exploration history",
    "guide_diagnostics": "8 Sampler diagnostics",
}


@pytest.fixture(params=["memory", "sqlite"])
def study(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[optuna.Study]:
    if request.param == "memory":
        yield optuna.create_study()
        return
    storage = optuna.storages.RDBStorage(f"sqlite:///{tmp_path}/study.db")
    yield optuna.create_study(storage=storage)
    storage.engine.dispose()


def read_panels(study: optuna.Study) -> dict[str, Any]:
    """What the dashboard makes of the attributes: chunks joined by their number."""
    chunks: dict[str, dict[int, str]] = {}
    for key, chunk in read_attributes(study).items():
        if key.startswith("dashboard:plot_data:"):
            name, number = key.removeprefix("dashboard:plot_data:").rsplit(":", 1)
            chunks.setdefault(name, {})[int(number)] = chunk
    return {
        name: json.loads("".join(parts[i] for i in range(len(parts))))
        for name, parts in chunks.items()
    }


def plain(words: str) -> str:
    return re.sub("<[^>]+>", "", words.replace("<br>", " "))


def plain_title(panel: dict[str, Any]) -> str:
    return plain(panel["layout"]["title"]["text"])


def test_the_dashboard_finds_eight_numbered_panels(study: optuna.Study) -> None:
    assert publish(study, make_guidance()) == len(PUBLISHED)
    found = read_panels(study)
    assert set(found) == set(TITLES)
    assert all(plain_title(found[name]).startswith(title) for name, title in TITLES.items())
    assert not [name for name in found if ":" in name]


def test_nothing_is_written_where_nothing_changed(study: optuna.Study) -> None:
    publish(study, make_guidance())
    assert publish(study, replace(make_guidance(), version=9, seconds=3.0)) == 0


def test_only_what_changed_is_written(study: optuna.Study) -> None:
    guidance = make_guidance()
    publish(study, guidance)
    before = read_panels(study)
    assert publish(study, replace(guidance, trust=replace(guidance.trust, r2=0.71))) == 1
    after = read_panels(study)
    assert [name for name in after if after[name] != before[name]] == ["guide_trust"]


def test_chunks_of_an_earlier_longer_panel_are_blanked(study: optuna.Study) -> None:
    write_attribute(study, "dashboard:plot_data:guide_trust:0", "x" * 10)
    write_attribute(study, "dashboard:plot_data:guide_trust:1", "left over")
    assert publish(study, make_guidance()) == len(PUBLISHED) + 1
    assert plain_title(read_panels(study)["guide_trust"]).startswith("5 Trust")
    assert publish(study, make_guidance()) == 0


def test_panels_of_others_are_left_alone(study: optuna.Study) -> None:
    write_attribute(study, "dashboard:plot_data:trust:0", "{}")
    publish(study, make_guidance())
    assert read_panels(study)["trust"] == {}


def test_without_guidance_every_panel_says_what_is_missing(study: optuna.Study) -> None:
    publish(study, make_guidance())
    publish(
        study, NotReady("3 usable trials with '<b>acc', at least 10 are needed: 7 more.", 3, 7)
    )
    for name, panel in read_panels(study).items():
        assert plain_title(panel) == TITLES[name]
        (note,) = panel["layout"]["annotations"]
        assert plain(note["text"]) == (
            "No guidance yet: 3 usable trials with '&lt;b&gt;acc', at least 10 are needed: 7 more."
        )


def check_budget(study: optuna.Study) -> None:
    published = {k: v for k, v in read_attributes(study).items() if k.startswith(PANELS)}
    sizes = [len(chunk) for chunk in published.values()]
    assert len(sizes) == len(PUBLISHED), "a panel in one chunk is never read half written"
    assert max(sizes) <= CHUNK
    assert sum(sizes) <= 150_000


@pytest.mark.parametrize("key", GUIDANCE)
def test_all_panels_together_stay_within_the_budget(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many trials, parameters and choices there are."""
    guidance = with_models(GUIDANCE[key]())
    found = explored(guidance, 3000)
    monkeypatch.setattr("optuna_guide.figures.sources.explore", lambda snapshot: found)
    monkeypatch.setattr("optuna_guide.figures.sources.read_trials", lambda snapshot: found.trials)
    study = optuna.create_study()
    publish(study, guidance)
    check_budget(study)
    drawn = read_panels(study)
    assert all(drawn[f"guide_{name}"]["data"] for name in ("effects", "exploration_history"))


@pytest.mark.parametrize("name", UGLY)
def test_any_study_is_published(name: str) -> None:
    study = UGLY[name]()
    publish(study, fit_table(read_trials(read_snapshot(study)), seed=0))
    check_budget(study)


def test_trials_without_the_target_are_said_to_be(study: optuna.Study) -> None:
    publish(study, make_guidance())
    (note,) = read_panels(study)["guide_parallel_coordinates"]["layout"]["annotations"]
    assert "no target 'accuracy'" in note["text"].replace("<br>", " ")


def test_a_storage_that_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    study = optuna.create_study()

    def refuse(*args: object) -> None:
        raise TypeError("read only")

    monkeypatch.setattr(study._storage, "set_study_system_attr", refuse)
    with pytest.raises(StoreError, match="read only"):
        publish(study, close_gate(make_guidance()))


def test_publishing_does_not_import_the_dashboard() -> None:
    code = (
        "import sys, optuna; from optuna_guide.guidance import NotReady; "
        "from optuna_guide import publish; assert 'plotly' not in sys.modules; "
        "assert publish(optuna.create_study(), NotReady('no trials')) == 8; "
        "assert 'optuna_dashboard' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
