"""`manage.py import_accounts`: accounts from a file, in any order, each refused line with its reason."""

import codecs
from datetime import date
from time import process_time

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from accounts.models import Account, AccountTag, StatusPeriod, Tag
from accounts.services.account import create_account
from accounts.services.demo import COMPANIES
from accounts.services.importing import dry_run, import_accounts
from accounts.services.importing.reading import MAX_BYTES
from accounts.services.status import rebuild
from accounts.services.tree import broken_trees
from crm.actor import Actor, Door
from crm.roles import Role
from crm.services.member import add_member

HEADER = "nom;type;site_web;compte_parent;tags"
COMMAND = Actor(door=Door.COMMAND)


@pytest.fixture
def load(atlas, today):
    """Import lines into Atlas: `load("EDF;Groupe;;;", header=HEADER)` returns the report."""

    def load(*lines, header=HEADER, espace=atlas, by=COMMAND):
        content = "\n".join([header, *lines]).encode()
        return import_accounts(by=by, espace=espace, content=content, today=today)

    return load


@pytest.fixture
def command(atlas, today, tmp_path, capsys):
    """Run the command on bytes: returns what it says on stdout and stderr."""

    def run(content: bytes, **options):
        file = tmp_path / "comptes.csv"
        file.write_bytes(content)
        call_command("import_accounts", str(file), espace="atlas", **options)
        said = capsys.readouterr()
        return said.out, said.err

    return run


def tree_of(espace):
    """Each account's path, in the order of the trees."""
    accounts = espace.accounts.order_by("tree_id", "lft")
    return [" › ".join(a.name for a in account.get_ancestors(include_self=True)) for account in accounts]


def test_import_creates_the_real_companies(command, atlas, today):
    out, err = command(COMPANIES.read_bytes())
    assert (out, err) == ("163 lignes : 163 comptes créés, 0 déjà là, 0 refusée.\n", "")
    arval = atlas.accounts.get(name="Arval")
    assert (arval.type, arval.website, arval.parent.name, arval.created_on, arval.owner) == (
        "client",
        "https://www.arval.com/".rstrip("/"),
        "BNP Paribas",
        today,
        None,
    )
    assert sorted(arval.tags.names()) == ["location", "mobilité"]
    pacifica = atlas.accounts.get(name="Pacifica")
    assert [a.name for a in pacifica.get_ancestors()] == [
        "Groupe Crédit Agricole",
        "Crédit Agricole Assurances",
    ]
    assert broken_trees() == ([], atlas.accounts.filter(parent=None).count())
    assert atlas.accounts.status_counts(on=today)["prospect"] == 163
    assert rebuild(espace=atlas) == []


def test_import_twice_changes_nothing(command, atlas):
    command(COMPANIES.read_bytes())
    before = list(Account.objects.order_by("pk").values())
    links = list(AccountTag.objects.order_by("pk").values())
    out, err = command(COMPANIES.read_bytes().replace(b"Arval;Client", "ARVÀL;Partenaire".encode()))
    assert (out, err) == ("163 lignes : 0 compte créé, 163 déjà là, 0 refusée.\n", "")
    assert list(Account.objects.order_by("pk").values()) == before
    assert list(AccountTag.objects.order_by("pk").values()) == links


def test_dry_run_says_the_same_and_writes_nothing(command, atlas, django_assert_num_queries):
    content = COMPANIES.read_bytes() + b"Orphelin;Client;;Absent;\n"
    out, err = command(content, dry_run=True)
    assert out == (
        "164 lignes : 163 comptes créés, 0 déjà là, 1 refusée.\nEssai seulement : rien n'a été écrit.\n"
    )
    assert err == "Ligne 165 : Le compte parent « Absent » est inconnu.\n"
    assert [model.objects.count() for model in (Account, Tag, AccountTag, StatusPeriod)] == [0, 0, 0, 0]
    assert command(content)[0] == "164 lignes : 163 comptes créés, 0 déjà là, 1 refusée.\n"


def test_import_takes_parents_in_any_order(load, atlas):
    report = load("Pacifica;Client;;Assurances;", "Assurances;Client;;Agricole;", "Agricole;Groupe;;;")
    assert (report.created, report.refused) == (3, [])
    assert tree_of(atlas) == ["Agricole", "Agricole › Assurances", "Agricole › Assurances › Pacifica"]
    assert broken_trees() == ([], 1)


