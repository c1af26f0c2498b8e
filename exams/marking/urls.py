from django.urls import path

from exams.marking import views

app_name = "marking"
urlpatterns = [
    path("", views.waiting, name="list"),
    path("answers/<str:code>/", views.answer, name="answer"),
    path("answers/<str:code>/put-back/", views.answer_put_back, name="answer_put_back"),
    path("<str:code>/", views.sitting, name="sitting"),
    path("<str:code>/next/", views.answer_next, name="next"),
]
