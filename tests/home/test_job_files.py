"""What a job has made may be downloaded by its owner, for a week and while the owner has power over others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from amqp.exceptions import ChannelError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from kombu.exceptions import OperationalError

from jobs.models import Job
from jobs.services import files_forget, job_enqueue
from jobs.tasks import run_job
from people.models import RoleGrant
from people.services import role_revoke
from tests.cast import sign_in

if TYPE_CHECKING:
    from django.test import Client

    from people.models import User


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "private")},
    }
    settings.STORAGES = {**settings.STORAGES, "private": private}


def made_by(owner: User, days_ago: int = 0) -> Job:
    stored = storages["private"].save("jobs/demo", ContentFile(b"names"))
    return Job.objects.create(
        kind="assessment.export",
        title="导出",
        owner=owner,
        state=Job.State.DONE,
        result_file=stored,
        result_name="取证情况.xlsx",
        finished_at=timezone.now() - timedelta(days=days_ago),
    )


def test_a_file_lives_for_a_week(client: Client, supervisor: User) -> None:
    fresh, old = made_by(supervisor, 6), made_by(supervisor, 8)
    sign_in(client, supervisor)
    assert files_forget() == 1
    assert client.get(f"/jobs/{fresh.code}/file/").status_code == 200
    assert client.get(f"/jobs/{old.code}/file/").status_code == 404
    assert "文件已删除" in client.get(f"/jobs/{old.code}/").content.decode()
    assert files_forget() == 0


def test_the_files_go_with_the_power(
    client: Client, supervisor: User, administrator: User, django_capture_on_commit_callbacks: Any
) -> None:
    job = made_by(supervisor)
    sign_in(client, supervisor)
    grant = RoleGrant.objects.get(user=supervisor)
    with django_capture_on_commit_callbacks(execute=True):
        role_revoke(actor=administrator, grant=grant)
    assert client.get(f"/jobs/{job.code}/file/").status_code == 404
    assert not storages["private"].exists(job.result_file)


@pytest.mark.parametrize("error", [OperationalError("no Redis"), ChannelError("no space left"), OSError("no queue")])
def test_a_queue_that_is_away_is_no_error_of_the_persons(
    supervisor: User, monkeypatch: Any, django_capture_on_commit_callbacks: Any, error: Exception
) -> None:
    def away(*arguments: Any) -> None:
        raise error

    monkeypatch.setattr(run_job, "delay", away)
    with django_capture_on_commit_callbacks(execute=True):
        job = job_enqueue(actor=supervisor, kind="assessment.export", title="导出")
    assert Job.objects.get(pk=job.pk).state == "queued", "the sweep sends it again"
