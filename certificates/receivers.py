"""What the apps below tell: a batch of results, completions or awards at a time. Cheap for those whom no scheme concerns: who
stands on no post of a scheme that asks for it, or holds its certificate, is out in the one statement for each scheme."""

from __future__ import annotations

from certificates.models import Award
from certificates.requirements.certificate import CertificateHeld
from certificates.requirements.course import CourseCompleted
from certificates.requirements.exam import ExamPassed
from certificates.services import awards_consider
from courses.models import Enrolment
from exams.queries import released_results


def results_told(subjects: list[int]) -> None:
    passed = released_results().filter(pk__in=subjects, passed=True)
    pairs = list(passed.values_list("attempt__member_id", "attempt__sitting__exam_id"))
    if pairs:
        asked = ExamPassed.objects.filter(exam__in={exam for _member, exam in pairs})
        awards_consider(member_ids={member for member, _exam in pairs}, asked=asked)


def completions_told(subjects: list[int]) -> None:
    pairs = list(
        Enrolment.objects.filter(pk__in=subjects, completed_at__isnull=False).values_list("member_id", "course_id")
    )
    if pairs:
        asked = CourseCompleted.objects.filter(course__in={course for _member, course in pairs})
        awards_consider(member_ids={member for member, _course in pairs}, asked=asked)


def awards_told(subjects: list[int]) -> None:
    """A scheme may ask for another one's certificate."""
    pairs = list(Award.objects.in_force().filter(pk__in=subjects).values_list("member_id", "scheme_id"))
    if pairs:
        asked = CertificateHeld.objects.filter(asks_for__in={scheme for _member, scheme in pairs})
        awards_consider(member_ids={member for member, _scheme in pairs}, asked=asked)
