"""The worker's loop, with small steps of our own; then `serve`, which keeps it and the web server running."""

import os
import signal
import subprocess
import threading
import time
import urllib.request
from http.cookies import SimpleCookie
from socket import create_connection
from urllib.parse import urlencode

import pytest

from crm import worker
from tests.serving import MANAGE, ROOT, environment_of, eventually, free_port, processes


@pytest.fixture
def stop():
    """A stop that listens to signals for the time of a test."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    stop = worker.Stop()
    stop.listen()
    yield stop
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.django_db
def test_rounds_follow_each_other_until_one_finds_nothing(stop):
    due, runs, pauses = [3, 1, 0], [], []

    def step():
        runs.append("step")
        return due.pop(0)

    def pause(seconds):
        pauses.append((len(runs), seconds))
        stop.ask()

    stop.wait = pause
    worker.run([step], pause_s=5, stop=stop)
    assert pauses == [(3, 5)]


@pytest.mark.django_db
def test_step_that_fails_is_logged_and_the_others_still_run(stop, caplog):
    def broken():
        raise RuntimeError("disque plein")

    assert worker.one_round([broken, lambda: 2], stop=stop) == (2, 1)
    (record,) = caplog.records
    assert record.getMessage() == "L'étape « broken » a échoué."
    assert str(record.exc_info[1]) == "disque plein"


@pytest.mark.django_db
@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGINT))
def test_signal_lets_the_present_step_finish_and_starts_no_other(stop, number):
    runs = []

    def first():
        signal.raise_signal(number)
        runs.append("first")
        return 1

    def second():
        runs.append("second")
        return 1

    worker.run([first, second], pause_s=60, stop=stop)
    assert runs == ["first"]


@pytest.mark.django_db
def test_signal_ends_the_pause_at_once(stop):
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
    begun = time.monotonic()
    worker.run([lambda: 0], pause_s=60, stop=stop)
    assert time.monotonic() - begun < 10


# serve: real processes, so these run alone.


def answer(port: int) -> int:
    return urllib.request.urlopen(f"http://127.0.0.1:{port}/connexion/", timeout=30).status


@pytest.fixture
def served(tmp_path):
    """`manage.py serve` on a free port and a database of its own: (process, port, environment)."""
    port = free_port()
    environment = environment_of(str(tmp_path), database_url=f"sqlite:///{tmp_path}/vigie.sqlite3", port=port)
    subprocess.run([*MANAGE, "migrate", "--verbosity=0"], cwd=ROOT, env=environment, check=True)
    process = subprocess.Popen([*MANAGE, "serve"], cwd=ROOT, env=environment)
    assert eventually(lambda: len(processes(tmp_path)) == 5)  # serve, worker, gunicorn and its two workers
    yield process, port, environment
    process.kill()
    process.wait()


@pytest.mark.serial
@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGINT))
def test_serve_stops_cleanly_and_leaves_no_process(served, tmp_path, number):
    process, port, _ = served
    assert answer(port) == 200
    process.send_signal(number)
    assert process.wait(60) == 0
    assert processes(tmp_path) == {}


def refused(port: int) -> bool:
    try:
        create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.serial
def test_serve_that_stops_answers_the_request_in_flight_and_takes_no_other(served, tmp_path):
    process, port, _ = served
    page = urllib.request.urlopen(f"http://127.0.0.1:{port}/connexion/", timeout=30)
    csrf = SimpleCookie(page.headers["Set-Cookie"])["csrftoken"].value
    body = urlencode({"csrfmiddlewaretoken": csrf, "login": "amina@atlas.fr", "password": "faux"}).encode()
    with create_connection(("127.0.0.1", port), timeout=30) as slow:
        # Somebody whose connection is slow: gunicorn says 100 when it hands the request over, and its
        # thread then waits for the form.
        head = f"POST /connexion/ HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken={csrf}\r\n"
        head += "Content-Type: application/x-www-form-urlencoded\r\n"
        slow.sendall(f"{head}Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n".encode())
        assert slow.recv(1024).startswith(b"HTTP/1.1 100 ")
        process.terminate()
        assert eventually(lambda: refused(port))
        slow.sendall(body)
        answered = b"".join(iter(lambda: slow.recv(65536), b""))
    assert answered.startswith(b"HTTP/1.1 200 ")
    assert answered.rstrip().endswith(b"</html>")
    assert process.wait(60) == 0
    assert processes(tmp_path) == {}


@pytest.mark.serial
def test_serve_starts_again_what_is_killed(served, tmp_path):
    process, port, _ = served
    assert answer(port) == 200
    children = set(processes(tmp_path)) - {process.pid}
    for child in children:
        os.kill(child, signal.SIGKILL)
    assert answer(port) == 200  # the port stayed open meanwhile
    assert eventually(lambda: len(processes(tmp_path)) == 5)
    assert not children & set(processes(tmp_path))


@pytest.mark.serial
def test_serve_killed_takes_its_children_along(served, tmp_path):
    process, port, _ = served
    assert answer(port) == 200
    process.kill()
    assert eventually(lambda: processes(tmp_path) == {})


@pytest.mark.serial
def test_serve_says_that_a_port_is_taken(served):
    _, port, environment = served
    assert answer(port) == 200
    second = subprocess.run([*MANAGE, "serve"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert second.returncode == 1
    told = f"Le port {port} est déjà pris : choisissez-en un autre, par exemple avec PORT={port + 1}."
    assert second.stderr == f"CommandError: {told}\n"
