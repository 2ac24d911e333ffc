"""`manage.py demo`: an espace where everything there is to see can be seen."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client

from accounts.choices import AccountType, Stage, Status
from accounts.models import Account, Affaire, Contact, Note, Opportunite, Projet, Relance, StatusPeriod
from accounts.services.demo import fill_demo
from accounts.services.demo.scenes import SCENES
from accounts.services.demo.stories import Storyteller
from accounts.services.group import group_of
from accounts.services.status import facts_from, rebuild
from accounts.services.timeline import months_before, status_on
from accounts.services.tree import broken_trees
from crm.actor import Actor, Door
from crm.models import Espace, Membership, User
from crm.roles import Role

TODAY = date(2025, 5, 31)
CLIENT_OR_GROUPE = (AccountType.CLIENT, AccountType.GROUPE)


@pytest.fixture
def passwords(tmp_path):
    return tmp_path / "passwords"


@pytest.fixture
def demo(db, today, passwords, capsys) -> Espace:
    call_command("demo", passwords=passwords)
    capsys.readouterr()
    return Espace.objects.get(slug="demo")


def status_of(espace, name, on=TODAY):
    return espace.accounts.with_status(on).values_list("status", flat=True).get(name=name)


def test_demo_fills_an_espace_with_the_real_companies(demo, today):
    assert (demo.name, demo.status_day) == ("Vigie Démo", TODAY)
    assert demo.accounts.count() == 163
    assert broken_trees() == ([], demo.accounts.filter(parent=None).count())
    assert rebuild(espace=demo) == []
    assert {type for (type,) in demo.accounts.values_list("type")} == set(AccountType)
    for kind in CLIENT_OR_GROUPE:
        assert {s for (s,) in demo.accounts.filter(type=kind).values_list("today_status")} == set(Status)


def test_demo_statuses_are_plausible(demo, today):
    counts = demo.accounts.status_counts(on=today)
    shares = {status: 100 * n / sum(counts.values()) for status, n in counts.items()}
    assert 30 <= shares["actif"] <= 40
    assert 20 <= shares["prospect"] <= 30
    assert 15 <= shares["delaisse"] <= 25
    assert 15 <= shares["inactif"] <= 25


# A month whose third and sixth months before are shorter, a leap day, a change of year, a plain day.
@pytest.mark.parametrize("day", ("2025-05-31", "2028-02-29", "2026-01-01", "2026-11-24"))
def test_demo_shows_each_side_of_each_boundary(atlas, amina, day):
    day = date.fromisoformat(day)
    with time_machine.travel(f"{day}T10:00:00+00:00", tick=False):
        fill_demo(by=Actor(door=Door.COMMAND), espace=atlas, today=day, seed=7)
    m3, m6, one = months_before(day, 3), months_before(day, 6), timedelta(days=1)
    account = {account.name: account for account in atlas.accounts.with_status(day)}
    ends = {name: set(account[name].affaires.values_list("ends_on", flat=True)) for name in account}
    closings = {name: set(account[name].opportunites.values_list("closed_on", flat=True)) for name in account}
    assert ends["Allianz France"] == {m3} and account["Allianz France"].status == Status.ACTIF
    assert ends["CNP Assurances"] == {m3 - one} and account["CNP Assurances"].status == Status.DELAISSE
    assert ends["Groupama"] == {m6} and account["Groupama"].status == Status.DELAISSE
    assert ends["MAIF"] == {m6 - one} and account["MAIF"].status == Status.INACTIF
    assert closings["Alstom"] == {m3} and account["Alstom"].status == Status.PROSPECT
    assert closings["Legrand"] == {m3 - one} and account["Legrand"].status == Status.DELAISSE
    assert closings["Hermès"] == {m6} and account["Hermès"].status == Status.DELAISSE
    assert closings["L'Oréal"] == {m6 - one} and account["L'Oréal"].status == Status.INACTIF
    created = {name: (account[name].created_on, account[name].status) for name in account}
    assert created["Doctolib"] == (m3 + one, Status.PROSPECT)
    assert created["Edenred"] == (m3, Status.DELAISSE)
    assert created["Servier"] == (m6, Status.DELAISSE)
    assert created["Ipsen"] == (m6 - one, Status.INACTIF)
    assert created["Région Bretagne"][1] == Status.PROSPECT
    assert created["Canal+"][1] == Status.INACTIF
    assert account["Naval Group"].status == Status.INACTIF
    assert account["Naval Group"].status_until == day + one


@pytest.mark.parametrize("status", Status)
def test_a_story_gives_the_status_it_was_told_for(status):
    rng = Random(5)
    for _ in range(400):
        day = date(2024, 1, 1) + timedelta(days=rng.randrange(1500))
        teller = Storyteller(rng, day)
        story = teller.story(status)
        facts = facts_from(story.created_on, story.affaires, story.opportunites)
        assert status_on(day, facts)[0] == status
        business = facts.affaires + facts.opportunites
        assert story.created_on <= min([day, *(span.starts_on for span in business)])
        assert all(span.ends_on is None or span.starts_on <= span.ends_on for span in business)
        assert all(8_000 <= affaire.amount <= 900_000 for affaire in story.affaires)


def test_demo_shows_bnp_paribas_and_its_filiales(demo, today):
    statuses = dict(
        demo.accounts.with_status(today).filter(parent__name="BNP Paribas").values_list("name", "status")
    )
    assert statuses == {
        "BNP Paribas Personal Finance": "actif",
        "BNP Paribas Cardif": "delaisse",
        "Arval": "prospect",
        "BNP Paribas Real Estate": "inactif",
        "Hello bank!": "actif",
    }
    bnp = demo.accounts.get(name="BNP Paribas")
    best = group_of(bnp, today).consolidated
    assert (status_of(demo, "BNP Paribas"), best.status) == ("delaisse", Status.ACTIF)
    assert best.giver.name == "BNP Paribas Personal Finance"
    assert best.counts == {"actif": 2, "prospect": 1, "delaisse": 1, "inactif": 1}
    programme = Projet.objects.get(account__name="BNP Paribas", espace=demo)
    followers = programme.affaires.values_list("account__name", flat=True)
    assert sorted(followers) == ["BNP Paribas Cardif", "BNP Paribas Personal Finance", "Hello bank!"]


def test_demo_shows_changes_to_come(demo, today):
    accounts = demo.accounts.with_status(today).with_next_status()
    falling = accounts.filter(status=Status.ACTIF, next_status=Status.DELAISSE)
    for days in (7, 30, 90):
        assert falling.filter(status_until__lte=today + timedelta(days=days)).exists()
    upcoming = Affaire.objects.upcoming(today).filter(espace=demo)
    worklist = set(accounts.to_follow_up(today).values_list("name", flat=True))
    assert {"CNP Assurances", "Groupama", "Hello bank!"} <= worklist
    assert upcoming.filter(account__name="Métropole de Lyon").exists()
    assert status_of(demo, "Métropole de Lyon") == "delaisse"
    left_out = {"Métropole de Lyon", "Lapeyre", "Suez", "Vivendi", "BNP Paribas"}
    assert worklist & left_out == set()


def test_demo_shows_relances_of_each_state_and_some_that_closed_themselves(demo, today):
    relances = Relance.objects.filter(espace=demo)
    to_do = relances.open()
    assert to_do.filter(due_on__lt=today).exists()
    assert to_do.filter(due_on=today).exists()
    assert to_do.filter(due_on__gt=today, due_on__lte=today + timedelta(days=7)).exists()
    assert to_do.exclude(cause="").exists()
    assert to_do.exclude(opportunite=None).exists()
    assert not relances.filter(done_on__isnull=False, outcome="").exists()
    assert not relances.filter(done_on__gt=today).exists()
    assert relances.filter(outcome__startswith="Close d'elle-même").count() == 3
    assert {role for (role,) in to_do.values_list("assignee__role")} == set(Role)
    assert not to_do.values("account").order_by().filter(account__name__in=SCENES).exists()


def test_demo_shows_the_curiosities_of_business(demo, today):
    opportunites = Opportunite.objects.filter(espace=demo)
    affaires = Affaire.objects.filter(espace=demo)
    assert [o.is_ghost(today) for o in opportunites.filter(account__name="Sodexo")] == [True]
    assert affaires.filter(cancelled_on__lt=F("starts_on")).exists()
    assert affaires.filter(cancelled_on__gte=F("starts_on")).exists()
    assert affaires.filter(ends_on=None, cancelled_on=None, starts_on__lt=today).exists()
    assert opportunites.filter(stage=Stage.GAGNEE, affaires=None).exists()
    assert opportunites.filter(stage=Stage.GAGNEE, affaires__isnull=False).exists()
    assert not opportunites.filter(stage=Stage.PERDUE, lost_reason="").exists()
    assert sum(demo.accounts.status_counts(today).values()) == 163
    assert demo.accounts.filter(do_not_follow_up=True).count() == 2
    assert demo.accounts.filter(owner=None).exists()


def test_demo_rows_keep_together(demo):
    for affaire in Affaire.objects.filter(espace=demo).select_related("account", "projet", "opportunite"):
        if affaire.projet:
            assert affaire.projet.account in affaire.account.get_ancestors(include_self=True)
        if affaire.opportunite:
            assert affaire.opportunite.account == affaire.account
            assert affaire.opportunite.closed_on <= affaire.starts_on
    for contact in Contact.objects.filter(espace=demo).select_related("account"):
        assert contact.email.endswith(f"@{contact.account.domain}")
    for note in Note.objects.filter(espace=demo).select_related("account", "contact"):
        assert note.author_id == note.account.owner_id
        assert note.contact is None or note.contact.account_id == note.account_id
        assert note.happened_at.date() < TODAY
    assert set(SCENES) <= set(demo.accounts.values_list("name", flat=True))


def rows_of(espace):
    """All the rows of an espace, told apart by names, not by ids."""
    told = {
        Account: (
            "name",
            "type",
            "parent__name",
            "website",
            "owner__user__email",
            "created_on",
            "archived_on",
        ),
        Projet: ("account__name", "name", "code"),
        Affaire: (
            *("account__name", "name", "projet__name", "opportunite__name", "owner__user__email"),
            *("starts_on", "ends_on", "cancelled_on", "amount"),
        ),
        Opportunite: (
            *("account__name", "name", "stage", "step", "amount", "probability", "lost_reason"),
            *("opened_on", "expected_close_on", "closed_on"),
        ),
        Contact: ("account__name", "first_name", "last_name", "job_title", "email", "phone", "left_on"),
        Note: ("account__name", "contact__last_name", "author__user__email", "happened_at", "text"),
        StatusPeriod: ("account__name", "status", "starts_on", "ends_before"),
    }
    return {
        model: Counter(model.objects.filter(espace=espace).values_list(*columns))
        for model, columns in told.items()
    }


def test_same_seed_on_the_same_day_gives_the_same_espace(demo, passwords, capsys):
    call_command("demo", espace="jumeau", passwords=passwords)
    call_command("demo", espace="autre", seed=2, passwords=passwords)
    twin, other = Espace.objects.get(slug="jumeau"), Espace.objects.get(slug="autre")
    assert rows_of(twin) == rows_of(demo)
    assert rows_of(other) != rows_of(demo)


def test_demo_says_how_to_sign_in_and_the_passwords_work(demo, passwords, capsys, monkeypatch):
    monkeypatch.setenv("PORT", "8123")
    call_command("demo", if_empty=True, passwords=passwords)
    address, *lines = capsys.readouterr().out.splitlines()
    assert address == "Vigie : http://localhost:8123"
    told = [line.split() for line in lines]
    assert [role for role, *_ in told] == ["Administrateur", "Avancé", "Standard"]
    for role, email, password in told:
        member = Membership.objects.get(espace=demo, user__email=email)
        assert member.get_role_display() == role
        assert Client().login(username=email, password=password)
    assert passwords.stat().st_mode & 0o777 == 0o600


def test_demo_twice_is_refused_and_changes_nothing(demo, passwords):
    before, kept = rows_of(demo), passwords.read_text()
    with pytest.raises(CommandError) as refusal:
        call_command("demo", seed=2, passwords=passwords)
    assert str(refusal.value) == "L'espace « Vigie Démo » a déjà des comptes : rien n'a été changé."
    assert (rows_of(demo), passwords.read_text()) == (before, kept)


def test_demo_if_empty_leaves_other_espaces_alone(atlas, amina, passwords, capsys):
    call_command("demo", if_empty=True, passwords=passwords)
    assert capsys.readouterr().out == "Vigie : http://localhost:8000\n"
    assert list(Espace.objects.all()) == [atlas]
    assert not passwords.exists()


def test_demo_if_empty_fills_when_there_is_no_espace(db, today, passwords, capsys):
    call_command("demo", if_empty=True, passwords=passwords)
    assert Espace.objects.get().accounts.count() == 163


def test_demo_says_when_a_password_is_no_longer_known(demo, passwords, capsys):
    changed = User.objects.get(email="karim.benali@vigie.example")
    changed.set_password("un autre mot de passe")
    changed.save()
    call_command("demo", if_empty=True, passwords=passwords)
    unknown = [line.split()[1] for line in capsys.readouterr().out.splitlines() if "inconnu" in line]
    assert unknown == ["karim.benali@vigie.example"]
    passwords.unlink()
    call_command("demo", if_empty=True, passwords=passwords)
    assert capsys.readouterr().out.count("mot de passe inconnu") == 3


def test_demo_takes_the_kept_passwords_again_for_another_database(demo, passwords, capsys):
    kept = passwords.read_text()
    Espace.objects.filter(pk=demo.pk).update(slug="ancien")
    call_command("demo", passwords=passwords)
    assert passwords.read_text() == kept
    assert Membership.objects.filter(user__email="lina.fontaine@vigie.example").count() == 2


def test_demo_fills_an_espace_that_has_no_account_yet(atlas, amina, passwords, capsys):
    call_command("demo", espace="atlas", passwords=passwords)
    assert atlas.accounts.count() == 163
    assert atlas.memberships.filter(role=Role.ADMINISTRATEUR).count() == 2


def test_demo_says_when_the_passwords_cannot_be_kept(db, today, tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("demo", passwords=tmp_path / "absent" / "passwords")
    assert "ne peut pas être écrit" in str(refusal.value)
    assert not Espace.objects.exists()
