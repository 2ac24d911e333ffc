"""/sante/vivant and /sante/pret: what a supervisor or a load balancer asks, many times a minute."""

import logging
from collections.abc import Callable
from functools import cache

from django.core.cache import cache as shared_cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse, HttpResponseNotAllowed

log = logging.getLogger(__name__)


class HealthMiddleware:
    """Answer before sessions, cookies and ALLOWED_HOSTS: it is asked by IP address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        page = PAGES.get(request.path_info)
        if page is None:
            return self.get_response(request)
        response = page() if request.method in ("GET", "HEAD") else HttpResponseNotAllowed(["GET", "HEAD"])
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
        return response


def alive() -> HttpResponse:
    """The process answers; nothing else is touched."""
    return HttpResponse("ok\n")


def ready() -> HttpResponse:
    """Requests can be served; otherwise 503 and the part that fails, whose error is in the log only."""
    for part, works in PARTS.items():
        try:
            fault = works()
        except Exception:  # of whatever database or cache: what failed is told, and the process goes on
            log.exception("La partie « %s » ne répond pas.", part)
            fault = "ne répond pas"
        if fault:
            return HttpResponse(f"{part} : {fault}\n", status=503)
    return HttpResponse("ok\n")


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> str:
    missing = len(_known_migrations() - MigrationRecorder(connection).applied_migrations().keys())
    return f"{missing} à appliquer par manage.py migrate" if missing else ""


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.nodes)


def _cache() -> None:
    shared_cache.get("sante")


PAGES: dict[str, Callable[[], HttpResponse]] = {"/sante/vivant": alive, "/sante/pret": ready}
PARTS: dict[str, Callable[[], str | None]] = {
    "base de données": _database,
    "migrations": _migrations,
    "cache": _cache,
}
