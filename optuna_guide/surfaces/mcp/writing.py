"""The tools that write, with ``--allow-writes`` only; each records who asked, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp_types import ToolAnnotations
from optuna.trial import TrialState
from pydantic import Field

from optuna_guide.domain.assignments import parse_assignments
from optuna_guide.experiments.ablate import ablate
from optuna_guide.experiments.asking import ask, tell
from optuna_guide.experiments.enqueueing import enqueue
from optuna_guide.sampling.steering.control import apply_region, clear_region
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.surfaces.mcp import answers, saying
from optuna_guide.surfaces.mcp.desk import Desk, tool
from optuna_guide.surfaces.mcp.reading import (
    Based,
    ParamValues,
    StudyName,
    TrialNumber,
    chosen,
    complete,
)
from optuna_guide.surfaces.mcp.sizes import told
from optuna_guide.words.steering import say_next_trial, say_region

if TYPE_CHECKING:
    from mcp.server import MCPServer

PROMISING = "promising"

Why = Annotated[str, Field(min_length=3, description="Why, for whoever reads the study later")]


class _Orders:
    """A method for each tool; its docstring is what the agent reads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def _author(self, context: Context) -> str:
        params = context.request_context.session.client_params
        return self._desk.author or (params.client_info.name if params is not None else "agent")

    def ask(self, why: Why, ctx: Context, study: StudyName = None) -> answers.AskedTrial:
        """Begin a trial: what waits in the queue first, else what the guided sampler draws.

        Evaluate its params, then call `tell`. A trial that is never told keeps running for ever.
        """
        basis = self._desk.read(study).basis
        trial = ask(self._desk.study(study), basis, author=self._author(ctx), comment=why)
        return answers.AskedTrial(trial.number, told(trial.params), trial.was_enqueued)

    def tell(
        self,
        trial: int,
        ctx: Context,
        values: Annotated[
            list[float] | None, Field(description="A value for each objective; null if it failed")
        ] = None,
        state: Literal["complete", "pruned", "fail"] = "complete",
        study: StudyName = None,
    ) -> answers.Written:
        """End a trial that runs: what it reached, or that it failed."""
        author = self._author(ctx)
        ended = tell(
            self._desk.study(study), trial, values, TrialState[state.upper()], author=author
        )
        return answers.Written(author, [f"trial {trial}: {ended.name.lower()}"], [], [trial])

    def enqueue(
        self,
        params: ParamValues,
        why: Why,
        ctx: Context,
        based_on: Based = None,
        again: Annotated[bool, Field(description="Also where it was tried already")] = False,
        study: StudyName = None,
    ) -> answers.Written:
        """Enqueue a configuration for the next free worker, or `ask`. `check` it first."""
        basis = self._desk.read(study).basis
        author, whole = self._author(ctx), complete(basis, params, based_on)
        report = enqueue(
            self._desk.study(study),
            whole,
            parent=based_on,
            author=author,
            comment=why,
            again=again,
        )
        return saying.say_report(report, author)

    def enqueue_ablations(
        self,
        why: Why,
        ctx: Context,
        trial: TrialNumber = None,
        params: Annotated[list[str] | None, Field(description="These only")] = None,
        study: StudyName = None,
    ) -> answers.Written:
        """Enqueue what `ablate` shows: each choice of a trial at its default, a trial each."""
        basis, author = self._desk.read(study).basis, self._author(ctx)
        made = ablate(basis, chosen(basis, trial), params)
        if not made.candidates:
            return answers.Written(author, [], list(made.say_left_out()), [])
        report = enqueue(self._desk.study(study), made, author=author, comment=why)
        return saying.say_report(report, author)

    def apply_region(
        self,
        ranges: Annotated[
            list[str],
            Field(
                description="Such as lr=1e-4:1e-2, solver=adam,sgd or n_layers=3; or the one "
                "word promising, for the ranges of the guidance"
            ),
        ],
        why: Why,
        ctx: Context,
        study: StudyName = None,
    ) -> answers.Written:
        """Confine the coming trials of every worker to a region, until it is cleared."""
        reading, author = self._desk.read(study), self._author(ctx)
        space = dict(reading.basis.space)
        wanted: Any = reading.promising
        if ranges != [PROMISING]:
            wanted = parse_assignments(ranges, space)
        elif not wanted:
            raise ValueError("No range is promising yet: name ranges, such as lr=1e-4:1e-2.")
        entry = apply_region(
            self._desk.study(study), wanted, author=author, comment=why, space=space
        )
        done = f"applied: {say_region(entry.region, space)}"
        return answers.Written(author, [done, self._next(study)], [], [])

    def clear_region(self, why: Why, ctx: Context, study: StudyName = None) -> answers.Written:
        """Take the applied region back."""
        author = self._author(ctx)
        clear_region(self._desk.study(study), author=author, comment=why)
        return answers.Written(author, ["cleared", self._next(study)], [], [])

    def _next(self, study: str | None) -> str:
        """What the next trial keeps to now: only some samplers obey."""
        snapshot = read_snapshot(self._desk.study(study))
        return say_next_trial(snapshot, read_trials(snapshot))


def add_writing(server: MCPServer, desk: Desk) -> None:
    """Add the tools of this file."""
    orders = _Orders(desk)
    annotations = ToolAnnotations(
        read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
    )
    for function in (
        orders.ask,
        orders.tell,
        orders.enqueue,
        orders.enqueue_ablations,
        orders.apply_region,
        orders.clear_region,
    ):
        server.tool(annotations=annotations)(tool(desk, function))
