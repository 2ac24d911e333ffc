"""backup and restore: one instant of the database, every file, or a refusal that changes nothing."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
import uuid
from contextlib import closing
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from random import Random

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Account
from accounts.services.account import create_account, edit_account
from accounts.services.affaire import create_affaire
from accounts.services.status import tick
from crm.actor import Actor
from crm.backups import BackupError, archive, back_up, postgresql, restore
from crm.backups import manifest as manifests
from crm.models import JournalEntry
from tests.serving import MANAGE, ROOT, url_of
from tests.together import busy

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]

TODAY = date(2025, 5, 31)


class Place:
    """Another installation: a database and a media folder of its own, both empty."""

    def __init__(self, folder: Path):
        self.media = folder / "media elsewhere"
        if connection.vendor == "sqlite":
            self.name = str(folder / "elsewhere.sqlite3")
        else:
            self.name = f"elsewhere_{uuid.uuid4().hex}"
            self._on_server("CREATE")
        self.url = url_of(connection, self.name)

    def _on_server(self, verb: str) -> None:
        with psycopg.connect(url_of(connection, "postgres"), autocommit=True) as server:
            server.execute(f"{verb} DATABASE {self.name}")

    def remove(self) -> None:
        if connection.vendor == "postgresql":
            self._on_server("DROP")

    def manage(self, *arguments, **environment) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*MANAGE, *map(str, arguments)],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": self.url, "MEDIA_ROOT": str(self.media)} | environment,
            capture_output=True,
            text=True,
        )

    def tables(self) -> dict[str, list[str]]:
        return tables(self.name)

    def is_empty(self) -> bool:
        files = list(self.media.glob("*"))
        if connection.vendor == "sqlite":
            return files == [] and not Path(self.name).exists()
        return files == [] and self.tables() == {}


def tables(database: str) -> dict[str, list[str]]:
    """Every row of every table, as the plain driver gives them."""
    sqlite = connection.vendor == "sqlite"
    opened = sqlite3.connect(database) if sqlite else psycopg.connect(url_of(connection, database))
    found = {}
    with closing(opened):
        cursor = opened.cursor()
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            found[name] = sorted(map(repr, cursor.fetchall()))
    return found


def here() -> dict[str, list[str]]:
    """The tables of the tests' own database."""
    return tables(connection.settings_dict["NAME"])


@pytest.fixture
def elsewhere(tmp_path):
    place = Place(tmp_path)
    yield place
    place.remove()


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    on_disk = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = settings.STORAGES | {"default": on_disk}
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def portfolio(atlas, victor, account, media):
    """A few rows of each kind, and two files."""
    bnp = account("BNP Paribas", type="groupe", tags=["Clé", "Banque"])
    account("Cardif", parent=bnp, description="Retour à la ligne\net « guillemets »")
    create_affaire(by=Actor.of(victor), espace=atlas, account=bnp.pk, name="Audit", starts_on=TODAY)
    for name in ("logos/1/bnp.png", "logos/2/été à l'œuvre.png"):
        (media / name).parent.mkdir(parents=True)
        (media / name).write_bytes(Random(name).randbytes(50_000))
    return bnp


@pytest.fixture
def copy(portfolio, tmp_path) -> Path:
    """A backup of the portfolio."""
    path = tmp_path / "copy.vigie"
    back_up(path)
    return path


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def told(done: subprocess.CompletedProcess) -> str:
    assert done.returncode == 1, done.stdout
    return done.stderr.strip().removeprefix("CommandError: ")


def test_backup_restored_elsewhere_holds_every_row_and_every_file(portfolio, elsewhere, media, tmp_path):
    out, before = StringIO(), here()
    call_command("backup", tmp_path / "copy.vigie", stdout=out)
    rows = sum(map(len, before.values()))
    assert re.fullmatch(
        rf"\S+/copy.vigie : {rows} lignes ; médias : 2, [\d.]+ Mo\.", out.getvalue().split("\n")[0]
    )

    done = elsewhere.manage("restore", tmp_path / "copy.vigie")

    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    assert said[0] == f"Restauré : {rows} lignes ; médias : 2. Mise à jour…"
    assert said[-1] == "Arbres vérifiés : 1. Tous sont justes."
    assert elsewhere.tables() == before
    assert files_of(elsewhere.media) == files_of(media)
    assert elsewhere.manage("migrate", "--check").returncode == 0


