from django.urls import path

from home import views

app_name = "home"
urlpatterns = [
    path("", views.first_page, name="first"),
    path("help/", views.help_page, name="help"),
    path("health/", views.health, name="health"),
    path("language/", views.choose_language, name="language"),
]
