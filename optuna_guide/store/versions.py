"""The guidance of a study: text in chunks, two slots in turn, a head that is written last.

A reader follows the head and checks the hash. While a slot is rewritten, or after its writer was
killed, the head still names the other slot; where two writers mixed their chunks, the hash tells,
and the previous version is read.
"""

from __future__ import annotations

import base64
import hashlib
import time
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from optuna_guide.guidance import SCHEMA_VERSION, Guidance, TrustState
from optuna_guide.store import history
from optuna_guide.store.attributes import (
    StoreError,
    jitter,
    read_attributes,
    read_quickly,
    read_softly,
    write_attribute,
)
from optuna_guide.store.choices import choices_mark
from optuna_guide.store.keys import HEAD, guidance_chunk
from optuna_guide.store.records import read_record, write_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from optuna import Study

CHUNK = 30_000  # characters
MAX_CHUNKS = 40  # two slots stay below the 4 MB that a gRPC proxy receives
MAX_UNPACKED = 32 << 20  # bytes
_PAUSES = (0.05, 0.1, 0.2)  # seconds between attempts


@dataclass(frozen=True)
class Head:
    """What is known about a stored guidance without decoding it.

    Attributes:
        version: Counts the refits of a study, from 1.
        n_trials: Trials that the guidance rests on.
        n_finished: Finished trials of the study when it was fitted, whatever their state.
        last_trial: Largest trial number that it rests on.
        target: Name of what is explained.
        direction: Which way the target is better.
        fitted_at: ISO time in UTC.
        asked: Target and direction as the fit was asked for them; None = the default.
        choices: Mark of what a person had said about the study; see `choices_mark`.
        trust: What can be relied upon; None where it was not noted.
        schema: Schema version of the guidance.
        slot: Where it lies.
        n_chunks: Number of chunks there.
        sha256: Hash of the chunks' text.
    """

    version: int
    n_trials: int
    n_finished: int
    last_trial: int
    target: str
    direction: Literal["minimize", "maximize"]
    fitted_at: str
    asked: tuple[Any, Any] = (None, None)
    choices: str = ""
    trust: TrustState | None = None
    schema: int = SCHEMA_VERSION
    slot: int = field(default=0, repr=False)
    n_chunks: int = field(default=0, repr=False)
    sha256: str = field(default="", repr=False)


@dataclass(frozen=True)
class _Heads:
    current: Head
    previous: Head | None


def save_guidance(
    study: Study,
    guidance: Guidance,
    *,
    asked: tuple[Any, Any] = (None, None),
    choices: str | None = None,
) -> Guidance:
    """Keep a guidance with its study, as the next version.

    Args:
        study: The study.
        guidance: What to keep; its version is ignored.
        asked: Target and direction as they were asked for, so that a later refit asks the same.
        choices: Mark of what a person had said when the study was read; what is said now where
            nothing is given. A guidance that knew less is never read.

    Returns:
        The guidance with its version.

    Raises:
        StoreError: If the storage cannot be written, or the guidance takes more than 1.2 MB.
    """
    for pause in _PAUSES:
        stored = _write(study, guidance, asked, choices)
        attributes = read_attributes(study)
        if any(_text(attributes, head) is not None for head in _heads(attributes)[:1]):
            history.append(study, attributes, stored)
            return stored
        time.sleep(pause * jitter(0.5, 1.5))  # somebody else writes the same slot
    raise StoreError(
        f"Could not keep the guidance of study {study.study_name!r}: "
        "other workers write theirs at the same time."
    )


def load_guidance(study: Study) -> Guidance | None:
    """The newest stored guidance; None where nothing (valid) is stored.

    Where workers write at once, both slots may be torn for a moment: it is looked at again.

    Raises:
        StoreError: If the storage cannot be read: within a second where an SQLite file is locked.
    """
    attributes = read_quickly(study)
    for pause in _PAUSES:
        if not _heads(attributes) or any(_intact(attributes)):
            break
        time.sleep(pause)
        attributes = read_quickly(study)
    return decode_guidance(attributes)


def guidance_head(study: Study) -> Head | None:
    """Head of what `load_guidance` gives, without decoding it."""
    return current_head(read_softly(study))


def current_head(attributes: Mapping[str, Any]) -> Head | None:
    """Head of the newest guidance that is intact, of this schema, and knows a person's choices."""
    return next((head for head, _ in _readable(attributes)), None)


