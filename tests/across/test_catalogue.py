"""What a storage holds."""

from __future__ import annotations

import json
import shutil

import optuna
import pytest

from optuna_guide import grow_study, read_catalogue
from optuna_guide.surfaces.cli import main


def _study(name, objective, storage, n_trials=20, **options):
    study = optuna.create_study(
        study_name=name,
        storage=storage,
        sampler=optuna.samplers.RandomSampler(seed=len(name)),
        **options,
    )
    study.optimize(objective, n_trials=n_trials)
    return study


def _bowl(sign):
    def objective(trial):
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        return sign * ((x - 0.3) ** 2 + 0.1 * y)

    return objective


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('catalogue')}/all.db"
    storage = optuna.storages.RDBStorage(url)
    _study("bowl", _bowl(1), storage)
    _study("maximised", _bowl(-1), storage, direction="maximize")
    _study("inverted", _bowl(-1), storage)
    _study("elsewhere", lambda t: t.suggest_float("z", 0, 1), storage)
    _study(
        "two",
        lambda t: (t.suggest_float("x", 0, 1), t.suggest_float("y", 0, 1)),
        storage,
        directions=["minimize", "maximize"],
    )
    optuna.create_study(study_name="empty", storage=storage)
    return url


@pytest.fixture
def storage(url):
    return optuna.storages.RDBStorage(url)


def test_related_studies_are_told_by_what_they_predict(storage):
    catalogue = {entry.name: entry for entry in read_catalogue(storage)}
    assert list(catalogue) == ["bowl", "maximised", "inverted", "elsewhere", "two", "empty"]
    related = {r.study_name: r for r in catalogue["bowl"].related}
    assert set(related) == {"maximised", "inverted", "two"}
    assert related["maximised"].agreement > 0.9
    assert related["inverted"].agreement < -0.9
    assert related["two"].agreement is None
    assert related["maximised"].shared == ("x", "y")
    assert catalogue["bowl"].related[0].study_name == "maximised"
    assert catalogue["elsewhere"].related == ()


def test_an_entry_says_what_was_reached(storage):
    catalogue = {entry.name: entry for entry in read_catalogue(storage)}
    best = optuna.load_study(study_name="maximised", storage=storage).best_value
    assert catalogue["maximised"].best == best
    assert catalogue["maximised"].maximised == (True,)
    assert catalogue["two"].best is None
    assert (catalogue["empty"].n_trials, catalogue["empty"].newest) == (0, None)
    assert catalogue["bowl"].newest is not None


def test_the_command_lists_them(url, capsys):
    assert main(["studies", url]) == 0
    out = capsys.readouterr().out
    assert "maximised" in out
    assert "on the front" in out
    assert main(["studies", url, "-f", "json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert entries[0]["name"] == "bowl"
    assert entries[0]["related"][0]["name"] == "maximised"
    assert entries[5]["best"] is None


def test_an_empty_storage_is_said(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/none.db"
    optuna.storages.RDBStorage(url)
    assert main(["studies", url]) == 0
    assert "holds no study" in capsys.readouterr().out


def test_a_study_that_grew_names_its_successor(url, tmp_path):
    copied = shutil.copy(url.removeprefix("sqlite:///"), tmp_path)
    storage = optuna.storages.RDBStorage(f"sqlite:///{copied}")
    grow_study(optuna.load_study(study_name="bowl", storage=storage), {"x": (0, 2)}, name="wider")
    catalogue = {entry.name: entry for entry in read_catalogue(storage)}
    assert catalogue["bowl"].successor == "wider"
    assert catalogue["wider"].related[0].study_name in ("bowl", "maximised")
