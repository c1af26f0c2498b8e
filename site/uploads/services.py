from __future__ import annotations

import hashlib
import logging
import tempfile
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

from django.core.files import File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from jobs.models import Job
from jobs.services import job_enqueue
from uploads.kinds import Outcome, kind_named
from uploads.models import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.auth.models import AbstractUser

    from uploads.kinds import Progress

logger = logging.getLogger(__name__)
State = Upload.State
ERRORS_KEPT = 1_000
PIECE = 1024 * 1024
# Its job was given up: nothing was written, and nobody works on it any more.
LEFT_BEHIND = Q(Exists(Job.objects.filter(pk=OuterRef("job"), state=Job.State.FAILED)))
UNDER_WAY = [State.CHECKING, State.APPLYING]
UNFINISHED = [*UNDER_WAY, State.REFUSED, State.READY]
# In the summary of one that waits to be confirmed: why it has not been imported.
IN_THE_WAY = "in_the_way"
_UNCONFIRMED: dict[str, Any] = {"state": State.READY, "confirmed_by": None, "confirmed_at": None}


def upload_receive(
    *,
    actor: AbstractUser | None,
    kind: str,
    file: IO[bytes],
    name: str,
    options: Mapping[str, Any] | None = None,
    in_job: bool = True,
) -> Upload:
    """Keep the file, read in pieces, and have it checked in a job. Who may upload is the caller's rule.

    Without a job (a command in somebody's terminal) the caller runs upload_check and upload_apply itself.
    """
    upload = Upload(
        kind=kind,
        uploaded_by=actor,  # type: ignore[misc]
        file_name=name.replace("\\", "/").rpartition("/")[2].replace("\x00", "")[-255:] or _("文件"),
        options=dict(options or {}),
    )
    upload.forget_at = _forget_at(upload)
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as copy:
        while piece := file.read(PIECE):
            digest.update(piece)
            copy.write(piece)
        upload.size, upload.digest = copy.tell(), digest.hexdigest()
        copy.seek(0)
        upload.stored_as = storages["private"].save(f"uploads/{upload.code}", File(copy))
    try:
        with transaction.atomic():
            upload.save()
            record(actor=actor, action="upload.receive", target=_target(upload), detail={"digest": upload.digest})
            if in_job:
                _enqueue(actor, upload, "uploads.check", _("核对%(kind)s：%(name)s"))
    except BaseException:
        storages["private"].delete(upload.stored_as)  # no row names it, so no sweep would find it
        raise
    return upload


def upload_recheck(*, actor: AbstractUser, upload: Upload, options: Mapping[str, Any]) -> None:
    """Check the same file again, read another way. Raises Refused."""
    with transaction.atomic():
        claimed = Upload.objects.filter(pk=upload.pk, state__in=[State.READY, State.REFUSED]).exclude(stored_as="")
        if not claimed.update(
            state=State.CHECKING, options=dict(options), plan_digest="", forget_at=_forget_at(upload)
        ):
            raise Refused(_("这次导入已经确认或取消，不能再改。"))
        _enqueue(actor, upload, "uploads.check", _("核对%(kind)s：%(name)s"))


def upload_resume(*, actor: AbstractUser, upload: Upload) -> None:
    """Go on where the system gave up: check once more, or show again the plan that was not written. Raises Refused."""
    interrupted = Q(state=State.CHECKING) & LEFT_BEHIND | Q(state=State.REFUSED, summary__fault=True)
    with transaction.atomic():
        if Upload.objects.filter(LEFT_BEHIND, pk=upload.pk, state=State.APPLYING).update(**_UNCONFIRMED):
            return
        claimed = Upload.objects.filter(interrupted, pk=upload.pk).exclude(stored_as="")
        if not claimed.update(state=State.CHECKING, summary={}, errors=[], forget_at=_forget_at(upload)):
            raise Refused(_("这次导入没有中断。请看本页最新的内容。"))
        _enqueue(actor, upload, "uploads.check", _("核对%(kind)s：%(name)s"))


def upload_replan(*, upload: Upload, plan_digest: str) -> bool:
    """A person corrected the plan that waits to be confirmed. False where it is another one by now, or waits no more."""
    shown = Upload.objects.filter(pk=upload.pk, state=State.READY, plan_digest=upload.plan_digest)
    summary = {name: value for name, value in upload.summary.items() if name != IN_THE_WAY}
    return bool(shown.update(plan_digest=plan_digest, summary=summary))


