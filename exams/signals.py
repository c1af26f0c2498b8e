from django.dispatch import Signal

# attempt: exams.models.Attempt with its result. Sent after commit, perhaps more than once; receivers are safe to run twice.
attempt_marked = Signal()
