"""The life of a file, with a kind that the product does not have: it imports each line of a text as the title of a job."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils import timezone

from acts import Refused
from jobs.models import Job
from jobs.services import job_run
from uploads import kinds, services, tasks  # noqa: F401 - the tasks register what the jobs do
from uploads.kinds import Kind, Outcome
from uploads.models import Upload

if TYPE_CHECKING:
    from people.models import User

pytestmark = pytest.mark.django_db
KIND = "tests.lines"


class Lines:
    """What the kind does, and what the test wants to go wrong."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.known = 0  # what the plan also depends on, besides the file

    def check(self, upload: Upload, file: IO[bytes], progress: kinds.Progress) -> Outcome:
        if self.trouble:
            raise self.trouble
        lines = file.read().decode().split("\n")
        progress(len(lines), len(lines))
        errors = [{"row": n, "message": f"第 {n} 行是空的。"} for n, line in enumerate(lines, 1) if not line]
        plan = f"{lines}{self.known}{upload.options}"
        return Outcome({"lines": len(lines)}, errors, hashlib.sha256(plan.encode()).hexdigest())

    def apply(self, upload: Upload, file: IO[bytes]) -> Outcome | None:
        outcome = self.check(upload, file, lambda done, total: None)
        if outcome.errors or outcome.plan_digest != upload.plan_digest:
            return outcome
        file.seek(0)
        for line in file.read().decode().split("\n"):
            Job.objects.create(kind=KIND, title=line)
        return None

    def undo(self, upload: Upload) -> None:
        if self.trouble:
            raise self.trouble
        Job.objects.filter(kind=KIND).delete()


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    lines = Lines()
    monkeypatch.setattr(kinds, "_kinds", {})
    kind = Kind("演示文件", lines.check, lines.apply, lines.undo, undo_within=timedelta(hours=1))
    kinds.register(KIND, kind)
    return lines


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "private")},
    }
    settings.STORAGES = {**settings.STORAGES, "private": private}


def run_jobs(upload: Upload) -> Upload:
    for pk in Job.objects.filter(kind__startswith="uploads.", state=Job.State.QUEUED).values_list("pk", flat=True):
        job_run(job_id=pk)
    return Upload.objects.get(pk=upload.pk)


def receive(actor: User, text: str = "甲\n乙", **more: Any) -> Upload:
    file = io.BytesIO(text.encode())
    return services.upload_receive(actor=actor, kind=KIND, file=file, name="C:\\演示\\名单.txt", **more)


def ready(actor: User) -> Upload:
    return run_jobs(receive(actor))


def done(actor: User) -> Upload:
    upload = ready(actor)
    services.upload_confirm(actor=actor, upload=upload, plan_digest=upload.plan_digest)
    return run_jobs(upload)


def imported() -> list[str]:
    return list(Job.objects.filter(kind=KIND).order_by("pk").values_list("title", flat=True))


def stored(upload: Upload) -> bool:
    return bool(upload.stored_as) and storages["private"].exists(upload.stored_as)


def test_received_checked_confirmed_imported_and_forgotten(
    lines: Lines, trainer: User, django_capture_on_commit_callbacks: Any
) -> None:
    upload = receive(trainer)
    assert (upload.state, upload.file_name, upload.size) == ("checking", "名单.txt", 7)
    assert upload.digest == hashlib.sha256("甲\n乙".encode()).hexdigest()
    assert upload.stored_as == f"uploads/{upload.code}", "the person's name for it opens no path"
    upload = run_jobs(upload)
    assert (upload.state, upload.summary, upload.errors) == ("ready", {"lines": 2}, [])
    assert upload.job is not None
    assert (upload.job.done, upload.job.total) == (2, 2)
    assert imported() == []
    services.upload_confirm(actor=trainer, upload=upload, plan_digest=upload.plan_digest)
    with django_capture_on_commit_callbacks(execute=True):
        upload = run_jobs(upload)
    assert imported() == ["甲", "乙"]
    upload.refresh_from_db()
    assert (upload.state, upload.confirmed_by) == ("done", trainer)
    assert upload.stored_as == "", "the file goes with the commit"


def test_a_file_with_errors_is_refused_and_can_be_read_another_way(lines: Lines, trainer: User) -> None:
    upload = run_jobs(receive(trainer, "甲\n\n乙"))
    assert (upload.state, upload.plan_digest) == ("refused", "")
    assert upload.errors == [{"row": 2, "message": "第 2 行是空的。"}]
    services.upload_recheck(actor=trainer, upload=upload, options={"sheet": 2})
    upload = run_jobs(upload)
    assert (upload.state, upload.options) == ("refused", {"sheet": 2})


def test_only_one_confirmation_counts_and_only_of_what_was_shown(lines: Lines, trainer: User) -> None:
    upload = ready(trainer)
    with pytest.raises(Refused):
        services.upload_confirm(actor=trainer, upload=upload, plan_digest="0" * 64)
    services.upload_confirm(actor=trainer, upload=upload, plan_digest=upload.plan_digest)
    with pytest.raises(Refused):
        services.upload_confirm(actor=trainer, upload=upload, plan_digest=upload.plan_digest)
    run_jobs(upload)
    services.upload_apply(upload_id=upload.pk)
    assert imported() == ["甲", "乙"]


