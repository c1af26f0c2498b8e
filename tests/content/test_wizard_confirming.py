"""导入标准, step 3: what was confirmed becomes an edition, once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from acts import Refused
from content.models import Clause, Edition, Standard
from content.services.imports import EditionPlan, import_confirm
from tests.content import scenes
from tests.content.wizard import act, address, answers, correct, waiting, work
from tests.replies import words
from uploads.models import Upload

if TYPE_CHECKING:
    from django.test import Client

    from people.models import User


def test_confirming_twice_gives_one_edition(desk: Client, ready: Upload, trainer: User) -> None:
    plan = EditionPlan(
        standard=None,
        title="演示标准",
        label="2025年版",
        number="",
        issued_on=None,
        effective_on=None,
        is_demonstration=True,
        state="draft",
    )
    second = Upload.objects.get(pk=ready.pk)  # read before the first confirmation, as a double click does
    import_confirm(actor=trainer, upload=ready, version=0, plan=plan)
    with pytest.raises(Refused, match="已经确认过"):
        import_confirm(actor=trainer, upload=second, version=0, plan=plan)
    work()
    work()
    assert (Edition.objects.count(), Clause.objects.count()) == (1, 13)
    reply = act(desk, address("confirm", ready.code), answers())
    assert reply.redirect_chain[-1][0] == f"{address('edition', Edition.objects.get().pk)}?imported=1"
    assert Edition.objects.count() == 1


@pytest.mark.parametrize(("state", "seen"), [("draft", "草稿"), ("upcoming", "即将实施"), ("in_force", "现行")])
def test_the_edition_gets_the_state_that_was_chosen(desk: Client, ready: Upload, state: str, seen: str) -> None:
    page = words(act(desk, address("confirm", ready.code), answers(state=state)))
    assert Edition.objects.get().state == state
    assert seen in page
    assert ("从条款建课" in page.split('id="main"')[-1]) == (state != "draft")


def test_a_new_edition_supersedes_the_old_one_of_its_standard(desk: Client, trainer: User) -> None:
    old = scenes.make_edition(state="in_force")
    new = waiting(trainer, replace(scenes.gbt(), digest="e" * 64, number="DEMO/T 001—2026"))
    Standard.objects.update(code="demo-t-001")
    page = words(desk.get(address("confirm", new.code)))
    assert re.search(rf'<option value="{old.standard_id}" selected>', page), "the number says which standard it is"
    act(
        desk,
        address("confirm", new.code),
        answers(standard=old.standard_id, label="2026年版", number="DEMO/T 001—2026"),
    )
    old.refresh_from_db()
    assert old.state == "superseded"
    made = Edition.objects.get(label="2026年版")
    assert (made.standard, made.state) == (old.standard, "in_force")
    assert {c.lineage for c in made.clauses.all()} == {c.lineage for c in old.clauses.all()}


def test_a_new_standard_never_slips_into_an_old_one(desk: Client, ready: Upload) -> None:
    scenes.make_edition()
    Standard.objects.update(code="demo-t-001")
    reply = act(desk, address("confirm", ready.code), answers(standard=""))
    assert reply.status_code == 422
    assert "已经有这份标准：" in words(reply)
    assert Edition.objects.count() == 1


def test_what_was_corrected_is_what_is_imported(desk: Client, ready: Upload) -> None:
    correct(desk, ready, "merge", "4.1.2")
    act(desk, address("confirm", ready.code), answers(version=1, issued_on="", title="演示标准（修改）"))
    edition = Edition.objects.get()
    assert (edition.title, edition.issued_on) == ("演示标准（修改）", None)
    assert edition.clauses.get(number="4.1.1 c)").text == "用语文明。\n4.1.2 宜随身携带记录本。"
    assert not edition.clauses.filter(number="4.1.2").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "请填写标题。"),
        ({"label": ""}, "请填写版本"),
        ({"standard": "999999"}, "这份标准不存在"),
        ({"issued_on": "昨天"}, "发布日期</a>："),
        ({"effective_on": "2024-01-01"}, "实施日期早于发布日期"),
        ({"state": "superseded"}, "导入后的状态</a>："),
    ],
)
def test_bad_answers_are_explained_kept_and_change_nothing(
    desk: Client, ready: Upload, changes: dict[str, str], sentence: str
) -> None:
    reply = act(desk, address("confirm", ready.code), answers(**{"number": "我填的编号", **changes}))
    page = words(reply)
    assert reply.status_code == 422
    assert "有 1 处需要修改" in page
    assert sentence in page
    assert 'value="我填的编号"' in page
    ready.refresh_from_db()
    assert (ready.state, Edition.objects.count()) == ("ready", 0)


def test_forms_change_only_what_they_declare(desk: Client, ready: Upload, second_trainer: User) -> None:
    forged = {"imported_by": second_trainer.pk, "code": "forged", "superseded_on": "2020-01-01", "pk": 77}
    act(desk, address("confirm", ready.code), answers(**forged))
    edition = Edition.objects.get()
    assert (edition.imported_by, edition.superseded_on) == (ready.uploaded_by, None)
    assert (edition.code, edition.pk) != ("forged", 77)
