"""The chain of the journal: what is altered, missing, added or moved is found; nothing else is."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.services.account import create_account, edit_account
from accounts.services.affaire import create_affaire
from crm.actor import Actor, Door
from crm.journal import Action, Line, faults, record, record_person, redact
from crm.models import Espace, JournalChain, JournalEntry, User
from tests.together import together

REDACTED, VOUCHING, LAST = 5, 11, 12  # lines of `chain`


@pytest.fixture
def chain(atlas, amina, victor, account) -> JournalChain:
    """Atlas's journal: twelve lines, one of them redacted, vouched for by the one before the last."""
    arval = account("Arval")
    by = Actor.of(victor)
    edit_account(by=by, account=arval, today=arval.created_on, name="Arval SA", tags=["Clé", "Banque"])
    create_affaire(by=by, espace=atlas, account=arval.pk, name="Audit", starts_on=arval.created_on)
    entry = atlas.journal.entries.get(seq=REDACTED)
    redact(by=Actor.of(amina), espace=atlas, payloads={entry.pk: {"label": "Personne effacée"}}, words="")
    account("Natixis")
    atlas.journal.refresh_from_db()
    return atlas.journal


@pytest.fixture
def other(boreal, otto, today) -> JournalChain:
    """Boréal's journal."""
    create_account(by=Actor.of(otto), espace=boreal, today=today, name="Essilor", type="client")
    return boreal.journal


def lines(chain: JournalChain, **wanted) -> models.QuerySet:
    """The lines as somebody with the database's password has them: free to change."""
    return models.QuerySet(JournalEntry).filter(chain=chain, **wanted)


def found(chain: JournalChain) -> list[str]:
    return list(faults(chain))


def check(*arguments) -> str:
    out = StringIO()
    call_command("journal_check", *arguments, stdout=out)
    return out.getvalue()


def failed_check(*arguments) -> list[str]:
    out = StringIO()
    with pytest.raises(CommandError, match=r"^Le journal n'est pas intact\.$"):
        call_command("journal_check", *arguments, stdout=out)
    return out.getvalue().splitlines()


# The command.


def test_journal_check_says_that_all_holds_and_what_to_keep_elsewhere(chain):
    assert check() == (
        f"Atlas (atlas) : {chain.length} lignes, tout se tient. Empreinte {chain.length}:{chain.digest}\n"
    )


def test_journal_check_of_every_espace_and_of_what_is_in_none(chain, other):
    nobody = User.objects.create_user("racine@vigie.fr")
    record_person(by=Actor(Door.PAGE), user=nobody, lines=[Line(Action.SIGNED_IN)])
    assert [line.partition(" : ")[0] for line in check().splitlines()] == [
        "Atlas (atlas)",
        "Boréal (boreal)",
        "Hors des espaces",
    ]
    assert check("--espace", "boreal").startswith("Boréal (boreal) : ")


def test_journal_check_fails_and_says_where(chain, other):
    lines(chain, seq=3).update(door="admin")
    assert failed_check()[0] == ("Atlas (atlas) : La ligne 3 ne suit pas celle d'avant, ou a été modifiée.")
    assert check("--espace", "boreal").startswith("Boréal (boreal) : ")


def test_journal_check_tells_twenty_faults_and_counts_the_others(chain):
    record(by=Actor(Door.COMMAND), espace=chain.espace, lines=[Line(Action.EXPORTED)] * 30)
    lines(chain, seq__gt=chain.length).update(door="admin")
    said = failed_check()
    assert len(said) == 21
    assert said[-1] == "Atlas (atlas) : et 10 autres."


def test_journal_check_of_an_unknown_espace(atlas):
    with pytest.raises(CommandError, match="L'espace « nulle-part » n'existe pas"):
        check("--espace", "nulle-part")


