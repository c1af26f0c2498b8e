"""标准 in the CMS: what there is, in which state, and putting an edition in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from acts.pages import act_then_go
from content.access import edition_managed_by, editions_visible_to, imports_visible_to, may_change
from content.cms.outline import KINDS, PROVISIONS, place_words
from content.cms.pages import pages_in
from content.models import Clause, Edition
from content.queries import standards_with_editions
from content.services.editions import edition_announce
from content.services.editions import edition_publish as put_in_force
from uploads.models import Upload

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.requests import ActorRequest

State = Upload.State

page = pages_in("content/cms")


def _trail(edition: Edition | None = None) -> list[tuple[str, str]]:
    trail = [(_("标准"), reverse("content_cms:standards"))]
    if edition is not None:
        trail.append((str(edition), reverse("content_cms:edition", args=[edition.pk])))
    return trail


@require_GET
@never_cache
def edition_list(request: ActorRequest) -> HttpResponse:
    waiting = (
        imports_visible_to(request.user)
        .filter(state__in=[State.CHECKING, State.REFUSED, State.READY, State.APPLYING])
        .select_related("uploaded_by", "standard")
        .defer("standard__parsed", "standard__recognised", "errors", "summary")
        .order_by("-pk")
    )
    return page(
        request,
        "standards.html",
        title=_("标准"),
        trail=[],
        standards=standards_with_editions(editions_visible_to(request.user)),
        waiting=waiting[:50],
    )


@require_GET
@never_cache
def edition_page(request: ActorRequest, pk: int) -> HttpResponse:
    edition = edition_managed_by(request.user, pk)
    clauses = Clause.objects.filter(edition=edition).order_by()
    kinds = dict(clauses.values_list("kind").annotate(n=Count("pk")))
    provisions = dict(clauses.exclude(provision="").values_list("provision").annotate(n=Count("pk")))
    return page(
        request,
        "edition.html",
        title=str(edition),
        trail=_trail(),
        edition=edition,
        kinds=[(label, kinds[kind]) for kind, label in KINDS.items() if kind in kinds],
        provisions=[(label, provisions[key]) for key, label in PROVISIONS.items() if key in provisions],
        total=sum(kinds.values()),
        imported=request.GET.get("imported") == "1",
        warnings=[
            (place_words(warning.get("place", "line"), warning["line"]), warning["message"])
            for warning in edition.warnings
        ],
        may_publish=edition.state in (Edition.State.DRAFT, Edition.State.UPCOMING)
        and may_change(request.user, edition.standard),
    )


@require_http_methods(["GET", "POST"])
@never_cache
def edition_publish(request: ActorRequest, pk: int) -> HttpResponse:
    """Says what happens before it happens: who is replaced, who sees it, what it is then for."""
    edition = edition_managed_by(request.user, pk)
    if edition.state not in (Edition.State.DRAFT, Edition.State.UPCOMING):
        messages.error(request, _("这个版本现在是“%(state)s”，不用再发布。") % {"state": edition.get_state_display()})
        return redirect("content_cms:edition", pk=pk)
    if not may_change(request.user, edition.standard):
        messages.error(request, _("这份标准属于上级单位，只能由那里的讲师发布；您可以直接使用它的条款。"))
        return redirect("content_cms:edition", pk=pk)
    may_announce = edition.state == Edition.State.DRAFT
    if request.method == "POST":
        announced = request.POST.get("state") == Edition.State.UPCOMING and may_announce
        publish = edition_announce if announced else put_in_force
        return act_then_go(
            request,
            lambda: publish(actor=request.user, edition=edition),
            success=lambda made: (
                _("已把“%(edition)s”设为%(state)s。") % {"edition": made, "state": made.get_state_display()}
            ),
            to=reverse("content_cms:edition", args=[pk]),
        )
    return page(
        request,
        "publish.html",
        title=_("发布标准版本"),
        trail=_trail(edition),
        icon="check",
        edition=edition,
        replaced=Edition.objects.filter(standard=edition.standard_id, state=Edition.State.IN_FORCE).first(),
        may_announce=may_announce,
        today=timezone.localdate(),
    )
