from django.urls import path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as product
from tests.load.bound import bound

urlpatterns = [path("exams/bound/<int:attempt_id>/", bound), *product]
