"""One file with what several studies have in common: HTML that works offline, or Markdown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from optuna import Study

    from optuna_guide.across.comparison import Comparison
    from optuna_guide.surfaces.report.figures import DrawnChapter
    from optuna_guide.words.comparison import Rows


def write_comparison(studies: Sequence[Study], path: str | os.PathLike[str]) -> Path:
    """Write what several studies say of the same parameters, and what differs.

    What matters in each, where promising ranges overlap, what can be left out, what a model of one
    is worth in another, what they reached, and how each searched.

    Args:
        studies: At least two, of any storages; the guidance of each is brought up to date first.
        path: The file to write, Markdown where it ends in ``.md``, else HTML; an existing one is
            replaced.

    Returns:
        The path.

    Raises:
        ValueError: If there are fewer than two, or two have one name.
    """
    from optuna_guide.keeping.comparing import compare_studies
    from optuna_guide.surfaces.export.files import write_whole
    from optuna_guide.words.markdown import comparison_to_markdown

    comparison, written = compare_studies(studies), Path(path)
    if written.suffix.lower() == ".md":
        content = comparison_to_markdown(comparison).encode("utf-8", "backslashreplace")
    else:
        content = _page(studies, comparison)
    write_whole(written, content)
    return written


def _page(studies: Sequence[Study], comparison: Comparison) -> bytes:
    from optuna_guide.surfaces.report.page import write_page

    story = _draw(studies, comparison)
    figures = {d.key: d.json for chapter in story for d in chapter.drawn if d.json}
    names = ", ".join(comparison.names)
    return write_page(names, _body(comparison, story), figures)


def _draw(studies: Sequence[Study], comparison: Comparison) -> tuple[DrawnChapter, ...]:
    """The figures; none where nothing is known of any study.

    The first study that something is known of says the target.
    """
    from optuna_guide.figures.sources import find_sources
    from optuna_guide.guidance import NotReady
    from optuna_guide.surfaces.report.figures import draw_story
    from optuna_guide.surfaces.report.story import ACROSS

    is_unknown = [isinstance(guidance, NotReady) for guidance in comparison.guidances]
    if all(is_unknown):
        return ()
    first = is_unknown.index(False)
    ordered = [studies[first], *studies[:first], *studies[first + 1 :]]
    sources = replace(find_sources(ordered), read_comparison=lambda: comparison)
    return draw_story(sources, ACROSS)


def _body(comparison: Comparison, story: Sequence[DrawnChapter]) -> str:
    from optuna_guide.surfaces.report.body import as_text, contents, draw_chapter, footer
    from optuna_guide.words.comparison import STUDY_HEADS, range_rows, sentences, study_rows

    names = comparison.names
    said = "".join(f"<li>{as_text(sentence)}</li>" for sentence in sentences(comparison))
    table = _table(("study", *STUDY_HEADS), study_rows(comparison), "studies")
    words: Mapping[str, str] = {
        "matters": _table(("promising range of", *names, "in all"), range_rows(comparison)),
    }
    return "\n".join(
        (
            f"<header><h1>{len(names)} studies</h1><p>{as_text(', '.join(names))}</p></header>",
            contents(story),
            f'<section id="short"><h2>In short</h2><p>What holds in all of them, and what differs.'
            f"</p><ul>{said}</ul>{table}</section>",
            *(draw_chapter(found, words.get(found.chapter.key, "")) for found in story),
            footer(),
        )
    )


def _table(heads: Iterable[str], rows: Rows, kind: str = "ranges") -> str:
    from optuna_guide.surfaces.report.body import as_text

    if not rows:
        return ""
    head = "".join(f"<th>{as_text(cell)}</th>" for cell in heads)
    body = "".join(f"<tr>{''.join(f'<td>{as_text(c)}</td>' for c in row)}</tr>" for row in rows)
    return (
        f'<div class="{kind} scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
