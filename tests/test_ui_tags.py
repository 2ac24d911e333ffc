"""The atoms of the interface: crm/templatetags/ui.py."""

import re
from datetime import date
from decimal import Decimal
from math import cos, radians, sin
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from lucide import IconDoesNotExist

from crm.templatetags import ui

TODAY = date(2026, 11, 24)


def render(source: str, **context) -> str:
    return Template(source).render(Context(context)).strip()


class AccountForm(forms.Form):
    name = forms.CharField(label="Nom")
    website = forms.CharField(label="Site web", required=False, help_text="bnpparibas.fr suffit.")


# Atoms


def test_icon_is_hidden_from_screen_readers_and_drawn_once():
    first = ui.icon("building-2", 20)
    assert 'aria-hidden="true"' in first
    assert 'width="20"' in first
    assert ui.icon("building-2", 20) is first


def test_unknown_icon_is_an_error():
    with pytest.raises(IconDoesNotExist):
        ui.icon("no-such-icon")


def test_pill_says_the_status_in_words():
    assert render('{% pill "Délaissé" "amber" %}') == '<span class="pill tone-amber">Délaissé</span>'


@pytest.mark.parametrize("tag", ("pill", "chip_tag", "avatar", "monogram"))
def test_names_are_escaped(tag):
    html = render("{% " + tag + " name %}", name="<script>alert(1)</script>")
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("name", "initials"),
    (
        ("BNP Paribas", "BP"),
        ("Société Générale SA", "SG"),
        ("Maison Vauban S.A.R.L.", "MV"),
        ("Groupe Rocher", "RO"),
        ("Groupe Le Duff SAS", "DU"),
        ("Groupe", "GR"),
        ("SAS", "SA"),
        ("CHU de Grenoble", "CG"),
        ("L’Oréal", "OR"),
        ("Éditions du Phare", "ÉP"),
        ("3M", "3M"),
        ("SELARL Durand", "DU"),
        ("Cabinet Roux SELAS", "CR"),
        ("Tata Co., Ltd.", "TA"),
        ("Weber Maschinen GmbH & Co. KG", "WM"),
        ("Acme S.à r.l.", "AC"),
        ("ACME s.a r.l.", "AC"),
        ("Sar l’Atelier", "SA"),
        ("Pirelli S.p.A.", "PI"),
        ("Nokia Oyj", "NO"),
        ("Dupont Conseil LLP", "DC"),
        ("AS Monaco", "AM"),
        ("Spa de Vichy", "SV"),
        ("SA SAS SARL", "SS"),
        ("Co KG", "CO"),
        ("ﬃ", "FF"),
        ("ﬃ ßeta", "FS"),
        ("ße", "SS"),
        ("e\u0301cole", "ÉC"),
        ("—", "?"),
    ),
)
def test_initials_of_a_company(name, initials):
    assert ui.company_initials(name) == initials


