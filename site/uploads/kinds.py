"""Kinds of files that people import. An app registers its own in a module upload_kinds.py, which is found by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from uploads.models import Upload

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What a check found. With errors the file is refused, else a person may confirm what `plan_digest` stands for."""

    summary: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    plan_digest: str = ""
    # Writes the rows and files that belong to the upload, in the transaction that keeps this outcome: never for an upload that
    # was cancelled meanwhile, or whose check another worker has taken over.
    keep: Callable[[], None] | None = None


@dataclass(frozen=True)
class Kind:
    title: StrOrPromise  # lazy; what people call such a file
    # Reads the file and compares; writes nothing by itself (see Outcome.keep). May run twice.
    check: Callable[[Upload, IO[bytes], Progress], Outcome]
    # Writes what was confirmed, in the transaction that marks the upload as done. Gives back an outcome instead where the plan
    # is another one by now: nothing is written then, and the person sees the new plan.
    apply: Callable[[Upload, IO[bytes]], Outcome | None]
    undo: Callable[[Upload], None] | None = None  # raises Refused where it cannot be undone any more
    undo_within: timedelta = timedelta(0)
    file_lives: timedelta = timedelta(days=30)  # without a confirmation; a file that was imported goes at once
    # Drops the rows that the app itself keeps of the content, in the transaction that ends the upload (upload.state says how), and
    # gives back the names of its own files in the private storage, which go with the uploaded one.
    forget: Callable[[Upload], list[str]] | None = None


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    if _kinds.setdefault(name, kind) != kind:
        raise ValueError(f"Two kinds of uploads named {name}")


def kind_named(name: str) -> Kind:
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"No app registers the kind of upload {name}") from None