def upload_check(*, upload_id: int, progress: Progress = lambda done, total: None, in_the_way: str = "") -> None:
    """Leaves the upload refused or ready. Safe to run twice. `in_the_way`: why it is checked once more."""
    upload = Upload.objects.get(pk=upload_id)
    if upload.state != State.CHECKING:
        return
    with storages["private"].open(upload.stored_as) as file:
        outcome = kind_named(upload.kind).check(upload, file, progress)
    if in_the_way:
        outcome = replace(outcome, summary={**outcome.summary, IN_THE_WAY: in_the_way})
    _keep(upload, outcome, was=State.CHECKING)


def upload_check_failed(*, upload_id: int) -> None:
    """The system's own fault: it ends as refused, so that nobody waits for it."""
    message = _("系统出了问题，没有核对完，也没有导入任何数据。请再试一次；仍不成功，请联系管理员。")
    Upload.objects.filter(pk=upload_id, state=State.CHECKING).update(
        state=State.REFUSED, errors=[{"message": message}], summary={"fault": True}, plan_digest=""
    )


def upload_confirm(*, actor: AbstractUser | None, upload: Upload, plan_digest: str, in_job: bool = True) -> None:
    """Agree to what was shown. Only one confirmation counts, however many are sent. Raises Refused."""
    with transaction.atomic():
        claimed = Upload.objects.filter(pk=upload.pk, state=State.READY, plan_digest=plan_digest).exclude(stored_as="")
        if not claimed.update(state=State.APPLYING, confirmed_by=actor, confirmed_at=timezone.now()):
            raise Refused(_("这次导入已经确认过，或者预览已经更新。请看本页最新的内容。"))
        if in_job:
            _enqueue(actor, upload, "uploads.apply", _("导入%(kind)s：%(name)s"))


def upload_apply(*, upload_id: int) -> None:
    """Do what was confirmed, or show the plan anew where it is another one by now. One transaction; safe to run twice."""
    try:
        with transaction.atomic():
            _apply(upload_id)
    except IntegrityError:
        # Somebody wrote the same key between our reading and writing. Nothing of ours was written: look again.
        logger.warning("Upload %s met what somebody else wrote", upload_id, exc_info=True)
        Upload.objects.filter(pk=upload_id, state=State.APPLYING).update(
            state=State.CHECKING, plan_digest="", confirmed_by=None, confirmed_at=None
        )
        upload_check(
            upload_id=upload_id,
            in_the_way=_("确认的同时，有人写入了相同的内容。下面是重新核对的结果，请再看一遍。"),
        )


def _apply(upload_id: int) -> None:
    upload = Upload.objects.select_for_update(of=("self",)).select_related("confirmed_by").get(pk=upload_id)
    if upload.state != State.APPLYING:
        return
    kind = kind_named(upload.kind)
    with storages["private"].open(upload.stored_as) as file:
        changed = kind.apply(upload, file)
    if changed is not None:
        _keep(upload, changed, was=State.APPLYING)
        return
    now = timezone.now()
    Upload.objects.filter(pk=upload.pk).update(
        state=State.DONE, finished_at=now, undo_until=now + kind.undo_within if kind.undo else None
    )
    record(actor=upload.confirmed_by, action="upload.apply", target=_target(upload))
    files = _forget_rows(upload.pk)
    transaction.on_commit(lambda: _forget_files(upload.pk, files))


def upload_apply_failed(*, upload_id: int) -> None:
    """Nothing was written; the person reads so beside the preview, and may confirm again."""
    left = Upload.objects.filter(pk=upload_id, state=State.APPLYING)
    for summary in left.values_list("summary", flat=True):
        told = _("系统出了问题。请再确认一次；仍不成功，请联系管理员。")
        left.update(**_UNCONFIRMED, summary={**summary, IN_THE_WAY: told})


