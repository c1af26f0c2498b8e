from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from exams.types.single_choice.models import SingleChoiceQuestion
from exams.types.trying import options


@st.composite
def questions(draw: Any) -> SingleChoiceQuestion:
    return SingleChoiceQuestion(stem="题", options=draw(options((1, 1))))
