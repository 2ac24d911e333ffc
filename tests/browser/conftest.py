"""A real browser for the tests of this folder: Debian's Chromium, driven by Playwright."""

import os
import shutil
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path
from threading import Condition

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import expect, sync_playwright

CHROMIUM = shutil.which("chromium")
REQUIRED = os.environ.get("BROWSER") == "required"
ABSENT = "Il manque Chromium, ou libatomic ; pour lancer ce test : sudo apt-get install chromium libatomic1"
READY = CHROMIUM and find_library("atomic")  # Playwright's own Node does not start without libatomic

# Playwright adds a new user data folder at each launch.
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
VIEWPORTS = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 640},
}
TIMEOUT_MS = 10_000

RUN_AXE = "options => axe.run({resultTypes: ['violations'], ...options}).then(found => found.violations)"
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # all that another theme changes

# Before each act: a page may be there before its styles and scripts, to which no click would matter yet.
UNREADY = "html:not(.js)"

# An address or a form may well answer 403, 404 or 422: the test says which. A piece of a page may not.
ANSWERS = {"document", "fetch", "xhr"}


@pytest.hookimpl(tryfirst=True)  # before -m looks at the marks
def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not READY and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason=ABSENT))


@pytest.fixture(scope="session")
def browser():
    if not READY:
        pytest.fail(ABSENT)
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread, where Django would refuse every query.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=TIMEOUT_MS)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, live_server):
    """Opens pages: `page("/connexion/")`. The test fails on any error in their consoles.

    member: who is signed in (nobody by default). viewport: a key of VIEWPORTS. javascript: False for none.
    """
    contexts, errors = [], []

    def open_page(path="", *, member=None, viewport="desktop", javascript=True):
        context = browser.new_context(
            base_url=live_server.url,
            viewport=VIEWPORTS[viewport],
            has_touch=viewport != "desktop",
            reduced_motion="reduce",  # a page that moves has not its colours yet
            java_script_enabled=javascript,
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        context.on("console", lambda message: errors.extend(console_error(message)))
        context.on("weberror", lambda error: errors.extend(script_error(f"{error.error}")))
        context.on("response", lambda response: errors.extend(response_error(response)))
        if member:
            client = Client()
            client.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
            session = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
        opened = context.new_page()
        opened.add_locator_handler(opened.locator(UNREADY), wait_for_load, no_wait_after=True)
        if path:
            opened.goto(path)
        return opened

    with every_request_answered():
        yield open_page
        for context in contexts:
            context.close()
    assert not errors, "\n".join(errors)


def wait_for_load(unready) -> None:
    unready.page.wait_for_load_state()


@contextmanager
def every_request_answered():
    """Leaves once the server has answered all it was asked: PostgreSQL cannot empty a table that it reads."""
    changed, asked, answered = Condition(), [], []

    def note(into):
        def receive(**kwargs):
            with changed:
                into.append(kwargs["sender"])
                changed.notify()

        return receive

    began, ended = note(asked), note(answered)
    request_started.connect(began)
    request_finished.connect(ended)
    try:
        yield
        with changed:
            assert changed.wait_for(lambda: len(answered) == len(asked), TIMEOUT_MS / 1000)
    finally:
        request_started.disconnect(began)
        request_finished.disconnect(ended)


def console_error(message) -> list[str]:
    """An error of the console; what did not load is told by response_error, which knows what it was."""
    told_elsewhere = message.text.startswith("Failed to load resource: the server responded")
    return [f"{message.text} ({message.location})"] if message.type == "error" and not told_elsewhere else []


def script_error(text: str) -> list[str]:
    """An error of a script. Chromium drops the transition between two pages, and says so here, when a test
    asks for a page's layout before its style sheet has come; nobody sees it."""
    return [] if "ViewTransition" in text else [text]


def response_error(response) -> list[str]:
    refused = response.status >= 400 and response.request.resource_type not in ANSWERS
    return [f"{response.status} {response.url}"] if refused or response.status >= 500 else []


@pytest.fixture
def axe():
    """What axe-core holds against a page in either theme, a line each: `assert axe(page("/")) == ""`."""

    def violations(opened) -> str:
        opened.wait_for_load_state()  # what a test waited for may be there before the style sheet
        if not opened.evaluate("'axe' in window"):
            opened.evaluate(AXE_SCRIPT)
        held = []
        for theme, options in ("light", {}), ("dark", {"runOnly": OF_COLOURS}):
            opened.emulate_media(color_scheme=theme)
            found = opened.evaluate(RUN_AXE, options)
            held += [(theme, rule["id"], node) for rule in found for node in rule["nodes"]]
        opened.emulate_media(color_scheme="light")
        return "\n".join(
            f"{theme}, {rule}: {node['html']} {node['failureSummary']}" for theme, rule, node in held
        )

    return violations
