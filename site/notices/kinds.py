"""Kinds of notices. An app registers its own in a module notice_kinds.py, which is found by itself; see README.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    text: StrOrPromise  # lazy; "%(name)s" stands for a parameter
    action: StrOrPromise
    link: Callable[[Parameters], str] | None
    words: Callable[[Parameters], Parameters] | None
    collect: Callable[[Sequence[Parameters]], Sequence[Parameters]] | None


_kinds: dict[str, Kind] = {}


def register(
    kind: str,
    *,
    text: StrOrPromise,
    action: StrOrPromise = "",
    link: Callable[[Parameters], str] | None = None,
    words: Callable[[Parameters], Parameters] | None = None,
    collect: Callable[[Sequence[Parameters]], Sequence[Parameters]] | None = None,
) -> None:
    """`text` and `action` come from gettext_lazy; `link` gives the address for a notice's parameters. `words`, run in the reader's
    language, turns stored parameters into what stands in the text (a date, the name of a state).

    `collect` is for a text that tells what the database says when it is read: it gets the parameters of all notices of the kind
    on the page and gives as many back, in their order, with what it adds. It runs once for a page, before `words`."""
    new = Kind(text, action, link, words, collect)
    if _kinds.setdefault(kind, new) != new:
        raise ValueError(f"Two kinds of notices named {kind}")


def kind_named(kind: str) -> Kind:
    try:
        return _kinds[kind]
    except KeyError:
        raise LookupError(f"No app registers the kind of notice {kind}") from None


def known(kind: str) -> bool:
    return kind in _kinds