def test_backup_among_writers_is_one_instant_that_holds_all_that_was_acknowledged(
    atlas, victor, amina, elsewhere, tmp_path
):
    tick(espace=atlas, today=TODAY)
    acknowledged, copies = [], []

    def writer(member):
        by, n = Actor.of(member), iter(range(100_000))

        def create():
            row = create_account(by=by, espace=atlas, today=TODAY, name=f"{member} {next(n)}", type="client")
            acknowledged.append(row.pk)

        def sign():
            pk = acknowledged[-1]
            create_affaire(by=by, espace=atlas, account=pk, name="Mission", starts_on=TODAY)

        def rename():
            row = Account.objects.get(pk=acknowledged[-1])
            edit_account(by=by, account=row, today=TODAY, name=f"{row.name} bis", tags=[f"Tag {row.pk % 7}"])

        return create, sign, rename

    def copy():
        before = set(acknowledged)
        path = tmp_path / f"{uuid.uuid4()}.vigie"
        back_up(path)
        if len(acknowledged) > len(before):
            copies.append((path, before))  # people were at work while it was made

    done = busy(writer(victor), writer(amina), [copy], seconds=4)

    path, before = copies[len(copies) // 2]
    assert len(before) > 5, done
    assert (
        elsewhere.manage("restore", path).returncode == 0
    )  # its rows counted, its journal and trees checked
    said = elsewhere.manage("rebuild").stdout
    assert said == "Atlas (atlas) : tous les statuts étaient justes.\n"

    restored, live = elsewhere.tables(), here()
    ids = {int(re.match(r"\((\d+),", row)[1]) for row in restored["accounts_account"]}
    assert before <= ids < set(acknowledged)
    assert set(restored["crm_journalentry"]) < set(live["crm_journalentry"])
    # One instant: each account and affaire of the copy has the line that tells it, and each line its row.
    lines = set(restored["crm_journalentry"])
    entries = [e for e in JournalEntry.objects.filter(action="created") if f"'{e.digest}'" in " ".join(lines)]
    for model in ("account", "affaire"):
        told = {entry.row_id for entry in entries if entry.model == model}
        assert len(told) == len(restored[f"accounts_{model}"])


def test_backup_is_readable_by_its_owner_only_and_leaves_nothing_beside_it(copy):
    assert copy.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in copy.parent.iterdir()) == ["copy.vigie", "media"]


def test_backup_to_a_file_that_exists_is_refused(copy):
    content = copy.read_bytes()
    with pytest.raises(CommandError) as refusal:
        call_command("backup", copy)
    assert str(refusal.value) == f"{copy} existe déjà : choisissez un autre nom."
    assert copy.read_bytes() == content


def test_backup_to_a_folder_that_does_not_exist_says_so(portfolio, tmp_path):
    with pytest.raises(
        BackupError, match=r"^La sauvegarde n'a pas pu être écrite : No such file or directory"
    ):
        back_up(tmp_path / "nowhere" / "copy.vigie")


@pytest.mark.parametrize("limit_bytes", (20_000, 3_000_000), ids=("at the database", "at the media"))
def test_full_disk_leaves_no_half_file(elsewhere, tmp_path, limit_bytes):
    assert elsewhere.manage("migrate", "--verbosity=0").returncode == 0
    elsewhere.media.mkdir()
    (elsewhere.media / "large.png").write_bytes(Random(3).randbytes(4_000_000))
    folder = tmp_path / "full"
    folder.mkdir()
    code = (
        "import resource, runpy, sys; limit = int(sys.argv.pop());"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)); sys.argv.insert(1, 'backup');"
        " runpy.run_path('manage.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, folder / "copy.vigie", str(limit_bytes)],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": elsewhere.url, "MEDIA_ROOT": str(elsewhere.media)},
        capture_output=True,
        text=True,
    )
    assert re.match(r"La sauvegarde n'a pas pu être écrite|SQLite refuse|pg_dump a échoué", told(done))
    assert list(folder.iterdir()) == []


