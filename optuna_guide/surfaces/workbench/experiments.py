"""What a page asks about experiments: children that could be run, the queue, what they gained."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from optuna.distributions import CategoricalDistribution

from optuna_guide.experiments.ablate import ablate
from optuna_guide.experiments.branches import is_active
from optuna_guide.experiments.children import family
from optuna_guide.experiments.craft import check, read_form
from optuna_guide.experiments.moves import ACTIONS
from optuna_guide.experiments.path import find_path
from optuna_guide.experiments.queue import look
from optuna_guide.experiments.vary import vary
from optuna_guide.guidance import NotReady
from optuna_guide.store.attributes import is_shared
from optuna_guide.study.branching import say_where
from optuna_guide.surfaces.workbench import arguments, experiment_wire
from optuna_guide.surfaces.workbench.experiment_wire import plain
from optuna_guide.surfaces.workbench.what_if import read_configuration
from optuna_guide.surfaces.workbench.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.experiments.moves import Action
    from optuna_guide.study.reading import Reading
    from optuna_guide.surfaces.workbench.arguments import Query
    from optuna_guide.surfaces.workbench.material import Material
    from optuna_guide.surfaces.workbench.wire import Json

MAX_LIMITS = 8


def queue(material: Material, reading: Reading, query: Query) -> Json:
    """What waits and runs."""
    return experiment_wire.queue_json(look(reading))


def children(material: Material, reading: Reading, query: Query) -> Json:
    """A trial and all that was made from it; reported values are those of its last change."""
    with _in_words():
        basis = material.basis(reading, query)
        found = family(basis, _read_trial(query))
        return experiment_wire.family_json(found, basis.sizes)


def ablations(material: Material, reading: Reading, query: Query) -> Json:
    """Children that each lack one of some ``params``."""
    params = read_names(query)
    with _in_words():
        made = ablate(material.basis(reading, query), _read_trial(query), params)
        return experiment_wire.experiment_json(made)


def variations(material: Material, reading: Reading, query: Query) -> Json:
    """Untried neighbours, the most promising first."""
    names, actions = read_names(query), read_actions(query)
    limits = arguments.read_json(query, "limits") or []
    is_list = isinstance(limits, list) and all(isinstance(text, str) for text in limits)
    if not is_list or len(limits) > MAX_LIMITS:
        raise Refusal(400, f'limits must be at most {MAX_LIMITS} such as "n_params <= 10000".')
    with _in_words():
        basis = material.basis(reading, query)
        params = names if actions is None else dict.fromkeys(names or basis.space, actions)
        made = vary(
            basis,
            _read_trial(query),
            arguments.read_count(query, "n"),
            arguments.read_count(query, "max_changes"),
            params=params,
            region=query.get("inside") == "true",
            limits=limits,
        )
        return experiment_wire.experiment_json(made)


def path(material: Material, reading: Reading, query: Query) -> Json:
    """The way from the defaults to a trial."""
    with _in_words():
        found = find_path(material.basis(reading, query), _read_trial(query))
    if isinstance(found, NotReady):
        return {"state": "not_ready", "reason": str(found)}
    return experiment_wire.path_json(found)


def form(material: Material, reading: Reading, query: Query) -> Json:
    """Fields to begin with: those of a ``trial``, of the defaults, or empty ones."""
    basis = material.basis(reading, query)
    start = query.get("start", "")
    with _in_words():
        if start in ("default", "empty"):
            fields = read_form(basis, "default" if start == "default" else "empty")
        else:
            fields = read_form(basis, _read_trial(query))
    return {
        "fields": [
            {
                "name": field.name,
                "value": None if field.value is None else plain(field.value),
                "active": field.is_active,
                "where": say_where(field.where, basis.space),
            }
            for field in fields
        ]
    }


def checking(material: Material, reading: Reading, query: Query) -> Json:
    """What would become of a configuration, and which parameters it asks for."""
    basis = material.basis(reading, query)
    internal = read_configuration(arguments.read_json(query, "params"), basis.space)
    parent = _read_trial(query) if query.get("trial") else None
    with _in_words():
        told = as_told(internal, basis.space)
        found = check(basis, told, parent, is_shared(reading.study))
    candidate = found.candidate
    return {
        "active": [name for name in basis.space if is_active(name, internal, basis.where)],
        "problems": [{"name": p.name, "text": p.text} for p in found.problems],
        "candidate": None if candidate is None else experiment_wire.candidate_json(candidate),
    }


def as_told(
    internal: Mapping[str, float], space: Mapping[str, BaseDistribution]
) -> dict[str, Any]:
    """Values as Optuna is told them; numbers as they came, so that wrong ones are named."""
    return {
        name: space[name].to_external_repr(value)
        if isinstance(space[name], CategoricalDistribution)
        else plain(value)
        for name, value in internal.items()
    }


def read_names(query: Query) -> list[str] | None:
    """Names of parameters, or patterns; None where nothing is said.

    Raises:
        Refusal: 400, if it is anything else.
    """
    names = arguments.read_json(query, "params")
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refusal(400, 'params must be a JSON list of parameters, such as ["lr", "solver"].')
    if not names:
        raise Refusal(400, "Nothing may change: choose a parameter.")
    return names


def read_actions(query: Query) -> list[Action] | None:
    """What may be done to the parameters; None where nothing is said.

    Raises:
        Refusal: 400, if it is anything else.
    """
    actions = arguments.read_json(query, "actions")
    if actions is None:
        return None
    if not isinstance(actions, list) or not actions or not all(a in ACTIONS for a in actions):
        raise Refusal(400, f"actions must be a JSON list of {', '.join(ACTIONS)}.")
    return actions


def _read_trial(query: Query) -> int:
    if not query.get("trial"):
        raise Refusal(400, "trial must be the number of a trial.")
    return arguments.read_count(query, "trial")


@contextmanager
def _in_words() -> Iterator[None]:
    """What cannot be asked of the study, as a refusal."""
    try:
        yield
    except ValueError as error:
        raise Refusal(400, str(error)[:1000]) from error


EXPERIMENTS: dict[str, Callable[..., Any]] = {
    "experiments/queue": queue,
    "experiments/children": children,
    "experiments/ablations": ablations,
    "experiments/variations": variations,
    "experiments/path": path,
    "experiments/form": form,
    "experiments/check": checking,
}
