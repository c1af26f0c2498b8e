"""Editions come to be and come into force. A clause is written once, here, and never again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from content.importers.parsed import Problem
from content.importers.references import references_of
from content.models import Clause, ClauseReference, Edition, Standard
from content.services.lineage import lineages_for
from outbox.services import outbox_put
from people.access import Role
from people.owning import changeable_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from content.importers.parsed import ParsedClause, ParsedStandard
    from people.models import Organisation, User

BATCH = 500
TRIES = 8  # other imports that may take the same place among the root nodes at the same moment


class StandardRefused(Refused):
    """The file can't become an edition. `problems` name the places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(*(problem.message for problem in self.problems))


class EditionRefused(Refused):
    """Carries a sentence for the person."""


def edition_create(
    *,
    actor: User | None,
    parsed: ParsedStandard,
    standard_code: str = "",
    label: str = "",
    is_demonstration: bool = False,
    title: str = "",
    number: str = "",
    issued_on: date | None = None,
    effective_on: date | None = None,
    source_name: str = "",
    owner: Organisation | None = None,
) -> Edition:
    """A draft with its whole clause tree, or nothing. What is given goes before what the file says of itself. `owner` is whose
    a new standard becomes.

    Raises StandardRefused for a refused file and for one that is an edition of this standard already.
    """
    if parsed.refused:
        raise StandardRefused(parsed.errors)
    if not parsed.clauses:
        raise StandardRefused([Problem(None, _("没有认出任何条款。请检查正文的编号后重新上传。"))])
    edition = Edition(
        title=(title or parsed.title)[:200],
        number=(number or parsed.number)[:80],
        numbering=parsed.numbering,
        issued_on=issued_on or parsed.issued_on,
        effective_on=effective_on or parsed.effective_on,
        is_demonstration=is_demonstration,
        source_name=source_name[:255],
        source_digest=parsed.digest,
        front_matter=parsed.front_matter,
        warnings=[{**problem.as_json(), "place": parsed.place} for problem in parsed.warnings],
        imported_by=actor,
    )
    edition.label = (label or _label(edition))[:40]
    with transaction.atomic():
        code = standard_code or standard_code_for(edition.number, edition.title)
        edition.standard = _standard(code, edition, owner)
        refuse_twice(edition.standard, edition.source_digest)
        edition.code = _free_code(edition)
        previous = _previous(edition.standard)
        edition.save()
        clauses = _clauses_create(edition, parsed.clauses, previous)
        _references_create(parsed, clauses)
        record(
            actor=actor,
            action="edition.create",
            target=f"edition:{edition.code}",
            detail={"clauses": len(clauses), "digest": parsed.digest},
        )
    return edition


def edition_announce(*, actor: User | None, edition: Edition) -> Edition:
    """Published, but not in force before its day, on which it comes into force by itself. Raises EditionRefused."""
    refuse_others(actor, edition.standard)
    with transaction.atomic():
        _move(edition, Edition.State.UPCOMING, [Edition.State.DRAFT])
        record(actor=actor, action="edition.announce", target=f"edition:{edition.code}")
    return edition


def edition_publish(*, actor: User | None, edition: Edition) -> Edition:
    """The one in force from now on; the edition that was, stays readable as superseded. Raises EditionRefused."""
    refuse_others(actor, edition.standard)
    with transaction.atomic():
        Standard.objects.select_for_update().get(pk=edition.standard_id)
        _put_in_force(actor, edition, since=timezone.localdate(), before=[Edition.State.DRAFT, Edition.State.UPCOMING])
    return edition


def refuse_others(actor: User | None, standard: Standard) -> None:
    """Without an actor it is a command or the edition's own day."""
    if actor is None or Standard.objects.filter(changeable_by(actor, Role.TRAINER), pk=standard.pk).exists():
        return
    owner = standard.owner.name if standard.owner is not None else _("全平台")
    raise EditionRefused(
        _("《%(title)s》属于%(owner)s，只能由那里的讲师修改；您可以直接使用它的条款。")
        % {"title": standard.title, "owner": owner}
    )


