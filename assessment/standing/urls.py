from django.urls import path

from assessment.standing import views

urlpatterns = [
    path("standing/", views.overview, name="overview"),
    path("standing/members/<str:code>/", views.member_page, name="member"),
    path("standing/members/<str:code>/evidence/", views.member_evidence, name="evidence"),
    path("standing/<str:code>/", views.unit_page, name="unit"),
    path("standing/<str:code>/table/", views.unit_table, name="table"),
    path("standing/<str:code>/members/", views.member_list, name="members"),
    path("standing/<str:code>/export/", views.export, name="export"),
]
