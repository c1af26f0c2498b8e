"""What a member who has learnt the demonstration course knows: the right answers, by the text of the question."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def bare(text: str) -> str:
    """Without white space and what the room draws in place of blanks."""
    return re.sub(r"[\s_＿（）()\d]+", "", text)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def checks() -> dict[str, list[str]]:
    """Stem of a lesson's check -> its right options."""
    found = {}
    for path in sorted((ROOT / "courses" / "demo" / "lessons").glob("*.toml")):
        for block in _read(path)["blocks"]:
            if block["type"] == "check":
                found[bare(block["stem"])] = [option["text"] for option in block["options"] if option["correct"]]
    return found


def questions() -> dict[str, Any]:
    """Stem -> right option texts, «正确» or «错误», or one accepted text a blank."""
    found: dict[str, Any] = {}
    for path in sorted((ROOT / "exams" / "demo").glob("*.toml")):
        for question in _read(path)["question"]:
            if "options" in question:
                right: Any = [option["text"] for option in question["options"] if option.get("correct")]
            elif isinstance(question["key"], list):
                right = [accepted[0] for accepted in question["key"]]
            else:
                right = ["正确" if question["key"] else "错误"]
            found.setdefault(bare(question["stem"]), []).append(right)
    return found
