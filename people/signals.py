from django.dispatch import Signal

# member_ids: list[int]. Sent after commit when members came, moved, changed or left; receivers are safe to run twice.
members_changed = Signal()
