"""What a page asks, read with care: every other text is refused with a reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain.parsing import parse_region
from optuna_guide.domain.ranges import Choices, PromisingRange
from optuna_guide.figures.drawing.look import CARD, PHONE
from optuna_guide.study.targets import FEASIBLE
from optuna_guide.surfaces.workbench.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from optuna.trial import FrozenTrial

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.ranges import Region
    from optuna_guide.keeping.refit import Asked
    from optuna_guide.store.versions import Head
    from optuna_guide.study.columns import Columns
    from optuna_guide.surfaces.workbench.wire import Json

    Query = Mapping[str, str]

MAX_TRIALS = 200
MAX_STUDIES = 4
MAX_WIDTH = 4000
MAX_INTERVALS = 100  # of a parameter
MAX_TEXT = 500  # characters of a name or comment
_MAX_DIGITS = 12
_LARGEST = 1e300


def read_count(query: Query, name: str) -> int:
    """A number of trials; 0 where nothing is said.

    Raises:
        Refusal: 400, if it is anything else.
    """
    text = query.get(name, "") or "0"
    if not text.isascii() or not text.isdecimal() or len(text) > _MAX_DIGITS:
        raise Refusal(400, f"{name} must be a number of trials, not {text[:100]!r}.")
    return int(text)


def read_width(query: Query) -> int:
    """Pixels that there are for a figure; those of the narrowest card where nothing is said.

    Raises:
        Refusal: 400, if it is anything else.
    """
    return min(max(read_count(query, "width") or CARD, PHONE), MAX_WIDTH)


def read_trials(query: Query, by_number: Mapping[int, FrozenTrial]) -> list[FrozenTrial]:
    """The trials of numbers such as ``1,5,9``, at most 200.

    Raises:
        Refusal: 400, if it is anything else, or there is no such trial.
    """
    texts = [text for text in query.get("trials", "").split(",") if text]
    numbers = [read_count({"trials": text}, "trials") for text in texts[: MAX_TRIALS + 1]]
    if len(numbers) > MAX_TRIALS:
        raise Refusal(400, f"At most {MAX_TRIALS} trials are answered at a time.")
    check_numbers(numbers, by_number)
    return [by_number[number] for number in numbers]


def read_places(query: Query, n_params: int) -> list[int]:
    """Places of parameters such as ``0,3``, in the order in which they are declared.

    Raises:
        Refusal: 400, if it is anything else, or there are not as many.
    """
    texts = [text for text in query.get("later", "").split(",") if text]
    places = [read_count({"later": text}, "later") for text in texts[: n_params + 1]]
    if len(places) > n_params or max(places, default=-1) >= n_params:
        raise Refusal(400, f"later must be places of {n_params} parameters, from 0 on.")
    return places


def check_numbers(numbers: Iterable[int], by_number: Mapping[int, FrozenTrial]) -> None:
    """Refuse numbers that no trial has.

    Raises:
        Refusal: 400.
    """
    unknown = [number for number in numbers if number not in by_number]
    if unknown:
        has = f"the study has {len(by_number)}, the last is {max(by_number, default='none')}"
        raise Refusal(400, f"There is no trial {str(unknown[0])[:50]}: {has}.")


def read_studies(query: Query) -> list[int]:
    """Ids of other studies such as ``2,3``, at most 4.

    Raises:
        Refusal: 400, if it is anything else.
    """
    texts = [text for text in query.get("studies", "").split(",") if text]
    if len(texts) > MAX_STUDIES:
        raise Refusal(400, f"At most {MAX_STUDIES} studies are drawn beside this one.")
    if not all(text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS for text in texts):
        raise Refusal(400, f"studies must be ids such as 2,3, not {query['studies'][:100]!r}.")
    return [int(text) for text in dict.fromkeys(texts)]


def read_json(query: Query, name: str) -> Any:
    """A JSON value; None where nothing is said.

    Raises:
        Refusal: 400, if it is no JSON.
    """
    text = query.get(name, "")
    if not text:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, f"{name} is no JSON: {error}.") from error


def read_text(body: Mapping[str, Any], name: str) -> str | None:
    """A text of a person; None where nothing is said.

    Raises:
        Refusal: 400, if it is no text, or too long.
    """
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise Refusal(400, f"{name} must be a text of at most {MAX_TEXT} characters.")
    return value


def read_target(query: Query, columns: Columns, head: Head | None) -> Asked:
    """Target and direction that are asked for; nothing where that is what the study has anyway.

    Args:
        query: Holds ``target`` by name, and for an attribute ``direction``.
        columns: Says what there is.
        head: Head of the guidance that is kept with the study.

    Raises:
        Refusal: 400, if there is no such target.
    """
    wanted, told = query.get("target", ""), query.get("direction", "")
    if not wanted:
        return (None, None)
    kinds = {about["name"]: about["kind"] for about in columns.targets()}
    own = columns.attribute_directions
    name = next((n for n in kinds if n == wanted or _well_formed(n) == wanted), None)
    if name is None and wanted != FEASIBLE:
        raise Refusal(400, f"There is no target {wanted[:200]!r} in this study.")
    name = name or FEASIBLE
    if told not in ("", "minimize", "maximize"):
        raise Refusal(400, f"direction must be minimize or maximize, not {told[:50]!r}.")
    is_turned = kinds.get(name) == "attribute" and told not in ("", own[name])
    direction = cast("Direction", told) if is_turned else None
    if head is not None:
        wanted_direction = direction or own.get(name, head.direction)
        is_stored = head.target == name and wanted_direction == head.direction
        return (None, None) if is_stored else (name, direction)
    is_default = name == columns.default_target
    return (None, None) if is_default else (name, direction)


def read_region(plain: object, space: Mapping[str, BaseDistribution]) -> Region:
    """A region: parameter to ``{"intervals": [[low, high], ...]}`` or ``{"choices": [...]}``.

    The plain lists alone are taken, too. Either end of an interval may be null.

    Args:
        plain: What was sent; nothing, or an empty object, is an empty region.
        space: Declared distributions; choices are indices into theirs.

    Raises:
        Refusal: 400, if it is anything else, or lies outside of what is declared.
    """
    if plain is None or plain == {}:
        return {}
    if not isinstance(plain, dict):
        raise Refusal(400, "A region must be a JSON object: parameter to its part.")
    wanted = {}
    for name, part in plain.items():
        if name not in space:
            raise Refusal(400, f"There is no parameter {name[:200]!r}.")
        wanted[name] = _read_part(name, part, space[name])
    try:
        return parse_region(wanted, space)
    except (ValueError, OverflowError) as error:
        raise Refusal(400, str(error)[:1000]) from error


def region_json(region: Region) -> Json:
    """The same format, to be sent."""
    return {name: range_json(part) for name, part in region.items()}


def range_json(part: PromisingRange) -> Json:
    """One parameter's part of it."""
    if isinstance(part, Choices):
        return {"choices": list(part.indices)}
    return {"intervals": [list(ends) for ends in part.intervals]}