def upload_undo(*, actor: AbstractUser, upload: Upload) -> None:
    """Take back what was imported, within its time. Raises Refused."""
    undo = kind_named(upload.kind).undo
    with transaction.atomic():
        claimed = Upload.objects.filter(pk=upload.pk, state=State.DONE, undo_until__gt=timezone.now())
        if undo is None or not claimed.update(state=State.UNDONE, undone_by=actor, undone_at=timezone.now()):
            raise Refused(_("这次导入不能撤销，或者已经过了可以撤销的时间。"))
        undo(upload)
        record(actor=actor, action="upload.undo", target=_target(upload))


def upload_cancel(*, actor: AbstractUser | None, upload: Upload) -> None:
    """Raises Refused."""
    may = Q(state__in=[State.CHECKING, State.REFUSED, State.READY]) | Q(state=State.APPLYING) & LEFT_BEHIND
    with transaction.atomic():
        if not Upload.objects.filter(may, pk=upload.pk).update(state=State.CANCELLED, plan_digest=""):
            raise Refused(_("这次导入已经结束，不能再取消。"))
        record(actor=actor, action="upload.cancel", target=_target(upload))
        files = _forget_rows(upload.pk)
        transaction.on_commit(lambda: _forget_files(upload.pk, files))


def uploads_forget(*, most: int = 500) -> int:
    """Delete files whose time is over; most hold names. What was not confirmed by then is cancelled. Returns how many.

    Also what should have gone with the end of its import, when the storage was away.
    """
    nobody_works_on_it = ~Q(state__in=UNDER_WAY) | Q(job=None) | LEFT_BEHIND
    over = ~Q(state__in=UNFINISHED) | nobody_works_on_it & Q(forget_at__lte=timezone.now())
    old = Upload.objects.filter(over).exclude(stored_as="").order_by("forget_at")
    forgotten = 0
    for pk, state in list(old.values_list("pk", "state")[:most]):
        try:
            forgotten += _forget(pk, state)
        except Exception:
            logger.exception("Upload %s could not be forgotten", pk)  # it holds up no other
    return forgotten


def _forget(upload_id: int, state: str) -> bool:
    with transaction.atomic():
        given_up = Upload.objects.filter(pk=upload_id, state=state).update(
            state=State.CANCELLED if state in UNFINISHED else state, plan_digest=""
        )
        files = _forget_rows(upload_id) if given_up else []
    return _forget_files(upload_id, files)


def _forget_rows(upload_id: int) -> list[str]:
    """What its kind keeps of the content. Gives back the files that go once this is committed."""
    upload = Upload.objects.get(pk=upload_id)
    if upload.state == State.CANCELLED:
        Upload.objects.filter(pk=upload_id).update(errors=[])  # they repeat what stood in the cells
    forget = kind_named(upload.kind).forget
    return [upload.stored_as, *(forget(upload) if forget is not None else [])]


def _forget_files(upload_id: int, files: list[str]) -> bool:
    """False where the storage is away. The import is over all the same; the sweep finds it by its name and deletes all again."""
    try:
        for name in filter(None, files):
            storages["private"].delete(name)
    except Exception:
        logger.exception("A file of upload %s could not be deleted", upload_id)
        return False
    Upload.objects.filter(pk=upload_id, stored_as__in=files).update(stored_as="")
    return True


def _keep(upload: Upload, outcome: Outcome, *, was: str) -> None:
    counted = {"problems": len(outcome.errors)} if outcome.errors else {}  # of a file full of them not all are kept
    with transaction.atomic():
        kept = Upload.objects.filter(pk=upload.pk, state=was).update(
            state=State.REFUSED if outcome.errors else State.READY,
            summary=counted | outcome.summary,
            errors=outcome.errors[:ERRORS_KEPT],
            plan_digest="" if outcome.errors else outcome.plan_digest,
            confirmed_by=None,
            confirmed_at=None,
        )
        if kept and outcome.keep is not None:
            outcome.keep()


def _enqueue(actor: AbstractUser | None, upload: Upload, kind: str, title: str) -> None:
    words = {"kind": kind_named(upload.kind).title, "name": upload.file_name[-80:]}
    job = job_enqueue(actor=actor, kind=kind, title=title % words, arguments={"upload": upload.pk})
    Upload.objects.filter(pk=upload.pk).update(job=job)
    upload.job = job


def _forget_at(upload: Upload) -> datetime:
    return timezone.now() + kind_named(upload.kind).file_lives


def _target(upload: Upload) -> str:
    return f"upload:{upload.code}"
