from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.exams.story_plugin.models import StoryQuestion


@st.composite
def questions(draw: Any) -> StoryQuestion:
    asks = []
    for place in range(draw(st.integers(2, 5))):
        options = [f"做法{n}" for n in range(draw(st.sampled_from([0, 2, 4])))]
        right = draw(st.sampled_from("ABCD"[: len(options)])) if options else "先劝阻，再上报"
        weight = draw(st.integers(1, 4))
        asks.append({"ask": f"问{place}", "options": options, "right": right, "weight": weight, "clause": ""})
    return StoryQuestion(stem="情景", asks=asks)
