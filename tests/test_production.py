"""Two web servers and two workers, through PgBouncer on PostgreSQL, as docs/deploy/ runs them."""

import http.client
import os
import re
import signal
import ssl
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from configparser import ConfigParser
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import create_connection
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.browsing import Person
from tests.mail_server import MailServer
from tests.production import (
    DEPLOY,
    HOST,
    as_another_user,
    command,
    environment,
    eventually,
    free_port,
    is_open,
    manage,
    program,
    running,
)

POOL = 4  # connections that PgBouncer may hold to PostgreSQL
CLIENT = "203.0.113.7"

pytestmark = [
    pytest.mark.serial,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PgBouncer ne parle qu'à PostgreSQL"),
]


@pytest.fixture(scope="module")
def base():
    """A database of its own on the server of the tests: its address, without PgBouncer."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = f"{url.path[1:]}_production"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(url._replace(path=f"/{name}"))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def pgbouncer(base):
    """PgBouncer in front of it, with docs/deploy/pgbouncer.ini: the address by which Vigie reaches it."""
    port = free_port()
    ini = ConfigParser(interpolation=None)
    ini.read(DEPLOY / "pgbouncer.ini")
    with TemporaryDirectory() as folder:
        _, query, asked = ini["databases"]["vigie"].partition("connect_query=")
        ini["databases"]["vigie"] = f"{make_conninfo(**conninfo_to_dict(base))} {query}{asked}"
        ini["pgbouncer"].update(
            listen_port=str(port),
            unix_socket_dir="",
            logfile=f"{folder}/log",
            pidfile=f"{folder}/pid",
            auth_file=f"{folder}/users",
            default_pool_size=str(POOL),
        )
        Path(folder, "users").write_text('"vigie" "secret"\n')
        with Path(folder, "ini").open("w") as file:
            ini.write(file)
        who = as_another_user("postgres", Path(folder))
        with running(program("pgbouncer"), "-q", f"{folder}/ini", stop=signal.SIGINT, **who):
            assert eventually(lambda: is_open(port), within_s=10), Path(folder, "log").read_text()
            yield f"postgresql://vigie:secret@127.0.0.1:{port}/vigie?pgbouncer=1"


@contextmanager
def web(settings: dict[str, str]):
    """A web server, once it answers: its process and its port."""
    port = free_port()
    words = [word.replace(":8000", f":{port}") for word in command("vigie-web.service", settings)]
    with running(*words, env=settings) as process:
        assert eventually(lambda: is_open(port))
        yield process, port


@pytest.fixture(scope="module")
def fleet(base, pgbouncer):
    """Two web servers and two workers; amina, with her password, is the Administrateur of Atlas."""
    with ExitStack() as stack:
        mail = stack.enter_context(MailServer())
        settings = environment(
            DATABASE_URL=pgbouncer,
            SECRET_KEY="a key of the tests, as long as a true one, and as unlike any other as can be",
            MEDIA_ROOT=stack.enter_context(TemporaryDirectory()),
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=str(mail.port),
            EMAIL_USE_TLS="0",
            EMAIL_HOST_USER="",
            WEB_WORKERS="1",
        )
        manage("migrate", "--verbosity=0", settings=settings | {"DATABASE_URL": base})
        told = manage("create_espace", "Atlas", "--admin", "amina@atlas.fr", settings=settings)
        (password,) = re.findall(r"mot de passe (\S+)", told)
        webs = [stack.enter_context(web(settings))[1] for _ in range(2)]
        workers = {
            name: stack.enter_context(
                running(
                    *command("vigie-worker.service", settings),
                    env=settings | {"DATABASE_URL": f"{pgbouncer}&application_name={name}"},
                )
            )
            for name in ("first", "second")
        }
        yield SimpleNamespace(settings=settings, webs=webs, workers=workers, mail=mail, password=password)


@pytest.fixture
def database(base):
    """A connection of the test's own, without PgBouncer."""
    with psycopg.connect(base, autocommit=True) as connected:
        yield connected


@pytest.fixture
def amina(fleet):
    person = Person(HOST, CLIENT)
    signed_in = person.post(fleet.webs[0], "/connexion/", login="amina@atlas.fr", password=fleet.password)
    assert (signed_in.status, sorted(person.cookies)) == (302, ["__Host-csrftoken", "__Host-sessionid"])
    return person


def test_what_is_created_through_one_web_server_is_seen_from_the_other(fleet, amina):
    names = [f"Compte {n}" for n in range(6)]
    for n, name in enumerate(names):
        created = amina.post(fleet.webs[n % 2], "/e/atlas/comptes/nouveau/", name=name, type="client")
        assert created.status == 302
    for port in fleet.webs:
        assert sorted(set(re.findall(r"Compte \d", amina.get(port, "/e/atlas/comptes/").text))) == names