def test_what_was_noted_another_day_proves_that_nothing_before_was_rewritten(chain, account):
    noted = f"{chain.length}:{chain.digest}"
    account("Plus tard")
    assert "tout se tient" in check("--espace", "atlas", "--noted", noted)
    said = failed_check("--espace", "atlas", "--noted", noted.replace(":", ":0"))
    assert said == [
        f"Atlas (atlas) : L'empreinte {noted.replace(':', ':0')} n'est pas celle d'une de ses lignes : "
        "le journal a été réécrit."
    ]


@pytest.mark.parametrize("noted", ("abc", ":", "x:1", "²:1"))
def test_what_was_noted_badly_is_never_taken_for_proof(chain, noted):
    failed_check("--espace", "atlas", "--noted", noted)


def test_what_was_noted_is_about_one_espace(chain):
    with pytest.raises(CommandError, match="--noted demande --espace"):
        check("--noted", f"{chain.length}:{chain.digest}")


def test_a_journal_that_is_gone_is_missed(chain):
    JournalChain.objects.all().delete()
    assert failed_check() == ["Atlas (atlas) : Le journal a disparu."]


# What holds.


def test_nothing_is_wrong_with_a_journal_that_was_only_added_to(chain, other):
    assert (found(chain), found(other)) == ([], [])


def test_a_redacted_line_is_vouched_for_again_when_it_is_redacted_again(chain, amina):
    entry = chain.entries.get(seq=REDACTED)
    redact(by=Actor.of(amina), espace=chain.espace, payloads={entry.pk: {}}, words="")
    assert found(chain) == []
    assert chain.entries.get(seq=REDACTED).payload == {}


def test_lines_written_during_the_check_are_no_fault(chain, account):
    checking = faults(chain)
    lines(chain, seq=2).update(door="admin")
    first = next(checking)
    account("Pendant la vérification")
    assert (first, list(checking)) == ("La ligne 2 ne suit pas celle d'avant, ou a été modifiée.", [])


# What is found.


COLUMNS = {
    "seq": 4242,
    "at": None,
    "door": "worker",
    "user": None,
    "action": "purged",
    "model": "contact",
    "row_id": 4242,
    "version": 4242,
    "payload": {"label": "Autre"},
    "salt": "autre",
    "payload_digest": "0" * 64,
    "digest": "0" * 64,
}


def test_the_columns_tried_here_are_all_those_of_a_line():
    assert {*COLUMNS, "id", "chain"} == {field.name for field in JournalEntry._meta.fields}


def alter(entry: JournalEntry, column: str) -> None:
    value = COLUMNS[column]
    if column == "at":
        value = entry.at + timedelta(microseconds=1)
    if column == "user":
        value = User.objects.exclude(pk=entry.user_id).first()
    lines(entry.chain, seq=entry.seq).update(**{column: value})


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("seq", (1, 4, REDACTED, VOUCHING, LAST))
def test_an_altered_column_is_found(chain, column, seq):
    alter(chain.entries.get(seq=seq), column)
    assert found(chain) != []


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [
        ([1], "La ligne 1 manque."),
        ([4], "La ligne 4 manque."),
        ([4, 5], "Les lignes 4 à 5 manquent."),
        ([LAST], "La ligne 12 manque."),
        ([VOUCHING, LAST], "Les lignes 11 à 12 manquent."),
    ],
)
def test_a_removed_line_is_missed(chain, gone, sentence):
    assert chain.length == LAST
    lines(chain, seq__in=gone).delete()
    assert sentence in found(chain)


def test_a_journal_emptied_of_its_lines_is_missed_whatever_its_head_says(chain):
    lines(chain).delete()
    assert found(chain) == ["Les lignes 1 à 12 manquent."]
    JournalChain.objects.update(length=0, digest="")
    assert found(chain) == ["Le journal est vide."]


def test_a_tail_cut_off_with_its_head_set_back_is_found_by_what_was_noted(chain):
    """Nothing in the database can tell: this is why its print is kept elsewhere."""
    noted = f"{chain.length}:{chain.digest}"
    lines(chain, seq=LAST).delete()
    JournalChain.objects.update(length=LAST - 1, digest=chain.entries.get(seq=LAST - 1).digest)
    assert found(chain) == []
    assert "réécrit" in failed_check("--espace", "atlas", "--noted", noted)[0]


