"""Files that this app imports."""

from django.utils.translation import gettext_lazy as _

from content.services import imports
from uploads import kinds

kinds.register(
    imports.KIND,
    kinds.Kind(
        title=_("标准"),
        check=imports.standard_check,
        apply=imports.standard_apply,
        forget=imports.standard_forget,
    ),
)
