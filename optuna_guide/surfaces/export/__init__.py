"""A study's guidance to take away: JSON with a schema, a CSV of trials, Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.how import How

Format: TypeAlias = Literal["json", "csv", "markdown"]

FORMATS: tuple[Format, ...] = get_args(Format)


def export_guidance(
    study: Study,
    format: Format = "json",
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    context: str | Sequence[str] | None = None,
    how: How | None = None,
) -> str:
    """What is known about a study, as text to take away.

    Args:
        study: A study, whose guidance is brought up to date first. Where there is none yet, the
            text says what is missing.
        format: ``"json"``: the guidance, findings, answers and checks, by the schema that
            ``optuna-guide schema`` prints. ``"csv"``: every trial with Optuna's own columns and
            those of the guidance. ``"markdown"``: a summary to read, to paste into an issue, or to
            hand to a language model.
        target: What to explain; see `fit_guidance`.
        direction: Which way a user attribute is better.
        context: What nobody would choose; see `fit_guidance`.
        how: How values are given within the context.

    Raises:
        ValueError: If there is no such format, or the study has no such target or context.
    """
    if format not in FORMATS:
        raise ValueError(f"There is no format {format!r}; there are {', '.join(FORMATS)}.")
    from optuna_guide.keeping.refit import read_fresh
    from optuna_guide.study.exploration import explore

    snapshot, guidance = read_fresh(
        study, target=target, direction=direction, context=context, how=how
    )
    exploration = explore(snapshot)
    if format == "csv":
        from optuna_guide.surfaces.export.files import to_csv
        from optuna_guide.surfaces.export.trials import trials_frame

        return to_csv(trials_frame(snapshot, guidance, exploration))
    from optuna_guide.words.summary import summarise

    summary = summarise(snapshot, guidance, exploration)
    if format == "json":
        return summary.to_json()
    from optuna_guide.words.markdown import to_markdown

    return to_markdown(summary)


def schema_text() -> str:
    """The JSON schema (2020-12) of `export_guidance` in the format ``"json"``, indented."""
    import json

    from optuna_guide.surfaces.export.json_schema import json_schema
    from optuna_guide.words.summary import Summary

    return json.dumps(json_schema(Summary), indent=2) + "\n"
