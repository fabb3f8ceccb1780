"""Who may read and who may write, and that no name or body is more than text."""

from __future__ import annotations

import json
import re
from typing import Any

import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wsgi_client import Client, open_workbench

from optuna_guide.surfaces.workbench.arguments import MAX_INTERVALS
from optuna_guide.surfaces.workbench.security import HEADERS, MAX_BODY, is_loopback
from optuna_guide.surfaces.workbench.server import STUDY

NAMES = (
    "<script>alert(1)</script>",
    "\"onload='x'",
    "{{token}}",
    "__proto__",
    "constructor",
    "",
    "n" * 10_000,
    "lone \ud800 surrogate",
    "a\nb\x00c",
)
WRITES: dict[str, Any] = {
    "region": {"region": {"x": {"intervals": [[0.1, 0.5]]}}},
    "region/clear": {},
    "region/pause": {},
    "region/resume": {},
    "region/undo": {},
    "context": {"names": ["c"]},
    "direction": {"attribute": "attribute x", "direction": "maximize"},
    "kept": {"numbers": [1]},
    "next_study": {"name": "next", "region": {"x": {"intervals": [[0.0, 0.9]]}}},
    "experiments/enqueue": {"parent": 3, "trials": [{"x": 0.5, "c": 0}]},
    "experiments/repeat": {"trial": 3, "n": 2},
    "experiments/cancel": {"numbers": [3]},
    "experiments/reorder": {"numbers": [3]},
    "experiments/stop": {},
    "experiments/fail": {"trial": 3},
}


def tuned(name: str = "study", parameter: str = "x", choice: str = "b") -> optuna.Study:
    def objective(trial: optuna.Trial) -> float:
        trial.set_user_attr(f"attribute {parameter}", choice)
        trial.suggest_categorical("c", ["a", choice])
        return trial.suggest_float(parameter, 0, 1)

    study = optuna.create_study(study_name=name, sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=30)
    return study


def kept(study: optuna.Study) -> Any:
    """Everything that a page could have changed."""
    attributes = study._storage.get_study_system_attrs(study._study_id)
    names = optuna.get_all_study_names(study._storage)
    return json.dumps([attributes, study.user_attrs, len(study.trials), names], default=repr)


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    return tuned()


@pytest.fixture(scope="module")
def client(study: optuna.Study) -> Client:
    opened = open_workbench(study)
    opened.wait_for_guidance()
    return opened


REFUSED: dict[str, tuple[dict[str, str | None], int]] = {
    "no token": ({"HTTP_X_GUIDE_TOKEN": None}, 403),
    "a wrong token": ({"HTTP_X_GUIDE_TOKEN": "x" * 43}, 403),
    "a token that is no text": ({"HTTP_X_GUIDE_TOKEN": "\udcff"}, 403),
    "another origin": ({"HTTP_ORIGIN": "http://evil.example"}, 403),
    "another port": ({"HTTP_ORIGIN": "http://127.0.0.1:1234"}, 403),
    "an opaque origin": ({"HTTP_ORIGIN": "null"}, 403),
    "no origin": ({"HTTP_ORIGIN": None}, 403),
    "another host": ({"HTTP_HOST": "evil.example", "HTTP_ORIGIN": "http://evil.example"}, 403),
    "an origin that is no address": ({"HTTP_ORIGIN": "http://["}, 403),
    "another site": ({"HTTP_SEC_FETCH_SITE": "cross-site"}, 403),
    "a form": ({"CONTENT_TYPE": "application/x-www-form-urlencoded"}, 415),
    "plain text": ({"CONTENT_TYPE": "text/plain"}, 415),
    "no type": ({"CONTENT_TYPE": ""}, 415),
    "no length": ({"CONTENT_LENGTH": ""}, 411),
    "a length that is no number": ({"CONTENT_LENGTH": "many"}, 411),
    "a negative length": ({"CONTENT_LENGTH": "-5"}, 411),
    "a huge length": ({"CONTENT_LENGTH": str(10**9)}, 413),
}


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize(("environ", "status"), REFUSED.values(), ids=REFUSED)
def test_a_write_that_is_not_from_our_page_is_refused(client, study, name, environ, status):
    before = kept(study)
    answer = client.post(name, WRITES[name], **environ)
    assert answer.status == status
    assert answer.json["error"]
    assert kept(study) == before