def test_import_puts_rows_under_accounts_already_there(load, account, atlas):
    bnp = account("BNP Paribas", type="groupe")
    cardif = account("Cardif", parent=bnp)
    account("Arval", parent=bnp)
    other = account("EDF", type="groupe")
    report = load(
        "Cardif Lyon;Client;;Cardif;", "Hello;Client;;bnp paribas;", "Cardif Rhône;Client;;CARDIF LYON;"
    )
    assert (report.created, report.refused) == (3, [])
    assert tree_of(atlas) == [
        "BNP Paribas",
        "BNP Paribas › Cardif",
        "BNP Paribas › Cardif › Cardif Lyon",
        "BNP Paribas › Cardif › Cardif Lyon › Cardif Rhône",
        "BNP Paribas › Arval",
        "BNP Paribas › Hello",
        "EDF",
    ]
    assert broken_trees() == ([], 2)
    # And mptt goes on from there.
    account("Enedis", parent=other)
    account("Cardif Vie", parent=cardif)
    assert broken_trees() == ([], 2)


def test_import_fills_the_optional_columns(load, atlas, victor, today):
    header = "Nom ; TYPE;Site web;Compte-parent;Tags;Créé le;Responsable"
    load(
        "EDF;groupe;EDF.fr;;Énergie, energie,  Grand  compte ;2024-03-01;VICTOR@atlas.fr",
        "Enedis;CLIENT;;Edf;;01/03/2024;victor LEMOINE",
        header=header,
    )
    edf, enedis = atlas.accounts.order_by("pk")
    assert (edf.website, edf.created_on, edf.owner) == ("https://edf.fr", date(2024, 3, 1), victor)
    assert sorted(edf.tags.names()) == ["Grand compte", "Énergie"]
    assert (enedis.parent, enedis.created_on, enedis.owner) == (edf, date(2024, 3, 1), victor)
    assert edf.today_status is None or edf.today_status == "inactif"
    assert atlas.accounts.status_counts(on=today)["inactif"] == 2


@pytest.mark.parametrize("encoding", ("utf-8", "utf-8-sig", "cp1252"))
@pytest.mark.parametrize("newline", ("\n", "\r\n", "\r"))
def test_import_reads_what_spreadsheets_write(command, atlas, encoding, newline):
    lines = [
        HEADER + ";;",
        "Énergie de l’Œuvre;Client;;;été;;",
        ";;;;;;",
        '"Vins ; ""Fins""";Client;;;;;',
        "",
    ]
    command(newline.join(lines).encode(encoding))
    assert set(atlas.accounts.values_list("name", flat=True)) == {"Énergie de l’Œuvre", 'Vins ; "Fins"'}


@pytest.mark.parametrize(
    ("line", "reason"),
    (
        (";Client;;;", "Il manque le nom."),
        ("X;;;;", "Il manque le type : Client, Concurrent, Groupe, Interne ou Partenaire."),
        (
            "X;Cliant;;;",
            "« Cliant » n'est pas un type de compte : Client, Concurrent, Groupe, Interne ou Partenaire.",
        ),
        (
            "X;Client;pas un site;;",
            "« pas un site » n'est pas l'adresse d'un site web : écrivez par exemple bnpparibas.fr.",
        ),
        ("X;Client;;Absent;", "Le compte parent « Absent » est inconnu."),
        ("X;Client;;x;", "Un compte ne peut pas être placé sous lui-même."),
        ("X;Client;;", "Elle a 4 cellules au lieu de 5."),
        ("X;Client;;;;encore", "Elle a 6 cellules au lieu de 5."),
        ("X\0Y;Client;;;", "La colonne nom contient un caractère de contrôle (U+0000)."),
        ("X;Client;;;a\x1bb", "La colonne tags contient un caractère de contrôle (U+001B)."),
        ("X" * 201 + ";Client;;;", "Le nom dépasse 200 caractères."),
        ("X;Client;;;" + "t" * 61, f"Le tag « {'t' * 61} » dépasse 60 caractères."),
        ("X;Client;;;" + "ﷺ" * 4, "Le tag « ﷺﷺﷺﷺ » dépasse 60 caractères."),
        ("X;Client;" + "x" * 290 + ".example.fr;;", None),
        ("X;Client;;;" + "t," * 70_000, "Elle dépasse 10000 caractères."),
        (
            '"X;Client;;;',
            "Ses guillemets ne vont pas par deux : dans une cellule entre guillemets, doublez-les.",
        ),
        (";Cliant;;;", None),
    ),
)
def test_line_that_cannot_be_imported_is_named_and_no_other_is_lost(load, atlas, line, reason):
    report = load("Avant;Client;;;", line, "Après;Client;;;")
    assert (report.created, report.lines) == (2, 3)
    ((number, said),) = report.refused
    assert number == 3
    assert reason is None or said == reason
    assert sorted(atlas.accounts.values_list("name", flat=True)) == ["Après", "Avant"]


