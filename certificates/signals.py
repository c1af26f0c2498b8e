from django.dispatch import Signal

# award: certificates.models.Award. Sent after commit, perhaps more than once; receivers are safe to run twice.
award_issued = Signal()
award_changed = Signal()  # revoked or superseded
