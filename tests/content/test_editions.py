"""A parsed standard becomes an edition once, whole, and comes into force in order."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from audit.models import Entry
from content.demo.loader import standard_load
from content.importers import read_standard
from content.models import Clause, ClauseReference, Edition, Standard
from content.services.editions import (
    EditionRefused,
    StandardRefused,
    edition_announce,
    edition_create,
    edition_publish,
)
from tests.content.reading import read, read_well

if TYPE_CHECKING:
    from people.models import User

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).resolve().parents[2] / "content" / "demo"
TEXT = "演示规范\nDB00/T 7—2024\n1 范围\n本文件规定甲。\n2 要求\n2.1 应甲：\na) 一；\nb) 二。\n2.2 应符合2.1和附录B的规定。\n"


def made(text: str, standard_code: str = "yan-shi", label: str = "", actor: User | None = None) -> Edition:
    return edition_create(actor=actor, parsed=read_well(text), standard_code=standard_code, label=label)


def second_edition() -> Edition:
    data = (FOLDER / "edition-2026.md").read_bytes()
    return edition_create(
        actor=None, parsed=read_standard(io.BytesIO(data), "edition-2026.md"), standard_code="demo-t-001"
    )


def test_edition_is_a_draft_with_its_tree_in_document_order(trainer: User) -> None:
    edition = made(TEXT, actor=trainer)
    assert (edition.state, edition.code, edition.label) == (Edition.State.DRAFT, "db00-t-7-2024", "2024年版")
    assert edition.imported_by == trainer and edition.numbering == "gbt" and len(edition.source_digest) == 64
    clauses = list(Clause.objects.filter(edition=edition).order_by("path"))
    assert [clause.number for clause in clauses] == ["1", "2", "2.1", "2.1 a)", "2.1 b)", "2.2"]
    assert [clause.depth for clause in clauses] == [1, 1, 2, 3, 3, 2]
    assert [child.number for child in clauses[1].get_children()] == ["2.1", "2.2"]
    assert clauses[4].get_parent() == clauses[2]
    assert clauses[2].provision == "requirement" and clauses[0].provision == "statement"
    assert Clause.find_problems() == ([], [], [], [], [])


def test_references_point_at_clauses_or_keep_what_was_cited() -> None:
    edition = made(TEXT)
    references = ClauseReference.objects.filter(source__edition=edition).order_by("pk")
    found = {one.cited_as: (one.source.number, one.target.number if one.target else None) for one in references}
    assert found == {"2.1": ("2.2", "2.1"), "附录B": ("2.2", None)}


def test_what_the_person_says_goes_before_what_the_file_says() -> None:
    edition = edition_create(
        actor=None,
        parsed=read_well(TEXT),
        standard_code="yan-shi",
        label="试用版",
        title="演示标题",
        number="DB00/T 8—2025",
        is_demonstration=True,
        source_name="甲.txt",
    )
    assert (edition.title, edition.label, edition.number) == ("演示标题", "试用版", "DB00/T 8—2025")
    assert edition.is_demonstration and edition.standard.is_demonstration and edition.source_name == "甲.txt"


def test_standard_is_found_by_the_number_without_its_year() -> None:
    first = edition_create(actor=None, parsed=read_well(TEXT))
    second = edition_create(actor=None, parsed=read_well(TEXT.replace("2024", "2025")))
    assert first.standard == second.standard and first.standard.code == "db00-t-7"


def test_code_of_a_new_standard_is_made_fit_for_an_address() -> None:
    edition = made(TEXT, standard_code="演示 A/T—9")
    assert edition.standard.code == "演示-a-t-9"
    assert made(TEXT + "2.3 应丁。\n", standard_code="演示 A/T—9").standard == edition.standard


def test_refused_file_leaves_nothing() -> None:
    with pytest.raises(StandardRefused) as refused:
        edition_create(actor=None, parsed=read(TEXT + "2.1 应丙。\n"), standard_code="yan-shi")
    assert refused.value.problems[0].line == 10
    assert not Standard.objects.exists() and not Edition.objects.exists() and not Clause.objects.exists()
    assert not Entry.objects.exists()


def test_same_file_is_an_edition_of_a_standard_once() -> None:
    made(TEXT)
    with pytest.raises(StandardRefused, match="已经导入过"):
        made(TEXT)
    assert Edition.objects.count() == 1
    made(TEXT, standard_code="ling-yi-ge")
    assert set(Edition.objects.values_list("code", flat=True)) == {"db00-t-7-2024", "db00-t-7-2024-2"}


def test_two_imports_at_the_same_place_both_find_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one took the next root node between our look and our write."""
    made(TEXT)
    taken = Clause.objects.filter(depth=1).order_by("path").values_list("path", flat=True)[0]
    real, calls = Clause._str2int, []

    def outdated(text: str) -> int:
        calls.append(text)
        return int(real(taken[-Clause.steplen :])) - 1 if len(calls) == 1 else int(real(text))

    monkeypatch.setattr(Clause, "_str2int", outdated)
    made(TEXT, standard_code="ling-yi-ge")
    assert len(calls) == 2
    assert Clause.objects.count() == 12 and Clause.find_problems() == ([], [], [], [], [])


