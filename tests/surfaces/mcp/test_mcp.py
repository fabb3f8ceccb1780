"""The tools as an agent uses them, in the same process; and once as a program over stdio."""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.storages import InMemoryStorage
from ugly import UGLY

mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp.client.stdio import StdioServerParameters  # noqa: E402

from optuna_guide.store.keys import ASKED, EXPERIMENT, TOLD  # noqa: E402
from optuna_guide.store.regions import load_region  # noqa: E402
from optuna_guide.surfaces.mcp import build  # noqa: E402
from optuna_guide.surfaces.mcp.sizes import MAX_BYTES, size_of  # noqa: E402

READING = {
    "list_studies",
    "guidance",
    "knowledge",
    "find_basins",
    "find_dead_ends",
    "propose",
    "check",
    "ablate",
    "recommend",
    "forecast",
}
WRITING = {"ask", "tell", "enqueue", "enqueue_ablations", "apply_region", "clear_region"}


def objective(trial: optuna.Trial) -> float:
    x, kind = trial.suggest_float("x", -3, 3), trial.suggest_categorical("kind", ["a", "b"])
    z = trial.suggest_float("z", 0, 1) if kind == "a" else 0.5
    rate = trial.suggest_float("rate", 1e-4, 1, log=True)
    return min((x - 2) ** 2, (x + 2) ** 2 + 0.1) + 0.2 * (math.log10(rate) + 2) ** 2 + z / 10


def make_study(storage: Any = None, n_trials: int = 60) -> optuna.Study:
    sampler = optuna.samplers.RandomSampler(seed=0)
    study = optuna.create_study(storage=storage or InMemoryStorage(), sampler=sampler)
    study.optimize(objective, n_trials=n_trials)
    return study


def contents(study: optuna.Study) -> str:
    attributes = study._storage.get_study_system_attrs(study._study_id)
    return repr((attributes, study.user_attrs, study.trials))