def _read_part(
    name: str, part: object, distribution: BaseDistribution
) -> PromisingRange | list[Any]:
    is_categorical = isinstance(distribution, CategoricalDistribution)
    kind = "choices" if is_categorical else "intervals"
    listed = part.get(kind) if isinstance(part, dict) else part
    if not isinstance(listed, list) or not listed:
        raise Refusal(400, f'{name[:200]!r} needs {{"{kind}": [...]}} with at least one.')
    if isinstance(distribution, CategoricalDistribution):
        n = len(distribution.choices)
        if not all(type(i) is int and 0 <= i < n for i in listed):
            raise Refusal(400, f"Choices of {name[:200]!r} are indices from 0 to {n - 1}.")
        return Choices(tuple(sorted(set(listed))))
    if len(listed) > MAX_INTERVALS:  # each is compared with every leaf of a forest
        raise Refusal(400, f"{name[:200]!r} takes at most {MAX_INTERVALS} intervals.")
    return [_read_pair(name, pair) for pair in listed]


def _read_pair(name: str, pair: object) -> tuple[float | None, float | None]:
    if not isinstance(pair, list) or len(pair) != 2 or not all(map(_is_end, pair)):
        raise Refusal(400, f"An interval of {name[:200]!r} is [low, high], two numbers.")
    low, high = pair
    return low, high


def _is_end(value: object) -> bool:
    if value is None:
        return True
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) <= _LARGEST  # NaN is not


def _well_formed(words: str) -> str:
    """As a browser sends it: lone surrogates replaced."""
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
