"""Notes: written from a page, corrected by their author, gone with what they are about."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Note, TrashedRow
from accounts.services.note import create_note, edit_note
from accounts.services.opportunite import edit_opportunite
from accounts.services.personal.erasing import erase_contact, erase_member
from accounts.services.personal.exporting import export_contact, export_member
from accounts.services.trash import restore, trash
from crm.actor import SYSTEM, Actor
from tests.business import contact, note, opportunite, said
from tests.conftest import TODAY
from tests.journal import length, told

NEW = "/e/atlas/notes/nouvelle/"
NOW = datetime(2025, 5, 31, 10, tzinfo=UTC)  # noon in Paris
TYPED = {"text": "Appel de Claire.\r\nElle rappelle en juin.", "happened_at": ""}
OTHERS = "Seuls l'auteur d'une note et les membres Avancé et Administrateur peuvent la changer."


@pytest.fixture
def lcl(account):
    return account("LCL")


def test_note_is_written_from_the_page_of_an_account_by_a_standard(sign_in, sara, lcl):
    client, page = sign_in(sara), f"/e/atlas/comptes/{lcl.pk}/"
    action = f"{NEW}?compte={lcl.pk}"
    assert f'action="{action}"' in client.get(page).content.decode()
    response = client.post(action, TYPED, follow=True)
    assert response.redirect_chain == [(f"{page}#notes", 302)]
    assert said(response) == ["La note est écrite."]
    written = Note.objects.get()
    assert (written.account, written.author, written.happened_at) == (lcl, sara, NOW)
    assert written.text == "Appel de Claire.\nElle rappelle en juin."


@pytest.mark.parametrize("kind", ("contact", "opportunite"))
def test_note_is_written_from_the_page_of_what_it_is_about_and_shown_there(sign_in, sara, victor, lcl, kind):
    row = {"contact": contact, "opportunite": opportunite}[kind](victor, lcl)
    client, page = sign_in(sara), f"/e/atlas/{kind}s/{row.pk}/"
    assert f'action="{NEW}?{kind}={row.pk}"' in client.get(page).content.decode()
    response = client.post(f"{NEW}?{kind}={row.pk}", TYPED, follow=True)
    assert response.redirect_chain == [(f"{page}#notes", 302)]
    assert (Note.objects.get().account, getattr(Note.objects.get(), kind)) == (lcl, row)
    assert '<p class="prose">Appel de Claire.\nElle rappelle en juin.</p>' in response.content.decode()


def test_note_of_the_past_is_typed_in_the_time_of_the_espace(sign_in, sara, lcl):
    sign_in(sara).post(f"{NEW}?compte={lcl.pk}", TYPED | {"happened_at": "2025-05-30T09:30"})
    assert Note.objects.get().happened_at == datetime(2025, 5, 30, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"text": "  "}, {"text": ["Ce champ est obligatoire."]}),
        (
            {"happened_at": "2025-05-31T12:01"},
            {"happened_at": ["Une note parle de ce qui a eu lieu, pas du futur."]},
        ),
        (
            {"happened_at": "hier"},
            {"happened_at": ["Écrivez un jour et une heure, par exemple 30/06/2026 14:30."]},
        ),
        (
            {"happened_at": "0001-01-01T00:00"},
            {"happened_at": ["L'année doit se situer entre 1900 et 2199."]},
        ),
    ],
)
def test_note_that_is_refused_says_why_and_keeps_what_was_typed(sign_in, sara, lcl, typed, errors):
    response = sign_in(sara).post(f"{NEW}?compte={lcl.pk}", TYPED | typed)
    form = response.context["form"]
    assert (response.status_code, form.errors) == (422, errors)
    assert form["text"].value() == (TYPED | typed)["text"]
    assert Note.objects.count() == 0


def test_note_is_never_html(sign_in, sara, victor, lcl):
    row = contact(victor, lcl)
    note(victor, lcl, "<script>alert(1)</script>", contact=row.pk)
    page = sign_in(sara).get(f"/e/atlas/contacts/{row.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_note_is_written_about_an_account_that_is_chosen(sign_in, sara, lcl):
    client = sign_in(sara)
    assert "account" in client.get(NEW).context["form"].fields
    client.post(NEW, TYPED | {"account": lcl.pk})
    assert Note.objects.get().account == lcl


def test_note_is_about_a_contact_of_its_account_only(victor, lcl, account):
    with pytest.raises(ValidationError) as refused:
        note(victor, lcl, contact=contact(victor, account("Arval")).pk)
    assert refused.value.message_dict == {"contact": ["« Durand » n'est pas de ce compte."]}


def test_note_is_refused_to_strangers(client, sign_in, otto, lcl):
    assert client.post(f"{NEW}?compte={lcl.pk}", TYPED).status_code == 302
    assert sign_in(otto).post(f"{NEW}?compte={lcl.pk}", TYPED).status_code == 404
    assert sign_in(otto).post(f"/e/boreal/notes/nouvelle/?compte={lcl.pk}", TYPED).status_code == 404
    assert Note.objects.count() == 0


# One's own.


def test_author_corrects_their_note(sign_in, sara, lcl):
    written = note(sara, lcl)
    edit = f"/e/atlas/notes/{written.pk}/modifier/"
    client = sign_in(sara)
    assert client.get(edit).context["form"]["happened_at"].value() is not None
    typed = {"text": "Autre texte", "happened_at": "2025-05-31T12:00", "version": 1}
    assert client.post(edit, typed).url == f"/e/atlas/comptes/{lcl.pk}/#notes"
    written.refresh_from_db()
    assert (written.text, written.happened_at, written.version) == ("Autre texte", NOW, 2)


def test_note_saved_as_it_was_is_not_changed(sign_in, sara, lcl):
    written = note(sara, lcl, now=NOW.replace(second=42))
    edit = f"/e/atlas/notes/{written.pk}/modifier/"
    typed = {"text": written.text, "happened_at": "2025-05-31T12:00", "version": 1}
    sign_in(sara).post(edit, typed)
    assert Note.objects.get().version == 1


def test_note_of_another_is_changed_by_an_avance_and_not_by_a_standard(sign_in, sara, victor, lcl):
    mine, theirs = note(sara, lcl, "À moi"), note(victor, lcl, "À lui")
    page, actions = f"/e/atlas/comptes/{lcl.pk}/fil/", ("modifier", "supprimer")
    doors = {row.text: [f"/e/atlas/notes/{row.pk}/{action}/" for action in actions] for row in (mine, theirs)}
    for_sara = sign_in(sara).get(page).content.decode()
    assert [door in for_sara for door in doors["À moi"] + doors["À lui"]] == [True, True, False, False]
    for door in doors["À lui"]:
        for response in (sign_in(sara).get(door), sign_in(sara).post(door, TYPED)):
            assert response.status_code == 403
            assert OTHERS.replace("'", "&#x27;") in response.content.decode()
    for_victor = sign_in(victor).get(page).content.decode()
    assert [door in for_victor for door in doors["À moi"] + doors["À lui"]] == [True] * 4
    assert [sign_in(victor).get(door).status_code for door in doors["À moi"]] == [200, 200]
    assert sorted(Note.objects.values_list("text", flat=True)) == ["À lui", "À moi"]


def test_services_refuse_a_note_of_another_to_a_standard(sara, victor, lcl):
    theirs = note(victor, lcl)
    for call in (
        lambda: edit_note(by=Actor.of(sara), note=theirs, now=NOW, text="Autre"),
        lambda: trash(by=Actor.of(sara), row=theirs, now=NOW),
    ):
        with pytest.raises(PermissionDenied, match="Seuls l'auteur"):
            call()
    trashed = trash(by=Actor.of(victor), row=theirs, now=NOW)
    with pytest.raises(PermissionDenied, match="Seuls l'auteur"):
        restore(by=Actor.of(sara), trashed=trashed)


def test_author_puts_their_note_in_the_corbeille_and_an_avance_takes_it_out(sign_in, sara, victor, lcl):
    written = note(sara, lcl)
    door = f"/e/atlas/notes/{written.pk}/supprimer/"
    client = sign_in(sara)
    assert "un membre Avancé ou Administrateur pourra la restaurer" in client.get(door).content.decode()
    response = client.post(door, follow=True)
    assert [message.extra_tags for message in response.context["messages"]] == [""]  # no Annuler for her
    assert Note.objects.count() == 0
    undo = f"/e/atlas/corbeille/{TrashedRow.objects.get().pk}/restaurer/"
    assert client.post(undo).status_code == 403
    assert sign_in(victor).post(undo).url == f"/e/atlas/notes/{written.pk}/"
    assert Note.objects.get().author == sara


# With what they are about.


def test_note_loses_a_contact_in_the_corbeille_and_has_them_again(victor, lcl):
    row = contact(victor, lcl)
    written = note(victor, lcl, contact=row.pk)
    trashed = trash(by=Actor.of(victor), row=row, now=NOW)
    written.refresh_from_db()
    assert written.contact is None
    restore(by=Actor.of(victor), trashed=trashed)
    written.refresh_from_db()
    assert written.contact == row


def test_note_follows_its_opportunite_to_another_account(atlas, victor, lcl, account):
    arval, row = account("Arval"), opportunite(victor, lcl)
    written, before = note(victor, lcl, opportunite=row.pk), length(atlas)
    edit_opportunite(by=Actor.of(victor), opportunite=row, today=TODAY, account=arval.pk)
    written.refresh_from_db()
    assert written.account == arval
    assert [line[1:3] for line in told(atlas, before)] == [("changed", "opportunite"), ("changed", "note")]


def test_note_about_a_person_is_exported_and_loses_their_name(amina, victor, lcl):
    row = contact(victor, lcl, "Serinette", first_name="Canarine")
    written = note(victor, lcl, "Vu Mme Serinette", contact=row.pk)
    exported = export_contact(by=Actor.of(amina), contact=row)
    assert exported["notes à son sujet"] == [{"le": NOW.isoformat(), "texte": "Vu Mme Serinette"}]
    erasure = erase_contact(by=Actor.of(amina), contact=row)
    written.refresh_from_db()
    assert (written.contact, written.text) == (None, "Vu Mme [effacé]")
    assert erasure.to_read == [written]


def test_notes_of_a_member_are_exported_and_stay_when_they_are_erased(sign_in, amina, sara, lcl):
    written = note(sara, lcl, "Vu hier")
    exported = export_member(by=Actor.of(amina), member=sara)
    assert exported["notes"] == [{"le": NOW.isoformat(), "texte": "Vu hier"}]
    erase_member(by=Actor.of(amina), member=sara, now=NOW)
    page = sign_in(amina).get(f"/e/atlas/notes/{written.pk}/").content.decode()
    assert "<strong>Personne effacée</strong>" in page


def test_note_is_called_by_its_first_words(sign_in, amina, victor, lcl):
    written = note(victor, lcl, "Déjeuner avec la DSI.\n" + "Le budget est voté. " * 5)
    assert str(written) == "Déjeuner avec la DSI. Le budget est voté. Le budget est…"
    page = sign_in(amina).get("/e/atlas/journal/?quoi=note").content.decode()
    assert f'<a href="/e/atlas/notes/{written.pk}/">Déjeuner avec la DSI.' in page


def test_note_of_other_espace_is_not_found(client, sign_in, victor, otto, lcl):
    page = f"/notes/{note(victor, lcl).pk}/"
    assert client.get(f"/e/atlas{page}").status_code == 302
    assert sign_in(otto).get(f"/e/atlas{page}").status_code == 404
    assert sign_in(otto).get(f"/e/boreal{page}").status_code == 404


def test_system_writes_a_note_that_has_no_author(atlas, lcl):
    assert create_note(by=SYSTEM, espace=atlas, now=NOW, account=lcl.pk, text="Repris").author is None
