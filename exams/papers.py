"""From a blueprint to compiled papers: drawn once, render-ready, the keys apart."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from content.models import Clause, Edition
from exams.models import BlueprintVersion, Form, FormKey, Question, Sitting, SittingForm, marks_text
from exams.types import all_types, type_for
from people.tree import ancestor_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from people.models import Organisation

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Need:
    """One row of the blueprint against the bank."""

    kind: str
    chapter: str
    count: int
    marks_each: int
    have: int

    @property
    def short(self) -> int:
        return max(0, self.count - self.have)

    @property
    def reason(self) -> str:
        where = str(Chapter(self.chapter, "")) if self.chapter else _("全部章节")
        words = {"where": where, "count": self.count, "kind": type_for(self.kind).title, "have": self.have}
        if not self.have:
            return _("%(where)s需要 %(count)s 道%(kind)s，题库一道也没有。请去补题，或删除这一行。") % words
        return _("%(where)s需要 %(count)s 道%(kind)s，题库只有 %(have)s 道。请减少到 %(have)s 道，或去补题。") % words


class PaperRefused(Exception):
    """The blueprint can't be fulfilled; carries one sentence for each shortage."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


def chapter_of(number: str) -> str:
    """`4.3.1` -> `4`, `A.1` -> `A`, `第三条` -> `第三条`."""
    return number.split(".", 1)[0].split(" ", 1)[0]


def chapter_order(chapter: str) -> tuple[int, int, str]:
    """4, 10, A: numbers by size, then the annexes."""
    return (0, int(chapter), "") if chapter.isdecimal() else (1, 0, chapter)


@dataclass(frozen=True)
class Chapter:
    label: str  # 4, A, 第一章
    title: str

    def __str__(self) -> str:
        if self.label.isdecimal():
            return _("第 %(label)s 章") % {"label": self.label}
        return _("附录 %(label)s") % {"label": self.label} if self.label.isascii() else self.label


def chapters_of(edition_id: int) -> dict[str, Chapter]:
    """Path of a top-level clause -> its chapter, in document order."""
    rows = Clause.objects.filter(edition_id=edition_id, depth=1).exclude(number="").order_by("path")
    return {
        path: Chapter(number.removeprefix("附录").strip(), title)
        for path, number, title in rows.values_list("path", "number", "title")
    }


def drawable_by(owner: Organisation | None) -> Q:
    """Questions that an exam of this unit may draw: its own, those of the units above, and the installation's."""
    above = ancestor_paths(owner.path) if owner is not None else []
    return Q(owner__isnull=True) | Q(owner__path__in=above)


def pool(edition: Edition, owner: Organisation | None) -> dict[tuple[str, str], list[int]]:
    """(type, chapter) -> ids of questions that an exam of this unit may draw: current versions in state «ready» whose main clause
    is in the edition."""
    rows = (
        Question.objects.non_polymorphic()
        .filter(
            drawable_by(owner),
            is_current=True,
            state=Question.State.READY,
            clause_links__is_main=True,
            clause_links__clause__edition=edition,
        )
        .order_by("pk")
        .values_list("pk", "kind", "clause_links__clause__path")
    )
    chapters = chapters_of(edition.pk)
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, kind, path in rows:
        chapter = chapters.get(path[: Clause.steplen])
        found[(kind, chapter.label if chapter is not None else "")].append(pk)
    return found


def needs(version: BlueprintVersion) -> list[Need]:
    """Have and need for each row; a row without a chapter counts what the rows with chapters leave."""
    rows = list(version.rows.all())
    return needs_of(
        version.edition, version.exam.owner, [(row.kind, row.chapter, row.count, row.marks_each) for row in rows]
    )


