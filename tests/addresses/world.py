"""One object of every kind that an address can name. What belongs to a person belongs to the learner, in the east town."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from assessment.standing.services import standings_rebuild
from certificates.services import award_issue, award_render
from content.models import StandardImport
from exams import services as exam_services
from exams.models import AnswerToMark, Question
from jobs.models import Job
from people.models import Feedback, RoleGrant
from people.roster.models import RosterImport
from tests.browser import cms_scenes
from tests.certificates import scenes as certificate_scenes
from tests.exams import scenes as exam_scenes
from uploads.models import Upload

if TYPE_CHECKING:
    from people.models import Member, User


def build(superuser: User, trainer: User, administrator: User, learner: Member, organisation: Any) -> SimpleNamespace:
    cms = cms_scenes.build(superuser)
    sitting = exam_scenes.open_sitting(trainer, organisation.city)
    attempt = exam_scenes.start(learner, sitting)
    exam_services.attempt_submit(member_id=learner.pk, attempt_id=attempt.pk, epoch=1)
    answer_to_mark = AnswerToMark.objects.create(
        attempt=attempt, number=1, question_id=attempt.form.question_ids[0], sitting=sitting,
        submitted_at=attempt.started_at,
    )  # fmt: skip
    closed_sitting = certificate_scenes.make_sitting(
        organisation.city, sitting.blueprint.edition, title="演示考试（取证）"
    )
    scheme = certificate_scenes.make_scheme(closed_sitting)
    certificate_scenes.pass_exam(learner, closed_sitting)
    award = award_issue(actor=None, scheme=scheme, member=learner)
    award_render(award_id=award.pk)
    award.refresh_from_db()
    job = Job.objects.create(
        owner=learner.user, kind="demo", title="演示任务", state=Job.State.DONE, result_name="a.xlsx"
    )
    job.result_file = storages["private"].save(f"jobs/{job.code}", ContentFile(b"demo"))
    job.save(update_fields=["result_file"])
    feedback = Feedback.objects.create(
        author=learner.user, organisation=organisation.east_town, text="演示：有一条建议。"
    )
    roster = Upload.objects.create(
        kind="roster", uploaded_by=administrator, file_name="a.xlsx", digest="0" * 64, state=Upload.State.CANCELLED,
        forget_at=timezone.now(),
    )  # fmt: skip
    RosterImport.objects.create(upload=roster, organisation=organisation.city)
    standard_import = Upload.objects.create(
        kind="standard", uploaded_by=trainer, file_name="a.md", digest="0" * 64, state=Upload.State.CANCELLED,
        forget_at=timezone.now(),
    )  # fmt: skip
    StandardImport.objects.create(upload=standard_import)
    standings_rebuild()
    return SimpleNamespace(
        cms=cms, lesson=cms.lesson, sitting=sitting, attempt=attempt, answer_to_mark=answer_to_mark, award=award, job=job, feedback=feedback,
        roster=roster, standard_import=standard_import, learner=learner, town=organisation.east_town,
        question=Question.objects.order_by("pk").first(), exam=sitting.exam,
        grant=RoleGrant.objects.get(user=trainer), edition=sitting.blueprint.edition, user=superuser,
        clause=sitting.blueprint.edition.clauses.order_by("path").first(), redirect=Redirect.objects.first(),
    )  # fmt: skip