def test_line_with_several_faults_says_them_all(load):
    assert load(";Cliant;;;").refused[0][1].startswith("Il manque le nom. « Cliant » n'est pas un type")


@pytest.mark.parametrize(
    ("created_on", "reason"),
    (
        ("31/02/2024", "« 31/02/2024 » n'est pas une date : écrivez 2024-03-01 ou 01/03/2024."),
        ("mars 2024", "« mars 2024 » n'est pas une date : écrivez 2024-03-01 ou 01/03/2024."),
        ("2025-06-01", "Sa date de création, le 01/06/2025, est dans le futur."),
    ),
)
def test_line_with_a_wrong_date_is_refused(load, created_on, reason):
    report = load(f"X;Client;{created_on}", header="nom;type;cree_le")
    assert report.refused == [(2, reason)]


def test_owner_must_be_an_active_member_of_the_espace(load, atlas, victor, otto):
    header = "nom;type;responsable"
    gone = add_member(
        espace=atlas, email="gone@atlas.fr", role=Role.AVANCE, first_name="Léa", last_name="Roy"
    )
    gone.is_active = False
    gone.save()
    twin = {"role": Role.STANDARD, "first_name": "Victor", "last_name": "Lemoine"}
    add_member(espace=atlas, email="victor2@atlas.fr", **twin)
    report = load("A;Client;otto@boreal.fr", "B;Client;Léa Roy", "C;Client;victor lemoine", header=header)
    assert report.refused == [
        (2, "Le responsable « otto@boreal.fr » n'est pas un membre actif de l'espace."),
        (3, "Le responsable « Léa Roy » n'est pas un membre actif de l'espace."),
        (4, "2 membres s'appellent « victor lemoine » : écrivez l'adresse e-mail du responsable."),
    ]


def test_same_account_twice_in_a_file_is_created_once(load, atlas):
    report = load("EDF;Groupe;;;", "edf;Client;;;", "Enedis;Client;;EDF;", "ÉNEDIS ;Client;;Edf;x")
    assert (report.created, report.already_there, report.refused) == (2, 2, [])
    assert tree_of(atlas) == ["EDF", "EDF › Enedis"]


def test_sound_line_counts_when_an_equal_one_was_refused(load, atlas):
    report = load("EDF;Grupe;;;", "EDF;Groupe;;;", "Enedis;Client;;EDF;")
    assert (report.created, [line for line, _ in report.refused]) == (2, [2])


def test_same_name_under_another_parent_is_another_account(load, atlas):
    report = load("A;Groupe;;;", "B;Groupe;;;", "Achats;Client;;A;", "Achats;Client;;B;", "Achats;Client;;;")
    assert (report.created, report.already_there) == (5, 0)
    assert sorted(tree_of(atlas)) == ["A", "A › Achats", "Achats", "B", "B › Achats"]


def test_parent_that_several_accounts_may_be_is_ambiguous(load, account, atlas):
    account("Achats", parent=account("A", type="groupe"))
    reason = (
        "Le compte parent « achats » est ambigu : 2 comptes s'appellent ainsi. "
        "Écrivez son chemin, par exemple « Groupe › achats »."
    )
    report = load("Achats;Client;;B;", "B;Groupe;;;", "Lyon;Client;;achats;", "Sous Lyon;Client;;Lyon;")
    assert report.created == 2
    assert report.refused == [(4, reason), (5, "Son compte parent, ligne 4, est refusé.")]


