"""What a person wanted to do and could not: one exception for all apps, and one way of showing it (acts.pages)."""

from __future__ import annotations


class Refused(Exception):
    """Carries sentences for the person: what is in the way, where, and the cure. They are translated already.

    A subclass only where code must tell kinds apart or the refusal carries more than sentences.
    """

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons: tuple[str, ...] = tuple(str(reason) for reason in reasons)

    def __str__(self) -> str:
        return " ".join(self.reasons)
