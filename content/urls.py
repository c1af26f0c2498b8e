from django.urls import path, re_path

from content import views

app_name = "content"
urlpatterns = [
    path("standards/", views.standard_list, name="standards"),
    re_path(r"^standards/(?P<code>[-\w]+)/\Z", views.edition, name="edition"),  # a slug, Chinese ones included
    path("clauses/<int:pk>/", views.clause, name="clause"),
]