def test_path_tells_homonyms_apart(load, atlas):
    rows = (
        "Lyon;Client;;B › Achats;",
        "A;Groupe;;;",
        "B;Groupe;;;",
        "Achats;Client;;A;",
        "Achats;Client;;B;",
    )
    assert (load(*rows).created, load(*rows).already_there) == (5, 5)
    assert sorted(tree_of(atlas)) == ["A", "A › Achats", "B", "B › Achats", "B › Achats › Lyon"]


def test_account_may_go_under_a_homonym(load, atlas):
    rows = ("Bouygues;Client;;Bouygues;", "Bouygues;Groupe;;;")
    first, second = load(*rows), load(*rows)
    assert (first.created, second.created, second.already_there) == (2, 0, 2)
    assert tree_of(atlas) == ["Bouygues", "Bouygues › Bouygues"]


def test_cycle_is_refused_with_its_path_and_what_is_below_it_too(load, atlas):
    report = load("A;Client;;C;", "B;Client;;A;", "C;Client;;B;", "Sous A;Client;;A;", "Seul;Client;;;")
    assert report.created == 1
    cannot = "Un compte ne peut pas être placé sous lui-même : "
    assert report.refused == [
        (2, f"{cannot}A › B › C › A."),
        (3, f"{cannot}B › C › A › B."),
        (4, f"{cannot}C › A › B › C."),
        (5, "Son compte parent, ligne 2, est refusé."),
    ]


def test_row_below_a_refused_one_does_not_go_under_a_homonym(load, account, atlas):
    account("Achats", parent=account("A", type="groupe"))
    report = load("B;Groupe;;;", "Achats;Cliant;;B;", "Lyon;Client;;Achats;")
    assert [line for line, _ in report.refused] == [3, 4]
    assert report.refused[1][1].startswith("Le compte parent « Achats » est ambigu")


def test_row_that_would_go_into_a_broken_tree_is_refused(load, account, atlas):
    bnp = account("BNP Paribas", type="groupe")
    account("Arval", parent=bnp)
    Account.objects.filter(pk=bnp.pk).update(rght=2)
    report = load("Cardif;Client;;BNP Paribas;", "Cardif Lyon;Client;;Cardif;", "EDF;Groupe;;;")
    assert report.created == 1
    assert [line for line, _ in report.refused] == [2, 3]
    assert "tree_check --repair" in report.refused[0][1]


@pytest.mark.parametrize(
    ("content", "reason"),
    (
        (b"", "Ce fichier est vide."),
        (b"\n\n;;;\n", "Ce fichier est vide."),
        (b"PK\x03\x04\x14\0", "C'est un classeur : enregistrez-le au format CSV (point-virgule, UTF-8)."),
        (codecs.BOM_UTF16_LE + "nom;type".encode("utf-16-le"), "Ce fichier est en UTF-16"),
        (bytes(range(256)), "Ce fichier n'est pas un texte"),
        (codecs.BOM_UTF8 + b"nom;type\nCaf\xe9;Client", "Ce fichier n'est pas un texte"),
        (b"\x7fELF\x02\x01\x01\0\0;\0\n", "Ce fichier n'est pas un texte"),
        (b"nom;site_web\nX;x.fr", "Il manque à la première ligne : type."),
        (b"X;Client;x.fr;;", "Il manque à la première ligne : nom, type."),
        (b"nom,type\nX,Client", "Les colonnes doivent être séparées par des points-virgules."),
        (
            b"nom;type;parent\nX;Client;Y",
            "Colonne inconnue : « parent ». Colonnes possibles : nom, type, site_web",
        ),
        (b"nom;type;Nom\nX;Client;Y", "Colonne en double : nom."),
        (b'"nom;type\nX;Client', "Première ligne illisible."),
        (b"n" * 200_000, "Première ligne illisible."),
        (b"nom;type\n" + b"x" * MAX_BYTES, "Ce fichier dépasse 32 Mo"),
    ),
)
def test_file_that_cannot_be_read_gets_a_sentence_and_nothing_is_done(command, atlas, content, reason):
    with pytest.raises(CommandError) as refusal:
        command(content)
    assert reason in str(refusal.value)
    assert not Account.objects.exists()