def noted_head(attributes: Mapping[str, Any]) -> Head | None:
    """The same by its head alone: whether the guidance itself is intact is not looked at."""
    mark = choices_mark(attributes)
    heads = _heads(attributes)[:1]
    return next((h for h in heads if h.schema == SCHEMA_VERSION and h.choices == mark), None)


def last_asked(attributes: Mapping[str, Any]) -> tuple[Any, Any]:
    """Target and direction that the newest guidance was asked for, whatever was said since."""
    return next((head.asked for head in _heads(attributes)), (None, None))


def decode_guidance(attributes: Mapping[str, Any]) -> Guidance | None:
    """The newest guidance that is intact, of this schema, and knows a person's choices."""
    for _, text in _readable(attributes):
        try:
            return Guidance.from_json(_unpack(text))
        except (ValueError, zlib.error):
            continue
    return None


def _unpack(text: str) -> str:
    """The JSON text; a few letters may hold gigabytes of it, which are not unpacked.

    Raises:
        ValueError: If it is longer than any guidance.
    """
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(base64.b64decode(text), MAX_UNPACKED)
    if not unpacker.eof:
        raise ValueError(f"It takes more than {MAX_UNPACKED} bytes.")
    return unpacked.decode()


def _write(
    study: Study, guidance: Guidance, asked: tuple[Any, Any], choices: str | None
) -> Guidance:
    attributes = read_attributes(study)
    previous = next((head for head, _ in _intact(attributes)), None)
    guidance = replace(guidance, version=1 + _last_version(attributes))
    text = base64.b64encode(zlib.compress(guidance.to_json().encode(), 9)).decode()
    chunks = [text[i : i + CHUNK] for i in range(0, len(text), CHUNK)]
    if len(chunks) > MAX_CHUNKS:
        raise StoreError(
            f"The guidance takes {len(text)} characters, "
            f"at most {MAX_CHUNKS * CHUNK} are kept with a study."
        )
    head = Head(
        version=guidance.version,
        n_trials=guidance.n_trials,
        n_finished=guidance.n_finished,
        last_trial=guidance.last_trial,
        target=guidance.target,
        direction=guidance.direction,
        fitted_at=guidance.fitted_at,
        asked=asked,
        choices=choices_mark(attributes) if choices is None else choices,
        trust=guidance.trust.state,
        slot=0 if previous is None else 1 - previous.slot,
        n_chunks=len(chunks),
        sha256=_hash(text),
    )
    for k, chunk in enumerate(chunks):
        if attributes.get(guidance_chunk(head.slot, k)) != chunk:
            write_attribute(study, guidance_chunk(head.slot, k), chunk)
    write_attribute(study, HEAD, write_record(_Heads(head, previous)))
    for k in range(len(chunks), MAX_CHUNKS):
        if attributes.get(guidance_chunk(head.slot, k)):
            write_attribute(study, guidance_chunk(head.slot, k), "")
    return guidance


def _last_version(attributes: Mapping[str, Any]) -> int:
    versions = [head.version for head in _heads(attributes)]
    versions += [past.version for past in history.read_history(attributes)]
    return max(versions, default=0)


def _heads(attributes: Mapping[str, Any]) -> list[Head]:
    """The current and the previous head, whether their chunks are intact or not."""
    heads = read_record(_Heads, attributes.get(HEAD))
    if heads is None:
        return []
    both = [heads.current] if heads.previous is None else [heads.current, heads.previous]
    return [h for h in both if _is_head(h)]


def _is_head(head: Head) -> bool:
    counts = (head.version, head.n_trials, head.n_finished, head.last_trial, head.n_chunks)
    return (
        all(isinstance(n, int) for n in counts)
        and head.version > 0
        and head.n_chunks > 0
        and head.slot in (0, 1)
    )


def _intact(attributes: Mapping[str, Any]) -> Iterator[tuple[Head, str]]:
    for head in _heads(attributes):
        text = _text(attributes, head)
        if text is not None:
            yield head, text


def _readable(attributes: Mapping[str, Any]) -> Iterator[tuple[Head, str]]:
    mark = choices_mark(attributes)
    return (
        (head, text)
        for head, text in _intact(attributes)
        if head.schema == SCHEMA_VERSION and head.choices == mark
    )


def _text(attributes: Mapping[str, Any], head: Head) -> str | None:
    text = ""
    for k in range(head.n_chunks):
        chunk = attributes.get(guidance_chunk(head.slot, k))
        if not isinstance(chunk, str):
            return None
        text += chunk
    return text if _hash(text) == head.sha256 else None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
