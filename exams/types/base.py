from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    import random

    from exams.models import Question

LABELS = "ABCDEFGH"


class QuestionType(Protocol):
    """What the paper, the save, the marking and the review ask of a type. Values are JSON: see docs of each method."""

    code: ClassVar[str]

    @property
    def title(self) -> str:
        """单选题: in lists, forms and messages."""
        ...

    @property
    def heading(self) -> str:
        """单项选择题: over its section of a paper."""
        ...

    def problems(self, question: Question) -> list[str]:
        """What keeps the question from being used, in the trainer's words; empty when it may be used."""
        ...

    def entry(self, question: Question, rng: random.Random) -> tuple[dict[str, Any], Any]:
        """(what the candidate sees, the key), the options in an order that `rng` draws. No key in the first part."""
        ...

    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        """Whether a value that a browser sent has the shape of an answer to this entry (null is always accepted)."""
        ...

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        """(earned, of how many parts), a pure function; None and wrong shapes earn nothing."""
        ...

    def in_words(self, entry: dict[str, Any], value: Any) -> str:
        """An answer or a key as people read it."""
        ...
