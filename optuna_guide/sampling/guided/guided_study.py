"""One study as `GuidedSampler` guides it: base samplers, planner, and draws inside a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from optuna_guide.domain.space import n_levels
from optuna_guide.sampling.guided.bases import Base, draw_relative
from optuna_guide.sampling.guided.planning import Planner
from optuna_guide.sampling.guided.wrapped import innermost
from optuna_guide.store.once import warn_once
from optuna_guide.store.study_view import StudyView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial

    from optuna_guide.sampling.guided.confine import Confined
    from optuna_guide.sampling.guided.plan import Plan, Schedule
    from optuna_guide.sampling.relation import Relation
    from optuna_guide.sampling.steering.beliefs import StatedPrior

    SearchSpace: TypeAlias = dict[str, BaseDistribution]
    Draw: TypeAlias = Callable[[Study, SearchSpace], dict[str, Any]]


class GuidedStudy:
    """The base samplers and the planner of one study."""

    def __init__(
        self,
        study: Study,
        bases: Mapping[str, BaseSampler],
        schedule: Schedule,
        prior: StatedPrior,
    ) -> None:
        self.samplers = tuple(bases.values())
        described = {name: Base.of(sampler) for name, sampler in bases.items()}
        self.planner = Planner(study, schedule, described, prior)

    def draw_jointly(
        self, plan: Plan, study: Study, trial: FrozenTrial, space: SearchSpace
    ) -> tuple[dict[str, Any], Plan]:
        """Values that the base sampler draws jointly; see `draw`."""
        if plan.base.style.mode == "soft" and plan.region:
            return self._draw_softly(plan, study, trial, space)

        def draw(shown: Study, space: SearchSpace) -> dict[str, Any]:
            return draw_relative(plan.base.sampler, shown, trial, space)

        return self.draw(plan, study, space, draw)

    def draw(
        self, plan: Plan, study: Study, space: SearchSpace, draw: Draw
    ) -> tuple[dict[str, Any], Plan]:
        """Values inside the plan's region, and the plan as it was carried out.

        Args:
            plan: What the trial is confined to.
            study: The study.
            space: What to draw, as the objective declares it.
            draw: Lets the base sampler draw from a space, looking at a study.
        """
        params, done = self._draw_inside(plan, study, space, draw)
        if plan.kind == "believed":
            params.update(self._lean(plan, {n: space[n] for n in params}))
        return params, done

    def _lean(self, plan: Plan, space: SearchSpace) -> dict[str, Any]:
        """Values of believed parameters, but for those that a person fixed or confined."""
        free = {name: d for name, d in space.items() if name not in plan.base.fixed}
        leaning = self.planner.believing.lean(plan.held, free, plan.guess)
        outer = plan.confine(free)
        return {n: v for n, v in leaning.items() if n not in outer or outer[n].holds(v)}

    def _draw_inside(
        self, plan: Plan, study: Study, space: SearchSpace, draw: Draw
    ) -> tuple[dict[str, Any], Plan]:
        confined = self._confine(plan, space)
        if not confined:
            return draw(study, space), plan
        style = plan.base.style
        fixed = {n: c for n, c in confined.items() if c.is_fixed and not style.keeps_fixed}
        params: dict[str, Any] = {}
        if len(fixed) < len(space):
            rest = {n: d for n, d in space.items() if n not in fixed}
            params = self._draw_rest(plan, study, space, rest, confined, draw)
            if not params:
                return {}, plan  # the base sampler is not ready to draw jointly
        params.update({name: c.draw(plan.rng) for name, c in fixed.items()})
        if style.mode == "scale":
            moved = {n: c.scale(params[n], plan.rng) for n, c in confined.items() if n in params}
            return {**params, **moved}, plan
        strays = [n for n, c in confined.items() if n in params and not c.holds(params[n])]
        params.update({name: confined[name].draw(plan.rng) for name in strays})
        return params, plan.repaired() if strays else plan

    def known_constants(self, relation: Relation) -> Relation:
        """The relation, with the parameters of one value that the last trial had."""
        complete = self.planner.history.complete
        return relation.given(complete[-1].distributions) if complete else relation

    def is_repeated(
        self, params: Mapping[str, Any], space: Mapping[str, BaseDistribution]
    ) -> bool:
        """Whether a finite space would see the same configuration again."""
        finite = all(n_levels(d) is not None for d in space.values())
        return bool(params) and finite and self.planner.was_seen(params)

    def _draw_softly(
        self, plan: Plan, study: Study, trial: FrozenTrial, space: SearchSpace
    ) -> tuple[dict[str, Any], Plan]:
        from optuna_guide.sampling.guided.soft import believe, hard_bounds

        base: Any = innermost(plan.base.sampler)
        prior = believe(plan.region, space) if plan.is_guided else None
        outer = self._confine(plan, space)
        try:
            params = base.suggest(study, trial, space, prior=prior, region=hard_bounds(outer))
        except Exception as error:
            warn_once(
                ("softly", plan.base.name, type(error)),
                f"{plan.base.name} cannot be guided softly: {error!r}. It draws as it is.",
            )
            params = base.sample_relative(study, trial, space)
        strays = [n for n, c in outer.items() if n in params and not c.holds(params[n])]
        params.update({name: outer[name].draw(plan.rng) for name in strays})
        return params, plan

    def _confine(self, plan: Plan, space: SearchSpace) -> dict[str, Confined]:
        """Parameters to keep inside; none of those that a person fixed."""
        base = plan.base
        if base.style.mode == "pass":
            if plan.region:
                warn_once(
                    ("enumerates", base.name),
                    f"{base.name} enumerates the declared range and cannot be narrowed.",
                )
            return {}
        hard = plan.opened() if base.style.mode == "soft" else plan
        return hard.confine({n: d for n, d in space.items() if n not in base.fixed})

    def _draw_rest(
        self,
        plan: Plan,
        study: Study,
        space: SearchSpace,
        rest: SearchSpace,
        confined: Mapping[str, Confined],
        draw: Draw,
    ) -> dict[str, Any]:
        """What the base sampler draws of the parameters that are not fixed."""
        style = plan.base.style
        n_shown = 0 if style.strict and plan.outer else style.n_shown
        if style.mode == "narrow":
            narrowed = {n: confined[n].narrowed if n in confined else d for n, d in rest.items()}
            rest = {n: rest[n] if d.single() else d for n, d in narrowed.items()}
        shown = study
        if n_shown is not None:
            box = {n: c for n, c in confined.items() if n in rest}
            flags = self.planner.visible(box, n_shown)
            shown = cast("Study", StudyView(study, flags, is_recent=plan.is_recent))
        try:
            return draw(shown, rest)
        except Exception as error:
            if shown is study and rest == space:
                raise
            warn_once(
                ("narrowed", plan.base.name, type(error)),
                f"{plan.base.name} cannot draw from narrowed ranges: {error!r}. "
                "It draws from the declared ones; what falls outside is drawn anew.",
            )
            return draw(study, space)
