from django.urls import include, path

from exams import views

app_name = "exams"
urlpatterns = [
    # First: half of all requests on exam day.
    path("exams/attempts/<str:code>/save/", views.save, name="save"),
    path("exams/", views.my_exams, name="mine"),
    path("exams/signed-in/", views.signed_in, name="signed_in"),
    path("exams/sittings/<str:code>/", views.notice, name="notice"),
    path("exams/sittings/<str:code>/start/", views.start, name="start"),
    path("exams/attempts/<str:code>/", views.room, name="room"),
    path("exams/attempts/<str:code>/take-over/", views.take_over, name="take_over"),
    path("exams/attempts/<str:code>/submit/", views.submit, name="submit"),
    path("exams/attempts/<str:code>/resume/", views.resume, name="resume"),
    path("exams/attempts/<str:code>/result/", views.result, name="result"),
    path("exams/attempts/<str:code>/review/", views.review, name="review"),
    path("marking/", include("exams.marking.urls")),
]