def test_two_lines_in_each_other_s_place_are_found(chain):
    swap(chain, 3, 4)
    assert found(chain)[:2] == [
        "La ligne 3 ne suit pas celle d'avant, ou a été modifiée.",
        "La ligne 4 ne suit pas celle d'avant, ou a été modifiée.",
    ]


def swap(chain: JournalChain, one: int, other: int) -> None:
    for seq, goal in ((one, 999), (other, one), (999, other)):
        lines(chain, seq=seq).update(seq=goal)


def test_lines_in_another_order_are_found(chain):
    for seq in range(1, LAST + 1):
        lines(chain, seq=seq).update(seq=seq + 100)
    for seq in range(1, LAST + 1):
        lines(chain, seq=seq + 100).update(seq=LAST + 1 - seq)
    assert len(found(chain)) >= LAST


@pytest.mark.parametrize("seq", (0, LAST + 1))
def test_a_line_that_was_added_is_found(chain, seq):
    forged = chain.entries.get(seq=LAST)
    forged.pk, forged.seq = None, seq
    JournalEntry.objects.bulk_create([forged])
    assert f"La ligne {seq} est de trop." in found(chain)


def test_a_line_put_between_two_others_is_found(chain):
    for seq in range(LAST, 4, -1):
        lines(chain, seq=seq).update(seq=seq + 1)
    forged = chain.entries.get(seq=4)
    forged.pk, forged.seq = None, 5
    JournalEntry.objects.bulk_create([forged])
    assert "La ligne 5 ne suit pas celle d'avant, ou a été modifiée." in found(chain)
    assert "La ligne 13 est de trop." in found(chain)


@pytest.mark.parametrize(
    "head", [{"length": LAST - 1}, {"length": LAST + 1}, {"digest": "0" * 64}, {"length": 0}]
)
def test_an_altered_head_is_found(chain, head):
    JournalChain.objects.update(**head)
    assert found(chain) != []


def test_a_line_moved_to_another_journal_is_found_in_both(chain, other):
    other.refresh_from_db()
    lines(chain, seq=LAST).update(chain=other, seq=other.length + 1)
    assert found(chain) == ["La ligne 12 manque."]
    assert f"La ligne {other.length + 1} est de trop." in found(other)


def test_journals_exchanged_between_two_espaces_are_found(chain, other):
    JournalChain.objects.filter(pk=chain.pk).update(espace=None)
    JournalChain.objects.filter(pk=other.pk).update(espace=chain.espace)
    JournalChain.objects.filter(pk=chain.pk).update(espace=other.espace)
    first = "La ligne 1 ne suit pas celle d'avant, ou a été modifiée."
    assert (found(chain), found(other)) == ([first], [first])


def test_a_redacted_payload_that_is_altered_is_found(chain):
    lines(chain, seq=REDACTED).update(payload={"label": "Quelqu'un"})
    assert found(chain) == [
        f"Le contenu de la ligne {REDACTED} a été effacé ou modifié sans que rien ne l'atteste."
    ]


def test_a_payload_taken_out_without_a_line_that_says_so_is_found(chain):
    lines(chain, seq=4).update(payload={}, salt="")
    assert found(chain) == ["Le contenu de la ligne 4 a été effacé ou modifié sans que rien ne l'atteste."]


@pytest.mark.parametrize("payload", ({}, [], "texte", {"changes": []}, {"changes": {"lines": 3}}))
def test_a_line_that_no_longer_vouches_is_found_with_what_it_vouched_for(chain, payload):
    lines(chain, seq=VOUCHING).update(payload=payload)
    assert found(chain) == [
        f"Le contenu de la ligne {VOUCHING} a été modifié.",
        f"Le contenu de la ligne {REDACTED} a été effacé ou modifié sans que rien ne l'atteste.",
    ]
    lines(chain, seq=VOUCHING).update(salt="")
    assert len(found(chain)) == 2