def test_one_signs_out_of_both_at_once(fleet, amina):
    first, second = fleet.webs
    assert amina.get(second, "/e/atlas/comptes/").status == 200
    assert amina.post(first, "/deconnexion/").status == 302
    assert amina.get(second, "/e/atlas/comptes/").headers["Location"] == "/connexion/?next=/e/atlas/comptes/"


def test_the_address_of_a_client_is_what_the_proxy_says(fleet, amina, database):
    seen = database.execute("SELECT DISTINCT host(ip) FROM usersessions_usersession").fetchall()
    assert seen == [(CLIENT,)]


def test_whoever_watches_asks_each_web_server_by_its_address(fleet):
    for port in fleet.webs:
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        asking.request("GET", "/sante/pret")
        assert asking.getresponse().status == 200
        asking.close()


def test_no_statement_is_compiled(pgbouncer):
    with psycopg.connect(pgbouncer.partition("?")[0]) as through:
        assert through.execute("SHOW jit").fetchone() == ("off",)


def test_failed_sign_ins_are_counted_over_both(fleet):
    person, told = Person(HOST, CLIENT), []
    for n in range(6):
        page = person.post(fleet.webs[n % 2], "/connexion/", login="personne@atlas.fr", password=f"faux {n}")
        told.append("essais manqués" in page.text)
    assert told == [False] * 5 + [True]


def test_a_mail_leaves_once_and_its_link_opens_on_either(fleet):
    first, second = fleet.webs
    before, path = len(fleet.mail.messages), "/connexion/mot-de-passe-oublie/"
    assert Person(HOST, CLIENT).post(first, path, email="amina@atlas.fr").status == 302
    (message,) = fleet.mail.messages[before:]
    assert (message["To"], message["From"]) == ("amina@atlas.fr", "Vigie <vigie@example.com>")
    (link,) = re.findall(rf"https://{HOST}({path}\S+)", message.get_body(("plain",)).get_content())
    person = Person(HOST, CLIENT)
    opened = person.get(second, link)
    assert opened.status == 302
    assert person.get(first, opened.headers["Location"]).status == 200


def test_many_share_few_connections_while_commands_run(fleet, amina, database):
    with ThreadPoolExecutor(16) as pool:
        pages = [pool.submit(amina.get, fleet.webs[n % 2], "/e/atlas/comptes/") for n in range(200)]
        for command in ("rebuild", "tree_check", "journal_check"):
            manage(command, settings=fleet.settings)
        assert Counter(page.result().status for page in pages) == {200: 200}
    ours = "datname = current_database() AND pid <> pg_backend_pid()"
    ((held,),) = database.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {ours}")
    assert 1 <= held <= POOL


@pytest.fixture
def due(fleet, database):
    """Makes eleven espaces a day late: `due()`; `due.done()` counts who brought each of them to its day."""
    manage(
        "shell",
        "--verbosity=0",
        "--command=from crm.services.espace import create_espace\n"
        "for n in range(10): create_espace(name=f'Espace {n}')",
        settings=fleet.settings,
    )
    database.execute(
        """
        CREATE TABLE ticks (espace bigint, worker text);
        CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO ticks VALUES (NEW.id, current_setting('application_name')); RETURN NEW; END $$;
        CREATE TRIGGER tell AFTER UPDATE OF status_day ON crm_espace
            FOR EACH ROW WHEN (NEW.status_day > OLD.status_day) EXECUTE FUNCTION tell();
        """
    )

    def make():
        database.execute("TRUNCATE ticks")
        database.execute("UPDATE crm_espace SET status_day = status_day - 1")

    def late() -> int:
        return database.execute("SELECT count(*) FROM crm_espace WHERE status_day < current_date").fetchone()[
            0
        ]

    def done() -> list[tuple[str, int, int]]:
        """Who worked, on how many espaces, how many times."""
        assert eventually(lambda: late() == 0)
        return database.execute(
            "SELECT worker, count(DISTINCT espace), count(*) FROM ticks GROUP BY worker ORDER BY worker"
        ).fetchall()

    return SimpleNamespace(make=make, done=done)


def test_each_worker_does_what_is_due_once(fleet, database, due):
    for awake, asleep in (("first", "second"), ("second", "first")):
        with paused(fleet.workers[asleep], asleep, database):
            due.make()
            assert due.done() == [(awake, 11, 11)]
    due.make()
    assert sum(times for _, _, times in due.done()) == 11


@contextmanager
def paused(worker, name: str, database):
    """A worker that does nothing meanwhile; it is not stopped in the middle of a transaction."""

    def between_two_transactions():
        worker.send_signal(signal.SIGSTOP)
        busy = database.execute(
            "SELECT 1 FROM pg_stat_activity WHERE application_name = %s AND state <> 'idle'", [name]
        ).fetchone()
        if busy:
            worker.send_signal(signal.SIGCONT)
        return not busy

    assert eventually(between_two_transactions)
    yield
    worker.send_signal(signal.SIGCONT)


