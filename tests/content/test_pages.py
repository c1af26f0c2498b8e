"""The standards' pages for everybody who is signed in: complete, marked as demonstration, drafts for trainers only, quick."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content import teaching
from content.models import Clause, ClauseReference, Edition
from people.audience import Audience
from tests.cast import sign_in
from tests.content import scenes
from tests.replies import words

if TYPE_CHECKING:
    from django.test import Client

    from people.audience import Audience
from people.models import Member, User

NOTICE = "演示文本</strong>：本文是为演示和教学编写的虚构文件"


@pytest.fixture
def edition(db: None) -> Edition:
    return scenes.make_edition()


def of(edition: Edition, number: str) -> Clause:
    return Clause.objects.get(edition=edition, number=number)


def address(edition: Edition, number: str) -> str:
    return reverse("content:clause", args=[of(edition, number).pk])


@pytest.fixture
def phone(client: Client, learner: Member) -> Client:
    return sign_in(client, learner.user)


# --- the list and the edition -----------------------------------------------------------------------------------------


def test_the_list_puts_what_is_in_force_first(phone: Client, edition: Edition) -> None:
    scenes.make_edition("demo-2020", state="superseded", label="2020年版")
    scenes.make_edition("demo-2026", state="upcoming", label="2026年版")
    page = words(phone.get("/standards/"))
    assert page.index("2025年版") < page.index("2026年版") < page.index("2020年版")
    assert "演示文本" in page
    assert "2025-03-01 实施" in page
    assert "13 条" in page
    assert reverse("content:edition", args=[edition.code]) in page


def test_an_empty_list_says_whom_to_ask(phone: Client) -> None:
    assert "还没有发布的标准。请联系培训管理人员。" in words(phone.get("/standards/"))


def test_the_edition_shows_the_whole_tree(phone: Client, edition: Edition) -> None:
    page = words(phone.get(f"/standards/{edition.code}/"))
    for clause in edition.clauses.exclude(kind="item"):
        assert reverse("content:clause", args=[clause.pk]) in page, clause
        assert clause.title in page
        assert clause.text in page
    assert "佩戴工作证；" in page
    assert re.search(r">a\)</a>\s*佩戴工作证", page), "an item shows its own label, not the whole number"
    assert "附录A 记录表" in page
    assert "注：特殊情况可增加走访次数。" in page
    assert "本文件仅供演示。" in page
    assert page.count("<details") == 4, "three chapters and the front matter fold"
    assert page.index("4.1.1") < page.index("4.2.1") < page.index("附录A")


@pytest.mark.parametrize("path", ["/standards/{code}/", "clause 4", "clause 4.1.1", "clause 4.1.1 a)", "clause 附录A"])
def test_every_page_of_a_demonstration_edition_says_so(phone: Client, edition: Edition, path: str) -> None:
    clause = path.removeprefix("clause ")
    where = address(edition, clause) if clause != path else path.format(code=edition.code)
    assert NOTICE in words(phone.get(where))
    Edition.objects.update(is_demonstration=False)
    assert NOTICE not in words(phone.get(where))


def test_a_superseded_edition_points_to_the_one_in_force(phone: Client, edition: Edition) -> None:
    old = scenes.make_edition("demo-2020", state="superseded", label="2020年版")
    page = words(phone.get(f"/standards/{old.code}/"))
    assert "这个版本已废止，仅供查阅。" in page
    assert f"/standards/{edition.code}/" in page
    assert "这个版本已废止" in words(phone.get(address(old, "4.1")))


# --- the clause -------------------------------------------------------------------------------------------------------


def test_a_clause_shows_text_items_type_and_edition(phone: Client, edition: Edition) -> None:
    page = words(phone.get(address(edition, "4.1.1")))
    assert "<h1>4.1.1</h1>" in page
    assert "网格员应：" in page
    assert [page.index(f"{label} {text}") for label, text in (("a)", "佩戴"), ("b)", "衣着"), ("c)", "用语"))]
    assert "条款类型</dt><dd>要求</dd>" in page
    assert "2025年版" in page
    assert f'<a href="{address(edition, "4.1")}">4.1 仪容</a>' in page
    page = words(phone.get(address(edition, "4.2.1")))
    assert "条款类型</dt><dd>要求、禁止</dd>" in page


def test_a_table_is_a_table_and_notes_stay(phone: Client, edition: Edition) -> None:
    page = words(phone.get(address(edition, "5.1")))
    assert "<caption>表1 走访次数</caption>" in page
    assert '<th scope="col">对象</th><th scope="col">次数</th>' in page
    assert "<td>独居老人</td><td>每周1次</td>" in page
    assert "注：特殊情况可增加走访次数。" in page


def test_neighbours_are_the_clauses_before_and_after(phone: Client, edition: Edition) -> None:
    page = words(phone.get(address(edition, "4.1.2")))
    assert re.search(rf'href="{address(edition, "4.1.1")}" rel="prev">上一条 4.1.1<', page), "not its last item"
    assert re.search(rf'href="{address(edition, "4.2")}" rel="next">下一条 4.2<', page)
    page = words(phone.get(address(edition, "4")))
    assert "上一条" not in page
    assert "下一条 4.1" in page
    assert "下一条" not in words(phone.get(address(edition, "A.1")))
    page = words(phone.get(address(edition, "4.1.1 b)")))
    assert "上一条 4.1.1 a)" in page
    assert "下一条 4.1.1 c)" in page


def test_neighbours_never_come_from_another_edition(phone: Client, edition: Edition) -> None:
    other = scenes.make_edition("demo-2026", state="upcoming", label="2026年版")
    page = words(phone.get(address(edition, "A.1")))
    assert "下一条" not in page
    assert address(other, "4") not in page


def test_a_chapter_leads_to_what_lies_below(phone: Client, edition: Edition) -> None:
    page = words(phone.get(address(edition, "4")))
    assert "下一级" in page
    assert f'href="{address(edition, "4.1")}">4.1 仪容</a>' in page
    assert "佩戴工作证" not in page, "the items of clauses further down are theirs"


def test_references_are_shown_on_both_ends(phone: Client, edition: Edition) -> None:
    page = words(phone.get(address(edition, "5.1")))
    assert "引用了" in page
    assert f'href="{address(edition, "4.2.1")}"' in page
    assert "GB/T 34300" in page
    page = words(phone.get(address(edition, "4.2.1")))
    assert "被这些条款引用" in page
    assert f'href="{address(edition, "5.1")}">5.1 走访' in page


def test_the_clause_says_where_it_is_taught(phone: Client, edition: Edition, monkeypatch: Any) -> None:
    assert "还没有讲这一条的课。" in words(phone.get(address(edition, "4.1")))
    asked = of(edition, "4.1").pk

    def taught(ids: Any) -> dict[int, list[teaching.Lesson]]:
        return {
            pk: [teaching.Lesson("走访的礼仪", "/courses/demo/manners/", 1, Audience.of(None, ()))]
            for pk in ids
            if pk == asked
        }

    monkeypatch.setattr(teaching, "_sources", [*teaching._sources, (taught, lambda actor, courses: set(courses))])
    page = words(phone.get(address(edition, "4.1")))
    assert '<a href="/courses/demo/manners/">走访的礼仪</a>' in page


def test_markup_in_a_clause_stays_text(phone: Client, edition: Edition) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    Clause.objects.update(
        title=nasty, text=nasty, notes=[nasty], tables=[{"caption": nasty, "rows": [[nasty], [nasty]]}]
    )
    Edition.objects.update(title=nasty, label=nasty, front_matter=nasty)
    ClauseReference.objects.update(cited_as=nasty)
    for each in ("/standards/", f"/standards/{edition.code}/", address(edition, "5.1"), address(edition, "4.1.1")):
        assert nasty.encode() not in phone.get(each).content, each


# --- who may ----------------------------------------------------------------------------------------------------------


def pages(edition: Edition) -> list[str]:
    return ["/standards/", f"/standards/{edition.code}/", address(edition, "4.1"), address(edition, "4.1.1 a)")]


def test_everybody_signed_in_reads_and_nobody_else(
    client: Client, edition: Edition, learner: Member, supervisor: User, trainer: User, stranger: User
) -> None:
    for each in pages(edition):
        client.logout()
        reply: Any = client.get(each)
        assert reply.status_code == 302 and "/accounts/login/" in reply.url, each
        for user in (learner.user, supervisor, trainer, stranger):
            assert sign_in(client, user).get(each).status_code == 200, (each, user)


def test_a_draft_exists_for_trainers_only(
    client: Client, learner: Member, supervisor: User, marker: User, trainer: User, administrator: User
) -> None:
    draft = scenes.make_edition("demo-2026", state="draft", label="2026年版（草稿）")
    for user in (learner.user, supervisor, marker):
        sign_in(client, user)
        assert "2026年版" not in words(client.get("/standards/"))
        for each in pages(draft)[1:]:
            assert client.get(each).status_code == 404, (each, user)
    for user in (trainer, administrator):
        sign_in(client, user)
        assert "2026年版（草稿）" in words(client.get("/standards/"))
        for each in pages(draft)[1:]:
            page = words(client.get(each))
            assert "这个版本还是草稿，只有培训管理人员能看到。" in page


def test_what_does_not_exist_is_404(phone: Client, edition: Edition) -> None:
    for each in ("/standards/none/", "/standards/%00/", "/clauses/0/", "/clauses/999999999/"):
        assert phone.get(each).status_code == 404, each


def test_an_edition_may_have_a_chinese_code(phone: Client) -> None:
    made = scenes.make_edition("演示标准-2025年版")
    assert phone.get(reverse("content:edition", args=[made.code])).status_code == 200


def test_pages_are_read_only(phone: Client, edition: Edition) -> None:
    for each in pages(edition):
        assert phone.post(each).status_code == 405, each


# --- quick ------------------------------------------------------------------------------------------------------------

BASELINE = json.loads((Path(__file__).parent / "query_counts.json").read_text())


def test_each_page_stays_within_eight_statements(phone: Client, edition: Edition) -> None:
    for each in pages(edition):
        phone.get(each)  # sites and content types are read once in a process
    taken = {}
    for name, each in (
        ("standards", "/standards/"),
        ("edition", f"/standards/{edition.code}/"),
        ("clause", address(edition, "5.1")),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert phone.get(each).status_code == 200
        taken[name] = len([q for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]])
    assert taken == {name: n for name, n in BASELINE.items() if not name.startswith("cms_")}, json.dumps(taken)
    assert max(taken.values()) <= 8
