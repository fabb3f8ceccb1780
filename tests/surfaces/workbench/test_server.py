"""Pages, files and answers as they travel; studies that go away, storages that come back."""

from __future__ import annotations

import base64
import gzip
import os
import subprocess
import sys
import threading
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.exceptions import StorageInternalError
from optuna.storages import RDBStorage
from ugly import UGLY
from wsgi_client import Client, open_workbench

from optuna_guide.figures import panels
from optuna_guide.surfaces.workbench import pages, reads, studies, wire
from optuna_guide.surfaces.workbench.server import COMPRESSED_FROM
from optuna_guide.surfaces.workbench.studies import Studies
from optuna_guide.surfaces.workbench.wire import Refusal


def tuned(n_trials: int = 30, **options: Any) -> optuna.Study:
    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        for step in range(5):
            trial.report(x + step, step)
        trial.set_user_attr("losses", [0.5, 0.25 + x])
        trial.set_user_attr("text", "y" * 30_000)
        return x + 0.1 * trial.suggest_float("y", 0, 1)

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0), **options)
    study.optimize(objective, n_trials=n_trials)
    return study


@pytest.fixture(scope="module")
def client() -> Client:
    opened = open_workbench(tuned())
    opened.wait_for_guidance()
    return opened


QUERIES: dict[str, dict[str, Any]] = {
    "curves": {"trials": "0"},
    "details": {"trials": "0"},
    "subset": {"params": ["x"]},
    "predict": {"params": {}},
    "region/preview": {"region": {}},
    "experiments/children": {"trial": "0"},
    "experiments/ablations": {"trial": "0"},
    "experiments/variations": {"trial": "0", "n": "3", "max_changes": "1"},
    "experiments/path": {"trial": "0"},
    "experiments/form": {"trial": "0"},
    "experiments/check": {"params": {}},
}


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_every_answer_about_every_study_is_json(build):
    study = build()
    client = open_workbench(study)
    client.wait_for_guidance()
    assert client.ask("GET", f"/guide/studies/{study._study_id}").status == 200
    names = [p["name"] for p in client.get("trials").json["params"]]
    for name in reads.READS:
        if name == "figure/<panel>":
            continue
        query = QUERIES.get(name, {})
        if name == "subset":
            query = {"params": names[:3]}
        answer = client.get(name, **query)
        empty = (name == "subset" and not names) or ("trials" in query and not study.trials)
        accepted = (400,) if empty else (200,)
        if name.startswith("experiments/"):  # not every trial can be a parent
            accepted = (200, 400)
        assert answer.status in accepted, f"{name}: {answer.text}"
        assert isinstance(answer.json, dict)


@pytest.mark.parametrize("name", panels.NAMES)
def test_every_panel_is_answered_as_a_figure(client, name):
    answer = client.get(f"figure/{name}")
    assert answer.status == 200, answer.text
    assert {"data", "layout"} <= set(answer.json)


def test_other_studies_are_drawn_beside_this_one():
    study = tuned()
    other = optuna.create_study(storage=study._storage, study_name="other <b>")
    other.add_trials(study.trials[:25])
    client = open_workbench(study)
    client.wait_for_guidance()
    for panel in panels.OF_STUDIES:
        answer = client.get(f"figure/{panel}", studies=other._study_id)
        assert answer.status == 200, answer.text
        assert "other &lt;b" in answer.text
    for query, status in (
        ({"studies": "1,x"}, 400),
        ({"studies": "1,2,3,4,5"}, 400),
        ({"studies": 987654}, 404),
    ):
        assert client.get("figure/exploration_comparison", **query).status == status
    assert client.get("figure/importance", studies=other._study_id).status == 400


