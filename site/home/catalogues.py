"""One flat dictionary of the texts of a language.

Django keeps a text catalogue for each library and a chain of fallbacks behind them, and asks all of them for every text. Ours
are Chinese in the code and in none of them, so that each text of a page costs the whole chain: over thirty look-ups, some 500
times for one reviewed answer sheet.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import trans_real


class Flat(dict[Any, str]):
    """What a catalogue of gettext offers, without its parts. Only for languages with a single form: Chinese has no plural."""

    def plural(self, text: str, _number: int) -> str:
        return self[text, 0]


def catalogue_flatten(language: str) -> None:
    """Merge what is asked first over what is asked later. The texts that come out are the same."""
    found: Any = trans_real.translation(language)
    chain: list[Any] = []
    link = found
    while link is not None:
        chain.append(link)
        link = getattr(link, "_fallback", None)
    texts = Flat()
    for part in reversed(chain):
        for catalogue in reversed(getattr(part._catalog, "_catalogs", [part._catalog])):
            texts.update(catalogue)
    found._catalog, found._fallback = texts, None
