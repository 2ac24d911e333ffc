"""Media in an S3-compatible storage, by S3_URL: one on the loopback, asked over HTTP as any other."""

from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from moto.server import ThreadedMotoServer

from accounts.services.logo import files
from accounts.services.logo.decoding import Decoder
from accounts.services.logo.keeping import NOT_STORED, add_logo
from crm import env
from crm.actor import Actor
from crm.backups import BackupError, back_up, restore
from tests.pictures import png
from tests.production import free_port

KEY, SECRET = "cle", "s+/ret"


@pytest.fixture(scope="module")
def server():
    """The address of an S3 with an empty storage."""
    server = ThreadedMotoServer("127.0.0.1", free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server):
    """The name of a new bucket."""
    name = f"essai-{uuid4()}"
    options = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://{server}", **options).create_bucket(Bucket=name)
    return name


@pytest.fixture
def on_s3(settings, monkeypatch, server, bucket):
    """Has media in a bucket, or in one of its folders: `on_s3("copie")`."""

    def store(folder: str = "") -> None:
        address = f"http://{KEY}:{quote(SECRET, safe='')}@{server}/{bucket}/{folder}?region=us-east-1"
        monkeypatch.setenv("S3_URL", address)
        settings.STORAGES = settings.STORAGES | {"default": env.media(folder=None)}

    store()
    return store


@pytest.fixture
def far_away(settings, monkeypatch):
    """Media in an S3 that does not answer."""
    monkeypatch.setenv("S3_URL", f"http://a:b@127.0.0.1:{free_port()}/essai?region=us-east-1")
    settings.STORAGES = settings.STORAGES | {"default": env.media(folder=None)}


def stored(folder: str = "") -> dict[str, bytes]:
    folders, names = default_storage.listdir(folder)
    found = {f"{folder}{name}": default_storage.open(f"{folder}{name}").read() for name in names}
    for name in folders:
        found |= stored(f"{folder}{name}/")
    return found


def test_logo_added_by_hand_is_stored_served_and_swept(on_s3, sign_in, victor, account):
    arval = add_logo(by=Actor.of(victor), account=account("Arval"), content=png((180, 180)))
    names = {f"logos/{arval.espace_id}/{arval.logo}-{side}.webp" for side in (64, 128, 256)}
    assert set(stored()) == names
    served = sign_in(victor).get(f"/e/atlas/logos/{arval.logo}-128.webp")
    assert served.content == stored()[f"logos/{arval.espace_id}/{arval.logo}-128.webp"]

    assert files.sweep(now=timezone.now() + timedelta(days=2)) == 0
    arval.logo = ""
    arval.save()
    assert files.sweep(now=timezone.now() + timedelta(days=2)) == 3
    assert stored() == {}


def test_the_same_file_is_written_once(on_s3, victor):
    with Decoder() as decoder:
        encoded = decoder.encode(png((180, 180)))
    assert files.write(victor.espace_id, encoded) == files.write(victor.espace_id, encoded)
    assert len(stored()) == 3


def test_what_is_not_there_is_not_found(on_s3, sign_in, victor):
    assert sign_in(victor).get(f"/e/atlas/logos/{'0' * 32}-64.webp").status_code == 404
    assert not default_storage.exists("logos/rien.webp")
    with pytest.raises(FileNotFoundError):
        default_storage.size("logos/rien.webp")


def test_names_do_not_lead_out_of_the_folder(on_s3):
    on_s3("chez-nous")
    for name in ("../ailleurs.png", "/ailleurs.png"):
        with pytest.raises(SuspiciousFileOperation):
            default_storage.save(name, ContentFile(b"1"))


@pytest.mark.django_db(transaction=True)  # as a backup reads
def test_media_are_backed_up_and_refused_where_there_are_some(on_s3, victor, tmp_path):
    default_storage.save("logos/1/été à l'œuvre.png", ContentFile(b"1" * 50_000))
    default_storage.save("logos/2/bnp.png", ContentFile(b"2"))
    assert back_up(tmp_path / "copy.vigie").media == 2
    with pytest.raises(BackupError, match="n'est pas vide"):
        restore(tmp_path / "copy.vigie")


@pytest.mark.django_db(transaction=True)  # as a backup reads
def test_a_storage_that_does_not_answer_is_said_and_loses_nothing(far_away, victor, account, tmp_path):
    arval = account("Arval")
    with pytest.raises(ValidationError) as refused:
        add_logo(by=Actor.of(victor), account=arval, content=png((180, 180)))
    assert refused.value.messages == [NOT_STORED]
    arval.refresh_from_db()
    assert (arval.logo, arval.logo_by_hand) == ("", False)
    with pytest.raises(BackupError, match="n'a pas pu être écrite : S3"):
        back_up(tmp_path / "copy.vigie")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    ["s3://seau", "https://s3.exemple.fr", "https://s3.exemple.fr/seau?zone=1", "http://[seau", "seau"],
)
def test_an_address_that_is_not_understood_stops_the_start(monkeypatch, url):
    monkeypatch.setenv("S3_URL", url)
    with pytest.raises(ImproperlyConfigured, match=r"^S3_URL n'est pas comprise : écrivez https://"):
        env.media(folder=None)