MUTATIONS = {
    **{column: lambda entry, column=column: alter(entry, column) for column in COLUMNS},
    "removed": lambda entry: lines(entry.chain, seq=entry.seq).delete(),
    "unsalted": lambda entry: lines(entry.chain, seq=entry.seq).update(payload={}, salt=""),
    "in another journal": lambda entry: lines(entry.chain, seq=entry.seq).update(
        chain=JournalChain.objects.exclude(pk=entry.chain_id).first(), seq=777
    ),
    "swapped": lambda entry: swap(entry.chain, entry.seq, entry.seq % entry.chain.length + 1),
}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # the fixtures are put back after each example
@given(data=st.data())
def test_whatever_is_done_to_any_single_line_is_found(chain, other, data):
    seq = data.draw(st.integers(1, chain.length))
    done = data.draw(st.sampled_from(sorted(MUTATIONS)))
    with transaction.atomic():
        MUTATIONS[done](chain.entries.get(seq=seq))
        assert found(chain) != []
        transaction.set_rollback(True)
    assert found(chain) == []


# Append-only.


@pytest.mark.parametrize(
    "change",
    [
        lambda entries, entry: entries.update(door="admin"),
        lambda entries, entry: entries.delete(),
        lambda entries, entry: entries.bulk_update([entry], ["door"]),
        lambda entries, entry: entries.update_or_create(pk=entry.pk, defaults={"door": "admin"}),
        lambda entries, entry: entries.bulk_create(
            [entry], update_conflicts=True, update_fields=["door"], unique_fields=["id"]
        ),
        lambda entries, entry: entry.save(),
        lambda entries, entry: entry.delete(),
    ],
)
@pytest.mark.parametrize("through", ("model", "chain"))
def test_lines_are_neither_changed_nor_deleted_from_python(chain, change, through):
    entries = JournalEntry.objects.all() if through == "model" else chain.entries
    before = list(JournalEntry.objects.values())
    with pytest.raises(TypeError), transaction.atomic():
        change(entries, chain.entries.get(seq=4))
    assert list(JournalEntry.objects.values()) == before


def test_an_espace_deleted_for_good_takes_its_journal_along(chain):
    Espace.objects.filter(pk=chain.espace_id).delete()
    assert list(JournalEntry.objects.all()) == []


# Together.


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_eight_people_writing_in_two_espaces_leave_whole_journals(atlas, boreal, victor, otto, today):
    def work(member, name):
        def write():
            by = Actor.of(member)
            for n in range(15):
                account = create_account(
                    by=by, espace=member.espace, today=today, name=f"{name} {n}", type="client"
                )
                edit_account(by=by, account=account, today=today, tags=[f"Tag {n}"])
                record_person(by=by, user=member.user, lines=[Line(Action.SIGNED_IN)])

        return write

    before = {espace: espace.journal.length for espace in (atlas, boreal)}
    together(*(work(member, f"{member} {n}") for n in range(4) for member in (victor, otto)))
    for espace, length in before.items():
        chain = JournalChain.objects.get(espace=espace)
        assert found(chain) == []
        assert chain.entries.count() == chain.length
        # Four people: 15 accounts created, changed, 15 signed in; 15 tags that they share.
        assert chain.length - length == 4 * 15 * 3 + 15


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_first_lines_of_a_journal_written_at_once_are_one_journal(transactional_db):
    people = [User.objects.create_user(f"p{n}@vigie.fr") for n in range(8)]
    together(
        *(
            lambda user=user: record_person(by=Actor(Door.PAGE), user=user, lines=[Line(Action.SIGNED_IN)])
            for user in people
        )
    )
    (chain,) = JournalChain.objects.all()
    assert (chain.length, found(chain)) == (8, [])