def test_unknown_file_and_espace_get_a_sentence(atlas, boreal, tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("import_accounts", str(tmp_path / "absent.csv"), espace="atlas")
    assert "absent.csv ne peut pas être lu" in str(refusal.value)
    file = tmp_path / "comptes.csv"
    file.write_text(HEADER)
    with pytest.raises(CommandError) as refusal:
        call_command("import_accounts", str(file), espace="zenith")
    assert str(refusal.value) == "L'espace « zenith » n'existe pas. Espaces : atlas, boreal."


def test_import_sees_and_touches_one_espace_only(load, atlas, boreal, otto, today):
    values = {"name": "EDF", "type": "groupe", "tags": ["énergie"], "website": "edf.fr"}
    theirs = create_account(by=Actor.of(otto), espace=boreal, today=today, **values)
    report = load("Enedis;Client;;EDF;énergie", "EDF;Groupe;;;ENERGIE", "Dalkia;Client;;edf;Énergie")
    assert (report.created, report.already_there) == (3, 0)
    assert [a.name for a in theirs.get_descendants()] == []
    for link in AccountTag.objects.select_related("content_object", "tag"):
        assert link.content_object.espace_id == link.tag.espace_id
    assert (Tag.objects.filter(espace=atlas).count(), Tag.objects.filter(espace=boreal).count()) == (1, 1)
    assert (boreal.accounts.count(), atlas.accounts.count()) == (1, 3)


def test_import_by_avance(load, victor, atlas):
    assert load("EDF;Groupe;;;", by=Actor.of(victor, Door.IMPORT)).created == 1


@pytest.mark.parametrize("do", (import_accounts, dry_run))
def test_import_refused_to_standard_and_to_strangers(atlas, sara, otto, today, do):
    for member in (sara, otto):
        with pytest.raises(PermissionDenied):
            do(by=Actor.of(member), espace=atlas, content=f"{HEADER}\nX;Client;;;".encode(), today=today)
    assert not Account.objects.exists()


def big_file(prefix, *, under=""):
    """10,000 accounts in shuffled order: 500 groups of 9 filiales of 1 agence, and 500 alone."""
    groups = [f"{prefix} groupe {g};Groupe;g{g}.fr;{under};grand compte" for g in range(500)]
    below = [
        line
        for g in range(500)
        for f in range(9)
        for line in (
            f"{prefix} filiale {g}-{f};Client;f{g}-{f}.fr;{prefix} groupe {g};secteur {f}, région {g % 20}",
            f"{prefix} agence {g}-{f};Client;;{prefix} filiale {g}-{f};agence",
        )
    ]
    alone = [f"{prefix} seul {n};Client;;;t{n % 30}, seul" for n in range(500)]
    lines = groups + below + alone
    # Children come before parents as often as after.
    return [lines[7919 * n % len(lines)] for n in range(len(lines))]


# Processor time: what else the machine is doing is no fault of the import.
@pytest.mark.serial
def test_ten_thousand_accounts_take_at_most_15_s(load, atlas):
    start = process_time()
    report = load(*big_file("A"))
    assert process_time() - start < 15
    assert (report.created, report.refused) == (10_000, [])
    start = process_time()
    assert load(*big_file("B", under="A groupe 1")).created == 10_000
    assert process_time() - start < 15
    assert broken_trees() == ([], 1500)


@pytest.mark.serial
@pytest.mark.parametrize(
    "lines",
    (
        [f"N{n};Client;;N{n + 1};" for n in range(3000)] + ["N3000;Groupe;;;"],
        [f"N{n};Client;;N{(n + 1) % 10_000};" for n in range(10_000)],
        [f"Agence;Client;;G{n};" for n in range(5000)] + [f"G{n};Groupe;;;" for n in range(5000)],
        ["Agence;Client;;Agence;"] * 10_000,
    ),
    ids=("a chain upside down", "one long cycle", "homonyms", "one line again and again"),
)
def test_hostile_shapes_are_not_slow(atlas, today, lines):
    start = process_time()
    dry_run(by=COMMAND, espace=atlas, content="\n".join([HEADER, *lines]).encode(), today=today)
    assert process_time() - start < 5
