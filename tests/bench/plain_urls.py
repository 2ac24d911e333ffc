"""The two pages that one compares with. No installation has these addresses: see `plain`."""

from django.http import HttpResponse
from django.urls import path
from django.views.generic import ListView

from accounts.models import Account

TRIVIAL, BARE = "/trivial/", "/bare/"


def trivial(request):
    return HttpResponse("ok")


class BareList(ListView):
    """Fifty accounts with what Vigie's own list shows of them, without counts, filters or menus."""

    template_name = "bare.html"
    queryset = (
        Account.objects.select_related("parent", "owner__user")
        .prefetch_related("tags")
        .order_by("espace", "name_fold", "pk")
    )

    def get_queryset(self):
        return super().get_queryset()[:50]


urlpatterns = [path(TRIVIAL[1:], trivial), path(BARE[1:], BareList.as_view())]
