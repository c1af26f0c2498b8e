from django.urls import path

from content import views

app_name = "content"
urlpatterns = [
    path("standards/", views.standard_list, name="standards"),
    path("standards/<str:code>/", views.edition, name="edition"),
    path("clauses/<int:pk>/", views.clause, name="clause"),
]
