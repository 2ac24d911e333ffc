"""What is opened outside sign-in, by who knows a secret address."""

from django.urls import path

from accounts.views import agenda, digest

urlpatterns = [
    path("agenda/<str:token>.ics", agenda.feed, name="agenda"),
    path("desabonnement/<str:token>/", digest.digest_stop, name="resume_arreter"),
]
