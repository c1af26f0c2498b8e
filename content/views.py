"""Standards for everybody who is signed in: what there is, an edition to read, one clause with all that hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_GET

from content import queries
from content.access import clause_for, edition_for, editions_visible_to
from content.models import Clause, Edition
from content.teaching import lessons_open_to, lessons_teaching

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PROVISIONS = dict(Clause.Provision.choices)


@require_GET
@login_required
def standard_list(request: HttpRequest) -> HttpResponse:
    standards = queries.standards_with_editions(editions_visible_to(request.user))
    return render(request, "content/standards.html", {"standards": standards})


@require_GET
@login_required
def edition(request: HttpRequest, code: str) -> HttpResponse:
    found = edition_for(request.user, code)
    current = None
    if found.state == Edition.State.SUPERSEDED:
        current = Edition.objects.filter(standard_id=found.standard_id, state=Edition.State.IN_FORCE).first()
    return render(
        request,
        "content/edition.html",
        {"edition": found, "chapters": queries.top_clauses(found), "current": current},
    )


@require_GET
@login_required
def clause(request: HttpRequest, pk: int) -> HttpResponse:
    found = clause_for(request.user, pk)
    made, received = queries.references_of(found)
    return render(
        request,
        "content/clause.html",
        {
            "clause": found,
            "edition": found.edition,
            "around": queries.clause_around(found),
            "tables": queries.tables_of(found.tables),
            "provisions": [(key, PROVISIONS[key]) for key in found.provisions if key in PROVISIONS],
            "made": made,
            "received": received,
            "lessons": lessons_open_to(request.user, lessons_teaching([found.pk])).get(found.pk, []),
        },
    )
