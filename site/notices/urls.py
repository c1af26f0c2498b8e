from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/<int:pk>/open/", views.open_notice, name="open"),
    path("notices/read/", views.mark_read, name="mark_read"),
]
