from django.urls import path

from jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/", views.job_list, name="list"),
    path("jobs/<str:code>/", views.job_detail, name="detail"),
    path("jobs/<str:code>/file/", views.job_file, name="file"),
]
