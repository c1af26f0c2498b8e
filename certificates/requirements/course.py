from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.models.requirements import AwardBasis, Mention, Requirement
from certificates.requirements import requirement_kind
from courses.models import CoursePage, Enrolment

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from people.models import Organisation


class CourseBasis(AwardBasis):
    ground = "enrolment"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="award_bases")

    class Meta:
        verbose_name = gettext_lazy("发证依据：课程")
        verbose_name_plural = gettext_lazy("发证依据：课程")
        constraints = [models.UniqueConstraint(fields=["award", "enrolment"], name="course_basis_once")]


@requirement_kind
class CourseCompleted(Requirement):
    kind = "course"
    basis = CourseBasis
    moment = "completed_at"

    course = models.ForeignKey(
        CoursePage, on_delete=models.PROTECT, related_name="requirements", verbose_name=gettext_lazy("须学完的课程")
    )

    class Meta:
        verbose_name = gettext_lazy("学完课程")
        verbose_name_plural = gettext_lazy("学完课程")

    def text(self) -> str:
        return _("学完课程“%(course)s”") % {"course": self.course.title}

    def grounds(self) -> QuerySet[Enrolment]:
        return Enrolment.objects.filter(course_id=self.course_id, completed_at__isnull=False)

    def ground_text(self, ground: Enrolment) -> str:
        return self.text()

    def missing(self) -> str:
        return _("还没有学完课程“%(course)s”。") % {"course": self.course.title}

    def again(self) -> str:
        return _("重新学完课程“%(course)s”") % {"course": self.course.title}

    def mention(self, ground: Enrolment) -> Mention:
        return Mention(began=ground.started_at, ended=ground.completed_at, training=self.course.title)

    def belongs_to(self) -> Organisation | None:
        return self.course.unit
