"""Pages of other sites, and files that trials left, can do nothing on our origin."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.artifacts import FileSystemArtifactStore, upload_artifact
from wsgi_client import Client

from optuna_guide.surfaces.workbench import build, dashboard, wsgi
from optuna_guide.surfaces.workbench.security import EVERYWHERE, Guard

FILLED = {"<study_id:int>": "0", "<trial_id:int>": "0", "<artifact_id>": "a", "<filename>": "a"}


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    study = optuna.create_study()
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    return study


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FileSystemArtifactStore:
    return FileSystemArtifactStore(base_path=str(tmp_path_factory.mktemp("artifacts")))


def open_client(study: optuna.Study, **options: Any) -> Client:
    return Client(wsgi(study._storage, **options))


def requests(study: optuna.Study, store: FileSystemArtifactStore) -> list[tuple[str, str]]:
    """Method and path of everything that the dashboard answers."""
    _, material = build(study._storage, Guard(), store)
    found = []
    for route in dashboard.load(material, store).routes:  # type: ignore[attr-defined]
        path = route.rule
        for part, value in FILLED.items():
            path = path.replace(part, value)
        found.append((route.method, path))
    return found


def test_every_answer_has_the_headers_that_keep_it_apart(study, store):
    client = open_client(study, artifact_store=store)
    asked = [*requests(study, store), ("GET", "/guide"), ("GET", "/nowhere"), ("GET", "/guide/no")]
    assert len(asked) > 20
    for method, path in asked:
        if method in ("GET", "POST"):
            answer = client.ask(method, path, b"" if method == "POST" else None)
            missing = {name for name in EVERYWHERE if name.lower() not in answer.headers}
            assert not missing, (method, path, missing)
            assert "access-control-allow-origin" not in answer.headers, path


def test_a_read_only_server_refuses_every_method_that_changes_something(study, store):
    client = open_client(study, read_only=True, artifact_store=store)
    changing = [(m, path) for m, path in requests(study, store) if m not in ("GET", "HEAD")]
    assert len(changing) > 8
    for method, path in changing:
        answer = client.ask(method, path, b"{}", CONTENT_TYPE="application/json")
        assert answer.status == 403, (method, path)
    assert optuna.get_all_study_names(study._storage) == [study.study_name]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("destination", ["iframe", "frame", "embed", "object"])
@pytest.mark.parametrize("path", ["/dashboard", "/guide", "/guide/studies/0"])
def test_no_page_stands_in_a_frame_of_another_site(study, site, destination, path):
    answer = open_client(study).ask(
        "GET",
        path,
        HTTP_SEC_FETCH_SITE=site,
        HTTP_SEC_FETCH_MODE="navigate",
        HTTP_SEC_FETCH_DEST=destination,
    )
    assert answer.status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/api/studies", "/guide/api/studies"])
@pytest.mark.parametrize("mode", ["navigate", "no-cors", "cors"])
def test_other_sites_ask_for_no_data(study, site, path, mode):
    answer = open_client(study).ask(
        "GET",
        path,
        HTTP_SEC_FETCH_SITE=site,
        HTTP_SEC_FETCH_MODE=mode,
        HTTP_SEC_FETCH_DEST="document",
    )
    assert answer.status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "same-origin"])
def test_a_link_to_a_page_works(study, site):
    answer = open_client(study).ask(
        "GET",
        "/guide/studies/0",
        HTTP_SEC_FETCH_SITE=site,
        HTTP_SEC_FETCH_MODE="navigate",
        HTTP_SEC_FETCH_DEST="document",
    )
    assert answer.status == 200


def test_a_proxy_passes_the_name_of_the_server_on(study):
    client = open_client(study, allowed_hosts=["guide.example.org"])
    named = {"HTTP_HOST": "guide.example.org", "HTTP_ORIGIN": "https://guide.example.org"}
    page = client.ask("GET", "/guide/studies/0", **named)
    client.token = re.findall(r'guide-token" content="([^"]+)', page.text)[0]
    assert client.post("kept", {"numbers": [1]}, **named).json["kept"] == [1]
    hidden = {**named, "HTTP_HOST": "127.0.0.1:8080"}
    assert client.post("kept", {"numbers": []}, **hidden).status == 403


def test_an_artifact_that_is_a_page_runs_no_script(study, store, tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text("<script>fetch('/guide/studies/0')</script>")
    artifact = upload_artifact(
        artifact_store=store, file_path=str(page), study_or_trial=study, storage=study._storage
    )
    answer = open_client(study, artifact_store=store).ask("GET", f"/artifacts/0/{artifact}")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "allow-scripts" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/dashboard", "/api/studies"])
def test_a_dashboard_that_cannot_be_loaded_says_why(study, path, monkeypatch):
    def fail(*_: Any) -> Any:
        raise ConnectionError("postgresql://me:geheim@host does not answer")

    monkeypatch.setattr(dashboard, "load", fail)
    answer = open_client(study).ask("GET", path)
    assert answer.status == 503
    assert "postgresql://me:***@host does not answer" in answer.text
