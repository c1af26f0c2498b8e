"""Files that this app imports, each in its room."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from people.roster import services as roster
from uploads import kinds

kinds.register(
    roster.KIND,
    kinds.Kind(
        title=_("花名册"),
        check=roster.roster_check,
        apply=roster.roster_apply,
        forget=roster.roster_forget,
        file_lives=timedelta(days=14),
    ),
)
