from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [
    path("courses/", views.catalogue, name="catalogue"),
    path("courses/<str:slug>/", views.course, name="course"),
    path("courses/<str:course_slug>/<str:slug>/", views.lesson, name="lesson"),
    path("learn/<int:pk>/position/", views.save_position, name="position"),
    path("learn/<int:pk>/check/", views.answer_check, name="check"),
    path("learn/<int:pk>/complete/", views.complete_lesson, name="complete"),
    path("learn/<int:pk>/done/", views.lesson_done, name="lesson_done"),
    path("media/images/<path:name>", views.picture, name="picture"),
]
