"""The tools that only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from mcp_types import ToolAnnotations
from pydantic import Field

from optuna_guide.experiments.ablate import ablate
from optuna_guide.experiments.naming import find_trial
from optuna_guide.experiments.proposals import propose as propose_points
from optuna_guide.experiments.worth import judge
from optuna_guide.sampling.outlook.basins import find_basins
from optuna_guide.sampling.outlook.forecasting import forecast_from
from optuna_guide.sampling.outlook.recommending import recommend_from
from optuna_guide.store.attributes import is_shared
from optuna_guide.surfaces.mcp import answers, saying
from optuna_guide.surfaces.mcp.desk import Desk, as_told, ready, tool
from optuna_guide.surfaces.mcp.sizes import told
from optuna_guide.words import outlook

if TYPE_CHECKING:
    from mcp.server import MCPServer

MAX_POINTS = 10

StudyName = Annotated[
    str | None, Field(description="Name of the study; needed where the storage holds several")
]
ParamValues = Annotated[
    dict[str, Any], Field(description="Parameter to value, as the study has them")
]
Based = Annotated[
    int | None, Field(description="Trial whose values hold for parameters that are not given")
]
TrialNumber = Annotated[
    int | None, Field(description="Number of the trial; the best one by default")
]


class _Questions:
    """A method for each tool; its docstring is what the agent reads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list_studies(self) -> answers.StudyNames:
        """Names of the studies in the storage."""
        return answers.StudyNames(self._desk.names())

    def guidance(self, study: StudyName = None) -> answers.GuidanceOverview:
        """What matters in a study, which ranges are promising, how far to trust it. Read first."""
        reading = self._desk.read(study)
        return saying.say_guidance(reading, ready(reading.guidance, "guidance"))

    def knowledge(self, study: StudyName = None) -> answers.Knowledge:
        """What the trials tell beyond chance, and what they cannot tell, or puts it in doubt."""
        return saying.say_knowledge(self._desk.read(study))

    def find_basins(self, study: StudyName = None) -> answers.Basins:
        """Where good configurations lie apart from one another, the best group first."""
        reading = self._desk.read(study)
        process = ready(reading.process, "model of the trials")
        found = find_basins(process, reading.snapshot)
        basins = [
            answers.BasinAnswer(b.trial, b.expected, b.observed, told(b.params), list(b.trials))
            for b in found
        ]
        return answers.Basins(reading.basis.goal.title, reading.basis.goal.direction, basins)

    def find_dead_ends(self, study: StudyName = None) -> answers.DeadEnds:
        """Where not to go: where trials fail, ranges to avoid, what became of each branch."""
        return saying.say_dead_ends(self._desk.read(study))

    def propose(
        self,
        n: Annotated[int, Field(ge=1, le=MAX_POINTS)] = 3,
        study: StudyName = None,
    ) -> answers.Configurations:
        """Configurations to try next, with what to expect, how new they are, and why.

        They keep to the applied region, and differ from what waits and runs. Nothing is written.
        """
        reading = self._desk.read(study)
        found = propose_points(reading.basis, n, promising=reading.promising)
        return saying.say_points(reading, ready(found, "proposal"), n)

    def check(
        self, params: ParamValues, based_on: Based = None, study: StudyName = None
    ) -> answers.ConfigurationAnswer:
        """Whether a configuration is worth running: predicted, tried already, dominated, outside.

        Give all parameters, or the trial that it is `based_on` and those that differ.
        """
        reading = self._desk.read(study)
        shared = is_shared(self._desk.study(study))
        whole = complete(reading.basis, params, based_on)
        worth = judge(reading.basis, whole, promising=reading.promising, shared=shared)
        return saying.say_point(reading.basis, worth)

    def ablate(
        self,
        trial: TrialNumber = None,
        params: Annotated[
            list[str] | None, Field(description="These only; layer2_* is one group")
        ] = None,
        study: StudyName = None,
    ) -> answers.Ablations:
        """What each choice of a trial is expected to be worth, by setting it to its default."""
        basis = self._desk.read(study).basis
        return saying.say_ablations(basis, ablate(basis, chosen(basis, trial), params))

    def recommend(self, study: StudyName = None) -> answers.RecommendationAnswer:
        """The configuration to use, where the best trial may have been lucky."""
        reading = self._desk.read(study)
        found = recommend_from(ready(reading.process, "recommendation"), reading.snapshot)
        low, high = found.interval
        said = outlook.say_recommendation(found)[1:]
        return answers.RecommendationAnswer(
            found.trial, told(found.params), found.expected, low, high, found.n_repeats, said
        )

    def forecast(
        self,
        n_trials: Annotated[int, Field(ge=1, le=10_000)] = 50,
        least: Annotated[
            float | None, Field(gt=0, description="A gain worth having, in units of the objective")
        ] = None,
        study: StudyName = None,
    ) -> answers.ForecastAnswer:
        """What more trials would gain, and the time that they take: whether to go on."""
        reading = self._desk.read(study)
        process = ready(reading.process, "forecast")
        ahead = forecast_from(process, reading.snapshot, n_trials, least=least)
        found = ready(ahead, "forecast")
        return answers.ForecastAnswer(
            found.n_trials,
            found.least,
            found.chance,
            found.expected,
            found.seconds,
            outlook.say_forecast(found),
        )


def add_reading(server: MCPServer, desk: Desk) -> None:
    """Add the tools of this file."""
    asked = _Questions(desk)
    annotations = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    for function in (
        asked.list_studies,
        asked.guidance,
        asked.knowledge,
        asked.find_basins,
        asked.find_dead_ends,
        asked.propose,
        asked.check,
        asked.ablate,
        asked.recommend,
        asked.forecast,
    ):
        server.tool(annotations=annotations)(tool(desk, function))


def complete(basis: Any, params: Mapping[str, Any], based_on: int | None) -> dict[str, Any]:
    """All values of a configuration: those given, and of the rest those of a trial."""
    given = as_told(params, basis.space)
    if based_on is None:
        return given
    return {**find_trial(basis, based_on, complete=False).params, **given}


def chosen(basis: Any, trial: int | None) -> int:
    """The trial that is meant.

    Raises:
        ValueError: If there is none.
    """
    number: int | None = basis.best if trial is None else trial
    if number is None:
        raise ValueError("No trial is complete yet: run some first.")
    return number