def test_a_web_server_that_is_stopped_finishes_what_it_has_begun(fleet, amina, base, database):
    waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with web(fleet.settings) as (process, port), ThreadPoolExecutor(1) as pool:
        form = amina.fill_in(port, "/e/atlas/comptes/nouveau/", name="Dernier", type="client")
        with psycopg.connect(base) as holding:
            holding.execute("SELECT 1 FROM crm_espace WHERE slug = 'atlas' FOR NO KEY UPDATE")
            answer = pool.submit(amina.send, port, "/e/atlas/comptes/nouveau/", form)
            assert eventually(lambda: database.execute(waits).fetchone())
            process.terminate()
            assert eventually(lambda: not is_answering(port))
            assert process.poll() is None
        assert answer.result().status == 302
    assert "Dernier" in amina.get(fleet.webs[0], "/e/atlas/comptes/").text


def is_answering(port: int) -> bool:
    """Within a second; what a server that stops has not begun waits, then is lost."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        asking.request("GET", "/connexion/", headers={"Host": HOST})
        return asking.getresponse().status == 301
    except OSError:
        return False
    finally:
        asking.close()


def test_new_code_is_taken_without_refusing_anybody(fleet, amina):
    with web(fleet.settings) as (process, port), ThreadPoolExecutor(2) as pool:
        before = children(process.pid)
        pages = [pool.submit(amina.get, port, "/e/atlas/comptes/") for _ in range(40)]
        process.send_signal(signal.SIGHUP)
        assert eventually(lambda: children(process.pid) and not children(process.pid) & before)
        pages += [pool.submit(amina.get, port, "/e/atlas/comptes/") for _ in range(10)]
        assert Counter(page.result().status for page in pages) == {200: 50}


def children(pid: int) -> set[str]:
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


@pytest.fixture
def nginx(fleet, tmp_path):
    """nginx before both web servers, with docs/deploy/nginx.conf: its ports, without and with TLS."""
    certificate = f"-subj /CN={HOST} -addext subjectAltName=DNS:{HOST} -days 1"
    files = f"-keyout {tmp_path}/privkey.pem -out {tmp_path}/fullchain.pem"
    make = f"openssl req -x509 -newkey rsa:2048 -nodes {certificate} {files}"
    subprocess.run(make.split(), check=True, capture_output=True)
    plain, tls = free_port(), free_port()
    site = (DEPLOY / "nginx.conf").read_text()
    for here, there in {
        r"listen \[::\].*": "",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ": f"listen 127.0.0.1:{tls} ",
        "server 127.0.0.1:8000;": " ".join(f"server 127.0.0.1:{port};" for port in fleet.webs),
        f"/etc/letsencrypt/live/{HOST}": str(tmp_path),
    }.items():
        site, found = re.subn(here, there, site)
        assert found
    # What Debian's own nginx.conf says around a site, all of it in this folder.
    (tmp_path / "nginx.conf").write_text(
        f"{'' if os.geteuid() else 'user root;'} daemon off; pid {tmp_path}/pid; error_log stderr warn;\n"
        f"events {{}} http {{ access_log off; client_body_temp_path {tmp_path}/body;\n"
        f"proxy_temp_path {tmp_path}/proxied;\n{site}}}"
    )
    with running(program("nginx"), "-p", str(tmp_path), "-c", "nginx.conf", stop=signal.SIGQUIT):
        assert eventually(lambda: is_open(tls))
        yield plain, tls


def test_nginx_speaks_https_for_them(nginx, tmp_path):
    plain, tls = nginx
    trusted = ssl.create_default_context(cafile=tmp_path / "fullchain.pem")
    forged = {"Host": HOST, "X-Forwarded-Proto": "http", "X-Forwarded-For": "198.51.100.1"}
    connected = ConnectionTo(HOST, tls, context=trusted)
    for _ in range(4):  # on one connection, through both web servers
        connected.request("GET", "/connexion/", headers=forged | {"Accept-Encoding": "gzip"})
        page = connected.getresponse()
        assert (page.status, page.headers["Content-Encoding"]) == (200, "gzip")
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
        page.read()
    connected.close()

    connected = http.client.HTTPConnection("127.0.0.1", plain)
    connected.request("GET", "/connexion/?next=/e/atlas/", headers={"Host": HOST})
    sent = connected.getresponse()
    assert (sent.status, sent.headers["Location"]) == (301, f"https://{HOST}/connexion/?next=/e/atlas/")
    connected.close()


class ConnectionTo(http.client.HTTPSConnection):
    """To a name that the loopback plays."""

    def connect(self):
        raw = create_connection(("127.0.0.1", self.port), timeout=60)
        self.sock = self._context.wrap_socket(raw, server_hostname=self.host)