def needs_of(edition: Edition, owner: Organisation | None, rows: Sequence[tuple[str, str, int, int]]) -> list[Need]:
    """The same for rows that are not stored yet: (type, chapter, count, marks each), answered in their order."""
    stock = Counter({key: len(ids) for key, ids in pool(edition, owner).items()})
    found: dict[int, Need] = {}
    for place, (kind, chapter, count, marks_each) in sorted(enumerate(rows), key=lambda row: not row[1][1]):
        keys = [(kind, chapter)] if chapter else [key for key in stock if key[0] == kind]
        have = sum(stock[key] for key in keys)
        found[place] = Need(kind, chapter, count, marks_each, have)
        left = count
        for key in keys:
            taken = min(left, stock[key])
            stock[key] -= taken
            left -= taken
    return [found[place] for place in range(len(rows))]


def _draw(version: BlueprintVersion, rng: random.Random, used: Counter[int]) -> list[tuple[int, int]]:
    """(question id, marks) by row; questions that earlier forms did not use come first, so that forms differ."""
    stock = pool(version.edition, version.exam.owner)
    chosen: dict[int, int] = {}
    for row in sorted(version.rows.all(), key=lambda r: not r.chapter):
        keys = [(row.kind, row.chapter)] if row.chapter else [key for key in sorted(stock) if key[0] == row.kind]
        candidates = [pk for key in keys for pk in stock.get(key, []) if pk not in chosen]
        rng.shuffle(candidates)
        candidates.sort(key=lambda pk: used[pk])
        if len(candidates) < row.count:
            raise PaperRefused([Need(row.kind, row.chapter, row.count, row.marks_each, len(candidates)).reason])
        for pk in candidates[: row.count]:
            chosen[pk] = row.marks_each
    for pk in chosen:
        used[pk] += 1
    return list(chosen.items())


def _note(kind: str, marks: set[int], count: int, total: int) -> str:
    if len(marks) == 1:
        text = _("每题%(each)s分，共%(total)s分") % {"each": marks_text(marks.pop()), "total": marks_text(total)}
    else:
        text = _("共%(count)s题，%(total)s分") % {"count": count, "total": marks_text(total)}
    rule = type_for(kind).note
    return f"{text}；{rule}" if rule else text


def _mains(question_ids: Iterable[int]) -> dict[int, tuple[int, str, str]]:
    """Question id -> (id, number, path) of its main clause."""
    rows = Clause.objects.filter(
        question_links__question_id__in=question_ids, question_links__is_main=True
    ).values_list("question_links__question_id", "pk", "number", "path")
    return {question: (clause, number, path) for question, clause, number, path in rows}


def compile_form(
    version: BlueprintVersion,
    *,
    title: str,
    seed: str,
    used: Counter[int],
    claim: Callable[[Iterable[int]], None] = lambda ids: None,
) -> tuple[dict[str, Any], dict[str, Any], list[int]]:
    """(document, key, question ids by number). The same seed and bank give the same form.

    `claim` freezes the drawn questions before they are read, so that nobody edits one between.
    """
    rng = random.Random(seed)  # noqa: S311 - drawing questions, not secrets
    drawn = dict(_draw(version, rng, used))
    claim(drawn)
    questions = {q.pk: q for q in Question.objects.filter(pk__in=drawn)}
    mains = _mains(drawn)
    chapters = chapters_of(version.edition_id)
    sections: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    ids: list[int] = []
    key: dict[str, Any] = {}
    present = {q.kind for q in questions.values()}
    for place, kind in enumerate(kind for kind in all_types() if kind in present):
        members = [q for pk, q in sorted(questions.items()) if q.kind == kind]
        rng.shuffle(members)
        handler = type_for(kind)
        first = len(entries) + 1
        for question in members:
            number = len(entries) + 1
            shown, right = handler.entry(question, rng)
            entries.append(
                {
                    "n": number,
                    "type": kind,
                    "marks": drawn[question.pk],
                    "stem": question.stem,
                    **shown,
                }
            )
            clause, clause_number, path = mains[question.pk]
            chapter = chapters.get(path[: Clause.steplen], Chapter("", ""))
            key[str(number)] = {
                "type": kind,
                "marks": drawn[question.pk],
                "key": right,
                "clause": clause,
                "clause_number": clause_number,
                "chapter": chapter.label,
                "chapter_title": chapter.title,
                "question": question.pk,
                "explanation": question.explanation,
            }
            ids.append(question.pk)
        marks = [drawn[q.pk] for q in members]
        sections.append(
            {
                "title": f"{NUMERALS[place]}、{handler.heading}",
                "note": _note(kind, set(marks), len(members), sum(marks)),
                "first": first,
                "last": len(entries),
            }
        )
    document = {"title": title, "total": sum(drawn.values()), "sections": sections, "questions": entries}
    return document, key, ids


