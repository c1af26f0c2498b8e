from django.urls import include, path

from people import views

app_name = "people"
urlpatterns = [
    path("first-sign-in/", views.first_sign_in, name="first_sign_in"),
    path("first-sign-in/password/", views.choose_password, name="choose_password"),
    path("first-sign-in/display/", views.choose_display, name="choose_display"),
    path("privacy/", views.privacy, name="privacy"),
    path("me/", views.me, name="me"),
    path("me/text-size/", views.text_size, name="text_size"),
    path("me/theme/", views.theme, name="theme"),
    path("feedback/", views.feedback_form, name="feedback_form"),
    path("feedback/mine/", views.feedback_mine, name="feedback_mine"),
    path("people/feedback/", views.feedback_list, name="feedback_list"),
    path("people/feedback/<str:code>/", views.feedback_detail, name="feedback"),
    path("people/feedback/<str:code>/hand-on/", views.feedback_hand_on, name="feedback_hand_on"),
    path("people/feedback/<str:code>/reply/", views.feedback_reply, name="feedback_reply"),
    path("people/members/", views.member_list, name="members"),
    path("people/members/<str:code>/", views.member_page, name="member"),
    path("people/members/<str:code>/password/", views.member_reset, name="member_reset"),
    path("people/members/<str:code>/second-factor/", views.member_second_factor, name="member_second_factor"),
    path("people/members/<str:code>/close/", views.member_close, name="member_close"),
    path("people/members/<str:code>/reopen/", views.member_reopen, name="member_reopen"),
    path("people/members/<str:code>/leave/", views.member_leave, name="member_leave"),
    path("people/roster/", include("people.roster.urls")),
    path("people/initial-passwords/", views.initial_passwords, name="initial_passwords"),
    path("people/grants/", views.grant_list, name="grants"),
    path("people/grants/new/", views.grant_new, name="grant_new"),
    path("people/grants/<int:pk>/revoke/", views.grant_revoke, name="grant_revoke"),
    path("people/staff/new/", views.staff_new, name="staff_new"),
    path("people/staff/<str:username>/password/", views.staff_reset, name="staff_reset"),
]
