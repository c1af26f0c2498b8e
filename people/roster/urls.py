from django.urls import path

from people.roster import views

app_name = "roster"
urlpatterns = [
    path("", views.roster_list, name="list"),
    path("new/", views.roster_new, name="new"),
    path("template/", views.roster_template, name="template"),
    path("<str:code>/", views.roster_detail, name="detail"),
    path("<str:code>/recheck/", views.roster_recheck, name="recheck"),
    path("<str:code>/confirm/", views.roster_confirm, name="confirm"),
    path("<str:code>/cancel/", views.roster_cancel, name="cancel"),
    path("<str:code>/marked/", views.roster_marked, name="marked"),
]
