"""A relation between parameters that every proposal obeys, such as ``warmup <= steps``.

It is a function of a person's, called with the values of one configuration as told to Optuna. It
never ends a study: a configuration that it cannot judge is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from optuna_guide.domain.space import from_unit
from optuna_guide.store.once import warn_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from optuna.distributions import BaseDistribution

    ConstrainParams: TypeAlias = Callable[[Mapping[str, Any]], Any]

_N_TRIED = 64


@dataclass(frozen=True, eq=False)
class Relation:
    """What the parameters of a configuration have to fulfil together.

    Attributes:
        function: Whether a configuration is allowed. Parameters that it lacks, being inactive or
            not drawn yet, break no relation.
        constants: Values of parameters that have only one.
    """

    function: ConstrainParams
    constants: Mapping[str, Any] = field(default_factory=dict)

    def allows(self, params: Mapping[str, Any]) -> bool:
        """Whether a configuration fulfils it, as far as can be told."""
        try:
            return bool(self.function({**self.constants, **params}))
        except KeyError:
            return True
        except Exception as error:
            warn_once(
                ("relation", type(error)),
                f"constrain_params failed: {error!r}. Configurations that it cannot judge are "
                "allowed. This is said once.",
            )
            return True

    def given(self, space: Mapping[str, BaseDistribution]) -> Relation:
        """The same relation, which knows the parameters of one value."""
        single = {name: d for name, d in space.items() if d.single()}
        return replace(self, constants={n: external_at(d, 0.5) for n, d in single.items()})

    def draw(
        self,
        params: Mapping[str, Any],
        name: str,
        distribution: BaseDistribution,
        draw: Callable[[], Any],
        rng: Callable[[], np.random.Generator],
    ) -> Any:
        """A value of one parameter that goes with the others.

        Args:
            params: Values of those that are drawn already.
            name: The parameter.
            distribution: Its distribution.
            draw: Draws a value, which is taken where it is allowed.
            rng: Gives the source of others; the ends of the range are the last ones.
        """
        value = draw()
        if self.allows({**params, name: value}):
            return value
        for unit in (*rng().random(_N_TRIED), 0.0, 1.0):
            other = external_at(distribution, float(unit))
            if self.allows({**params, name: other}):
                return other
        return value


def parse_relation(function: ConstrainParams | None) -> Relation | None:
    """The ``constrain_params`` of a sampler.

    Raises:
        TypeError: If it cannot be called.
    """
    if function is None:
        return None
    if not callable(function):
        raise TypeError(
            "constrain_params is a function of the parameters, such as "
            f"lambda p: p['a'] <= p['b'], not {function!r}."
        )
    return Relation(function)


def external_at(distribution: BaseDistribution, unit: float) -> Any:
    """A value as told to Optuna at a place of the unit interval."""
    return distribution.to_external_repr(float(from_unit(distribution, unit)))
