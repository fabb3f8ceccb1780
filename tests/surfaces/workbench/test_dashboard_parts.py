"""What relies on the inside of optuna-dashboard: it works with this one, and fails soft."""

from __future__ import annotations

import json
import logging
from typing import Any

import optuna
import pytest
from wsgi_client import Client

from optuna_guide import fit_guidance
from optuna_guide.surfaces.publishing import PUBLISHED, publish
from optuna_guide.surfaces.workbench import dashboard, wsgi
from optuna_guide.surfaces.workbench.material import Material

IDS = [f"guide_{name}" for name in PUBLISHED]


def tuned(n_trials: int = 30, **options: Any) -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0), **options)
    study.optimize(
        lambda t: t.suggest_float("x", 0, 1) + 0.1 * t.suggest_float("y", 0, 1), n_trials
    )
    return study


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    return tuned()


@pytest.fixture(scope="module")
def client(study: optuna.Study) -> Client:
    opened = Client(wsgi(study._storage))
    opened.wait_for_guidance()
    return opened


def ids(client: Client, study_id: int = 0) -> list[str]:
    answer = client.ask("GET", f"/api/studies/{study_id}")
    assert answer.status == 200, answer.text
    return [panel["id"] for panel in answer.json["plotly_graph_objects"]]


def test_the_dashboard_and_the_guide_share_an_origin(client):
    assert client.ask("GET", "/guide/studies/0").status == 200
    for path in ("/guide", "/guide/"):
        assert client.ask("GET", path).headers["location"] == "/guide/studies/0"
    assert client.ask("GET", "/").status == 302
    assert client.ask("GET", "/api/studies", HTTP_ACCEPT_ENCODING="gzip").status == 200


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/", "/dashboard/studies/0/note"])
def test_the_page_of_the_dashboard_loads_the_entry(client, path):
    answer = client.ask("GET", path)
    assert answer.body.count(dashboard.ENTRY) == 1
    assert answer.body.index(dashboard.ENTRY) < answer.body.index(b"</head>")
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert "etag" not in answer.headers
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_the_entry_is_there_where_the_browser_knows_the_page_already(client):
    first = client.ask("GET", "/dashboard")
    again = client.ask(
        "GET",
        "/dashboard",
        HTTP_IF_NONE_MATCH="*",
        HTTP_IF_MODIFIED_SINCE="Sat, 21 Nov 2037 00:00:00 GMT",
        HTTP_RANGE="bytes=0-9",
    )
    assert (again.status, again.body) == (200, first.body)


def test_the_script_of_the_entry_is_served(client):
    assert client.ask("GET", "/guide/static/shell/dashboard_entry.js").status == 200


def test_a_page_without_a_head_is_left_alone():
    def plain(environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [("ETag", "x"), ("Content-Length", "5")])
        return [b"plain"]

    answer = Client(lambda environ, start: dashboard.add_entry(plain, environ, start)).ask(
        "GET", "/dashboard"
    )
    assert (answer.body, answer.headers["etag"]) == (b"plain", "x")


def test_a_study_that_nobody_published_has_live_panels_in_order(client, study):
    assert ids(client) == IDS
    attributes = study._storage.get_study_system_attrs(0)
    assert not any(key.startswith("dashboard:plot_data") for key in attributes)


def test_panels_are_in_order_whatever_order_they_were_found_in(study):
    published = tuned()
    guidance = fit_guidance(published, seed=0)
    publish(published, guidance)
    key = "dashboard:plot_data:mine:0"
    published._storage.set_study_system_attr(0, key, json.dumps({"data": [], "layout": {}}))
    client = Client(wsgi(published._storage))
    assert ids(client) == [*IDS, "mine"]  # before there is a guidance at hand
    client.wait_for_guidance()
    assert ids(client) == [*IDS, "mine"]


def test_a_study_without_guidance_says_why_in_its_panels():
    client = Client(wsgi(tuned(5)._storage))
    client.wait_for_guidance()
    (first, *_) = client.ask("GET", "/api/studies/0").json["plotly_graph_objects"]
    assert "5 more" in first["graph_object"]


def test_panels_that_cannot_be_drawn_leave_the_answer_as_it_was(monkeypatch, caplog):
    client = Client(wsgi(tuned()._storage))
    client.wait_for_guidance()

    def fail(*_: Any) -> Any:
        raise RuntimeError("out of ink")

    monkeypatch.setattr(dashboard, "draw_published", fail)
    optuna.logging.enable_propagation()
    try:
        with caplog.at_level(logging.WARNING):
            assert ids(client) == []
    finally:
        optuna.logging.disable_propagation()
    assert "out of ink" in caplog.text


def test_a_dashboard_without_that_route_is_served_as_it_is():
    class Other:
        routes = ()

    study = tuned(1)
    assert not dashboard.add_panels(Other(), Material(study._storage, keep=False))
    assert not dashboard.add_panels(object(), Material(study._storage, keep=False))


def test_an_unknown_study_is_answered_as_by_the_dashboard_alone(client):
    answer = client.ask("GET", "/api/studies/99")
    assert answer.status == 404
    assert "reason" in answer.json


def test_a_read_only_server_refuses_the_writes_of_the_dashboard_as_well():
    study = tuned(3)
    client = Client(wsgi(study._storage, read_only=True))
    for method, path in (
        ("DELETE", "/api/studies/0"),
        ("POST", "/api/studies"),
        ("PUT", "/api/studies/0/note"),
        ("POST", "/api/studies/0/rename"),
    ):
        answer = client.ask(method, path, b"{}", CONTENT_TYPE="application/json")
        assert (answer.status, "read-only" in answer.json["reason"]) == (403, True)
    assert len(optuna.get_all_study_names(study._storage)) == 1
    assert client.ask("GET", "/api/studies/0").status == 200


def test_other_sites_cannot_delete_a_study_through_the_dashboard():
    study = tuned(3)
    client = Client(wsgi(study._storage))
    for environ in (
        {"HTTP_ORIGIN": "http://evil.example"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_HOST": "evil.example"},
    ):
        assert client.ask("DELETE", "/api/studies/0", b"", **environ).status == 403
    assert len(optuna.get_all_study_names(study._storage)) == 1
    same = {"HTTP_ORIGIN": "http://127.0.0.1", "CONTENT_TYPE": "application/json"}
    assert client.ask("DELETE", "/api/studies/0", b"{}", **same).status == 204


def test_a_study_that_is_deleted_in_the_dashboard_is_gone_from_the_guide(tmp_path, later):
    url = f"sqlite:///{tmp_path}/study.db"
    study = tuned(3, storage=url, study_name="study")
    client = Client(wsgi(url), study_id=study._study_id)
    assert client.get("trials").json["n"] == 3
    same = {"HTTP_ORIGIN": "http://127.0.0.1", "CONTENT_TYPE": "application/json"}
    deleted = client.ask("DELETE", f"/api/studies/{study._study_id}", b"{}", **same)
    assert deleted.status == 204
    later()
    assert client.get("trials").status == 404
    assert "no study yet" in client.ask("GET", "/guide").text


def test_names_that_are_allowed_reach_the_server(study):
    client = Client(wsgi(study._storage, allowed_hosts=["Guide.Example.org"]))
    assert client.ask("GET", "/guide/api/studies", HTTP_HOST="guide.example.org").status == 200
    assert client.ask("GET", "/dashboard", HTTP_HOST="other.example.org").status == 403
