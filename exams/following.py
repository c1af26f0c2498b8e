"""What a passed exam leads to: certificates lies above exams, so it registers its answer here at start-up."""

from __future__ import annotations

from collections.abc import Callable

from exams.models import Attempt

# A passed attempt -> a sentence for the candidate, "" when nothing follows from it
Following = Callable[[Attempt], str]
_sources: list[Following] = []


def register_following(source: Following) -> None:
    if source not in _sources:
        _sources.append(source)


def what_follows(attempt: Attempt) -> str:
    return " ".join(sentence for source in _sources if (sentence := source(attempt)))
