from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("成员与组织")

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
        from django.contrib.auth.signals import user_logged_in

        from outbox.registry import announces
        from people.middleware import second_factor_gone, second_factor_passed, signed_in

        announces("people.members")  # subject: Member, who came, moved, changed or left
        user_logged_in.connect(signed_in, dispatch_uid="people.signed_in")
        authenticator_added.connect(second_factor_passed, dispatch_uid="people.second_factor_added")
        authenticator_used.connect(second_factor_passed, dispatch_uid="people.second_factor_used")
        authenticator_removed.connect(second_factor_gone, dispatch_uid="people.second_factor_removed")