def rgb(lightness: float, chroma: float, hue: float) -> tuple[float, ...]:
    """Linear sRGB of an OKLCH colour, what a screen cannot show brought to what it can."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long, medium, short = (
        (lightness + x * a + y * b) ** 3
        for x, y in (
            (0.3963377774, 0.2158037573),
            (-0.1055613458, -0.0638541728),
            (-0.0894841775, -1.291485548),
        )
    )
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
    )
    return tuple(min(max(part, 0.0), 1.0) for part in linear)


def luminance(colour: tuple[float, ...]) -> float:
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), rgb(*colour), strict=True))


@pytest.mark.parametrize("tone", ui.MONOGRAM_TONES)
@pytest.mark.parametrize("theme", (0, 1), ids=("light", "dark"))
def test_initials_of_a_monogram_stand_out_from_their_tone(tone, theme):
    """WCAG 2.2, 1.4.3, on the colours of the stylesheet itself."""
    css = (Path(settings.BASE_DIR) / "static/css/tones.css").read_text()
    hue = float(re.search(rf"\.tone-{tone} \{{\s*--hue: (\d+);\s*\}}", css)[1])

    def colour(name: str) -> tuple[float, float, float]:
        whole = re.search(rf"--tone-{name}: light-dark\((.*?)\);", css, re.DOTALL)[1]
        lightness, chroma = re.findall(r"oklch\(([\d.]+) calc\(([\d.]+)", whole)[theme]
        return float(lightness), float(chroma), hue

    darker, lighter = sorted((luminance(colour("bg")), luminance(colour("fg"))))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_monogram_keeps_its_colour_when_the_account_is_renamed():
    before, after = ui.monogram("BNP Paribas", 12), ui.monogram("Cardif", 12)
    assert before.replace("BP", "CA") == after


def test_avatar_names_the_person():
    assert '<span class="vh">Claire Morel</span>' in ui.avatar("Claire Morel")


# Addresses


@pytest.mark.parametrize(
    ("address", "changes", "expected"),
    (
        ("/comptes/", {"tri": "nom"}, "?tri=nom"),
        ("/comptes/?q=bnp", {"statut": "actif"}, "?q=bnp&statut=actif"),
        ("/comptes/?q=bnp&page=3&suite=x", {"q": "axa"}, "?q=axa"),
        ("/comptes/?q=bnp&page=3", {"page": 4}, "?q=bnp&page=4"),
        ("/comptes/?statut=actif&statut=prospect", {"tri": "nom"}, "?statut=actif&statut=prospect&tri=nom"),
        ("/comptes/", {"type": ["client", "groupe"]}, "?type=client&type=groupe"),
        ("/comptes/?type=client&type=groupe&q=a", {"type": None}, "?q=a"),
        ("/comptes/?type=client", {"type": []}, "/comptes/"),
    ),
)
def test_qs_changes_the_present_address(address, changes, expected):
    assert ui.qs({"request": RequestFactory().get(address)}, **changes) == expected


@pytest.mark.parametrize(
    ("url_name", "expected"),
    (
        ("comptes", ' aria-current="page"'),
        ("compte_modifier", ' aria-current="true"'),
        ("affaires", ""),
    ),
)
def test_current_marks_the_section_one_is_in(url_name, expected):
    request = SimpleNamespace(resolver_match=SimpleNamespace(url_name=url_name))
    assert ui.current({"request": request}, "compte") == expected


def test_current_says_nothing_on_an_error_page():
    assert ui.current({}, "compte") == ""


# Dates and numbers


def test_day_is_written_as_the_french_do():
    assert ui.day(date(2027, 6, 3)) == "3 juin 2027"
    assert ui.day(date(2027, 1, 1)) == "1er janvier 2027"
    assert ui.day_short(date(2027, 2, 3)) == "3 févr. 2027"
    assert ui.day(None) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    (
        (date(2026, 11, 24), "aujourd'hui"),
        (date(2026, 11, 25), "demain"),
        (date(2026, 11, 23), "hier"),
        (date(2026, 12, 6), "dans 12 j"),
        (date(2026, 11, 21), "il y a 3 j"),
        (date(2027, 3, 23), "dans 119 j"),
        (date(2027, 3, 24), "dans 4 mois"),
        (date(2023, 11, 24), "il y a 3 ans"),
        (None, ""),
    ),
)
def test_near_says_how_far_a_date_is(value, expected):
    assert ui.near(value, TODAY) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    (
        ("0", "0 €"),
        ("850", "850 €"),
        ("999.60", "1 k€"),
        ("1250", "1,3 k€"),
        ("12345", "12 k€"),
        ("999999", "1 M€"),
        ("1240000", "1,2 M€"),
        ("12400000", "12 M€"),
        ("1234000000", "1 234 M€"),
        ("-4200", "-4,2 k€"),
    ),
)
def test_euros_at_a_glance(amount, expected):
    assert ui.euros(Decimal(amount)) == expected.replace(" ", ui.THIN_SPACE)


def test_whole_numbers_and_amounts():
    assert ui.thousands(12345) == "12\u202f345"
    assert ui.euros_full(Decimal("12345")) == "12\u202f345,00\u202f€"
    assert ui.euros(None) == ui.euros_full(None) == ui.thousands(None) == ""


# Forms


def test_field_ties_label_help_and_control_together():
    html = render("{% field form.website %}", form=AccountForm())
    assert '<label for="id_website">Site web</label>' in html
    assert 'aria-describedby="id_website_helptext"' in html
    assert 'id="id_website_helptext">bnpparibas.fr suffit.' in html
    assert "obligatoire" not in html


def test_field_says_its_error_where_the_control_points():
    html = render("{% field form.name %}", form=AccountForm({}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert "(obligatoire)" in html


def test_field_becomes_a_picker_where_there_is_a_search():
    html = render('{% field form.name src="/recherche/" depends="#id_website" %}', form=AccountForm())
    assert '<combo-box src="/recherche/" depends="#id_website">' in html


def test_form_errors_links_to_each_field():
    html = render("{% form_errors form %}", form=AccountForm({}))
    assert "Une erreur est à corriger" in html
    assert '<a href="#id_name">Nom</a> : Ce champ est obligatoire.' in html
    assert 'role="alert"' in html


def test_form_errors_says_nothing_when_nothing_is_wrong():
    assert render("{% form_errors form %}", form=AccountForm({"name": "BNP"})) == ""


def test_form_errors_escapes_what_was_typed():
    form = AccountForm({"name": "BNP"})
    form.add_error(None, "<b>BNP</b> existe.")
    assert "&lt;b&gt;BNP" in render("{% form_errors form %}", form=form)
