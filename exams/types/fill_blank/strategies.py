from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from exams.types.fill_blank.models import FillBlankQuestion
from exams.types.trying import texts
from textkeys import BLANK


@st.composite
def questions(draw: Any) -> FillBlankQuestion:
    blanks = draw(st.lists(st.lists(texts.filter(BLANK), min_size=1, max_size=3), min_size=1, max_size=3))
    return FillBlankQuestion(stem="____ ，".join([""] * (len(blanks) + 1)), blanks=blanks)
