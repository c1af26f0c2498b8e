from django.dispatch import Signal

# enrolment: courses.models.Enrolment. Sent after commit, perhaps more than once; receivers are safe to run twice.
course_completed = Signal()

# member_ids: list[int]. Sent after commit when a course was assigned to members or withdrawn from them.
members_assigned = Signal()
