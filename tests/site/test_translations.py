"""Nobody who reads Chinese meets English in what the libraries say: the catalogues. tests/browser/test_cms_is_chinese.py looks
at the pages."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import wagtail.admin
from django.conf import settings as real_settings
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import formats, translation
from wagtail.models import Collection, Page, Workflow

from home.defaults import defaults_name
from tests.cast import sign_in
from tests.catalogues import OVERRIDES, compile_overrides

if TYPE_CHECKING:
    from django.test import Client

    from people.models import User

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def check() -> Any:
    """bin/missing-messages as a module."""
    loader = SourceFileLoader("missing_messages", str(ROOT / "bin" / "missing-messages"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules[loader.name] = module  # where its dataclass looks itself up
    loader.exec_module(module)
    return module


@pytest.fixture
def compiled(settings: Any, tmp_path: Path) -> None:
    compile_overrides(settings, tmp_path)


def test_everything_that_a_library_can_say_has_chinese(check: Any) -> None:
    findings = check.find()
    assert findings.untranslated == []
    assert findings.read > 2500, "the check lost sight of the libraries"


def test_chinese_texts_keep_the_placeholders_of_the_english(check: Any) -> None:
    assert check.find().disagreeing == []


def test_without_the_overrides_the_check_finds_what_they_cure(check: Any, settings: Any) -> None:
    settings.LOCALE_PATHS = []
    untranslated = check.find().untranslated
    assert "wagtail.admin (django): Autosave is paused" in untranslated
    assert "wagtail.admin (djangojs): Autosave in progress…" in untranslated
    assert "treebeard (django): Child of" in untranslated


@pytest.mark.parametrize(
    ("english", "chinese", "unsafe"),
    [
        (("%(n)s page", "%(n)s pages"), ("%(n)s 个页面",), False),
        (("One page", "%(n)s pages"), ("%(n)s 个页面",), False),
        (("%(a)s by %(b)s",), ("%(b)s：%(a)s",), False),
        (("%(a)s by %(b)s",), ("%(b)s",), True),
        (("%(a)s",), ("%(aa)s",), True),
        (("%d of %s",), ("%s",), True),
        (("{title} is locked",), ("{标题}已锁定",), True),
    ],
)
def test_the_check_tells_safe_placeholders_from_unsafe_ones(
    check: Any, english: tuple[str, ...], chinese: tuple[str, ...], unsafe: bool
) -> None:
    assert check.disagrees((None, english), chinese) is unsafe


def test_no_override_outlives_the_message_that_it_translates(check: Any) -> None:
    libraries, _ours = check.folders()
    for domain in check.DOMAINS:
        said = {key for folder in libraries.values() for key in check.sayable(folder, domain)}
        ours = check.translated(OVERRIDES / "zh_Hans" / "LC_MESSAGES" / f"{domain}.po")
        assert ours, domain
        assert set(ours) - said == set()


def test_the_project_uses_the_overrides_after_its_own_texts() -> None:
    assert [Path(path).name for path in real_settings.LOCALE_PATHS] == ["locale", "locale_overrides"]


@pytest.mark.usefixtures("compiled")
def test_an_override_reaches_the_pages() -> None:
    with translation.override("zh-hans"):
        assert translation.gettext("Autosave is paused") == "自动保存已暂停"
        assert translation.ngettext("Moved up 1 place.", "Moved up %(counter)s places.", 2) == "上移了 %(counter)s 位。"


@pytest.mark.usefixtures("compiled")
def test_an_override_reaches_the_scripts_of_the_cms(client: Client, administrator: User) -> None:
    answer = sign_in(client, administrator).get(reverse("wagtailadmin_javascript_catalog"))
    assert answer.status_code == 200
    assert json.dumps("正在自动保存…") in answer.content.decode()


def test_dates_are_chinese() -> None:
    with translation.override("zh-hans"):
        day = date(2026, 11, 23)
        assert formats.date_format(day) == "2026年11月23日"
        assert formats.date_format(day, "SHORT_DATE_FORMAT") == "2026-11-23"
        assert formats.date_format(day, "YEAR_MONTH_FORMAT") == "2026年11月"
        assert formats.date_format(datetime(2026, 11, 23, 9, 5, tzinfo=UTC), "DATETIME_FORMAT") == "2026-11-23 09:05"
        assert formats.date_format(day, "F D") == "十一月 星期一"


def changed_words(name: str) -> dict[str, str]:
    return {
        "home.html": {'value="Search"': 'value="{% translate "搜索" %}"'},
        "shared/header.html": {'value="Search"': 'value="{% translate "搜索" %}"'},
        "shared/headers/_actions.html": {
            "{# Actions divider #}": "{% load i18n %}{# Actions divider #}",
            'aria-label="Actions"': 'aria-label="{% translate "操作" %}"',
        },
        "shared/user_avatar.html": {"{{ user }}": '{{ user|default:"" }}'},
        "tables/boolean_cell.html": {
            "{% load wagtailadmin_tags %}": (
                '{% load i18n wagtailadmin_tags %}{% translate "是,否,未知" as answers %}'
            ),
            "value|stringformat:'s'": "value|yesno:answers",
        },
    }[name]


OWN = ROOT / "site" / "templates" / "wagtailadmin"


@pytest.mark.parametrize(
    "name",
    sorted(
        str(path.relative_to(OWN))
        for path in OWN.rglob("*.html")
        if f'extends "wagtailadmin/{path.relative_to(OWN)}"' not in path.read_text()
    ),
)
def test_a_copied_template_of_wagtail_differs_from_it_in_its_words_only(name: str) -> None:
    theirs = (Path(wagtail.admin.__file__).parent / "templates" / "wagtailadmin" / name).read_text()
    for english, chinese in changed_words(name).items():
        assert english in theirs
        theirs = theirs.replace(english, chinese)
    ours = [line for line in (OWN / name).read_text().splitlines() if not line.startswith("{# Wagtail's own")]
    assert ours == theirs.splitlines()


@pytest.mark.django_db
def test_rows_that_wagtail_makes_have_chinese_names() -> None:
    defaults_name()
    assert not Group.objects.filter(name__in=["Moderators", "Editors"]).exists()
    assert not Collection.objects.filter(name="Root").exists()
    assert not Page.objects.filter(title="Root").exists()
    assert not Workflow.objects.filter(name="Moderators approval").exists()
    assert Permission.objects.get(codename="add_page").name == "可以新建页面"
    assert list(Permission.objects.filter(name__regex=r"^[A-Za-z]").values_list("name", flat=True)) == []


@pytest.mark.django_db
def test_a_name_that_people_gave_stays() -> None:
    group = Group.objects.create(name="Editors of the east")
    permission = Permission.objects.get(codename="add_page")
    Permission.objects.filter(pk=permission.pk).update(name="新建页面（东镇）")
    defaults_name()
    group.refresh_from_db()
    permission.refresh_from_db()
    assert (group.name, permission.name) == ("Editors of the east", "新建页面（东镇）")
