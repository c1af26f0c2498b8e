from django.dispatch import Signal

# attempt: exams.models.Attempt with its result. Sent after commit, perhaps more than once; receivers are safe to run twice.
attempt_marked = Signal()

# member_ids: whose attempts attempt_marked was just sent for, all of a batch at once, for what is cheaper to prepare together.
members_marked = Signal()
