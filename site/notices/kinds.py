"""Kinds of notices. An app registers its own in a module notice_kinds.py, which is found by itself; see README.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


_kinds: dict[str, Kind] = {}


def register(
    kind: str,
    *,
    text: StrOrPromise,
    action: StrOrPromise = "",
    link: Callable[[Parameters], str] | None = None,
    words: Callable[[Parameters], Parameters] | None = None,
) -> None:
    """`text` and `action` come from gettext_lazy; `link` gives the address for a notice's parameters. `words`, run in the reader's
    language, turns stored parameters into what stands in the text (a date, the name of a state)."""
    new = Kind(text, action, link, words)
    if _kinds.setdefault(kind, new) != new:
        raise ValueError(f"Two kinds of notices named {kind}")


def kind_named(kind: str) -> Kind:
    try:
        return _kinds[kind]
    except KeyError:
        raise LookupError(f"No app registers the kind of notice {kind}") from None


def known(kind: str) -> bool:
    return kind in _kinds
