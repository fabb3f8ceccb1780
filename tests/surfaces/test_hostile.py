"""What comes from outside may be anything: it is refused or passed over, and nothing breaks."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import optuna
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from optuna.samplers import TPESampler
from wsgi_client import Client, open_workbench

from optuna_guide import GuideCallback, GuidedSampler, LiteGPSampler, load_guidance
from optuna_guide.across.importing.files import read_file
from optuna_guide.across.importing.study import study_from_frame
from optuna_guide.store import keys
from optuna_guide.store.records import SCHEMA_VERSION
from optuna_guide.surfaces import cli
from optuna_guide.surfaces.workbench import wsgi
from optuna_guide.surfaces.workbench.material import Material
from optuna_guide.surfaces.workbench.security import Guard
from optuna_guide.surfaces.workbench.server import create_app

pytestmark = pytest.mark.slow

PASSWORD = "geheim-7"
FILLED = {"study_id": "0", "panel": "importance", "path": "shell/main.js"}
NEVER_ENDS = {"serve", "mcp", "demo", "autopilot"}
OF_A_STUDY = [
    f"{value}0" if value.endswith(":") else value
    for name, value in vars(keys).items()
    if name.isupper() and isinstance(value, str) and value.startswith("guide:") and name != "OWN"
]
PLAIN = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=9)
)
JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "region",
        "version",
        "at",
        "seconds",
        "owner",
        "current",
        "names",
        "ways",
        "spans",
        "beliefs",
        "n_trials",
        "ended",
        "strategy",
        "numbers",
        "sentences",
        "goes_on",
        "nonce",
    ]
)
RECORDS = st.dictionaries(FIELDS, JSON, max_size=9).map(
    lambda fields: json.dumps({"schema": SCHEMA_VERSION, **fields})
)
STORED = JSON | st.text() | RECORDS


def objective(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0, 1) + len(trial.suggest_categorical("c", ["a", "bb"]))


def tuned(storage: Any = None) -> optuna.Study:
    study = optuna.create_study(
        storage=storage, study_name="s", sampler=optuna.samplers.RandomSampler(seed=0)
    )
    study.optimize(objective, n_trials=24)
    return study


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(OF_A_STUDY), STORED, max_size=8))
def test_a_study_goes_on_whatever_is_kept_with_it(attributes: dict[str, Any]) -> None:
    study = _shared("attributes")
    kept = {key: attributes.get(key, "") for key in OF_A_STUDY}
    for key, value in kept.items():
        study._storage.set_study_system_attr(study._study_id, key, value)
    n = len(study.trials)
    for sampler in (GuidedSampler(TPESampler(seed=0)), LiteGPSampler(seed=0)):
        study.sampler = sampler
        study.tell(study.ask(), 1.0)
        objective(study.ask())
    GuideCallback()(study, study.trials[0])
    assert len(study.trials) == n + 4
    load_guidance(study)


@settings(max_examples=5)
@given(st.dictionaries(st.sampled_from(OF_A_STUDY), STORED, min_size=3, max_size=8))
def test_pages_answer_whatever_is_kept_with_a_study(attributes: dict[str, Any]) -> None:
    study = tuned()
    for key, value in attributes.items():
        study._storage.set_study_system_attr(study._study_id, key, value)
    client = open_workbench(study, read_only=True)
    client.wait_for_guidance()
    for path in _routes("GET"):
        answer = client.ask("GET", path)
        assert answer.status < 500, (path, answer.text[:300])


@settings(max_examples=40)
@given(st.binary(max_size=300), st.integers(1, 3))
def test_a_guidance_of_any_bytes_is_as_good_as_none(content: bytes, n_chunks: int) -> None:
    study = _shared("stored")
    if load_guidance(study) is None:
        guide = GuideCallback(publish=False)
        guide.update(study)
        assert guide.wait()
    attributes = study._storage.get_study_system_attrs(study._study_id)
    head = json.loads(attributes[keys.HEAD])
    slot = head["current"]["slot"]
    text = content.decode("latin-1")
    for k in range(n_chunks):
        study._storage.set_study_system_attr(study._study_id, keys.guidance_chunk(slot, k), text)
    found = load_guidance(study)
    study._storage._studies[study._study_id].system_attrs.update(attributes)
    assert found is None or found.version < head["current"]["version"]


@settings(max_examples=60)
@given(st.data())
def test_no_route_fails_at_any_query_or_body(data: st.DataObject) -> None:
    client = _client()
    method = data.draw(st.sampled_from(["GET", "POST"]))
    path = data.draw(st.sampled_from(_routes(method)))
    names = st.sampled_from(
        [
            "target",
            "direction",
            "brush",
            "params",
            "trials",
            "known",
            "studies",
            "after",
            "region",
            "numbers",
            "names",
            "n",
            "trial",
            "parent",
            "limits",
            "attribute",
            "beliefs",
            "param",
        ]
    )
    asked = data.draw(st.dictionaries(names, JSON, max_size=5))
    if method == "GET":
        texts = {name: json.dumps(value) for name, value in asked.items()}
        answer = client.ask("GET", f"{path}?{urlencode(texts, errors='replace')}")
    else:
        answer = client.post(path.removeprefix(f"{client.study}/"), asked)
    assert answer.status < 500, (path, asked, answer.text[:300])


@pytest.mark.parametrize("column", ["distribution_json", "param_value"])
@pytest.mark.parametrize("value", ["{", "null", '{"name": "FloatDistribution"}', "[" * 5000])
def test_a_broken_database_is_said_without_a_trace(
    column: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.db"
    tuned(f"sqlite:///{path}")
    with sqlite3.connect(path) as database:
        database.execute(f"UPDATE trial_params SET {column} = ?", (value,))
    assert cli.main(["show", f"sqlite:///{path}"]) == cli.FAILED
    said = capsys.readouterr().err
    assert said.startswith("optuna-guide: ")
    assert said.count("\n") <= 2
    client = Client(wsgi(f"sqlite:///{path}"), study_id=1)
    for name in ("trials", "guidance", "region"):
        answer = client.get(name)
        assert answer.status == 503, answer.text
        assert answer.json["error"]


def _routes(method: str) -> list[str]:
    """Paths of the Guide pages that are asked for so."""
    app = create_app(Material(optuna.storages.InMemoryStorage(), keep=False), Guard())
    return sorted(
        re.sub(r"<(\w+)[^>]*>", lambda part: FILLED[part[1]], route.rule)
        for route in app.routes
        if route.method == method
    )


def _commands() -> list[str]:
    parser = cli._parser()
    return sorted(parser._subparsers._group_actions[0].choices)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = f"sqlite:///{tmp_path_factory.mktemp('cli')}/s.db"
    study = tuned(found)
    with GuideCallback() as guide:
        guide.update(study)
    return found


WORDS = st.sampled_from(
    [
        "x=0.1:0.5",
        "c=a,bb",
        "x=",
        "=",
        "x=nan:nan",
        "3",
        "-1",
        "99999",
        "--trial",
        "-n",
        "-f",
        "json",
        "--target",
        "cost",
        "--study-name",
        "s",
        "--direction",
        "maximize",
        "--dry-run",
        "-v",
        "\x1b[31m",
        "x" * 300,
        "{}",
        "[1",
        "--limits",
        "1e400",
        "c+=z",
        "--author",
        "=cmd()",
    ]
) | st.text(max_size=12)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    command=st.sampled_from([c for c in _commands() if c not in NEVER_ENDS]),
    words=st.lists(WORDS, max_size=5),
)
def test_no_command_ends_in_a_trace(
    command: str, words: list[str], url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        code = cli.main([command, url, *words])
    except SystemExit as ended:
        code = ended.code
    assert code in (cli.OK, cli.FAILED, 2, cli.NOT_READY)


@pytest.mark.parametrize("command", _commands())
def test_no_command_tells_a_password(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for address in (
        f"postgresql://me:{PASSWORD}@127.0.0.1:1/db",
        f"mysql+pymysql://me:{PASSWORD}@127.0.0.1:1/db",
        f"nothing://me:{PASSWORD}@[",
        f"redis://:{PASSWORD}@127.0.0.1:1",
    ):
        for words in ([address], [address, address], [f"--of={address}"]):
            with suppress(SystemExit):
                cli.main([command, *words])
            said = capsys.readouterr()
            assert PASSWORD not in said.out + said.err


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.lists(st.lists(PLAIN, min_size=3, max_size=3), min_size=1, max_size=6).map(
        lambda rows: "\n".join(",".join(map(repr, row)) for row in rows).encode("utf-8", "replace")
    ),
    ending=st.sampled_from([".csv", ".json", ".jsonl", ".parquet", ".txt"]),
)
def test_a_file_of_any_bytes_is_a_study_or_refused(
    content: bytes, ending: str, tmp_path: Path
) -> None:
    path = tmp_path / f"table{ending}"
    path.write_bytes(content)
    with suppress(ValueError, OSError):
        study_from_frame(read_file(path), direction="minimize")


_KEPT: dict[str, Any] = {}


def _shared(name: str) -> optuna.Study:
    return _KEPT.setdefault(name, tuned())


def _client() -> Client:
    if "client" not in _KEPT:
        _KEPT["client"] = open_workbench(tuned())
        _KEPT["client"].wait_for_guidance()
    found: Client = _KEPT["client"]
    return found
