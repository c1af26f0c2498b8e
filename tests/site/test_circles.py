"""The check of bin/lint for circles of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from check_imports import circles, imports

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PARTS = {
    "one": "import circle_demo.two\n",
    "two": "def later():\n    from circle_demo.three import thing\n    return thing\n",
    "three": "from circle_demo import one\nthing = 1\n",
    "four": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from circle_demo import five\n",
    "five": "from circle_demo import four\n",
}


def test_a_circle_through_a_function_is_seen_and_one_of_types_alone_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "circle_demo"
    package.mkdir()
    (package / "__init__.py").touch()
    for name, text in PARTS.items():
        (package / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    found = circles(imports(["circle_demo"]))
    assert found == [["circle_demo.one", "circle_demo.three", "circle_demo.two"]]


def test_two_circles_are_told_apart() -> None:
    imported = {"a": {"b"}, "b": {"a", "c"}, "c": {"d"}, "d": {"c"}, "e": {"a"}}
    assert circles(imported) == [["c", "d"], ["a", "b"]]
