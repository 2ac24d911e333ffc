"""Many people at the same time: no acknowledged change is lost, and equal submissions make one row."""

from collections import Counter
from datetime import date
from functools import partial
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Account, Affaire, Opportunite
from accounts.services.account import edit_account
from crm.actor import Actor
from crm.merging import Stale
from crm.models import CreationKey, Espace, JournalEntry
from crm.once import new_key
from tests.business import opportunite
from tests.conftest import TODAY
from tests.together import together

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]

PEOPLE, ROWS = 8, 4
COLUMNS = ("phone", "street", "postal_code", "city", "country", "website", "siren", "do_not_follow_up_reason")


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


# 1,000 concurrent edits. Each person has a column and tags of their own, and all add lines to one text.


def value_of(column: str, n: int) -> str:
    if column == "siren":
        return ("542044524", "552100554")[n // ROWS % 2]
    return f"https://n{n}.fr" if column == "website" else f"n{n}"


def with_line(text: str, who: int, n: int) -> str:
    """A text with one's line at its end, every third time: the shared part of an edit."""
    return f"{text}\n{who}:{n}".strip() if n % 3 == 0 else text


def by_service(member, row: Account, column: str, who: int, n: int) -> None:
    """Save a value of one's own, a tag, and a line at the end of the description."""
    seen = Account.objects.get(pk=row.pk)
    tags = sorted(map(str, seen.tags.all()))
    while True:
        try:
            edit_account(
                by=Actor.of(member),
                account=seen,
                today=TODAY,
                version=seen.version,
                **{column: value_of(column, n)},
                description=with_line(seen.description, who, n),
                tags=[*tags, f"tag {who}"],
            )
            return
        except Stale as refusal:
            seen = refusal.meeting.row
            tags = sorted(map(str, seen.tags.all()))


def by_form(client: Client, row: Account, column: str, who: int, n: int) -> None:
    """The same by the page: its form is opened, sent, and sent again with a choice as long as it is asked."""
    address = reverse("compte_modifier", args=[row.espace.slug, row.pk])
    sent = Page(client.get(address)).sent
    sent |= {column: value_of(column, n), "description": with_line(sent["description"], who, n)}
    sent["tags"] = ", ".join(filter(None, [sent["tags"], f"tag {who}"]))
    while (response := client.post(address, sent)).status_code != 302:
        page = Page(response)
        assert page.sent["conflit"] == "description"
        longer = with_line(page.sides[1], who, n)
        sent = page.sent | {"description": longer, "choix-description": "mienne"}


class Page(HTMLParser):
    """What a page's form would send, and the values that it gives to choose from.

    Read from the page, since response.context mixes what several threads render.
    """

    def __init__(self, response):
        super().__init__()
        self.sent, self.sides, self._select, self._text = {}, [], "", None
        self.feed(response.content.decode().replace("\r\n", "\n"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value") or ""
        if tag == "input" and name and (attrs["type"] not in ("radio", "checkbox") or "checked" in attrs):
            self.sent[name] = value
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in attrs:
            self.sent[self._select] = value
        elif tag == "textarea" or attrs.get("class") == "conflict-value":
            self._text = []
            self._keep = self.sides.append if tag == "span" else partial(self.sent.__setitem__, name)

    def handle_data(self, data):
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag):
        if self._text is not None and tag in ("textarea", "span"):
            self._keep("".join(self._text).removeprefix("\n"))
            self._text = None


@pytest.mark.parametrize(("door", "edits_each"), [(by_service, 100), (by_form, 25)])
def test_a_thousand_concurrent_edits_lose_nothing(victor, account, door, edits_each):
    rows = [account(f"Filiale {n}") for n in range(ROWS)]
    who_edits = victor if door is by_service else None

    def person(who: int):
        def edit_again_and_again():
            by = who_edits or signed_in(victor)
            for n in range(edits_each):
                door(by, rows[n % ROWS], COLUMNS[who], who, n)

        return edit_again_and_again

    together(*(person(who) for who in range(PEOPLE)))

    for index, row in enumerate(rows):
        row = Account.objects.get(pk=row.pk)
        edits = [n for n in range(edits_each) if n % ROWS == index]
        expected = Counter(f"{who}:{n}" for who in range(PEOPLE) for n in edits if n % 3 == 0)
        assert Counter(row.description.split()) == expected
        assert [getattr(row, column) for column in COLUMNS] == [
            value_of(column, edits[-1]) for column in COLUMNS
        ]
        assert sorted(map(str, row.tags.all())) == [f"tag {who}" for who in range(PEOPLE)]
        lines = JournalEntry.objects.filter(model="account", row_id=row.pk).values_list("version", flat=True)
        assert sorted(lines) == list(range(1, row.version + 1))
        assert row.version == 1 + len(edits) * PEOPLE


# 50 equal submissions.

AT_ONCE = 50

AN_ACCOUNT = "the id of one"
# What each creation page of an espace is sent; an address that is not here has no test.
CREATIONS = {
    "compte_nouveau": {"name": "LCL", "type": "client", "created_on": "2025-05-31", "tags": "Banque"},
    "affaire_nouvelle": {
        **{"compte-name": "LCL", "compte-type": "client"},
        **{"name": "Audit", "starts_on": "2025-05-01"},
    },
    "opportunite_nouvelle": {
        **{"compte-name": "LCL", "compte-type": "client"},
        **{"name": "Refonte", "opened_on": "2025-05-01", "step": "Qualification"},
    },
    "projet_nouveau": {"compte-name": "LCL", "compte-type": "client", "name": "Portail"},
    "contact_nouveau": {"compte-name": "LCL", "compte-type": "client", "last_name": "Durand"},
    "vue_nouvelle": {"account": AN_ACCOUNT, "name": "Clients"},
    "note_nouvelle": {"account": AN_ACCOUNT, "text": "Vu hier."},
    "relance_nouvelle": {
        **{"account": AN_ACCOUNT, "kind": "appel", "subject": "Rappeler"},
        **{"jour": "autre", "jour_le": "2025-06-05"},
    },
}

MODELS = {"vue_nouvelle": "savedview"}  # where the address is not called as the model


def creation_addresses() -> set[str]:
    """The names of the addresses under /e/<espace>/ that create a row."""
    (espace,) = (entry for entry in get_resolver().url_patterns if str(entry.pattern) == "e/<slug:espace>/")
    names = {entry.name for entry in espace.url_patterns}
    return {name for name in names if name.endswith(("_nouveau", "_nouvelle"))}


def journaled() -> Counter:
    """How many rows of each model the journal says were created."""
    return Counter(JournalEntry.objects.filter(action="created").values_list("model", flat=True))


def test_every_creation_page_is_tested():
    assert creation_addresses() == CREATIONS.keys()


@pytest.mark.parametrize("name", sorted(CREATIONS))
def test_fifty_equal_submissions_make_one_row(atlas, victor, account, name):
    address, sent = reverse(name, args=["atlas"]), CREATIONS[name] | {"cle": new_key()}
    if "account" in sent:
        sent["account"] = account("LCL").pk
    before = journaled()
    clients = [signed_in(victor) for _ in range(AT_ONCE)]
    answers = together(*(lambda client=client: client.post(address, sent) for client in clients))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    made = journaled() - before
    assert set(made.values()) == {1}, made
    assert made.keys() - {"tag", "account"} == {MODELS.get(name, name.partition("_")[0])} - {"compte"}
    assert (Account.objects.count(), CreationKey.objects.count()) == (1, 1)


def test_fifty_equal_closings_make_one_affaire(victor, account):
    row = opportunite(victor, account("LCL"), opened_on=date(2025, 1, 1))
    address = reverse("opportunite_clore", args=["atlas", row.pk])
    sent = {
        **{"stage": "gagnee", "closed_on": "2025-05-31", "makes_affaire": "on", "affaire_name": "Refonte"},
        **{"affaire_starts_on": "2025-05-31", "version": row.version, "cle": new_key()},
    }
    clients = [signed_in(victor) for _ in range(AT_ONCE)]
    answers = together(*(lambda client=client: client.post(address, sent) for client in clients))
    assert {(answer.status_code, answer.url) for answer in answers} == {
        (302, reverse("opportunite", args=["atlas", row.pk]))
    }
    assert (Affaire.objects.count(), Opportunite.objects.get().version) == (1, 2)


FIRST = {
    **{"espace": "Atlas", "first_name": "Amina", "last_name": "Haddad"},
    **{"email": "Amina@atlas.fr", "password": "tour-de-guet-12"},
}


def test_fifty_equal_first_starts_make_one_espace_and_one_person(today):
    address, sent = reverse("first_start"), FIRST | {"cle": new_key()}
    clients = [Client() for _ in range(AT_ONCE)]
    answers = together(*(lambda client=client: client.post(address, sent) for client in clients))
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/e/atlas/")}
    assert (Espace.objects.count(), get_user_model().objects.count()) == (1, 1)
    assert [client.get("/e/atlas/comptes/").status_code for client in clients] == [200] * AT_ONCE


def test_of_different_first_starts_one_is_the_first(today):
    def begin(n: int):
        sent = FIRST | {"espace": f"Firme {n}", "email": f"p{n}@firme.fr"}
        return Client().post(reverse("first_start"), sent | ({"cle": new_key()} if n % 2 else {}))

    answers = together(*(lambda n=n: begin(n) for n in range(8)))
    assert Counter(answer.url == "/" for answer in answers) == {True: 7, False: 1}
    assert (Espace.objects.count(), get_user_model().objects.count()) == (1, 1)
