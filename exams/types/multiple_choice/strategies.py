from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from exams.types.multiple_choice.models import MultipleChoiceQuestion
from exams.types.trying import options


@st.composite
def questions(draw: Any) -> MultipleChoiceQuestion:
    return MultipleChoiceQuestion(stem="题", options=draw(options((2, 4))))