def test_backup_of_an_empty_database_is_refused(elsewhere, tmp_path):
    told_ = told(elsewhere.manage("backup", tmp_path / "copy.vigie"))
    assert told_ in (
        "La base est vide : il n'y a rien à sauvegarder.",
        "SQLite refuse : unable to open database file.",
    )
    assert not (tmp_path / "copy.vigie").exists()


# What is refused, before anything is written.


def test_any_altered_byte_is_refused(copy, tmp_path):
    content, random = copy.read_bytes(), Random(1)
    places = [*range(archive.HEADER_BYTES), *(random.randrange(len(content)) for _ in range(150))]
    altered = tmp_path / "altered"
    for place in places:
        byte = bytes([content[place] ^ 1 << random.randrange(8)])
        altered.write_bytes(content[:place] + byte + content[place + 1 :])
        with pytest.raises(BackupError, match=r"modifié|tronquée|pas une sauvegarde"):
            restore(altered)


def test_a_file_cut_or_lengthened_anywhere_is_refused(copy, tmp_path):
    content, random = copy.read_bytes(), Random(2)
    altered = tmp_path / "altered"
    for size in [0, 1, len(content) - 1, *(random.randrange(len(content)) for _ in range(50))]:
        altered.write_bytes(content[:size])
        with pytest.raises(BackupError, match=r"tronquée|pas une sauvegarde"):
            restore(altered)
    altered.write_bytes(content + b"\0")
    with pytest.raises(BackupError, match="modifiée ou abîmée"):
        restore(altered)


def test_an_unaltered_file_is_known_as_such(copy):
    """So that what the two tests above refuse is the alteration."""
    with pytest.raises(BackupError, match="n'est pas vide"):
        restore(copy)


@pytest.mark.parametrize(
    "content", [b"", b"nom;type\nBNP;client\n", b"SQLite format 3\0" * 50, b"PGDMP" * 50]
)
def test_a_foreign_file_is_refused(elsewhere, tmp_path, content):
    (tmp_path / "foreign").write_bytes(content)
    with pytest.raises(BackupError) as refusal:
        restore(tmp_path / "foreign")
    assert str(refusal.value) == "Ce fichier n'est pas une sauvegarde de Vigie, ou son début a été modifié."


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BackupError, match="n'a pas pu être restaurée : No such file or directory"):
        restore(tmp_path / "nothing")


def test_database_that_holds_anything_is_left_as_it_is(copy, elsewhere):
    elsewhere.manage("migrate", "--verbosity=0")
    before = elsewhere.tables()
    assert "n'est pas vide" in told(elsewhere.manage("restore", copy))
    assert elsewhere.tables() == before
    assert not elsewhere.media.exists()


def test_media_that_are_there_are_left_as_they_are(copy, elsewhere):
    elsewhere.media.mkdir()
    (elsewhere.media / "logo.png").write_bytes(b"logo")
    refused = told(elsewhere.manage("restore", copy))
    there = elsewhere.media / "logo.png"
    assert refused == f"Il y a déjà des médias, par exemple {there} : déplacez-les d'abord."
    (elsewhere.media / "logo.png").unlink()
    assert elsewhere.is_empty()


def crafted(path: Path, like: Path, *members: tarfile.TarInfo, **manifest) -> Path:
    """A file that is sealed like a backup, with other members or another manifest than ours."""
    with archive.new(path) as (tar, _), archive.opened(like) as original:
        found = json.loads(archive.read_first(original, "manifest.json"))
        archive.add_bytes(tar, "manifest.json", json.dumps(found | manifest).encode())
        for member in members:
            tar.addfile(member, BytesIO(b"x" * member.size))
        while member := original.next():
            tar.addfile(member, original.extractfile(member))
    return path