@pytest.mark.parametrize("name", WRITES)
def test_a_read_only_server_refuses_every_write(name):
    study = tuned()
    client = open_workbench(study, read_only=True)
    before = kept(study)
    answer = client.post(name, WRITES[name])
    assert answer.status == 403
    assert "read-only" in answer.json["error"]
    assert kept(study) == before
    assert 'content=""' in client.ask("GET", "/guide/studies/0").text  # no token either


def test_every_write_is_tried_here():
    from optuna_guide.surfaces.workbench.queueing import QUEUEING
    from optuna_guide.surfaces.workbench.writes import WRITES as KNOWN

    assert set(WRITES) == {*KNOWN, *QUEUEING, "next_study"}
    assert STUDY.startswith("/guide/api/")


@pytest.mark.parametrize("name", ["trials", "guidance", "region"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "", "127.0.0.1.evil.com"])
def test_a_page_of_another_name_reads_nothing(client, name, host):
    answer = client.ask("GET", f"{client.study}/{name}", HTTP_HOST=host, SERVER_NAME="")
    assert answer.status == 403
    assert "--allow-host" in answer.json["error"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1:80", "localhost:8080", "[::1]:8080", "192.168.0.7:8080", "a.localhost"]
)
def test_addresses_and_this_machine_are_known(client, host):
    assert client.ask("GET", "/guide/api/studies", HTTP_HOST=host).status == 200


WRONG_BODIES: dict[str, tuple[str, Any]] = {
    "no JSON": ("region", b"{"),
    "no UTF-8": ("region", b"\xff\xfe"),
    "deep": ("region", b"[" * 100_000),
    "a list": ("region", []),
    "null": ("region", None),
    "no region": ("region", {}),
    "an empty region": ("region", {"region": {}}),
    "a region that is a list": ("region", {"region": [1]}),
    "an unknown parameter": ("region", {"region": {"nope": {"intervals": [[0, 1]]}}}),
    "__proto__": ("region", {"region": {"__proto__": {"intervals": [[0, 1]]}}}),
    "no interval": ("region", {"region": {"x": {"intervals": []}}}),
    "a reversed interval": ("region", {"region": {"x": {"intervals": [[0.9, 0.1]]}}}),
    "an interval outside": ("region", {"region": {"x": {"intervals": [[5, 6]]}}}),
    "NaN": ("region", b'{"region": {"x": {"intervals": [[NaN, 1]]}}}'),
    "infinity": ("region", b'{"region": {"x": {"intervals": [[0, Infinity]]}}}'),
    "a huge integer": ("region", {"region": {"x": {"intervals": [[0, 10**400]]}}}),
    "texts": ("region", {"region": {"x": {"intervals": [["0", "1"]]}}}),
    "flags": ("region", {"region": {"x": {"intervals": [[False, True]]}}}),
    "three ends": ("region", {"region": {"x": {"intervals": [[0, 1, 2]]}}}),
    "a choice that does not exist": ("region", {"region": {"c": {"choices": [2]}}}),
    "a negative choice": ("region", {"region": {"c": {"choices": [-1]}}}),
    "a choice by name": ("region", {"region": {"c": {"choices": ["a"]}}}),
    "choices of a number": ("region", {"region": {"x": {"choices": [0]}}}),
    "a comment that is a number": (
        "region", {"region": {"x": {"intervals": [[0, 0.5]]}}, "comment": 5}
    ),
    "a long comment": (
        "region", {"region": {"x": {"intervals": [[0, 0.5]]}}, "comment": "a" * 501}
    ),
    "a long author": ("region/clear", {"author": "a" * 501}),
    "an author that is a list": ("region/pause", {"author": []}),
    "no numbers": ("kept", {}),
    "numbers that are text": ("kept", {"numbers": ["1"]}),
    "numbers that are flags": ("kept", {"numbers": [True]}),
    "a negative number": ("kept", {"numbers": [-1]}),
    "an unknown number": ("kept", {"numbers": [30]}),
    "a huge number": ("kept", {"numbers": [10**30]}),
    "too many numbers": ("kept", {"numbers": list(range(30)) * 4}),
    "no trials": ("experiments/enqueue", {}),
    "an empty list of trials": ("experiments/enqueue", {"trials": []}),
    "too many trials": ("experiments/enqueue", {"trials": [{"x": 0.5}] * 201}),
    "a trial that is a list": ("experiments/enqueue", {"trials": [[1]]}),
    "a trial of nothing": ("experiments/enqueue", {"trials": [{}]}),
    "one trial of two that cannot run": (
        "experiments/enqueue", {"trials": [{"x": 0.5, "c": 0}, {"x": 2.0, "c": 0}]}
    ),
    "a value that is no number": ("experiments/enqueue", b'{"trials": [{"x": NaN}]}'),
    "a choice that does not exist, enqueued": ("experiments/enqueue", {"trials": [{"c": 7}]}),
    "an unknown kind": ("experiments/enqueue", {"kind": "repeat", "trials": [{"x": 0.5}]}),
    "an unknown parent": ("experiments/enqueue", {"parent": 99, "trials": [{"x": 0.5}]}),
    "an unknown target": ("experiments/enqueue", {"target": "no", "trials": [{"x": 0.5}]}),
    "again that is a number": ("experiments/enqueue", {"again": 1, "trials": [{"x": 0.5}]}),
    "no repeats": ("experiments/repeat", {"trial": 3, "n": 0}),
    "many repeats": ("experiments/repeat", {"trial": 3, "n": 10_000}),
    "nothing to cancel": ("experiments/cancel", {}),
    "an unknown trial to cancel": ("experiments/cancel", {"numbers": [99]}),
    "a trial to cancel twice": ("experiments/cancel", {"numbers": [3, 3]}),
    "a trial to reorder that is a flag": ("experiments/reorder", {"numbers": [True]}),
    "a trial to fail that is over": ("experiments/fail", {"trial": 3}),
    "a name that is a number": ("next_study", {"name": 5}),
    "a name that is too long": ("next_study", {"name": "a" * 501}),
}  # fmt: skip


