"""Every address of the URLconf, with arguments that name an object of the world."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

OURS = ("home", "people", "notices", "jobs", "content", "courses", "exams", "certificates", "assessment")


@dataclass(frozen=True)
class Address:
    route: str
    name: str
    module: str
    parameters: tuple[str, ...]

    @property
    def is_ours(self) -> bool:
        return self.module.split(".")[0] in OURS


def addresses() -> list[Address]:
    return [
        Address(route, name, pattern.callback.__module__, parameters)
        for route, name, pattern, parameters in _walk(get_resolver())
    ]


def _walk(
    resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = (), outer: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, URLPattern, tuple[str, ...]]]:
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        own = tuple(each.pattern.converters) or tuple(getattr(each.pattern, "regex", re.compile("")).groupindex)
        if isinstance(each, URLPattern):
            yield route, ":".join([*spaces, each.name or ""]), each, outer + own
        else:
            inner = (*spaces, each.namespace) if each.namespace else spaces
            yield from _walk(each, route, inner, outer + own)


# Addresses with no name or with unnamed groups, and those that only a program calls with a path of its own.
FIXED = {
    "cms/test404/": "/cms/test404/",
    "cms/^.*/$": "/cms/no-such-page/",
    "courses/^((?:[\\w\\-]+/)*)$": "/courses/visits/",
    "documents/^(\\d+)/(.*)$": "document",
}


def url_of(address: Address, world: SimpleNamespace) -> str:
    if address.route in FIXED:
        fixed = FIXED[address.route]
        return str(world.cms.document.url) if fixed == "document" else fixed
    if not address.name or address.name.endswith(":"):
        return "/" + re.sub(r"[\^$]", "", address.route)
    return reverse(address.name, kwargs={name: argument(address, name, world) for name in address.parameters})


def argument(address: Address, parameter: str, world: SimpleNamespace) -> Any:
    """By the name of the address first, then by the name of the parameter, which says what it names."""
    for start, parameters in BY_NAME.items():
        if address.name.startswith(start) and parameter in parameters:
            return parameters[parameter](world)
    if parameter not in BY_PARAMETER:
        raise LookupError(
            f"{address.route}: no object of the world for <{parameter}>; add it to tests/addresses/walking.py"
        )
    return BY_PARAMETER[parameter](world)


BY_NAME: dict[str, dict[str, Any]] = {
    "people:feedback": {"code": lambda w: w.feedback.code},
    "people:member": {"code": lambda w: w.learner.code},
    "people:roster:": {"code": lambda w: w.roster.code},
    "notices:": {"pk": lambda w: w.learner.user.notices.first().pk},
    "people:grant_revoke": {"pk": lambda w: w.grant.pk},
    "jobs:": {"code": lambda w: w.job.code},
    "exams:notice": {"code": lambda w: w.sitting.code},
    "exams:start": {"code": lambda w: w.sitting.code},
    "exams:marking:answer": {"code": lambda w: w.answer_to_mark.code},
    "exams:marking:": {"code": lambda w: w.sitting.code},
    "exams:": {"code": lambda w: w.attempt.code},
    "exams_cms:question": {"pk": lambda w: w.question.pk},
    "exams_cms:blueprint": {"code": lambda w: w.exam.code},
    "exams_cms:": {"code": lambda w: w.sitting.code},
    "certificates:": {"code": lambda w: w.award.code},
    "assessment:members": {"code": lambda w: w.town.code},
    "assessment:member": {"code": lambda w: w.learner.code},
    "assessment:evidence": {"code": lambda w: w.learner.code},
    "assessment:": {"code": lambda w: w.town.code},
    "courses:lesson": {"slug": lambda w: w.lesson.slug, "pk": lambda w: w.lesson.pk},
    "courses:": {"pk": lambda w: w.lesson.pk},
    "content:clause": {"pk": lambda w: w.clause.pk},
    "content:edition": {"code": lambda w: w.edition.code},
    "content_cms:edition": {"pk": lambda w: w.edition.pk},
    "content_cms:": {"code": lambda w: w.standard_import.code},
    "wagtailadmin_pages:": {"page_id": lambda w: w.lesson.pk, "pk": lambda w: w.lesson.pk},
    "wagtailadmin_api:pages": {"pk": lambda w: w.lesson.pk},
    "wagtailadmin_api:documents": {"pk": lambda w: w.cms.document.pk},
    "wagtailadmin_api:images": {"pk": lambda w: w.cms.image.pk},
    "wagtailadmin_workflows:": {"pk": lambda w: w.cms.workflow.pk},
    "wagtailadmin_collections:": {"pk": lambda w: w.cms.folder.pk},
    "wagtailusers_groups:": {"pk": lambda w: w.cms.group.pk},
    "wagtailusers_users:": {"pk": lambda w: w.learner.user_id},
    "wagtailsites:": {"pk": lambda w: w.cms.site.pk},
    "wagtailredirects:": {"redirect_id": lambda w: w.cms.redirect.pk, "pk": lambda w: w.cms.redirect.pk},
    "wagtaildocs": {"pk": lambda w: w.cms.document.pk},
    "wagtailimages": {"pk": lambda w: w.cms.image.pk},
    "clause_chooser": {"pk": lambda w: w.clause.pk},
}
BY_PARAMETER: dict[str, Any] = {
    "course_slug": lambda w: w.cms.course.slug,
    "slug": lambda w: w.cms.course.slug,
    "name": lambda w: "no-such-picture.png",
    "username": lambda w: "trainer",
    "token": lambda w: w.award.token,
    "attempt_code": lambda w: w.attempt.code,
    "member_code": lambda w: w.learner.code,
    "edition_id": lambda w: w.edition.pk,
    "kind": lambda w: "single_choice",
    "page_id": lambda w: w.lesson.pk,
    "parent_page_id": lambda w: w.cms.course.pk,
    "parent_id": lambda w: w.cms.course.pk,
    "page_to_move_id": lambda w: w.lesson.pk,
    "destination_id": lambda w: w.cms.course.pk,
    "image_id": lambda w: w.cms.image.pk,
    "document_id": lambda w: w.cms.document.pk,
    "doc_id": lambda w: w.cms.document.pk,
    "collection_id": lambda w: w.cms.folder.pk,
    "revision_id": lambda w: w.cms.first.pk,
    "revision_id_a": lambda w: "live",
    "revision_id_b": lambda w: "latest",
    "workflow_state_id": lambda w: w.cms.state.pk,
    "task_state_id": lambda w: w.cms.state.current_task_state_id or 1,
    "task_id": lambda w: w.cms.task.pk,
    "action_name": lambda w: "approve",
    "content_type_app_name": lambda w: "courses",
    "content_type_model_name": lambda w: "lessonpage",
    "content_type_id": lambda w: w.lesson.content_type_id,
    "content_type_app_label": lambda w: "courses",
    "object_id": lambda w: w.lesson.pk,
    "app_label": lambda w: "wagtailcore",
    "app_name": lambda w: "courses",
    "model_name": lambda w: "page",
    "action_type": lambda w: "delete",
    "action": lambda w: "delete",
    "filter_spec": lambda w: "max-100x100",
    "page_view_restriction_id": lambda w: 1,
    "restriction_id": lambda w: 1,
    "uidb36": lambda w: "1",
    "uidb64": lambda w: "MQ",
    "key": lambda w: "no-such-key",
    "page_pk": lambda w: w.cms.catalogue.pk,
    "workflow_pk": lambda w: w.cms.workflow.pk,
    "session_id": lambda w: 1,
    "uploaded_file_id": lambda w: 1,
    "pk": lambda w: 1,
    "id": lambda w: 1,
    "code": lambda w: "no-such-code",
    "signature": lambda w: "no-such-signature",
    "encoded_url": lambda w: "no-such-url",
}
