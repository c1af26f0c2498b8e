from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.exams.plugin.models import ScaleQuestion


@st.composite
def questions(draw: Any) -> ScaleQuestion:
    low = draw(st.integers(-50, 50))
    high = draw(st.integers(low + 1, low + 100))
    right = draw(st.integers(low, high))
    return ScaleQuestion(stem="题", low=low, high=high, right=right, tolerance=draw(st.integers(0, 9)))