def digest_of(document: dict[str, Any], key: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps([document, key], ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def forms_compile(sitting: Sitting, version: BlueprintVersion) -> list[Form]:
    """Compile all forms of a sitting by a version of its exam's blueprint, and freeze the version and the questions; inside the
    caller's transaction. Raises PaperRefused with every shortage.
    """
    short = [need.reason for need in needs(version) if need.short]
    if not version.rows.exists():
        short = [_("组卷蓝图是空的。请先添加题型和题数。")]
    if short:
        raise PaperRefused(short)
    used_at = min(sitting.opens_at, timezone.now())
    BlueprintVersion.objects.filter(pk=version.pk, used_at__isnull=True).update(used_at=used_at)

    def claim(ids: Iterable[int]) -> None:
        Question.objects.non_polymorphic().filter(pk__in=list(ids), used_at__isnull=True).update(used_at=used_at)

    used: Counter[int] = Counter()
    forms = []
    keys = []
    for order in range(1, sitting.form_count + 1):
        document, key, ids = compile_form(
            version, title=sitting.title, seed=f"{sitting.code}:{order}", used=used, claim=claim
        )
        form = Form.objects.create(
            version=version, document=document, question_ids=ids, digest=digest_of(document, key)
        )
        forms.append(form)
        keys.append(FormKey(form=form, document=key))
    FormKey.objects.bulk_create(keys)
    SittingForm.objects.bulk_create(
        SittingForm(sitting=sitting, form=form, order=order) for order, form in enumerate(forms, start=1)
    )
    return forms


# Forms are immutable, so each process keeps the ones that it is asked for. A form is about 40 KB.
@lru_cache(maxsize=256)
def form_ids(sitting_id: int) -> tuple[int, ...]:
    """The forms of an opened sitting, in order."""
    return tuple(SittingForm.objects.filter(sitting_id=sitting_id).order_by("order").values_list("form_id", flat=True))


@lru_cache(maxsize=256)
def posts_named(sitting_id: int) -> frozenset[int]:
    """The posts that an opened sitting is for; none means all."""
    return frozenset(Sitting.posts.through.objects.filter(sitting_id=sitting_id).values_list("post_id", flat=True))


@lru_cache(maxsize=64)
def form_document(form_id: int) -> dict[str, Any]:
    return dict(Form.objects.values_list("document", flat=True).get(pk=form_id))


@lru_cache(maxsize=64)
def form_key(form_id: int) -> dict[str, Any]:
    return dict(FormKey.objects.values_list("document", flat=True).get(pk=form_id))


@lru_cache(maxsize=64)
def form_entries(form_id: int) -> dict[int, dict[str, Any]]:
    return {entry["n"]: entry for entry in form_document(form_id)["questions"]}


@dataclass(frozen=True)
class ClauseName:
    number: str
    title: str
    beginning: str  # of its text


@lru_cache(maxsize=64)
def form_clauses(form_id: int) -> dict[int, ClauseName]:
    """The clauses that a paper asks for, in the order of the standard. Neither a paper nor a clause in force changes."""
    asked = {about["clause"] for about in form_key(form_id).values()}
    rows = Clause.objects.filter(pk__in=asked).order_by("path").values_list("pk", "number", "title", "text")
    return {pk: ClauseName(number, title, Truncator(text).chars(24)) for pk, number, title, text in rows}


def forms_forget() -> None:
    """For tests, which roll their forms back."""
    for cached in (form_ids, posts_named, form_document, form_key, form_entries, form_clauses):
        cached.cache_clear()