class Agent:
    """What an agent does: it calls tools, and reads what they answer."""

    def __init__(self, client: Any) -> None:
        self.client = client

    async def __call__(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result = await self.client.call_tool(tool, arguments)
        assert not result.is_error, result.content[0].text
        found: dict[str, Any] = result.structured_content
        assert json.loads(result.content[0].text) == found
        assert size_of(found) <= MAX_BYTES
        return found

    async def fails(self, name: str, /, **arguments: Any) -> str:
        result = await self.client.call_tool(name, arguments)
        assert result.is_error
        text: str = result.content[0].text
        return text


def run(job: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: that of the tests may have a running loop, as a browser's."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, job).result()


def work(
    study: optuna.Study, job: Callable[[Agent], Coroutine[Any, Any, None]], **options: Any
) -> None:
    async def go() -> None:
        server = build(study._storage, **options)
        async with mcp.Client(server, raise_exceptions=True) as client:
            await job(Agent(client))

    run(go())


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    return make_study()


def test_without_allow_writes_the_tools_that_write_do_not_exist(study: optuna.Study) -> None:
    async def job(agent: Agent) -> None:
        tools = (await agent.client.list_tools()).tools
        assert {tool.name for tool in tools} == READING
        assert all(tool.annotations.read_only_hint and tool.output_schema for tool in tools)

    work(study, job)


def test_reading_writes_nothing(study: optuna.Study) -> None:
    before = contents(study)

    async def job(agent: Agent) -> None:
        for tool in sorted(READING - {"check"}):
            await agent(tool)
        await agent("check", params={"x": 1.0}, based_on=3)

    work(study, job)
    assert contents(study) == before


def test_what_is_proposed_is_worth_running_and_new(study: optuna.Study) -> None:
    async def job(agent: Agent) -> None:
        points = (await agent("propose", n=3))["points"]
        assert {point["verdict"] for point in points} == {"run"}
        assert len({json.dumps(point["params"]) for point in points}) == 3
        for point in points:
            assert point["low"] < point["predicted"] < point["high"]
            assert (await agent("check", params=point["params"]))["verdict"] == "run"
            assert objective(optuna.trial.FixedTrial(point["params"])) < 3
            assert ("z" in point["params"]) == (point["params"]["kind"] == "a")

    work(study, job)


def test_check_says_why_a_trial_is_not_worth_running(study: optuna.Study) -> None:
    bad = {"x": 0.0, "kind": "b", "rate": 1e-2}

    async def job(agent: Agent) -> None:
        tried = await agent("check", params={}, based_on=7)
        assert (tried["verdict"], tried["novelty"]) == ("tried", 0.0)
        dominated = await agent("check", params=bad)
        assert dominated["verdict"] == "dominated"
        assert f"Trial {study.best_trial.number} reached" in dominated["why"][0]
        impossible = await agent("check", params={"x": 7})
        assert impossible["verdict"] == "impossible"
        assert "it takes numbers from -3 to 3" in impossible["why"][0]

    work(study, job)


def test_two_basins_are_told_apart(study: optuna.Study) -> None:
    async def job(agent: Agent) -> None:
        basins = (await agent("find_basins"))["basins"]
        assert {math.copysign(1, basin["params"]["x"]) for basin in basins[:2]} == {1.0, -1.0}

    work(study, job)


def test_errors_say_what_to_do() -> None:
    study = make_study(n_trials=3)
    optuna.create_study(storage=study._storage, study_name="other")

    async def job(agent: Agent) -> None:
        assert "Pass `study`: the storage holds" in await agent.fails("guidance")
        assert "There is no study 'x'" in await agent.fails("guidance", study="x")
        named = {"study": study.study_name}
        assert "Run more trials first" in await agent.fails("recommend", **named)
        assert "3 trials are complete, 5 are needed" in await agent.fails("propose", **named)
        assert "has no trial 9: the last one is 2" in await agent.fails("ablate", trial=9, **named)

    work(study, job)


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("guidance", {"name": "x"}, "'name' is no argument: guidance takes study: Name of the"),
        ("list_studies", {"a": 1, "b": 2}, "'a' and 'b' are no argument: list_studies takes no"),
        ("forecast", {"n_trials": 0}, "n_trials is 0: it should be greater than or equal to 1. "),
        ("forecast", {"n_trials": "many"}, "n_trials is 'many': it should be a valid integer. "),
        ("check", {}, "params is missing. check takes params (needed): Parameter to value, as"),
        ("check", {"params": "x" * 999}, "params is 'xxx"),
        ("guess", {}, "There is no tool 'guess': there are list_studies, guidance, "),
    ],
)
def test_wrong_arguments_are_told_with_those_that_are_known(study, tool, arguments, said):
    async def job(agent: Agent) -> None:
        text = await agent.fails(tool, **arguments)
        assert text.startswith(said)
        assert text.endswith(".")
        assert "pydantic" not in text
        assert len(text) < 400
        for known in (await agent.client.list_tools()).tools:
            assert known.input_schema["additionalProperties"] is False

    work(study, job)


def test_whatever_is_written_carries_who_asked_and_why() -> None:
    study = make_study()

    async def job(agent: Agent) -> None:
        assert {t.name for t in (await agent.client.list_tools()).tools} == READING | WRITING
        wanted = {"x": 1.9, "kind": "b", "rate": 0.01}
        written = await agent("enqueue", params=wanted, why="between the best two")
        assert written["trials"] == [60]
        assert (await agent("enqueue", params=wanted, why="the same"))["trials"] == []
        begun = await agent("ask", why="to run it myself")
        assert begun == {"trial": 60, "params": wanted, "was_enqueued": True, "left_out": ""}
        await agent("tell", trial=60, values=[0.01])
        assert "does not run" in await agent.fails("tell", trial=60, values=[0.01])
        drawn = await agent("ask", why="to go on")
        assert ("z" in drawn["params"]) == (drawn["params"]["kind"] == "a")
        assert "has 1 finite values" in await agent.fails("tell", trial=61, values=[1.0, 2.0])
        await agent("tell", trial=61, state="fail")
        applied = await agent("apply_region", ranges=["x=1:3"], why="the better basin")
        assert applied["done"][0] == "applied: x 1 … 3"
        assert applied["done"][1].startswith("Next trial: confined to x 1 … 3 (Ana's agent")
        assert (await agent("check", params={"x": -2.0}, based_on=60))["verdict"] == "outside"
        for point in (await agent("propose", n=2))["points"]:
            assert 1 <= point["params"]["x"] <= 3

    work(study, job, allow_writes=True, author="Ana's agent")
    enqueued, failed = study.trials[60:]
    assert enqueued.value == 0.01
    assert enqueued.user_attrs[EXPERIMENT]["author"] == "Ana's agent"
    assert enqueued.user_attrs[EXPERIMENT]["comment"] == "between the best two"
    assert failed.user_attrs[ASKED] == {"author": "Ana's agent", "comment": "to go on"}
    assert (failed.state, failed.user_attrs[TOLD]) == (optuna.trial.TrialState.FAIL, "Ana's agent")
    region = load_region(study)
    assert region is not None
    assert (region.author, region.comment) == ("Ana's agent", "the better basin")