def member(name: str, **values) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    for attribute, value in values.items():
        setattr(made, attribute, value)
    return made


@pytest.mark.parametrize(
    "hostile",
    [
        member("media/../../escaped", size=3),
        member("media//tmp/escaped", size=3),
        member("media/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("media/node", type=tarfile.CHRTYPE),
        member("elsewhere.txt", size=3),
    ],
    ids=lambda member: member.name,
)
def test_a_crafted_file_writes_nothing_anywhere(copy, elsewhere, tmp_path, hostile):
    harmless = member("media/first.png", size=3)
    path = crafted(tmp_path / "crafted", copy, harmless, hostile)
    assert told(elsewhere.manage("restore", path)).startswith("Ce fichier n'est pas une sauvegarde de Vigie")
    assert elsewhere.is_empty()
    assert not list(tmp_path.rglob("escaped"))


def test_a_backup_of_the_other_database_is_refused(copy, elsewhere, tmp_path):
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    path = crafted(tmp_path / "crafted", copy, engine=other)
    with pytest.raises(
        BackupError, match=r"^Cette sauvegarde vient de (SQLite|PostgreSQL), et DATABASE_URL nomme"
    ):
        restore(path)


def test_a_backup_of_a_newer_vigie_is_refused(copy, tmp_path):
    path = crafted(
        tmp_path / "crafted", copy, migrations=["crm.0001_initial", "crm.0999_later", "gone.0001_x"]
    )
    with pytest.raises(BackupError) as refusal:
        restore(path)
    assert str(refusal.value) == (
        "Cette sauvegarde vient d'une version plus récente de Vigie (migration crm.0999_later) : "
        "mettez d'abord Vigie à jour."
    )


def test_a_copy_that_does_not_hold_the_rows_it_tells_of_is_refused(copy, elsewhere, tmp_path):
    path = crafted(tmp_path / "crafted", copy, rows={"crm_user": 3})
    assert "ne contient pas ce que la sauvegarde annonce" in told(elsewhere.manage("restore", path))


# Other installations.


def test_a_backup_of_an_older_vigie_is_brought_up_to_date(elsewhere, tmp_path):
    elsewhere.manage("migrate", "accounts", "0003", "--verbosity=0")
    assert elsewhere.manage("migrate", "--check").returncode == 1
    assert elsewhere.manage("backup", tmp_path / "old.vigie").returncode == 0
    folder = tmp_path / "newer"
    folder.mkdir()
    newer = Place(folder)
    try:
        assert newer.manage("restore", tmp_path / "old.vigie").returncode == 0
        assert newer.manage("migrate", "--check").returncode == 0
    finally:
        newer.remove()


def test_another_secret_key_is_warned_about_and_a_former_one_is_known(copy, elsewhere, settings):
    with archive.opened(copy) as tar:
        assert settings.SECRET_KEY not in archive.read_first(tar, "manifest.json").decode()
    done = elsewhere.manage("restore", copy, SECRET_KEY="une autre clé", SECRET_KEY_FALLBACKS="")
    assert done.returncode == 0
    assert done.stderr.startswith("Attention : SECRET_KEY n'est pas celle de la sauvegarde.")


def test_a_former_secret_key_is_known(copy, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "une autre clé"
    with archive.opened(copy) as tar:
        from_then = archive.read_first(tar, "manifest.json")
    assert manifests.load(from_then).knows_key
    settings.SECRET_KEY_FALLBACKS = []
    assert not manifests.load(from_then).knows_key


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL's own programs")
def test_programs_of_postgresql_that_are_missing_or_too_old_are_said(monkeypatch, tmp_path):
    with pytest.raises(
        BackupError, match=r"Le serveur est en PostgreSQL 99, et pg_dump en version \d+ : installez"
    ):
        postgresql.program("pg_dump", 99)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgresql, "INSTALLED", str(tmp_path))
    with pytest.raises(
        BackupError, match="pg_restore est introuvable : installez les programmes de PostgreSQL 15"
    ):
        postgresql.program("pg_restore", 15)
