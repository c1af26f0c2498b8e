from django.apps import AppConfig


class PluginConfig(AppConfig):
    name = "tests.certificates.plugin"
    label = "certificates_plugin"
