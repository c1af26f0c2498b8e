"""Whoever switches to English finds no Chinese that somebody forgot to translate, and no placeholder that fails."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "site" / "locale" / "en" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%|%[sd]")
HAN = re.compile(r"[\u4e00-\u9fff]")
# What stays Chinese in English: the signs of the numbering habits, sample names, the product's name.
MAY_HOLD_CHINESE = re.compile(
    r"附录A|第.[章节条](之一)?|一、|（一）|某某村|某[市镇村]|演示[镇村甲乙丙]|第一网格|号微网格|网格e课堂|【】"
)


def messages(path: Path) -> list[Any]:
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def texts(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def test_every_text_is_translated() -> None:
    assert [message.id for message in messages(CATALOGUE) if message.fuzzy or not all(texts(message.string))] == []
    assert len(messages(CATALOGUE)) > 1500, "the check lost sight of the texts"


def test_translations_keep_the_placeholders() -> None:
    wrong = [
        (message.id, message.string)
        for message in messages(CATALOGUE)
        for english in texts(message.string)
        if set(PLACEHOLDER.findall(texts(message.id)[0])) != set(PLACEHOLDER.findall(english))
    ]
    assert wrong == []


def test_no_translation_is_left_in_chinese() -> None:
    left = [
        english
        for message in messages(CATALOGUE)
        for english in texts(message.string)
        if HAN.search(MAY_HOLD_CHINESE.sub("", english))
    ]
    assert left == []


@pytest.mark.slow
def test_the_catalogue_holds_just_what_the_code_says(tmp_path: Path, settings: Any, monkeypatch: Any) -> None:
    copy = tmp_path / "locale"
    shutil.copytree(CATALOGUE.parents[2], copy)
    settings.LOCALE_PATHS = [copy]
    monkeypatch.chdir(ROOT)
    ignored = ["node_modules", ".venv", "var", "build", "tests", "site/locale*"]
    call_command("makemessages", locale=["en"], no_obsolete=True, ignore_patterns=ignored, verbosity=0)
    made = copy / "en" / "LC_MESSAGES" / "django.po"
    said, known = ({(m.context, texts(m.id)) for m in messages(path)} for path in (made, CATALOGUE))
    assert said - known == set(), "run `make messages`, then translate these"
    assert known - said == set(), "run `make messages`: these are said no more"