def editions_come_into_force() -> list[Edition]:
    """The announced editions whose day has come in Chinese time, in the order of their days, each with the day that it says of
    itself, also when the worker was away in between. Run twice = once. One that a later edition has overtaken is superseded
    at once: it must not take the place of the later one."""
    due = Edition.objects.filter(state=Edition.State.UPCOMING, effective_on__lte=timezone.localdate())
    changed = []
    for edition in due.order_by("effective_on", "pk"):
        with transaction.atomic():
            Standard.objects.select_for_update().get(pk=edition.standard_id)
            if _comes_into_force(edition):
                changed.append(edition)
    return changed


def _comes_into_force(edition: Edition) -> bool:
    """False where somebody else was quicker. The standard is locked."""
    day = edition.effective_on
    still = Edition.objects.filter(pk=edition.pk, state=Edition.State.UPCOMING, effective_on=day)
    if day is None or not still.exists():
        return False
    later = Edition.objects.filter(
        standard=edition.standard_id, state=Edition.State.IN_FORCE, effective_on__gt=day
    ).first()
    if later is None:
        _put_in_force(None, edition, since=day, before=[Edition.State.UPCOMING])
        outbox_put(topic="content.came_into_force", subject=edition.pk)
        return True
    still.update(state=Edition.State.SUPERSEDED, superseded_on=later.effective_on)
    record(actor=None, action="edition.overtaken", target=f"edition:{edition.code}", detail={"by": later.code})
    outbox_put(topic="content.edition", subject=edition.pk)
    return True


def _put_in_force(actor: User | None, edition: Edition, *, since: date, before: list[Edition.State]) -> None:
    """The standard is locked. Who has no actor came into force by itself."""
    replaced = list(
        Edition.objects.filter(standard=edition.standard_id, state=Edition.State.IN_FORCE)
        .exclude(pk=edition.pk)
        .values_list("code", flat=True)
    )
    Edition.objects.filter(code__in=replaced).update(state=Edition.State.SUPERSEDED, superseded_on=since)
    _move(edition, Edition.State.IN_FORCE, before)
    record(
        actor=actor,
        action="edition.publish",
        target=f"edition:{edition.code}",
        detail={"since": since.isoformat(), **({"replaces": replaced} if replaced else {})},
    )
    outbox_put(topic="content.edition", subject=edition.pk)


def _move(edition: Edition, state: Edition.State, before: list[Edition.State]) -> None:
    if not Edition.objects.filter(pk=edition.pk, state__in=before).update(state=state):
        edition.refresh_from_db()
        raise EditionRefused(
            _("这个版本现在是“%(state)s”，不能设为“%(wanted)s”。请刷新页面。")
            % {"state": edition.get_state_display(), "wanted": state.label}
        )
    edition.state = state


def standard_code_for(number: str, title: str) -> str:
    """The same for every edition of a standard: its number without the year, or its title."""
    unyeared = _slug(number, 80).rpartition("-")[0]
    return _slug(unyeared or title, 60) or "standard"


def _slug(words: str, length: int) -> str:
    for sign in "/—–－":
        words = words.replace(sign, "-")
    return slugify(words, allow_unicode=True)[:length].strip("-")


def _label(edition: Edition) -> str:
    day = edition.effective_on or edition.issued_on
    year = (
        edition.number[-4:] if edition.number[-4:].isdecimal() else str(day.year if day else timezone.localdate().year)
    )
    return _("%(year)s年版") % {"year": year}


def _standard(code: str, edition: Edition, owner: Organisation | None) -> Standard:
    """Locked, so that two imports of one file can't both be the first. A new code is made fit for an address."""
    if not Standard.objects.filter(code=code).exists():
        code = _slug(code, 60) or "standard"
    Standard.objects.get_or_create(
        code=code, defaults={"title": edition.title, "is_demonstration": edition.is_demonstration, "owner": owner}
    )
    return Standard.objects.select_for_update().get(code=code)


