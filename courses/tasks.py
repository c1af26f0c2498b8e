from celery import shared_task
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext as _

from courses import services
from courses.models import CoursePage
from jobs.registry import job
from jobs.services import Run


@shared_task
def catch_up_completions() -> None:
    services.completions_catch_up_all()


@shared_task
def publish_scheduled() -> None:
    """Pages and snippets whose time to appear or to go has come: all at once, for what goes together is one change."""
    with transaction.atomic():
        call_command("publish_scheduled", verbosity=0)


@job("courses.assign")
def assign_course(run: Run) -> None:
    """Asks the rule again for a whole course, as it stands when the work is done."""
    course = CoursePage.objects.filter(pk=run.arguments["course"]).first()
    if course is not None:
        count = services.assign_to_course(course=course, progress=run.progress)
        run.finish(_("已给 %(count)s 人安排学习任务。") % {"count": count})
