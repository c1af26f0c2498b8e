from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("certificates/", views.award_list, name="list"),
    path("certificates/problems/", views.problems, name="problems"),
    path("certificates/<str:code>/", views.award_detail, name="detail"),
    path("certificates/<str:code>/render/", views.award_render, name="render"),
    path("certificates/<str:code>/revoke/", views.award_revoke, name="revoke"),
    path("certificates/<str:code>/pdf/", views.award_pdf, name="pdf"),
    path("certificates/<str:code>/picture/", views.award_picture, name="picture"),
    path("certificates/<str:code>/qr/", views.award_qr, name="qr"),
    path("verify/", views.verify, name="verify"),
    path("V/<str:token>", views.verify_token, name="verify_token"),
]
