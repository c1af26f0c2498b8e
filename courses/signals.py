from django.dispatch import Signal

# enrolment: courses.models.Enrolment. Sent after commit, perhaps more than once; receivers are safe to run twice.
course_completed = Signal()
