from assessment.standing.urls import urlpatterns as standing

app_name = "assessment"
urlpatterns = [*standing]