@pytest.mark.parametrize(("name", "body"), WRONG_BODIES.values(), ids=WRONG_BODIES)
def test_a_wrong_body_is_refused_with_a_reason_and_changes_nothing(client, study, name, body):
    before = kept(study)
    answer = client.post(name, body)
    assert 400 <= answer.status < 500, answer.text
    assert len(answer.json["error"]) > 10
    assert kept(study) == before


def test_a_brush_of_thousands_of_pieces_is_refused(client):
    pieces = [[k / 1000, k / 1000 + 1e-5] for k in range(MAX_INTERVALS + 1)]
    answer = client.get("estimates", brush={"x": pieces})
    assert (answer.status, "at most 100 intervals" in answer.json["error"]) == (400, True)
    assert client.get("estimates", brush={"x": pieces[1:]}).status == 200


def test_an_oversized_body_is_not_read(client, study):
    before = kept(study)
    answer = client.post("kept", {"numbers": [1] * MAX_BODY})
    assert answer.status == 413
    assert kept(study) == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150)
@given(st.sampled_from(sorted(WRITES)), JSON)
def test_no_body_makes_the_server_fail(name, value):
    client = _shared()
    for body in (
        value,
        {"region": value},
        {"region": {"x": value}},
        {"numbers": value},
        {"trials": value},
        {"trials": [{"x": value}], "parent": value},
    ):
        assert client.post(name, body).status < 500


@settings(max_examples=150)
@given(
    st.sampled_from(
        [
            "trials",
            "guidance",
            "estimates",
            "predict",
            "subset",
            "curves",
            "details",
            "experiments/ablations",
            "experiments/variations",
            "experiments/check",
        ]
    ),
    st.sampled_from(
        ["target", "after", "brush", "params", "trials", "known", "direction", "trial", "limits"]
    ),
    st.text(max_size=20) | JSON.map(json.dumps),
)
def test_no_query_makes_the_server_fail(name, key, text):
    assert _shared().get(name, **{key: text}).status < 500


_CACHE: list[Client] = []


def _shared() -> Client:
    if not _CACHE:
        _CACHE.append(open_workbench(tuned()))
        _CACHE[0].wait_for_guidance()
    return _CACHE[0]


@pytest.mark.parametrize(
    "path",
    [
        "../security.py",
        "../../../etc/passwd",
        "..%2f..%2fsecurity.py",
        "views/../../security.py",
        "/etc/passwd",
        "....//security.py",
        "..\\security.py",
        ".hidden",
        "views/",
        "",
        "nope.js",
        "main.js\x00.css",
        "a" * 5000,
    ],
)
def test_only_files_of_the_folder_are_served(client, path):
    answer = client.ask("GET", f"/guide/static/{path}")
    assert answer.status == 404
    assert b"root:" not in answer.body
    assert b"hmac" not in answer.body


