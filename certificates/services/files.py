"""The PDF and the picture of an award: made by the worker, made anew when what they say about its state is no longer true."""

from __future__ import annotations

import hashlib
import logging
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts import Refused
from certificates.models import Award, AwardFile, Validity
from certificates.rendering import CertificateContent, render
from certificates.rendering.fonts import FontsMissing, fonts_ready
from certificates.rendering.picture import picture_of
from jobs.services import task_send
from notices.services import notice_send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

# After so many faults that are not the certificate's own, a person has to look; the others go on meanwhile.
FAILURES_MOST = 5
SUFFIX = {AwardFile.Kind.PDF: "pdf", AwardFile.Kind.PICTURE: "png"}


def content_of(award: Award) -> CertificateContent:
    """What is drawn: everything frozen at issue, and the state of today."""
    mark = {"expired": _("已过期"), "revoked": _("已撤销"), "superseded": _("已换证")}.get(award.validity, "")
    printed = award.printed
    return CertificateContent(
        number=award.number,
        name=printed["name"],
        body=printed["body"],
        issuer=printed["issuer"],
        issued_on=date_format(award.issued_on, "Y年n月j日"),
        valid_until=date_format(award.valid_until, "Y年n月j日"),
        post=printed["post"],
        verify_url=award.verify_url,
        state_mark=mark,
        demonstration=printed["demonstration"],
    )


def award_render(*, award_id: int) -> None:
    """Make the PDF and the picture and add them to the award's files. Run twice = once; what became untrue while it was drawn is
    thrown away and made again, what was once handed out stays.

    A certificate that can't be printed as it should is set aside with the reason; its holder is certified all the same.
    """
    award = Award.objects.select_related("member").get(pk=award_id)
    if award.render_state == Award.RenderState.READY:
        return
    shows = award.validity  # before it is drawn: where its last day ends meanwhile, the sweep finds it
    try:
        with translation.override(settings.LANGUAGE_CODE):  # a certificate is Chinese, whatever its owner reads
            made = render(content_of(award))
    except Refused as refusal:
        Award.objects.filter(pk=award_id, state=award.state).exclude(render_state=Award.RenderState.READY).update(
            render_state=Award.RenderState.REFUSED, render_note=str(refusal)[:300]
        )
        return
    except FontsMissing:
        logger.exception("Certificate fonts are missing; run `make setup`")
        return
    drawn = {AwardFile.Kind.PDF: made.pdf, AwardFile.Kind.PICTURE: picture_of(made.pdf)}
    names = _keep(award, drawn)
    with transaction.atomic():
        taken = (
            Award.objects.filter(pk=award_id, state=award.state)
            .exclude(render_state=Award.RenderState.READY)
            .update(render_state=Award.RenderState.READY, render_note="", render_failures=0, drawn_as=shows)
        )
        if taken:
            for kind, body in drawn.items():
                digest = hashlib.sha256(body).hexdigest()
                AwardFile.objects.create(award=award, kind=kind, stored=names[kind], digest=digest, shows=shows)
        if taken and shows == Validity.VALID:
            notice_send(
                user_id=award.member.user_id,
                kind="award_ready",
                key=f"award:{award.code}",
                parameters={"code": award.code, "number": award.number},
            )
    if not taken:  # nobody has seen them
        for name in names.values():
            storages["private"].delete(name)


def _keep(award: Award, drawn: Mapping[AwardFile.Kind, bytes]) -> dict[AwardFile.Kind, str]:
    """Under new names: a file that was handed out, or that a killed process left half-written, is never written over."""
    folder = f"certificates/{award.year}/{award.serial // 1000:05d}/{award.code}-{secrets.token_hex(4)}"
    storage = storages["private"]
    return {kind: storage.save(f"{folder}.{SUFFIX[kind]}", ContentFile(body)) for kind, body in drawn.items()}


def award_send_to_renderer(*, award_id: int) -> None:
    task_send("certificates.tasks.render_award", award_id)


def award_render_request(*, award: Award, again: bool = False) -> bool:
    """Have a deferred certificate made now, with `again` also one that was refused (its font has come, say).

    Asking for one that is made or under way changes nothing. Returns whether it is being made because of this call.
    """
    states = [Award.RenderState.DEFERRED, *([Award.RenderState.REFUSED] if again else [])]
    with transaction.atomic():
        changed = Award.objects.filter(pk=award.pk, render_state__in=states).update(
            render_state=Award.RenderState.WAITING, render_note="", render_failures=0
        )
        if changed:
            transaction.on_commit(lambda: award_send_to_renderer(award_id=award.pk))
    return bool(changed)


def awards_retry(*, awards: QuerySet[Award]) -> int:
    """Have refused ones tried again, after a font was installed say. The sweep makes them, a bounded number at a time."""
    return awards.filter(render_state=Award.RenderState.REFUSED).update(
        render_state=Award.RenderState.WAITING, render_note="", render_failures=0
    )


def awards_render_waiting(*, most: int = 200) -> int:
    """What no task made: one that fails waits behind the others, and after some tries for a person."""
    if not fonts_ready():
        logger.error("Certificate fonts are missing; run `make setup`")
        return 0
    waiting = list(
        Award.objects.filter(render_state=Award.RenderState.WAITING)
        .order_by("render_failures", "issued_at")
        .values_list("pk", flat=True)[:most]
    )
    for pk in waiting:
        try:
            award_render(award_id=pk)
        except Exception:
            logger.exception("Award %s could not be rendered", pk)
            _note_failure(pk)
    return len(waiting)


def _note_failure(pk: int) -> None:
    waiting = Award.objects.filter(pk=pk, render_state=Award.RenderState.WAITING)
    waiting.update(render_failures=F("render_failures") + 1)
    waiting.filter(render_failures__gte=FAILURES_MOST).update(
        render_state=Award.RenderState.REFUSED,
        render_note=_("系统出了问题，证书文件没有生成。证书本身有效，请联系管理员重试。"),
    )


def awards_redraw_expired(*, most: int = 1000) -> int:
    """Files of certificates that have run out since they were drawn get the mark across."""
    late = Award.objects.filter(
        state=Award.State.ISSUED,
        render_state=Award.RenderState.READY,
        drawn_as="valid",
        valid_until__lt=timezone.localdate(),
    )
    ids = list(late.values_list("pk", flat=True)[:most])
    return Award.objects.filter(pk__in=ids, render_state=Award.RenderState.READY).update(
        render_state=Award.RenderState.WAITING
    )
