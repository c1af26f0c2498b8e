from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from exams.types.true_false.models import TrueFalseQuestion


@st.composite
def questions(draw: Any) -> TrueFalseQuestion:
    return TrueFalseQuestion(stem="题", is_true=draw(st.booleans()))
