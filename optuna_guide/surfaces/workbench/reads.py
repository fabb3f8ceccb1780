"""What a page may ask about a study: one function for each answer."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from optuna_guide.analysis.evidence import judge_narrowing
from optuna_guide.experiments.branches import is_active
from optuna_guide.experiments.candidates import forecast, why_untold
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.models.joint import joint_importance
from optuna_guide.models.parts import to_parts
from optuna_guide.store.checks import read_flagged
from optuna_guide.study.branching import say_where
from optuna_guide.surfaces.workbench import (
    arguments,
    details,
    estimates,
    figures,
    maps,
    regions,
    stories,
    trials_answer,
    what_if,
    writes,
)
from optuna_guide.surfaces.workbench.experiments import EXPERIMENTS
from optuna_guide.surfaces.workbench.wire import Refusal
from optuna_guide.words.verdict import gather

if TYPE_CHECKING:
    from collections.abc import Callable

    from optuna_guide.study.columns import Columns
    from optuna_guide.study.reading import Reading
    from optuna_guide.surfaces.workbench.arguments import Query
    from optuna_guide.surfaces.workbench.material import Material
    from optuna_guide.surfaces.workbench.wire import Json

MAX_SUBSET = 16  # parameters


def trials(material: Material, reading: Reading, query: Query) -> Json:
    """All trials, or those from ``after`` on; only the tag where it is ``known``.

    Only the ``first`` most important parameters come along where that is said: the others are to
    be asked for at ``params``.
    """
    found = material.columns(reading)
    after, known = arguments.read_count(query, "after"), query.get("known", "")
    tag = trials_answer.tag_of(found)
    if known == tag:
        return {"same": True, "tag": tag, "n": len(found)}
    is_same_study = not known or known.startswith(found.epoch)
    about = {"id": reading.study_id, "name": reading.study_name}
    start = after if is_same_study and after <= found.settled else 0
    first = arguments.read_count(query, "first")
    later = _by_importance(material, reading, found)[first:] if first else ()
    return trials_answer.answer(found, about, start, later)


def params(material: Material, reading: Reading, query: Query) -> Json:
    """The parameters that came ``later`` than the trials of a tag; none where trials moved on."""
    found = material.columns(reading)
    is_same = query.get("tag") == trials_answer.tag_of(found)
    places = arguments.read_places(query, len(found.space)) if is_same else []
    return trials_answer.later(found, places)


def guidance(material: Material, reading: Reading, query: Query) -> Json:
    """The guidance for a target, fitted in the background where it is needed."""
    asked = material.asked(reading, query)
    return material.guidances.answer(reading, asked, query.get("known"))


def curves(material: Material, reading: Reading, query: Query) -> Json:
    """Intermediate values of some trials."""
    trials = arguments.read_trials(query, reading.by_number)
    return details.curves(trials, material.exploration(reading))


def tracks(material: Material, reading: Reading, query: Query) -> Json:
    """Where trials were evaluated, and the best that was reported at each step."""
    exploration = material.exploration(reading)
    key = ("tracks", reading.state)
    answer: Json = material.answer(key, lambda: details.tracks(exploration))
    return answer


def trial_details(material: Material, reading: Reading, query: Query) -> Json:
    """Everything about some trials."""
    return details.details(reading.study_id, arguments.read_trials(query, reading.by_number))


def figure(material: Material, reading: Reading, query: Query, panel: str) -> bytes:
    """A panel as plotly JSON; some draw other ``studies`` of the storage beside this one."""
    options, width = figures.read_options(panel, query), arguments.read_width(query)
    asked = material.asked(reading, query)
    others = [material.studies.read(other) for other in arguments.read_studies(query)]
    sources = material.sources(reading, asked, others)
    if isinstance(sources.guidance, NotReady):
        return figures.draw(panel, options, sources, width)
    states = tuple(one.state for one in (reading, *others))
    fitted_at = sources.guidance.fitted_at
    key = ("figure", panel, asked, states, fitted_at, repr(sorted(query.items())))
    content: bytes = material.answer(key, lambda: figures.draw(panel, options, sources, width))
    return content


def estimate(material: Material, reading: Reading, query: Query) -> Json:
    """E[target | ranges] along every axis."""
    space = material.columns(reading).declared.space
    brush = arguments.read_region(arguments.read_json(query, "brush"), space)
    asked = material.asked(reading, query)
    models = material.models(reading, material.guidance(reading, asked))
    if isinstance(models, NotReady):
        return _not_ready(models)
    parts = to_parts(brush, space, models.sample.space)
    return {"state": "ready", **estimates.estimate(models, parts)}


def subset(material: Material, reading: Reading, query: Query) -> Json:
    """Share of the variance that a set of parameters explains together."""
    asked = material.asked(reading, query)
    names = arguments.read_json(query, "params")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refusal(400, 'params must be a JSON list of parameters, such as ["lr", "solver"].')
    if not 0 < len(names) <= MAX_SUBSET:
        raise Refusal(400, f"params must name 1 to {MAX_SUBSET} parameters, not {len(names)}.")
    space = material.columns(reading).declared.space
    unknown = [name for name in names if name not in space]
    if unknown:
        raise Refusal(400, f"There is no parameter {unknown[0][:200]!r}.")
    found = material.guidance(reading, asked)
    models = material.models(reading, found)
    if isinstance(models, NotReady) or isinstance(found, NotReady):
        return _not_ready(found or models)
    key = ("subset", reading.identity, found.target, found.fitted_at, tuple(sorted(names)))
    joint = material.answer(key, lambda: joint_importance(models, names, found.trust.r2))
    return {"state": "ready", "params": names, "share": joint.together, "alone": joint.alone}


def predict(material: Material, reading: Reading, query: Query) -> Json:
    """What-if for one configuration, beside the ``trial`` that it was made from."""
    space = material.columns(reading).declared.space
    wanted = what_if.read_configuration(arguments.read_json(query, "params"), space)
    asked = material.asked(reading, query)
    found = material.guidance(reading, asked)
    models = material.models(reading, found)
    if isinstance(models, NotReady) or isinstance(found, NotReady):
        return _not_ready(found or models)
    basis = material.basis(reading, query)
    beside = [arguments.read_count(query, "trial")] if query.get("trial") else []
    known = [basis.params_of(reading.by_number[n]) for n in beside if n in reading.by_number]
    (expected,) = forecast(basis, [wanted], known[0] if known else None)
    untold = "" if expected else why_untold(basis, wanted, known[0] if known else None)
    own = what_if.translate(wanted, space, models.sample.space)
    return {
        "state": "ready",
        **what_if.predict(models, own, expected),
        "untold": untold,
        "conditions": {n: say_where(part, basis.space) for n, part in basis.where.items()},
        "inactive": [n for n in basis.where if not is_active(n, wanted, basis.where)],
        "unmodelled": [name for name in space if name not in models.sample.space],
    }


def verdict(material: Material, reading: Reading, query: Query) -> Json:
    """What a person wants to know first, as every surface says it.

    Who asks for it ``soon`` is told at once what was flagged when the stored guidance was fitted.
    """
    asked = material.asked(reading, query)
    sources = material.sources(reading, asked)
    found = sources.guidance
    if query.get("soon") and isinstance(found, Guidance) and found.version:
        flagged = read_flagged(reading.attributes, found.version)
        said = gather(found, sources.read_record(), flagged)
        return stories.verdict(said, is_checked=False)
    mark = found.fitted_at if isinstance(found, Guidance) else str(found)
    key = ("verdict", asked, reading.state, mark)
    answer: Json = material.answer(key, lambda: stories.verdict(sources.verdict, is_checked=True))
    return answer


def findings(material: Material, reading: Reading, query: Query) -> Json:
    """Tested sentences and eight answers."""
    asked = material.asked(reading, query)
    found = material.guidance(reading, asked)
    key = ("findings", asked, reading.state, getattr(found, "fitted_at", ""))
    answer: Json = material.answer(
        key, lambda: stories.findings(reading, material.exploration(reading).trials, found, asked)
    )
    return answer


def diagnostics(material: Material, reading: Reading, query: Query) -> Json:
    """Checks of the search."""
    asked = material.asked(reading, query)
    found = material.guidance(reading, asked)
    key = ("diagnostics", asked, reading.state, getattr(found, "fitted_at", ""))
    answer: Json = material.answer(
        key, lambda: stories.diagnostics(material.exploration(reading), found)
    )
    return answer


def history(material: Material, reading: Reading, query: Query) -> Json:
    """Past versions of the guidance, and corridors."""
    return stories.history(reading, material.exploration(reading))


def evidence(material: Material, reading: Reading, query: Query) -> Json:
    """Whether guidance helped with a target."""
    asked = material.asked(reading, query)
    found = material.guidance(reading, asked)
    target, direction = (found.target, asked[1]) if isinstance(found, Guidance) else asked
    key = ("evidence", target, direction, reading.state)
    answer: Json = material.answer(
        key, lambda: dataclasses.asdict(judge_narrowing(reading, target, direction))
    )
    return {"evidence": answer}


def configuration_map(material: Material, reading: Reading, query: Query) -> Json:
    """Trials by their configuration."""
    key = ("configuration_map", reading.state)
    table = material.table(reading)
    return {"map": material.answer(key, lambda: maps.map_configurations(table))}


def prediction_map(material: Material, reading: Reading, query: Query) -> Json:
    """Trials by what they predict; null where none logged it."""
    key = ("prediction_map", reading.state)
    return {"map": material.answer(key, lambda: maps.map_predictions(reading.trials))}


def region(material: Material, reading: Reading, query: Query) -> Json:
    """The region now, what is suggested, and what held before."""
    found = material.guidance(reading, material.asked(reading, query))
    return regions.describe(reading, material.columns(reading).declared.space, found)


def preview(material: Material, reading: Reading, query: Query) -> Json:
    """What a region would keep."""
    space = material.columns(reading).declared.space
    wanted = arguments.read_region(arguments.read_json(query, "region"), space)
    asked = material.asked(reading, query)
    models = material.models(reading, material.guidance(reading, asked))
    return regions.preview(models, wanted, space)


def kept_trials(material: Material, reading: Reading, query: Query) -> Json:
    """Trials in the drawer."""
    return {"kept": writes.read_kept(reading)}


def copying(material: Material, reading: Reading, query: Query) -> Json:
    """How far the trials of a follow-up study are copied; null where they all are."""
    found = material.copies.of(reading.study_id)
    return {"copying": None if found is None else found.to_json()}


def _by_importance(material: Material, reading: Reading, columns: Columns) -> list[str]:
    """Parameters, most important first as far as that is known already."""
    found = material.guidances.at_hand(reading)
    known = [param.name for param in found.params] if isinstance(found, Guidance) else []
    return [name for name in dict.fromkeys((*known, *columns.space)) if name in columns.space]


def _not_ready(found: Any) -> Json:
    return {"state": "not_ready", "reason": str(found)}


READS: dict[str, Callable[..., Any]] = {
    "trials": trials,
    "params": params,
    "guidance": guidance,
    "curves": curves,
    "tracks": tracks,
    "details": trial_details,
    "figure/<panel>": figure,
    "estimates": estimate,
    "subset": subset,
    "predict": predict,
    "verdict": verdict,
    "findings": findings,
    "diagnostics": diagnostics,
    "history": history,
    "evidence": evidence,
    "configuration_map": configuration_map,
    "prediction_map": prediction_map,
    "region": region,
    "region/preview": preview,
    "kept": kept_trials,
    "copying": copying,
    **EXPERIMENTS,
}