def refuse_twice(standard: Standard, digest: str) -> None:
    """The same file is one edition of a standard. Raises StandardRefused."""
    found = Edition.objects.filter(standard=standard, source_digest=digest).first() if digest else None
    if found is not None:
        message = _("这个文件已经导入过，就是《%(title)s》%(label)s，没有再次导入。")
        raise StandardRefused([Problem(None, message % {"title": found.title, "label": found.label})])


def _free_code(edition: Edition) -> str:
    stem = _slug(edition.number or f"{edition.standard.code}-{edition.label}", 70) or "edition"
    taken = set(Edition.objects.filter(code__startswith=stem).values_list("code", flat=True))
    code, n = stem, 1
    while code in taken:
        n += 1
        code = f"{stem}-{n}"
    return code


def _previous(standard: Standard) -> Edition | None:
    """What the new edition is compared with: the one in force, else the last one that was imported."""
    editions = Edition.objects.filter(standard=standard)
    return editions.filter(state=Edition.State.IN_FORCE).first() or editions.order_by("-imported_at", "-pk").first()


def _clauses_create(edition: Edition, parsed: Sequence[ParsedClause], previous: Edition | None) -> list[Clause]:
    """Top-level units are root nodes, so their places are shared with all editions: whoever loses the race tries again."""
    lineages = lineages_for(parsed, previous)
    for attempt in range(TRIES):
        last = Clause.objects.filter(depth=1).aggregate(last=Max("path"))["last"]
        first = Clause._str2int(last) + 1 if last else 1
        clauses = [
            Clause(
                edition=edition,
                lineage=lineage,
                path=path,
                depth=len(path) // Clause.steplen,
                numchild=children,
                **_fields(one),
            )
            for one, lineage, (path, children) in zip(parsed, lineages, _paths(parsed, first), strict=True)
        ]
        try:
            with transaction.atomic():
                return Clause.objects.bulk_create(clauses, batch_size=BATCH)
        except IntegrityError:
            taken = Clause.objects.filter(path__in=[clause.path for clause in clauses if clause.depth == 1]).exists()
            if not taken or attempt == TRIES - 1:
                raise
    raise AssertionError("the last try returns or raises")


def _paths(parsed: Sequence[ParsedClause], first: int) -> list[tuple[str, int]]:
    """treebeard's path and number of children for each clause. A level that jumps is drawn back to one below its parent's."""
    paths: list[str] = []
    children: list[int] = []
    above: list[int] = []  # positions of the open ancestors
    roots = first - 1
    for at, clause in enumerate(parsed):
        del above[clause.level - 1 :]
        if not above:
            roots += 1
            paths.append(Clause._get_path("", 1, roots))
        else:
            children[above[-1]] += 1
            paths.append(Clause._get_path(paths[above[-1]], len(above) + 1, children[above[-1]]))
        children.append(0)
        above.append(at)
    return list(zip(paths, children, strict=True))


def _fields(one: ParsedClause) -> dict[str, object]:
    return {
        "number": one.number,
        "kind": one.kind,
        "title": one.title,
        "text": one.text,
        "notes": list(one.notes),
        "tables": [table.as_json() for table in one.tables],
        "provisions": list(one.provisions),
        "provision": one.provisions[0] if one.provisions else "",
        "quantities": [quantity.as_json() for quantity in one.quantities],
        "digest": one.digest,
        "line": one.line,
    }


def _references_create(parsed: ParsedStandard, clauses: Sequence[Clause]) -> None:
    numbered = {clause.number: clause for clause in clauses if clause.number}
    ClauseReference.objects.bulk_create(
        [
            ClauseReference(
                source=numbered[reference.source],
                target=numbered.get(reference.target),
                cited_as=reference.cited_as[:80],
            )
            for reference in references_of(parsed.numbering, parsed.clauses)
            if reference.source in numbered
        ],
        batch_size=BATCH,
    )