@pytest.mark.parametrize("path", ["/guide", "/guide/studies/0", "/guide/static/shell/main.js"])
def test_pages_run_no_script_but_ours(client, path):
    answer = client.ask("GET", path)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    assert answer.headers["x-content-type-options"] == "nosniff"
    if "html" in answer.headers["content-type"]:
        assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text)
        assert not re.search(r"\son\w+=", answer.text)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_any_name_is_text_on_every_page_and_in_every_answer(name):
    study = tuned(name, parameter=name, choice=name)
    optuna.create_study(storage=study._storage, study_name=f"{name} again")  # there is a list
    client = open_workbench(study)
    for path in ("/guide", "/guide/studies/0"):
        page = client.ask("GET", path)
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "\"onload='" not in page.text
        if path == "/guide":
            assert client.token not in page.text
        else:
            assert page.text.count(client.token) == 1
    trials = client.get("trials").json
    assert trials["study"]["name"] == name
    (param,) = [p for p in trials["params"] if p["kind"] == "float"]
    assert param["name"] == name
    guidance = client.wait_for_guidance()["guidance"]
    assert name in [p["name"] for p in guidance["params"]]
    brush = {name: [[0.0, 0.5]]}
    assert client.get("estimates", brush=brush).json["n_inside"] > 0
    assert client.get("predict", params={name: 0.25}).status == 200
    assert client.get("subset", params=[name]).status == 200
    for panel in ("importance", "effects", "parallel_coordinates", "findings"):
        figure = client.get(f"figure/{panel}")
        assert figure.status == 200, figure.text
        assert b"<script>" not in figure.body
    applied = client.post("region", {"region": {name: {"intervals": [[0.1, 0.5]]}}})
    assert applied.status == 200, applied.text
    assert applied.json["current"]["region"] == {name: {"intervals": [[0.1, 0.5]]}}


@pytest.mark.parametrize("study_id", ["77", "-1", "1" * 30, "1" * 400])
@pytest.mark.parametrize("path", ["studies/{}", "api/studies/{}/trials", "api/studies/{}/region"])
def test_an_unknown_study_is_not_found(client, study_id, path):
    answer = client.ask("GET", f"/guide/{path.format(study_id)}")
    assert answer.status == 404
    assert "no such study" in (answer.text if path == "studies/{}" else answer.json["error"])


@pytest.mark.parametrize("path", ["/guide/studies/77", "/guide/nope", "/guide/studies/x"])
def test_people_are_told_by_a_page_as_strict_as_the_others(client, path):
    answer = client.ask("GET", path)
    assert answer.status == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
    assert '<a href="/guide">All studies</a>' in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("site", "mode", "status"),
    [
        ("cross-site", "no-cors", 403),
        ("cross-site", "cors", 403),
        ("cross-site", "navigate", 200),
        ("same-origin", "cors", 200),
        ("none", "navigate", 200),
    ],
)
def test_other_sites_may_link_to_a_page_and_no_more(client, site, mode, status):
    sent = {"HTTP_SEC_FETCH_SITE": site, "HTTP_SEC_FETCH_MODE": mode}
    assert client.ask("GET", "/guide/studies/0", **sent).status == status


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/guide/studies/0", "text/html"), ("/dashboard", "text/html"), ("/api/meta", "/json")],
)
def test_an_unknown_host_is_refused_in_the_words_of_who_asks(client, path, kind):
    answer = client.ask("GET", path, HTTP_HOST="<script>.example")
    assert (answer.status, kind in answer.headers["content-type"]) == (403, True)
    assert "allow-host" in answer.text
    assert ("<script>" in answer.text) == (kind == "/json")


def test_what_is_no_study_or_no_path_is_not_found(client):
    for path in ("/guide/api/studies/x/trials", "/guide/static/nope", f"{client.study}/nope"):
        answer = client.ask("GET", path)
        assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
    answer = client.ask("DELETE", f"{client.study}/region", HTTP_ORIGIN="http://127.0.0.1")
    assert answer.status == 405


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.7", False),
        ("example.org", False),
    ],
)
def test_only_loopback_addresses_stay_on_the_machine(host, answer):
    assert is_loopback(host) is answer
