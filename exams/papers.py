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

from acts import Refused
from content.models import Clause, Edition
from exams.models import BlueprintVersion, Form, FormKey, Question, Sitting, SittingForm, marks_text
from exams.types import all_types, type_for
from people.tree import ancestor_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from people.models import Organisation

NUMERALS = [*"一二三四五六七八九十", *(f"十{digit}" for digit in "一二三四五六七八九"), "二十"]  # of the sections


@dataclass(frozen=True)
class Need:
    """One row of the blueprint against the bank."""

    kind: str
    chapter: str
    count: int
    marks_each: int
    have: int
    in_groups: bool = False  # there would be enough numbers, but questions of several are drawn whole

    @property
    def short(self) -> int:
        return max(0, self.count - self.have)

    @property
    def reason(self) -> str:
        where = str(Chapter(self.chapter, "")) if self.chapter else _("全部章节")
        words = {"where": where, "count": self.count, "kind": type_for(self.kind).title, "have": self.have}
        if self.in_groups:
            return _("%(where)s需要 %(count)s 题的%(kind)s，整题抽取最多凑成 %(have)s 题。请改题数，或去补题。") % words
        if not self.have:
            return _("%(where)s需要 %(count)s 道%(kind)s，题库一道也没有。请去补题，或删除这一行。") % words
        return _("%(where)s需要 %(count)s 道%(kind)s，题库只有 %(have)s 道。请减少到 %(have)s 道，或去补题。") % words


class PaperRefused(Refused):
    """The blueprint can't be fulfilled; a sentence for each shortage."""


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


Stock = dict[tuple[str, str], dict[int, int]]


def pool(edition: Edition, owner: Organisation | None) -> Stock:
    """(type, chapter) -> questions that an exam of this unit may draw, with the numbers that each takes: current versions in state
    «ready» whose main clause is in the edition."""
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
        .values_list("pk", "kind", "clause_links__clause__path", "numbers")
    )
    chapters = chapters_of(edition.pk)
    found: Stock = defaultdict(dict)
    for pk, kind, path, numbers in rows:
        chapter = chapters.get(path[: Clause.steplen])
        found[(kind, chapter.label if chapter is not None else "")][pk] = numbers
    return found


def whole_questions(candidates: Sequence[tuple[int, int]], count: int) -> list[int]:
    """The first of the candidates (id, numbers that it takes) that make up `count` numbers together, or as near below it as whole
    questions come."""
    if all(numbers == 1 for _pk, numbers in candidates):
        return [pk for pk, _numbers in candidates[:count]]
    ways: dict[int, tuple[int, ...]] = {0: ()}  # how many numbers -> the first way to come to them
    for pk, numbers in candidates:
        for so_far in sorted(ways, reverse=True):
            if so_far + numbers <= count and so_far + numbers not in ways:
                ways[so_far + numbers] = (*ways[so_far], pk)
        if count in ways:
            break
    return list(ways[max(ways)])


def needs(version: BlueprintVersion) -> list[Need]:
    """Have and need for each row; a row without a chapter counts what the rows with chapters leave."""
    rows = list(version.rows.all())
    return needs_of(
        version.edition, version.exam.owner, [(row.kind, row.chapter, row.count, row.marks_each) for row in rows]
    )


def needs_of(edition: Edition, owner: Organisation | None, rows: Sequence[tuple[str, str, int, int]]) -> list[Need]:
    """The same for rows that are not stored yet: (type, chapter, count, marks each), answered in their order. Counts are numbers of
    the paper."""
    stock = pool(edition, owner)
    found: dict[int, Need] = {}
    for place, (kind, chapter, count, marks_each) in sorted(enumerate(rows), key=lambda row: not row[1][1]):
        keys = _keys(stock, kind, chapter)
        candidates = [pair for key in keys for pair in stock.get(key, {}).items()]
        sizes = dict(candidates)
        taken = whole_questions(candidates, count)
        all_of_them, reached = sum(sizes.values()), sum(sizes[pk] for pk in taken)
        in_groups = reached < count <= all_of_them
        found[place] = Need(kind, chapter, count, marks_each, reached if in_groups else all_of_them, in_groups)
        for key in keys:
            stock[key] = {pk: numbers for pk, numbers in stock.get(key, {}).items() if pk not in taken}
    return [found[place] for place in range(len(rows))]


def _keys(stock: Stock, kind: str, chapter: str) -> list[tuple[str, str]]:
    return [(kind, chapter)] if chapter else [key for key in sorted(stock) if key[0] == kind]


