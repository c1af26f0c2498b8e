"""What the types' strategies for hypothesis share. Only tests import this, and the `strategies` of each type."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)


@st.composite
def options(draw: Any, right: tuple[int, int]) -> list[dict[str, Any]]:
    """Different texts, of which between `right[0]` and `right[1]` are right ones; some of them pinned."""
    shown = draw(st.lists(texts.map(str.strip).filter(bool), min_size=max(2, right[1]), max_size=6, unique=True))
    count = draw(st.integers(right[0], min(right[1], len(shown))))
    chosen = draw(st.permutations(range(len(shown))))[:count]
    pinned = draw(st.sets(st.integers(0, len(shown) - 1)))
    return [{"text": text, "correct": i in chosen, "pinned": i in pinned} for i, text in enumerate(shown)]
