"""Numbers of trials are no positions: a database may have lost rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import optuna
import pytest
from wsgi_client import Client, decode, open_workbench

from optuna_guide.figures import panels
from optuna_guide.surfaces.workbench import studies
from optuna_guide.surfaces.workbench.reads import READS

LOST = (3, 12)
N = 40
QUERIES = {
    "curves": {"trials": "39,13"},
    "details": {"trials": "39,13"},
    "subset": {"params": ["x"]},
    "predict": {"params": {"x": 0.5}},
    "estimates": {"brush": {"x": [[0.2, 0.9]]}},
    "region/preview": {"region": {"x": [[0.2, 0.9]]}},
    "experiments/children": {"trial": "39"},
    "experiments/ablations": {"trial": "39"},
    "experiments/variations": {"trial": "39", "n": "3", "max_changes": "1"},
    "experiments/path": {"trial": "39"},
    "experiments/form": {"trial": "39"},
    "experiments/check": {"params": {"x": 0.5}},
}


def lose(path: Path, numbers: tuple[int, ...]) -> None:
    """Delete trials from a SQLite database, behind the back of Optuna."""
    with sqlite3.connect(path) as db:
        wanted = f"SELECT trial_id FROM trials WHERE number IN ({','.join(map(str, numbers))})"
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'trial_%'"
        tables = [name for (name,) in db.execute(names) if name.startswith("trial_")]
        for table in [*tables, "trials"]:
            db.execute(f"DELETE FROM {table} WHERE trial_id IN ({wanted})")


def tuned(path: Path) -> optuna.Study:
    def objective(trial: optuna.Trial) -> float:
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        trial.report(100 + trial.number, 0)
        trial.set_user_attr("parent", trial.number - 1)
        return x**2 + 0.1 * y

    study = optuna.create_study(
        storage=f"sqlite:///{path}", sampler=optuna.samplers.RandomSampler(seed=0)
    )
    study.optimize(objective, n_trials=N)
    return study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> optuna.Study:
    path = tmp_path_factory.mktemp("lost") / "s.db"
    name = tuned(path).study_name
    lose(path, LOST)
    return optuna.load_study(storage=f"sqlite:///{path}", study_name=name)


@pytest.fixture(scope="module")
def client(study: optuna.Study) -> Client:
    opened = open_workbench(study)
    opened.wait_for_guidance()
    return opened


@pytest.mark.parametrize("name", [name for name in READS if name != "figure/<panel>"])
def test_every_answer_is_given(name: str, client: Client) -> None:
    answer = client.get(name, **QUERIES.get(name, {}))
    assert answer.status == 200, answer.text


@pytest.mark.parametrize("panel", panels.NAMES)
def test_every_panel_is_drawn(panel: str, client: Client) -> None:
    answer = client.get(f"figure/{panel}")
    assert answer.status == 200, answer.text


def test_a_page_asks_for_numbers_and_is_told_numbers(client: Client) -> None:
    curves = client.get("curves", trials="39,13").json["curves"]
    assert [(c["number"], c["values"]) for c in curves] == [(39, [139.0]), (13, [113.0])]
    told = client.get("details", trials="39,13").json["trials"]
    assert [(t["number"], t["attributes"]["parent"]) for t in told] == [(39, 38), (13, 12)]
    refused = client.get("details", trials="12")
    assert (refused.status, "no trial 12" in refused.text) == (400, True)


def test_columns_maps_and_rankings_speak_of_the_same_trials(
    study: optuna.Study, client: Client
) -> None:
    found = client.get("trials").json
    numbers = decode(found["number"])
    assert numbers.tolist() == [n for n in range(N) if n not in LOST]
    x = decode(found["params"][0]["values"])
    values = dict(zip(numbers.tolist(), x.tolist(), strict=True))
    assert values == {t.number: t.params["x"] for t in study.get_trials(deepcopy=False)}
    placed = client.get("configuration_map").json["map"]
    assert set(decode(placed["numbers"]).tolist()) == set(numbers.tolist())
    best = client.get("guidance").json["guidance"]["best"]
    ranks = decode(found["targets"][0]["rank"])
    assert [b["number"] for b in best] == numbers[ranks.argsort()][: len(best)].tolist()


def test_the_drawer_holds_what_there_is(client: Client) -> None:
    assert client.post("kept", {"numbers": [39, 13]}).json["kept"] == [39, 13]
    assert client.get("kept").json["kept"] == [39, 13]
    refused = client.post("kept", {"numbers": [12]})
    assert (refused.status, "no trial 12" in refused.text) == (400, True)


def test_trials_that_are_deleted_while_the_server_runs_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: Callable[[], None]
) -> None:
    monkeypatch.setattr(studies, "CHECKED", 0.0)
    client = open_workbench(tuned(tmp_path / "s.db"))
    before, known = client.get("trials").json, client.wait_for_guidance()["guidance"]
    assert client.post("kept", {"numbers": [12, 13]}).json["kept"] == [12, 13]
    later()
    lose(tmp_path / "s.db", (12, known["best"][0]["number"]))
    now = client.get("trials", after=str(before["settled"]), known=before["tag"]).json
    assert (now["from"], now["n"]) == (0, N - 2)
    assert client.get("kept").json["kept"] == [13]
    guidance = client.wait_for_guidance()["guidance"]
    assert guidance["n_finished"] == N - 2
    assert known["best"][0]["number"] not in [b["number"] for b in guidance["best"]]
