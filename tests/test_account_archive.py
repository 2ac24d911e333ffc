"""Archiving an account, and bringing it back."""

from datetime import date

import pytest

from accounts.models import Account
from accounts.services.account import archive_account, edit_account, unarchive_account
from accounts.services.status import tick
from crm.actor import Actor
from crm.models import JournalEntry
from tests.business import affaire, said, status_of
from tests.conftest import TODAY

LIST = "/e/atlas/comptes/"
BANNER = "Archivé le 31 mai 2025 : absent des listes et des comptes à relancer."


@pytest.fixture
def lcl(account):
    return account("LCL", created_on=date(2020, 1, 1))


def address(row, verb="") -> str:
    return f"/e/atlas/comptes/{row.pk}/{verb}"


def listed(client, query="") -> list[str]:
    return [row.name for row in client.get(LIST + query).context["rows"]]


def test_account_is_archived_then_brought_back_by_avance(sign_in, victor, lcl):
    client = sign_in(victor)
    assert listed(client) == ["LCL"]
    response = client.post(address(lcl, "archiver/"), follow=True)
    assert said(response) == ["« LCL » est archivé."]
    assert BANNER in response.content.decode()
    assert Account.objects.get().archived_on == TODAY
    assert (listed(client), listed(client, "?archives=1")) == ([], ["LCL"])

    response = client.post(address(lcl, "desarchiver/"), follow=True)
    assert said(response) == ["« LCL » n'est plus archivé."]
    assert BANNER not in response.content.decode()
    assert Account.objects.get().archived_on is None
    assert listed(client) == ["LCL"]


def test_the_message_offers_to_undo(sign_in, victor, lcl):
    page = sign_in(victor).post(address(lcl, "archiver/"), follow=True)
    (message,) = page.context["messages"]
    assert message.extra_tags == address(lcl, "desarchiver/")
    toast = page.content.decode().split('id="toasts"')[1]
    assert f'<form method="post" action="{address(lcl, "desarchiver/")}">' in toast


def test_archiving_is_told_in_the_journal_and_changes_no_status(victor, lcl, atlas):
    affaire(victor, lcl, ends_on=TODAY)
    tick(espace=atlas, today=TODAY)
    archive_account(by=Actor.of(victor), account=lcl, today=TODAY)
    row = Account.objects.get()
    assert (row.today_status, status_of(row), row.version) == ("actif", "actif", 2)
    line = JournalEntry.objects.latest("seq")
    assert (line.user, line.payload["changes"]) == (victor.user, {"archived_on": [None, "2025-05-31"]})


def test_archived_again_keeps_its_day(victor, lcl):
    archive_account(by=Actor.of(victor), account=lcl, today=date(2025, 3, 1))
    archive_account(by=Actor.of(victor), account=lcl, today=TODAY)
    assert Account.objects.values_list("archived_on", "version").get() == (date(2025, 3, 1), 2)
    for _ in range(2):
        unarchive_account(by=Actor.of(victor), account=lcl)
    assert Account.objects.values_list("archived_on", "version").get() == (None, 3)


def test_an_archived_account_may_be_edited(sign_in, victor, lcl):
    archive_account(by=Actor.of(victor), account=lcl, today=TODAY)
    sign_in(victor).post(address(lcl, "modifier/"), {"name": "LCL SA", "type": "client", "version": 2})
    assert Account.objects.values_list("name", "archived_on").get() == ("LCL SA", TODAY)


def test_archiving_meets_an_edit_of_something_else(victor, lcl):
    archive_account(by=Actor.of(victor), account=lcl, today=TODAY)
    edit_account(by=Actor.of(victor), account=lcl, today=TODAY, version=1, city="Lyon")
    assert Account.objects.values_list("city", "archived_on").get() == ("Lyon", TODAY)


def test_before_the_day_it_was_archived_an_account_is_not(sign_in, victor, lcl):
    archive_account(by=Actor.of(victor), account=lcl, today=TODAY)
    client = sign_in(victor)
    assert BANNER not in client.get(address(lcl, "?au=2025-05-30")).content.decode()
    later = client.get(address(lcl, "?au=2025-06-01")).content.decode()
    assert BANNER in later and "desarchiver" not in later


@pytest.mark.parametrize("archived", (False, True))
def test_archiving_is_shown_to_those_who_may(sign_in, victor, sara, lcl, archived):
    if archived:
        archive_account(by=Actor.of(victor), account=lcl, today=TODAY)
    verb = "desarchiver/" if archived else "archiver/"
    assert address(lcl, verb) in sign_in(victor).get(address(lcl)).content.decode()
    page = sign_in(sara).get(address(lcl)).content.decode()
    assert address(lcl, verb) not in page
    assert (BANNER in page) == archived


@pytest.mark.parametrize("verb", ("archiver/", "desarchiver/"))
def test_archiving_refused_to_standard_to_strangers_and_to_a_link(
    client, sign_in, sara, victor, otto, lcl, verb
):
    assert client.post(address(lcl, verb)).status_code == 302
    assert sign_in(sara).post(address(lcl, verb)).status_code == 403
    assert sign_in(otto).post(address(lcl, verb)).status_code == 404
    assert sign_in(otto).post(f"/e/boreal/comptes/{lcl.pk}/{verb}").status_code == 404
    assert sign_in(victor).get(address(lcl, verb)).status_code == 405
    assert Account.objects.get().version == 1