def test_new_edition_keeps_the_lineage_of_what_stayed_or_moved() -> None:
    first, second = standard_load(actor=None), second_edition()
    assert first.standard == second.standard
    old = {clause.lineage: clause for clause in Clause.objects.filter(edition=first)}
    moved, reworded, added = set(), set(), set()
    for clause in Clause.objects.filter(edition=second).exclude(kind="item"):
        before = old.pop(clause.lineage, None)
        if before is None:
            added.add(clause.number)
        elif before.number != clause.number:
            moved.add((before.number, clause.number))
            assert before.digest == clause.digest
        elif before.digest != clause.digest:
            reworded.add(clause.number)
    assert moved == {("4.4.5", "6.7.5"), ("7.2.3", "7.4.4")}
    assert added == {"4.3.9", "6.2.5", "6.5.5", "7.5.4"}
    assert {clause.number for clause in old.values() if clause.kind != "item"} == {"5.1.3", "6.1.5", "6.6.3"}
    assert reworded == {"3.4", "4.3.2", "4.3.5", "4.3.7", "4.4.2", "4.4.4", "6.1.2", "6.3.3", "7.3.3"}


def test_one_edition_is_in_force_and_the_old_one_stays_readable(trainer: User) -> None:
    first, second = standard_load(actor=trainer), second_edition()
    count = Clause.objects.filter(edition=first).count()
    edition_publish(actor=trainer, edition=second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.state == Edition.State.IN_FORCE
    assert first.state == Edition.State.SUPERSEDED and first.superseded_on is not None
    assert Clause.objects.filter(edition=first).count() == count
    entry = Entry.objects.order_by("-pk")[0]
    assert (entry.action, entry.target, entry.actor_id) == ("edition.publish", f"edition:{second.code}", trainer.pk)
    assert entry.detail == {"since": timezone.localdate().isoformat(), "replaces": [first.code]}


def test_announced_edition_replaces_nothing_until_it_is_published() -> None:
    first, second = standard_load(actor=None), second_edition()
    edition_announce(actor=None, edition=second)
    first.refresh_from_db()
    assert second.state == Edition.State.UPCOMING and first.state == Edition.State.IN_FORCE
    assert edition_publish(actor=None, edition=second).state == Edition.State.IN_FORCE


def test_superseded_edition_does_not_come_back() -> None:
    first, second = standard_load(actor=None), second_edition()
    edition_publish(actor=None, edition=second)
    with pytest.raises(EditionRefused, match="废止"):
        edition_publish(actor=None, edition=first)
    second.refresh_from_db()
    assert second.state == Edition.State.IN_FORCE


def test_demonstration_standard_is_installed_once_and_marked(administrator: User) -> None:
    first = standard_load(actor=administrator)
    assert standard_load(actor=administrator) == first
    assert Edition.objects.count() == 1
    assert first.state == Edition.State.IN_FORCE and first.is_demonstration and first.standard.is_demonstration
    assert first.label == "2025年版" and first.code == "demo-t-001-2025"
    assert Clause.objects.filter(edition=first, number="4.3.3 f)").exists()