def _draw(version: BlueprintVersion, rng: random.Random, used: Counter[int]) -> list[tuple[int, int]]:
    """(question id, marks of each of its numbers on average) by row; questions that earlier forms did not use come first, so that
    forms differ."""
    stock = pool(version.edition, version.exam.owner)
    chosen: dict[int, int] = {}
    for row in sorted(version.rows.all(), key=lambda r: not r.chapter):
        keys = _keys(stock, row.kind, row.chapter)
        sizes = {pk: n for key in keys for pk, n in stock.get(key, {}).items() if pk not in chosen}
        candidates = list(sizes)
        rng.shuffle(candidates)
        candidates.sort(key=lambda pk: used[pk])
        taken = whole_questions([(pk, sizes[pk]) for pk in candidates], row.count)
        reached = sum(sizes[pk] for pk in taken)
        if reached < row.count:
            in_groups = sum(sizes.values()) >= row.count
            raise PaperRefused(Need(row.kind, row.chapter, row.count, row.marks_each, reached, in_groups).reason)
        for pk in taken:
            chosen[pk] = row.marks_each
    for pk in chosen:
        used[pk] += 1
    return list(chosen.items())


def marks_of_parts(total: int, weights: Sequence[int]) -> list[int]:
    """The points of a question among its parts by their weights: in halves of a mark where that gives something to each."""
    for unit, wanted in ((50, weights), (1, weights), (1, [1] * len(weights))):
        ends = [total // unit * sum(wanted[: place + 1]) // sum(wanted) * unit for place in range(len(wanted))]
        shares = [end - start for start, end in zip([0, *ends], ends, strict=False)]
        if sum(shares) == total and min(shares) > 0:
            return shares
    raise ValueError(f"{total} hundredths of a mark are too few for {len(weights)} parts")


def _note(kind: str, marks: set[int], count: int, total: int) -> str:
    if len(marks) == 1:
        text = _("每题%(each)s分，共%(total)s分") % {"each": marks_text(marks.pop()), "total": marks_text(total)}
    else:
        text = _("共%(count)s题，%(total)s分") % {"count": count, "total": marks_text(total)}
    rule = type_for(kind).note
    return f"{text}；{rule}" if rule else text


@dataclass(frozen=True)
class Asked:
    """A clause that a question rests on."""

    clause_id: int
    number: str
    path: str


def _clauses(question_ids: Iterable[int]) -> dict[tuple[int, str], Asked]:
    """(question id, number of a clause) -> the clause; under "" the main one."""
    found = {}
    rows = Clause.objects.filter(question_links__question_id__in=question_ids).values_list(
        "question_links__question_id", "question_links__is_main", "pk", "number", "path"
    )
    for question, is_main, clause, number, path in rows:
        found[question, number] = Asked(clause, number, path)
        if is_main:
            found[question, ""] = found[question, number]
    return found


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
    clauses = _clauses(drawn)
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
            parts = handler.parts(question, rng)
            all_marks = marks_of_parts(drawn[question.pk] * len(parts), [part.weight for part in parts])
            group = [len(entries) + 1, len(entries) + len(parts)]
            for turn, (part, marks) in enumerate(zip(parts, all_marks, strict=True), start=1):
                number = len(entries) + 1
                common = {"n": number, "type": kind, "marks": marks, "stem": question.stem}
                if len(parts) > 1:
                    common |= {"group": group, "ask": part.ask}
                entries.append({**common, **part.entry})
                asked = clauses.get((question.pk, part.clause), clauses[question.pk, ""])
                chapter = chapters.get(asked.path[: Clause.steplen], Chapter("", ""))
                key[str(number)] = {
                    "type": kind,
                    "marks": marks,
                    "key": part.key,
                    "clause": asked.clause_id,
                    "clause_number": asked.number,
                    "chapter": chapter.label,
                    "chapter_title": chapter.title,
                    "question": question.pk,
                    "explanation": part.explanation or question.explanation,
                }
                if len(parts) > 1:
                    key[str(number)] |= {"part": turn, "marked_by": part.marked_by or handler.marked_by}
                ids.append(question.pk)
        marks_shown = [entry["marks"] for entry in entries[first - 1 :]]
        sections.append(
            {
                "title": f"{NUMERALS[place]}、{handler.heading}",
                "note": _note(kind, set(marks_shown), len(marks_shown), sum(marks_shown)),
                "first": first,
                "last": len(entries),
            }
        )
    document = {
        "title": title,
        "total": sum(entry["marks"] for entry in entries),
        "sections": sections,
        "questions": entries,
    }
    return document, key, ids


def stem_text(entry: dict[str, Any]) -> str:
    """What a number asks, where it stands alone: the common stem and its own question."""
    return f"{entry['stem']}\n{entry['ask']}" if entry.get("ask") else str(entry["stem"])


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
        raise PaperRefused(*short)
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
