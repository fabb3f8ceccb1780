"""What can be said about a study: verdict, findings with their trials, checks, history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.analysis.diagnostics import check_search
from optuna_guide.analysis.failures import find_failures
from optuna_guide.analysis.findings import find
from optuna_guide.domain import codec
from optuna_guide.guidance import Guidance
from optuna_guide.store.history import read_history
from optuna_guide.study.exploration import align, aligned_goal
from optuna_guide.study.targets import read_target
from optuna_guide.surfaces.workbench.arguments import region_json
from optuna_guide.surfaces.workbench.wire import number
from optuna_guide.words import phrases
from optuna_guide.words.answers import Answer, answer_questions
from optuna_guide.words.outlook import QUESTION, look_and_say
from optuna_guide.words.samplers import describe_sampler

if TYPE_CHECKING:
    from optuna_guide.analysis.failures import FailureRule
    from optuna_guide.domain.ranges import Region
    from optuna_guide.guidance import NotReady
    from optuna_guide.keeping.refit import Asked
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.reading import Reading
    from optuna_guide.study.snapshot import Snapshot
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.surfaces.workbench.wire import Json
    from optuna_guide.words.verdict import Verdict


def verdict(found: Verdict, *, is_checked: bool) -> Json:
    """The verdict, part by part, and whether the search was checked for it."""
    return {
        "parts": [
            {
                "topic": part.topic,
                "question": part.question,
                "said": part.said,
                "more": part.more,
            }
            for part in found.parts
        ],
        "warning": found.warning,
        "is_checked": is_checked,
    }


def findings(
    snapshot: Snapshot, table: TrialsTable, guidance: Guidance | NotReady, asked: Asked
) -> Json:
    """Tested sentences, each with the part of the space that it speaks of, and eight answers.

    What became of the branches of a conditional space is told below the answers, and which
    configuration to use, and whether to go on. Where trials fail comes last.
    """
    failures = [_failure(rule) for rule in find_failures(snapshot).rules]
    if not len(table):
        return {"findings": failures, "answers": []}
    if isinstance(guidance, Guidance):
        goal = aligned_goal(guidance, table)
    else:
        goal = align(read_target(table, asked[0], direction=asked[1]), len(table))
    answers: list[Answer] = []
    region: Region = {}
    if isinstance(guidance, Guidance):
        region = guidance.region
        answers += answer_questions(guidance)
        answers += [Answer("Branch by branch", said) for said in phrases.verdicts(guidance)]
        if said := look_and_say(snapshot, guidance.title):
            answers.append(Answer(QUESTION, " ".join(said)))
    return {
        "target": goal.name,
        "findings": [
            {
                "kind": found.kind,
                "sentence": found.sentence,
                "effect": found.effect,
                "n": found.n,
                "p_value": found.p_value,
                "q_value": found.q_value,
                "where": region_json(found.where),
            }
            for found in find(table, goal, region)
        ]
        + failures,
        "answers": [{"question": a.question, "sentence": a.sentence} for a in answers],
    }


def _failure(rule: FailureRule) -> Json:
    return {
        "kind": "failure",
        "sentence": rule.sentence,
        "effect": rule.n_failed / rule.n,
        "n": rule.n,
        "p_value": None,
        "q_value": rule.q_value,
        "where": region_json(rule.where),
    }


def diagnostics(exploration: Exploration, guidance: Guidance | NotReady) -> Json:
    """Checks of the search, flagged ones first."""
    return {
        "checks": [
            {
                "name": check.name,
                "number": number(check.number),
                "threshold": check.threshold,
                "reason": check.reason,
                "sentence": check.sentence,
                "state": check.state,
                "counted": check.counted,
            }
            for check in check_search(exploration, guidance)
        ]
    }


def history(reading: Reading, exploration: Exploration) -> Json:
    """Past versions of the guidance, and what was narrowed to, or suggested, from when on."""
    return {
        "versions": [codec.encode(version) for version in read_history(reading.attributes)],
        "corridors": [
            {
                "start": corridor.start,
                "version": corridor.version,
                "kind": corridor.kind,
                "region": region_json(corridor.region),
            }
            for corridor in exploration.corridors
        ],
        "sampler": describe_sampler(exploration.samplers),
    }