def large_and_ugly() -> optuna.Study:
    """Long names in any script, 60 parameters, failures."""
    study = optuna.create_study(
        sampler=optuna.samplers.RandomSampler(seed=0), study_name="s" * 200
    )

    def many(trial: optuna.Trial) -> float:
        names = [f"{'学習率の長い名前' if k % 3 else 'rate of layer'} {k}" for k in range(50)]
        values = [trial.suggest_float(name, 1e-5, 1, log=True) for name in names]
        choices = [trial.suggest_categorical(f"c{k}", ["<b>", "x" * 60, None]) for k in range(10)]
        if choices[0] == "<b>":
            raise RuntimeError
        return sum(math.log10(v) ** 2 / (k + 1) ** 2 for k, v in enumerate(values))

    study.optimize(many, n_trials=100, catch=RuntimeError)
    return study


@pytest.mark.slow
def test_answers_about_a_large_ugly_study_stay_small() -> None:
    async def job(agent: Agent) -> None:  # the agent checks the size of each answer
        guidance = await agent("guidance")
        assert "of params" in guidance["left_out"]
        assert "c0" in (await agent("find_dead_ends"))["dead_ends"][0]
        ablations = await agent("ablate")
        assert "of children" in ablations["left_out"]
        await agent("knowledge")
        await agent("find_basins")

    work(large_and_ugly(), job)


@pytest.mark.parametrize("name", ["no trials", "odd names", "mixed choices", "two objectives"])
def test_an_ugly_study_is_answered_or_refused_in_words(name: str) -> None:
    study = UGLY[name]()

    async def job(agent: Agent) -> None:
        for tool in sorted(READING - {"check"}):
            result = await agent.client.call_tool(tool, {})
            if result.is_error:
                assert re.search("yet|matter of taste|No |no ", result.content[0].text)
            else:
                json.loads(result.content[0].text, parse_constant=pytest.fail)

    work(study, job)


def test_a_program_answers_over_stdio(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'study.db'}"
    make_study(url, n_trials=12)
    root = str(Path(__file__).parents[3])
    program = StdioServerParameters(
        command=sys.executable,
        args=["-m", "optuna_guide", "mcp", url, "--allow-writes"],
        env={**os.environ, "PYTHONPATH": root},
    )

    async def go() -> None:
        async with mcp.Client(program) as client:
            agent = Agent(client)
            assert len((await agent("list_studies"))["names"]) == 1
            await agent("enqueue", params={"x": 1.0, "kind": "b", "rate": 0.1}, why="a test")
            prompts = [p.name for p in (await client.list_prompts()).prompts]
            assert prompts == ["next_trials", "review", "stop_or_go_on", "explain_best"]
            told = await client.get_prompt("next_trials", {"n": "2"})
            assert "`propose` with n=2" in told.messages[0].content.text

    run(go())
    (waiting,) = optuna.load_study(study_name=None, storage=url).get_trials(
        states=[optuna.trial.TrialState.WAITING]
    )
    assert waiting.user_attrs[EXPERIMENT]["author"] == "mcp"
