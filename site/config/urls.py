from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

handler400 = "home.views.bad_request"
handler403 = "home.views.forbidden"
handler404 = "home.views.not_found"
handler500 = "home.views.server_error"
handler429 = "people.views.too_many"  # allauth looks it up when its limits are reached

urlpatterns = [
    path("", include("exams.urls")),  # first: on exam day nearly every request is one of theirs
    path("", include("home.urls")),
    path("", include("people.urls")),
    path("", include("notices.urls")),
    path("", include("jobs.urls")),
    path("", include("content.urls")),
    path("", include("certificates.urls")),
    path("", include("assessment.urls")),
    path("accounts/", include("people.account_urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("jsi18n/", JavaScriptCatalog.as_view(), name="javascript-catalog"),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    path("", include("courses.urls")),
    path("courses/", include(wagtail_urls)),
]