def test_a_plan_that_changed_meanwhile_is_shown_anew_and_nothing_is_written(lines: Lines, trainer: User) -> None:
    upload = ready(trainer)
    before = upload.plan_digest
    services.upload_confirm(actor=trainer, upload=upload, plan_digest=before)
    lines.known = 1
    upload = run_jobs(upload)
    assert (upload.state, upload.confirmed_by, imported()) == ("ready", None, [])
    assert upload.plan_digest != before


def test_a_crash_leaves_nobody_waiting(lines: Lines, trainer: User) -> None:
    lines.trouble = RuntimeError("secret")
    refused = run_jobs(receive(trainer))
    assert refused.state == "refused"
    assert "secret" not in str(refused.errors)
    lines.trouble = None
    upload = ready(trainer)
    services.upload_confirm(actor=trainer, upload=upload, plan_digest=upload.plan_digest)
    lines.trouble = RuntimeError("secret")
    upload = run_jobs(upload)
    assert (upload.state, upload.confirmed_by, imported()) == ("ready", None, [])
    assert "再确认一次" in upload.summary["in_the_way"]


def test_who_wrote_the_same_meanwhile_is_told_and_logged(
    lines: Lines, trainer: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    upload = ready(trainer)
    services.upload_confirm(actor=trainer, upload=upload, plan_digest=upload.plan_digest)

    def same_key(_upload: Upload, _file: IO[bytes]) -> None:
        raise IntegrityError("演示：同一个键")

    kind = Kind("演示文件", lines.check, same_key)
    monkeypatch.setitem(kinds._kinds, KIND, kind)
    upload = run_jobs(upload)
    assert (upload.state, upload.confirmed_by, imported()) == ("ready", None, [])
    assert "重新核对" in upload.summary["in_the_way"]
    assert "同一个键" in caplog.text, "a mistake of ours would come again and again"


def test_what_was_imported_can_be_undone_once_and_in_time(lines: Lines, trainer: User) -> None:
    upload = done(trainer)
    services.upload_undo(actor=trainer, upload=upload)
    upload.refresh_from_db()
    assert (upload.state, upload.undone_by, imported()) == ("undone", trainer, [])
    with pytest.raises(Refused):
        services.upload_undo(actor=trainer, upload=upload)
    late = done(trainer)
    Upload.objects.filter(pk=late.pk).update(undo_until=timezone.now())
    with pytest.raises(Refused):
        services.upload_undo(actor=trainer, upload=late)
    assert imported() == ["甲", "乙"]


def test_an_undoing_that_is_refused_changes_nothing(lines: Lines, trainer: User) -> None:
    upload = done(trainer)
    lines.trouble = Refused("演示：已被使用。")
    with pytest.raises(Refused, match="已被使用"):
        services.upload_undo(actor=trainer, upload=upload)
    upload.refresh_from_db()
    assert upload.state == "done"


def test_a_cancelled_file_goes_and_a_check_that_comes_late_does_not_bring_it_back(
    lines: Lines, trainer: User, django_capture_on_commit_callbacks: Any
) -> None:
    upload = receive(trainer)
    with django_capture_on_commit_callbacks(execute=True):
        services.upload_cancel(actor=trainer, upload=upload)
    assert not stored(upload)
    assert run_jobs(upload).state == "cancelled"
    with pytest.raises(Refused):
        services.upload_cancel(actor=trainer, upload=upload)


def test_a_check_that_ends_after_the_cancelling_does_not_bring_the_upload_back(
    lines: Lines, trainer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = receive(trainer)

    def keep() -> None:
        Job.objects.create(kind=KIND, title="演示")

    def cancelled_meanwhile(upload: Upload, file: IO[bytes], progress: kinds.Progress) -> Outcome:
        found = lines.check(upload, file, progress)
        services.upload_cancel(actor=trainer, upload=upload)
        return replace(found, keep=keep)

    monkeypatch.setitem(kinds._kinds, KIND, Kind("演示文件", cancelled_meanwhile, lines.apply))
    upload = run_jobs(upload)
    assert (upload.state, upload.plan_digest, upload.summary) == ("cancelled", "", {})
    assert imported() == [], "nor what its kind keeps of it"


@pytest.mark.parametrize("state", ["checking", "applying", "done", "undone", "cancelled"])
def test_only_what_waits_for_a_person_is_read_another_way(lines: Lines, trainer: User, state: str) -> None:
    upload = ready(trainer)
    now = timezone.now()
    Upload.objects.filter(pk=upload.pk).update(state=state, confirmed_at=now, undone_at=now)
    with pytest.raises(Refused):
        services.upload_recheck(actor=trainer, upload=upload, options={"sheet": 2})
    upload.refresh_from_db()
    assert (upload.state, upload.options) == (state, {})


def test_what_a_worker_has_in_hand_is_not_resumed_and_what_it_writes_is_not_cancelled(
    lines: Lines, trainer: User
) -> None:
    applying, checking = ready(trainer), receive(trainer)
    services.upload_confirm(actor=trainer, upload=applying, plan_digest=applying.plan_digest)
    Job.objects.update(state=Job.State.RUNNING)
    for act, upload in (
        (services.upload_resume, checking),
        (services.upload_resume, applying),
        (services.upload_cancel, applying),
    ):
        with pytest.raises(Refused):
            act(actor=trainer, upload=upload)
    assert set(Upload.objects.values_list("pk", "state")) == {(checking.pk, "checking"), (applying.pk, "applying")}


@pytest.mark.parametrize(("act", "state"), [("resume", "ready"), ("cancel", "cancelled")])
def test_what_no_worker_will_write_any_more_is_resumed_or_cancelled(
    lines: Lines, trainer: User, act: str, state: str
) -> None:
    upload = ready(trainer)
    services.upload_confirm(actor=trainer, upload=upload, plan_digest=upload.plan_digest)
    Job.objects.update(state=Job.State.FAILED)
    getattr(services, f"upload_{act}")(actor=trainer, upload=upload)
    upload.refresh_from_db()
    assert upload.state == state
    assert imported() == []


def test_files_that_nobody_confirmed_are_forgotten(lines: Lines, trainer: User) -> None:
    old, fresh = ready(trainer), ready(trainer)
    Upload.objects.filter(pk=old.pk).update(forget_at=timezone.now())
    assert services.uploads_forget() == 1
    assert services.uploads_forget() == 0
    assert not stored(old)
    assert stored(fresh)
    old.refresh_from_db()
    assert (old.state, old.stored_as) == ("cancelled", "")


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that the storage does not delete."""
    names: list[str] = []
    storage: Any = storages["private"]
    delete = storage.delete

    def fail(name: str) -> None:
        if name in names:
            raise OSError("the storage is away")
        delete(name)

    monkeypatch.setattr(storage, "delete", fail)
    return names


def test_a_file_that_cannot_be_deleted_holds_up_no_other_and_goes_later(
    lines: Lines, trainer: User, away: list[str]
) -> None:
    first, second = ready(trainer), ready(trainer)
    Upload.objects.filter(pk=first.pk).update(forget_at=timezone.now() - timedelta(days=1))
    Upload.objects.filter(pk=second.pk).update(forget_at=timezone.now())
    away.append(first.stored_as)
    assert services.uploads_forget() == 1
    assert stored(first)
    assert not stored(second)
    away.clear()
    assert services.uploads_forget() == 1
    assert not stored(first)


def test_a_kind_that_cannot_forget_holds_up_no_other(lines: Lines, trainer: User) -> None:
    first, second = ready(trainer), ready(trainer)
    Upload.objects.filter(pk=first.pk).update(forget_at=timezone.now() - timedelta(days=1), kind="tests.gone")
    Upload.objects.filter(pk=second.pk).update(forget_at=timezone.now())
    assert services.uploads_forget() == 1
    assert not stored(second)


def test_a_storage_that_is_away_spoils_no_import_and_its_file_goes_with_the_next_sweep(
    lines: Lines, trainer: User, away: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    upload = ready(trainer)
    away.append(upload.stored_as)
    services.upload_confirm(actor=trainer, upload=upload, plan_digest=upload.plan_digest)
    with django_capture_on_commit_callbacks(execute=True):
        upload = run_jobs(upload)
    assert (upload.state, imported()) == ("done", ["甲", "乙"])
    assert stored(upload)
    assert upload.job is not None
    assert upload.job.state == Job.State.DONE, "what was imported is not said to have failed"
    away.clear()
    assert services.uploads_forget() == 1
    assert not stored(upload)


def test_what_stood_in_the_cells_goes_with_a_cancelled_file(
    lines: Lines, trainer: User, django_capture_on_commit_callbacks: Any
) -> None:
    upload = run_jobs(receive(trainer, "甲\n\n乙"))
    assert upload.errors
    services.upload_cancel(actor=trainer, upload=upload)
    upload.refresh_from_db()
    assert upload.errors == []


def test_a_file_whose_row_could_not_be_written_does_not_stay(
    lines: Lines, trainer: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(**_details: Any) -> None:
        raise RuntimeError("演示")

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(RuntimeError):
        receive(trainer)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_kind_that_nobody_registers_or_that_is_taken_is_refused(lines: Lines, trainer: User) -> None:
    with pytest.raises(LookupError, match=r"tests\.other"):
        services.upload_receive(actor=trainer, kind="tests.other", file=io.BytesIO(b""), name="a.txt")
    with pytest.raises(ValueError, match="Two kinds"):
        kinds.register(KIND, Kind("演示", lines.check, lines.apply))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("upload_ready_has_its_plan", {"state": "ready", "plan_digest": ""}),
        ("upload_applied_was_confirmed", {"state": "done"}),
        ("upload_undone_has_its_time", {"state": "undone", "confirmed_at": timezone.now()}),
    ],
)
def test_the_database_keeps_the_order_of_a_life(
    lines: Lines, trainer: User, constraint: str, fields: dict[str, Any]
) -> None:
    upload = receive(trainer)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(**fields)
