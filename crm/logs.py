"""What is told of each request, and how: readable lines, or one JSON object a line.

A line written during a request carries its id. No line holds a query string, an e-mail address, or a secret
that is part of an address.
"""

import json
import logging
import re
import secrets
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import SESSION_KEY

log = logging.getLogger(__name__)
current: ContextVar = ContextVar("request", default=None)

UNTOLD = (settings.STATIC_URL, "/sante/")  # asked at every page, or many times a minute
SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
SECRET_PART = re.compile(
    r"[^/]{25,}|[^/]*(@|%40)[^/]*"
)  # a link's key, an address; a long slug is told apart
EMAIL = re.compile(r"[^\s@<>()\[\]\"'=:,;]+@[^\s@<>()\[\]\"'=:,;]+")


class RequestLogMiddleware:
    """Give each request an id, its proxy's or a new one, and write one line when it is answered."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        asked = request.headers.get("X-Request-ID", "")
        request.id = asked if SANE_ID.fullmatch(asked) else secrets.token_hex(6)
        begun = time.perf_counter()
        token = current.set(request)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request.id
            if not request.path.startswith(UNTOLD):
                answered = {
                    "status": response.status_code,
                    "duration_ms": round((time.perf_counter() - begun) * 1000),
                }
                log.info(
                    "%s %s %s %s ms", request.method, shown_path(request), *answered.values(), extra=answered
                )
            return response
        finally:
            current.reset(token)


def request_id() -> str:
    """The id of the request being answered; "" outside of one."""
    request = current.get()
    return request.id if request else ""


def shown_path(request) -> str:
    """The address without what it may hold of secret or personal; the query string is never told."""
    return SECRET_PART.sub("…", quote(request.path))


class RequestFilter(logging.Filter):
    """Put on each line what is known of the request that it belongs to."""

    def filter(self, record):
        # Django tells of a refusal once every middleware is left, and then names the request itself.
        request = current.get() or getattr(record, "request", None)
        known = hasattr(request, "id")
        record.request_id = request.id if known else "-"
        record.context = context_of(request) if known else {}
        if known and hasattr(record, "request") and len(record.args) == 2:
            record.args = (record.args[0], shown_path(request))  # its lines end with the whole path
        return True


def context_of(request) -> dict:
    """No query: the session is read only when the request has already done so."""
    match = request.resolver_match
    session = getattr(getattr(request, "session", None), "_session_cache", {})
    user = session.get(SESSION_KEY)
    return {
        "request_id": request.id,
        "espace": match and match.kwargs.get("espace"),
        "user": user and int(user),
        "method": request.method,
        "path": shown_path(request),
    }


class TextFormatter(logging.Formatter):
    def __init__(self):
        super().__init__("{asctime} {levelname} {name} {request_id} {message}", style="{")

    def format(self, record):
        return EMAIL.sub("…@…", super().format(record))


class JsonFormatter(logging.Formatter):
    """One object a line: time, level, logger, message; request_id, espace, user, method and path during a
    request; status and duration_ms when it is answered; error, with its traceback, when there is one."""

    def format(self, record):
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **record.context,
        }
        for name in ("status", "duration_ms"):
            told[name] = getattr(record, name, None)
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        line = json.dumps({k: v for k, v in told.items() if v is not None}, ensure_ascii=False, default=str)
        return EMAIL.sub("…@…", line)
