"""The same submission of a creation form, sent again, makes nothing more."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from accounts.management.commands.work import creation_keys
from accounts.models import Account, Affaire, Opportunite
from accounts.services.trash import trash
from crm.actor import Actor
from crm.models import CreationKey
from crm.once import GONE, new_key, once
from tests.business import opportunite, said

NEW = "/e/atlas/comptes/nouveau/"


@pytest.fixture
def typed() -> dict:
    return {"name": "LCL", "type": "client", "created_on": "2025-05-31", "cle": new_key()}


def test_the_same_submission_leads_to_the_same_row(sign_in, victor, atlas, typed):
    client = sign_in(victor)
    first, again = client.post(NEW, typed), client.post(NEW, typed)
    assert (first.status_code, first.url) == (302, again.url)
    assert Account.objects.count() == 1


def test_each_page_has_a_key_of_its_own_which_errors_keep(sign_in, victor, atlas, typed):
    client = sign_in(victor)
    keys = [client.get(NEW).context["form"]["cle"].value() for _ in range(2)]
    assert keys[0] != keys[1]
    refused = client.post(NEW, typed | {"name": ""})
    assert refused.status_code == 422
    assert f'<input type="hidden" name="cle" value="{typed["cle"]}"' in refused.content.decode()
    assert client.post(NEW, typed).status_code == 302


def test_another_content_with_the_same_key_is_another_row(sign_in, victor, atlas, typed):
    client = sign_in(victor)
    for name in ("LCL", "Arval", "LCL"):
        client.post(NEW, typed | {"name": name})
    assert sorted(Account.objects.values_list("name", flat=True)) == ["Arval", "LCL"]


def test_another_person_with_the_same_key_makes_another_row(sign_in, victor, amina, otto, typed):
    sign_in(victor).post(NEW, typed)
    sign_in(amina).post(NEW, typed)
    sign_in(otto).post("/e/boreal/comptes/nouveau/", typed)
    assert Account.objects.count() == 3


@pytest.mark.parametrize("key", (None, "", "x", "F" * 32, "0" * 33, "\0" * 32, "é" * 32))
def test_without_a_key_of_ours_each_submission_is_a_row(sign_in, victor, atlas, typed, key):
    client, typed = sign_in(victor), {name: value for name, value in typed.items() if name != "cle"}
    for _ in range(2):
        assert client.post(NEW, typed if key is None else typed | {"cle": key}).status_code == 302
    assert (Account.objects.count(), CreationKey.objects.count()) == (2, 0)


def test_what_is_refused_leaves_no_key(sign_in, victor, atlas, typed):
    sign_in(victor).post(NEW, typed | {"type": "?"})
    assert CreationKey.objects.count() == 0


def test_a_row_deleted_since_is_made_again_only_when_asked_twice(sign_in, amina, atlas, typed):
    client = sign_in(amina)
    client.post(NEW, typed)
    trash(by=Actor.of(amina), row=Account.objects.get(), now=timezone.now())
    response = client.post(NEW, typed)
    form = response.context["form"]
    assert response.status_code == 422
    assert form.non_field_errors() == [GONE]
    assert form["cle"].value() != typed["cle"]
    assert Account.objects.count() == 0
    client.post(NEW, typed | {"cle": form["cle"].value()})
    assert Account.objects.get().name == "LCL"


def test_an_account_and_its_affaire_are_made_once(sign_in, victor, atlas):
    client = sign_in(victor)
    values = {"compte-name": "LCL", "compte-type": "client", "name": "Audit", "starts_on": "2025-05-31"}
    for _ in range(2):
        response = client.post("/e/atlas/affaires/nouvelle/", values | {"cle": "0" * 32}, follow=True)
    assert (Account.objects.count(), Affaire.objects.count()) == (1, 1)
    assert said(response)[-1].startswith("L'affaire « Audit » est créée.")


def test_closing_sent_again_leads_to_the_same_page_and_makes_one_affaire(sign_in, victor, account):
    row = opportunite(victor, account("LCL"))
    client, page = sign_in(victor), f"/e/atlas/opportunites/{row.pk}/clore/"
    won = {
        **{"stage": "gagnee", "closed_on": "2025-05-31", "makes_affaire": "on", "affaire_name": "Refonte"},
        **{"affaire_starts_on": "2025-05-31", "version": 1, "cle": new_key()},
    }
    answers = [client.post(page, won) for _ in range(2)]
    assert [(answer.status_code, answer.url) for answer in answers] == [
        (302, f"/e/atlas/opportunites/{row.pk}/")
    ] * 2
    assert (Affaire.objects.count(), Opportunite.objects.get().version) == (1, 2)
    said_twice = said(client.get(answers[0].url))
    assert [
        told.startswith("L'opportunité « Refonte » est gagnée. L'affaire « Refonte » est créée.")
        for told in said_twice
    ] == [True, True]


def test_keys_are_forgotten_after_two_days(victor, atlas, today):
    now = timezone.now()
    for days, digest in ((1, "a"), (3, "b")):
        CreationKey.objects.create(espace=atlas, digest=digest, row_id=1, made_at=now - timedelta(days=days))
    assert creation_keys() == 1
    assert CreationKey.objects.get().digest == "a"


def test_once_calls_nothing_again_and_says_when_the_row_is_gone(victor, atlas, account):
    made = []

    def make():
        made.append(account("LCL"))
        return made[-1]

    values = {"by": Actor.of(victor), "espace": atlas, "key": new_key(), "content": QueryDict("a=1&a=2")}
    rows = [once(Account, **values, make=make) for _ in range(3)]
    assert (rows, len(made)) == (made * 3, 1)
    Account.objects.all().delete()
    with pytest.raises(ValidationError, match=GONE):
        once(Account, **values, make=make)


def test_the_token_of_the_page_is_no_part_of_what_is_submitted(victor, atlas, account):
    values = {"by": Actor.of(victor), "espace": atlas, "key": new_key(), "make": lambda: account("LCL")}
    for token in ("x", "y"):
        once(Account, **values, content=QueryDict(f"csrfmiddlewaretoken={token}&a=1"))
    assert Account.objects.count() == 1


def test_creation_page_query_count(sign_in, victor, atlas, typed, django_assert_num_queries):
    client = sign_in(victor)
    client.get(NEW)  # moves the espace to today
    with django_assert_num_queries(4):
        client.get(NEW)
