"""Everything that can be said about a study without showing its trials: one frozen value.

The report, the JSON and the Markdown are three readings of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from optuna_guide.analysis.diagnostics import Diagnosis, check_search, flagged
from optuna_guide.analysis.failures import find_failures
from optuna_guide.analysis.findings import Finding, find
from optuna_guide.analysis.record import read_record
from optuna_guide.domain import codec
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.study.exploration import align
from optuna_guide.study.targets import read_goal
from optuna_guide.words.answers import Answer, answer_questions
from optuna_guide.words.outlook import look_and_say
from optuna_guide.words.steering import say_next_trial
from optuna_guide.words.verdict import Verdict, gather

if TYPE_CHECKING:
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.snapshot import Snapshot
    from optuna_guide.study.table import TrialsTable

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Objective:
    """What a study was told to make small or large.

    Attributes:
        name: Its name, or ``value`` where the study names none.
        direction: ``minimize`` or ``maximize``.
    """

    name: str
    direction: str


@dataclass(frozen=True)
class Summary:
    """What there is to say about a study.

    Attributes:
        study_name: The study.
        objectives: What it was told to make small or large.
        states: Number of trials by state.
        samplers: Number of trials by sampler, where it is known.
        verdict: How far to trust it, what matters, what to try, whether the search gains.
        guidance: What matters, which ranges are promising, how far to trust it; null where there
            are too few trials.
        not_ready: Why there is no guidance; null where there is one.
        answers: Questions about the study, and the sentences that answer them.
        outlook: Which configuration to use, and what more trials would gain; empty where nothing
            can be told.
        findings: What stands out beyond chance, the largest effect first.
        checks: Whether the search went wrong, flagged ones first.
        failures: Where trials fail more often than by chance.
        schema: Version of this schema.
    """

    study_name: str
    objectives: tuple[Objective, ...]
    states: Mapping[str, int]
    samplers: Mapping[str, int]
    verdict: Verdict
    guidance: Guidance | None
    not_ready: NotReady | None
    answers: tuple[Answer, ...]
    outlook: tuple[str, ...]
    findings: tuple[Finding, ...]
    checks: tuple[Diagnosis, ...]
    failures: tuple[str, ...] = ()
    schema: int = field(default=SCHEMA_VERSION)

    @property
    def made_by(self) -> str:
        """How many trials each sampler made, and of how many it is not known; empty of none."""
        n_unknown = sum(self.states.values()) - sum(self.samplers.values())
        told = [f"{name} ({n})" for name, n in self.samplers.items()]
        return ", ".join([*told, f"unknown ({n_unknown})"] if told and n_unknown > 0 else told)

    def to_json(self) -> str:
        """JSON text, as `docs/schema.json` describes it; `from_json` gives back an equal value."""
        return codec.dumps(self)

    @classmethod
    def from_json(cls, text: str) -> Summary:
        """Read what `to_json` wrote.

        Raises:
            ValueError: If the text is no summary of this schema version.
        """
        return codec.loads(cls, text, schema=SCHEMA_VERSION)


def summarise(
    snapshot: Snapshot, guidance: Guidance | NotReady, exploration: Exploration
) -> Summary:
    """Say what there is to say.

    Args:
        snapshot: The study.
        guidance: Of the study, or why there is none.
        exploration: The study's trials and how they came to be.

    Raises:
        ValueError: If the trials do not have the target of the guidance.
    """
    table = exploration.trials
    record = read_record(snapshot, table, guidance)
    checks = check_search(exploration, guidance)
    known = [str(name) for name in exploration.makers if name]
    summary = Summary(
        study_name=table.study_name,
        objectives=_objectives(table),
        states=dict(sorted(table.states.items())),
        samplers=dict(Counter(known).most_common()),
        verdict=gather(guidance, record, flagged(checks), say_next_trial(snapshot, table)),
        guidance=None,
        not_ready=None,
        answers=(),
        outlook=(),
        findings=(),
        checks=(),
        failures=tuple(rule.sentence for rule in find_failures(snapshot).rules),
    )
    if isinstance(guidance, NotReady):
        return replace(summary, not_ready=guidance)
    goal = align(read_goal(guidance, table), len(table))
    return replace(
        summary,
        guidance=guidance,
        answers=answer_questions(guidance),
        outlook=look_and_say(snapshot, guidance.title),
        findings=find(table, goal, guidance.region),
        checks=checks,
    )


def _objectives(table: TrialsTable) -> tuple[Objective, ...]:
    return tuple(
        Objective(name, "maximize" if maximised else "minimize")
        for name, maximised in zip(table.objectives, table.maximised, strict=True)
    )
