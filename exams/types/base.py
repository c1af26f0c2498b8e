"""What a question type is. A type is one folder beside this module, or an app with a module `question_types`: see README.md."""

from __future__ import annotations

import tomllib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from sys import modules
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from exams.cms.forms.questions import QuestionForm
    from exams.models import Question

LABELS = "ABCDEFGH"


@dataclass(frozen=True)
class Line:
    """One choice of a question in the review."""

    text: str
    is_right: bool
    is_own: bool


@dataclass(frozen=True)
class Reviewed:
    """An answer beside the right one: marked among the choices, or both as texts where the type offers none."""

    lines: tuple[Line, ...] = ()
    own: str = ""
    right: str = ""


@dataclass(frozen=True)
class Part:
    """What takes one number of a paper: a plain question, or one of several under a common stem. Every part is answered, saved,
    marked and reviewed by itself."""

    entry: dict[str, Any]  # what the candidate sees
    key: Any
    ask: str = ""  # its own question, under the common stem
    weight: int = 1  # its share of the points beside the other parts'
    clause: str = ""  # number of one of the question's clauses; "" = the main one
    marked_by: str = ""  # "" = as the type
    explanation: str = ""  # "" = the question's


class QuestionType(ABC):
    """Values, entries and keys are JSON. An entry is what the candidate's page gets; nothing in it tells the key."""

    code: ClassVar[str]  # the glossary's identifier
    model: ClassVar[type[Question]]
    form: ClassVar[type[QuestionForm]]
    order: ClassVar[int]  # of its section on a paper
    letter: ClassVar[str]  # of its question codes: D-00012
    seconds: ClassVar[int]  # that a candidate is expected to need
    marked_by: ClassVar[str] = "key"  # or "people"
    step: ClassVar[int] = 50  # in which people give points, in hundredths of a mark; all of them may always be given
    limit: ClassVar[int] = 2000  # the longest answer that the room takes, in characters of its JSON
    is_statement: ClassVar[bool] = False  # the stem is to be judged, so that a negation in it is part of the matter

    # --- names and files ---

    @property
    @abstractmethod
    def title(self) -> str:
        """单选题: in lists, forms and messages."""

    @property
    def heading(self) -> str:
        """单项选择题: over its section of a paper."""
        return self.title

    @property
    def note(self) -> str:
        """The rule of marking that a paper prints under the heading; empty when there is nothing to say."""
        return ""

    @property
    def editor_template(self) -> str:
        """The type's fields in the trainer's form."""
        return f"{self.code}/editor.html"

    @property
    def room_script(self) -> str:
        """What draws the question in the exam room; see docs/exam-room.md."""
        return f"exams/types/{self.code}/room.js"

    def room_words(self) -> dict[str, str]:
        """The sentences of its script, by name: `word("<code>.<name>")` there."""
        return {}

    # --- writing ---

    @abstractmethod
    def problems(self, question: Question) -> list[str]:
        """What keeps the question from being used, in the trainer's words; empty when it may be used."""

    def advice(self, question: Question) -> list[str]:
        """What a good question of the type avoids; forbids nothing."""
        return []

    def face(self, question: Question) -> list[str]:
        """What stands under the stem, for the trainer's preview. The question may be a draft that is not sound yet."""
        return []

    # --- paper and marking ---

    def entry(self, question: Question, rng: random.Random) -> tuple[dict[str, Any], Any]:
        """(what the candidate sees, the key), in an order that `rng` draws where the order may change. For types with one part."""
        raise NotImplementedError(f"{self.code} has neither an entry nor parts")

    def numbers(self, question: Question) -> int:
        """How many numbers of a paper the question takes: as many as it has parts. Kept in a column when it is saved."""
        return 1

    def parts(self, question: Question, rng: random.Random) -> list[Part]:
        """One for each number. What follows is asked part by part: an entry says what a part needs."""
        entry, key = self.entry(question, rng)
        return [Part(entry, key)]

    @abstractmethod
    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        """Whether a value that a browser sent has the shape of an answer to this entry (null is always accepted)."""

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        """(earned, of how many parts), a pure function; None and wrong shapes earn nothing."""
        raise NotImplementedError(f"{self.code} is marked by people")

    def criteria(self, entry: dict[str, Any], key: Any) -> tuple[str, ...]:
        """What a person who marks an answer reads beside it, a line each."""
        return (self.in_words(entry, key),)

    # --- reading ---

    @abstractmethod
    def in_words(self, entry: dict[str, Any], value: Any) -> str:
        """An answer or a key as people read it."""

    def reviewed(self, entry: dict[str, Any], key: Any, value: Any) -> Reviewed:
        return Reviewed(own=self.in_words(entry, value), right=self.in_words(entry, key))

    def printed(self, entry: dict[str, Any]) -> list[str]:
        """The lines under the stem on a printed paper."""
        return []

    # --- exchange ---

    def record(self, question: Question) -> dict[str, Any]:
        """The question in the words of `import_questions --json`. Its clauses, main one first, should be prefetched."""
        links = sorted(question.clause_links.all(), key=lambda link: (not link.is_main, link.pk))
        return {
            "type": self.code,
            "code": question.code,
            "stem": question.stem,
            "options": self.record_options(question),
            "key": self.record_key(question),
            "explanation": question.explanation,
            "clauses": [link.clause.number for link in links],
            "difficulty": question.difficulty,
            "status": question.state,
        }

    def record_options(self, question: Question) -> list[dict[str, Any]]:
        return []

    @abstractmethod
    def record_key(self, question: Question) -> Any:
        """By type: see `key` in the architecture of the exchange."""

    @abstractmethod
    def content(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of the model from a record: what `record_options` and `record_key` wrote."""

    # --- demonstration and trials ---

    def examples(self) -> list[dict[str, Any]]:
        """Records for the demonstration bank, from `examples.toml` beside the type."""
        path = Path(str(modules[type(self).__module__].__file__)).with_name("examples.toml")
        return list(tomllib.loads(path.read_text(encoding="utf-8"))["question"]) if path.exists() else []

    def right_answer(self, key: Any) -> Any:
        """An answer that earns everything."""
        return key

    @abstractmethod
    def wrong_answer(self, entry: dict[str, Any], key: Any, rng: random.Random) -> Any:
        """A plausible answer that does not earn everything."""

    @abstractmethod
    def some_answer(self, entry: dict[str, Any], rng: random.Random) -> Any:
        """Any answer of somebody who does not know the key."""