def test_a_panel_is_drawn_while_a_fit_loads_pandas(tmp_path):
    half = "import time; time.sleep(1); Series = Index = DataFrame = type('Never', (), {})"
    tmp_path.joinpath("pandas.py").write_text(half)
    code = """
import sys, threading, time
sys.path.insert(0, sys.argv[1])
from optuna_guide.figures.sources import Sources
from optuna_guide.guidance import NotReady
from optuna_guide.surfaces.workbench import figures
figures.read_options("importance", {})  # loads plotly
threading.Thread(target=__import__, args=("pandas",)).start()
time.sleep(0.3)
assert b"not yet" in figures.draw("importance", {}, Sources(NotReady("not yet", 0)))
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], timeout=60, check=True)


def test_a_panel_takes_its_options_and_refuses_others(client):
    assert client.get("figure/findings", show="answers").status == 200
    assert client.get("figure/parallel_coordinates", params=["x"]).status == 200
    for query, reason in (
        ({"show": "nothing"}, "show must be"),
        ({"nope": "1"}, "has no option 'nope'; it has show"),
    ):
        answer = client.get("figure/findings", **query)
        assert answer.status == 400
        assert reason in answer.json["error"]
    assert client.get("figure/nope").status == 404


def test_a_panel_of_a_study_that_is_not_ready_says_so():
    client = open_workbench(UGLY["nine trials"]())
    client.wait_for_guidance()
    assert "1 more" in client.get("figure/importance").text


def test_curves_and_details_of_some_trials(client):
    found = client.get("curves", trials="3,5").json["curves"]
    assert [c["number"] for c in found] == [3, 5]
    assert found[0]["steps"] == [0, 1, 2, 3, 4]
    assert found[0]["values"][4] == pytest.approx(found[0]["values"][0] + 4)
    assert "gain" in found[0]
    (trial,) = client.get("details", trials="3").json["trials"]
    assert (trial["number"], trial["state"]) == (3, "COMPLETE")
    assert set(trial["params"]) == {"x", "y"}
    assert trial["attributes"]["losses"][0] == 0.5
    assert 20_000 < len(trial["attributes"]["text"]) < 20_010
    for numbers, reason in (
        ("30", "the study has 30"),
        ("x", "a number"),
        ("0," * 201, "At most"),
    ):
        answer = client.get("curves", trials=numbers)
        assert answer.status == 400
        assert reason in answer.json["error"]


def test_lists_among_the_attributes_are_curves_where_nothing_was_reported():
    study = optuna.create_study()
    trial = study.ask()
    trial.set_user_attr("losses", [0.5, 0.25, 0.125])
    study.tell(trial, 0.125)
    (found,) = open_workbench(study).get("curves", trials="0").json["curves"]
    assert found["steps"] == []
    losses = {"steps": [0, 1, 2], "values": [0.5, 0.25, 0.125], "gain": None}
    assert found["series"]["losses"] == losses


def test_answers_are_compressed_where_that_is_accepted(client):
    plain = client.ask("GET", f"{client.study}/trials")
    small = client.ask("GET", f"{client.study}/trials", HTTP_ACCEPT_ENCODING="gzip, br")
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.json == plain.json
    assert len(plain.body) > COMPRESSED_FROM
    assert small.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("n", [0, 1, 2**15, 2**15 + 1, 100_000])
@pytest.mark.parametrize("kind", ["numbers", "one letter", "both"])
def test_what_is_compressed_in_parts_is_one_stream(kind, n):
    numbers = base64.b64encode(np.random.default_rng(0).random(n // 8 + 1).tobytes())
    content = {"numbers": numbers, "one letter": b"A" * n, "both": (numbers + b"A" * n) * 3}[kind]
    found = wire.compress(content)
    assert gzip.decompress(found) == content
    stream = zlib.decompressobj(wbits=31)  # as a browser reads it: no second stream behind
    assert stream.decompress(found) == content
    assert stream.eof
    assert not stream.unused_data
    assert len(found) < len(gzip.compress(content, 1)) * 1.02 + 100


def test_doubles_of_like_size_take_a_tenth_less_than_their_bytes():
    values = np.random.default_rng(0).random(5000)
    assert len(wire.compress(wire.dumps(wire.column(values)))) < 0.9 * values.nbytes


def test_plotly_is_compressed_once_and_kept_by_the_browser(client):
    answer = client.ask("GET", "/guide/static/plotly.min.js", HTTP_ACCEPT_ENCODING="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.body) > 1_000_000
    assert pages.plotly_js() is pages.plotly_js()
    assert gzip.decompress(pages.plotly_js()[1]) == pages.plotly_js()[0]


def test_files_that_did_not_change_are_not_sent_again(client):
    first = client.ask("GET", "/guide/static/shell/main.js")
    assert first.headers["content-type"].startswith("text/javascript")
    again = client.ask(
        "GET", "/guide/static/shell/main.js", HTTP_IF_NONE_MATCH=first.headers["etag"]
    )
    assert (again.status, again.body) == (304, b"")


def test_every_file_of_the_page_is_served(client):
    for path in sorted(p for p in pages.STATIC.rglob("*") if p.is_file()):
        answer = client.ask("GET", f"/guide/static/{path.relative_to(pages.STATIC).as_posix()}")
        assert answer.status == 200
        assert answer.body == path.read_bytes()


def test_the_page_of_a_study_has_its_token_and_no_placeholder_left(client):
    page = client.ask("GET", "/guide/studies/0").text
    assert f'content="{client.token}"' in page
    assert "{{" not in page
    assert client.ask("GET", "/guide/studies/0").headers["cache-control"] == "no-store"


def test_the_list_names_every_study_with_its_trials():
    study = tuned(3, study_name="first")
    optuna.create_study(study_name="second", storage=study._storage)
    client = open_workbench(study)
    first, second = client.ask("GET", "/guide/api/studies").json
    assert (first["name"], first["n_trials"], first["best"]) == ("first", 3, study.best_value)
    assert (second["id"], second["n_trials"], second["changed"]) == (1, 0, None)
    page = client.ask("GET", "/guide").text
    assert '<a href="/guide/studies/1">second</a>' in page
    assert f"{study.best_value:.4g} ↓ value" in page
    assert "just now" in page


def test_a_single_study_opens_at_once():
    answer = open_workbench(tuned(3)).ask("GET", "/guide")
    assert (answer.status, answer.headers["location"]) == (302, "/guide/studies/0")


def test_a_storage_without_studies_says_so():
    study = tuned(1)
    client = open_workbench(study)
    optuna.delete_study(study_name=study.study_name, storage=study._storage)
    assert "no study yet" in client.ask("GET", "/guide").text


def test_a_running_study_is_seen_within_a_second(later):
    study = tuned(3)
    client = open_workbench(study)
    assert client.get("trials").json["n"] == 3
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    later()
    assert client.get("trials").json["n"] == 5


def sqlite(tmp_path: Path) -> tuple[Path, optuna.Study]:
    path = tmp_path / "study.db"
    return path, tuned(12, storage=f"sqlite:///{path}", study_name="study")


def test_a_study_that_is_deleted_while_its_page_is_open_is_not_found(tmp_path, later):
    path, study = sqlite(tmp_path)
    client = open_workbench(study)
    client.wait_for_guidance()
    optuna.delete_study(study_name="study", storage=f"sqlite:///{path}")
    later()
    for name in ("trials", "guidance", "region", "estimates"):
        answer = client.get(name)
        assert (answer.status, "deleted" in answer.json["error"]) == (404, True)
    answer = client.post("kept", {"numbers": [1]})
    assert answer.status == 404


def test_a_study_that_took_the_place_of_a_deleted_one_shows_none_of_its_trials(
    tmp_path, monkeypatch, later
):
    monkeypatch.setattr(studies, "CHECKED", 0.0)
    path, study = sqlite(tmp_path)
    client = open_workbench(study)
    before = client.get("trials").json
    assert before["n"] == 12
    optuna.delete_study(study_name="study", storage=f"sqlite:///{path}")
    again = tuned(4, storage=f"sqlite:///{path}", study_name="study")
    assert again._study_id == study._study_id  # SQLite gives the number again
    later()
    found = client.get("trials", after="12", known=before["tag"]).json
    assert (found["n"], found["from"]) == (4, 0)


@pytest.mark.parametrize(
    ("below", "cause"),
    [
        ("connection refused", "the database does not answer"),
        ("database is locked", "the database is locked by another process"),
        ("of its own kind", "This happens due to invalid data."),
    ],
)
def test_a_storage_that_is_down_is_said_and_works_again_when_it_is_back(
    tmp_path, monkeypatch, later, below, cause
):
    def down(*_: Any, **__: Any) -> Any:
        raise StorageInternalError("This happens due to invalid data.") from OSError(below)

    _, study = sqlite(tmp_path)
    client = open_workbench(study)
    assert client.get("trials").status == 200
    storage = study._storage
    for name in ("get_all_trials", "get_study_system_attrs", "get_all_studies"):
        monkeypatch.setattr(storage, name, down)
    monkeypatch.setattr(storage._backend, "get_study_name_from_id", down)
    monkeypatch.setattr(storage._backend.engine, "connect", down)
    later()
    for path in (f"{client.study}/trials", f"{client.study}/region", "/guide/api/studies"):
        answer = client.ask("GET", path)
        assert (answer.status, cause in answer.json["error"]) == (503, True)
    for path in ("/guide", f"/guide/studies/{study._study_id}"):
        page = client.ask("GET", path)
        assert (page.status, cause in page.text) == (503, True)
        assert '<a href="">Try again</a>' in page.text
    assert client.post("region/clear", {}).status == 503
    monkeypatch.undo()
    assert client.get("trials").json["n"] == 12


def test_a_storage_that_cannot_be_written_is_no_obstacle_to_reading(tmp_path):
    path, study = sqlite(tmp_path)
    os.chmod(path, 0o444)
    os.chmod(tmp_path, 0o555)
    try:
        assert open_workbench(study).wait_for_guidance()["state"] == "ready"
    finally:
        os.chmod(tmp_path, 0o755)


def test_the_pages_count_trials_without_reading_them(tmp_path, monkeypatch):
    _, study = sqlite(tmp_path)
    client = open_workbench(study)
    monkeypatch.setattr(RDBStorage, "_get_trials", lambda *_: pytest.fail("read"))
    assert client.ask("GET", "/guide/api/studies").json[0]["n_trials"] == 12
    assert "Reading 12 trials" in client.ask("GET", f"/guide/studies/{study._study_id}").text


def test_a_reading_that_began_before_a_change_is_not_kept_after_it(monkeypatch):
    study, is_reading, go = tuned(3), threading.Event(), threading.Event()
    many, read = Studies(study._storage), study._storage.get_all_trials
    another = study.trials[0]

    def read_late(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        is_reading.set()
        assert go.wait(10)
        return found

    monkeypatch.setattr(study._storage, "get_all_trials", read_late)
    early = threading.Thread(target=many.read, args=(0,))
    early.start()
    assert is_reading.wait(10)
    study.add_trial(another)
    forgetting = threading.Thread(target=many.forget, args=(0,))
    forgetting.start()
    go.set()
    for thread in (early, forgetting):
        thread.join(10)
    assert len(many.read(0).trials) == 4


def test_a_storage_forgets_the_trials_of_studies_that_are_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(studies, "MAX_KNOWN", 2)
    _, study = sqlite(tmp_path)
    for _ in range(4):
        study = optuna.create_study(storage=study._storage)
        study.add_trial(optuna.trial.create_trial(value=0.0))
    many = Studies(study._storage)
    for study_id in range(1, 6):
        many.read(study_id)
    remembered = [k for k, found in study._storage._studies.items() if found.trials]
    assert sorted(remembered) == [4, 5]
    assert len(many.read(1).trials) == 12


def test_nothing_is_kept_of_studies_that_are_not_there():
    many = Studies(optuna.create_study()._storage)
    sizes = [len(v) for v in vars(many).values() if isinstance(v, dict)]
    for k in range(1, 200):
        with pytest.raises(Refusal, match="no such study"):
            many.read(k)
    assert [len(v) for v in vars(many).values() if isinstance(v, dict)] == sizes


def test_a_study_that_goes_away_while_it_is_answered_is_not_found(monkeypatch):
    study = tuned(12)

    def vanish(*_: Any) -> Any:
        optuna.delete_study(study_name=study.study_name, storage=study._storage)
        raise KeyError(0)

    monkeypatch.setitem(reads.READS, "curves", vanish)
    answer = open_workbench(study).get("curves", trials="0")
    assert (answer.status, "deleted" in answer.json["error"]) == (404, True)


def test_what_was_read_is_shared_for_a_second(monkeypatch):
    study, n_reads = tuned(3), []
    read = study._storage.get_all_trials
    monkeypatch.setattr(
        study._storage,
        "get_all_trials",
        lambda *a, **k: (n_reads.append(1), read(*a, **k))[1],
    )
    shared = Studies(study._storage)
    for _ in range(50):
        shared.read(0)
    assert len(n_reads) == 1


def test_only_so_many_studies_are_kept():
    first = optuna.create_study()
    for _ in range(40):
        optuna.create_study(storage=first._storage)
    many = Studies(first._storage)
    for k in range(41):
        many.read(k)
    assert len(many._readings) <= 32
    with pytest.raises(Refusal, match="no such study"):
        many.read(41)
