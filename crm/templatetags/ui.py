"""The atoms of the interface, as template tags and filters (see docs/ui.md).

They receive values and never query. Those that a list repeats on each row are drawn once, then remembered.
Rows of tables use them instead of includes, which cost twice as much. `accounts/templatetags/` builds on
these functions.
"""

import functools
import zlib
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField
from lucide.templatetags.lucide import lucide

from crm import french
from crm.markup import format_html, format_html_join
from crm.models import Espace, Membership
from crm.names import bare_words, words_of
from crm.roles import Role

register = template.Library()

THIN_SPACE = "\u202f"  # narrow no-break space, which French puts inside numbers and before units

MONOGRAM_TONES = ("red", "orange", "amber", "green", "teal", "blue", "indigo", "violet", "pink")
ROLE_TONES = {Role.STANDARD: "gray", Role.AVANCE: "blue", Role.ADMINISTRATEUR: "indigo"}
LINKING_WORDS = frozenset(("de", "du", "des", "la", "le", "les", "et", "d", "l", "of", "the", "and"))


# Atoms


@functools.lru_cache(maxsize=512)
def _icon(name: str, size: int, cls: str) -> str:
    classes = f"icon {cls}".strip()
    return lucide(name, size=size, **{"class": classes, "aria-hidden": "true", "focusable": "false"})


@register.simple_tag
def icon(name: str, size: int = 16, cls: str = "") -> str:
    """A Lucide icon, hidden from screen readers."""
    return _icon(name, size, cls)


@register.simple_tag
@functools.lru_cache(maxsize=512)
def pill(label: str, tone: str = "gray") -> str:
    """A status: a dot and the word, so that colour is never the only sign."""
    return format_html('<span class="pill tone-{}">{}</span>', tone, label)


@register.simple_tag
def role_pill(member: Membership) -> str:
    return pill(member.get_role_display(), ROLE_TONES[Role(member.role)])


@register.simple_tag
@functools.lru_cache(maxsize=2048)
def chip_tag(label: str, tone: str = "gray") -> str:
    """A tag of the espace's catalogue."""
    return format_html('<span class="tag tone-{}">{}</span>', tone, label)


@register.simple_tag
def avatar(person: object, tone: str = "", large: bool = False) -> str:
    """The initials of a person, the full name as a title. Without a tone, one that stays theirs.

    person: their name, or a row whose text it is. large: beside the title of their page.
    """
    return _avatar(str(person), tone, large)


@functools.lru_cache(maxsize=2048)
def _avatar(name: str, tone: str, large: bool) -> str:
    return format_html(
        '<span class="avatar{} tone-{}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="vh">{}</span></span>',
        " large" if large else "",
        tone or tone_of(name),
        name,
        _two_letters(words_of(name)),
        name,
    )


@register.simple_tag
@functools.lru_cache(maxsize=4096)
def monogram(name: str, key: object = None, size: int = 28) -> str:
    """The logo of an account that has none: two initials on a colour.

    key: what the colour is drawn from (the account's id, say), so that a renamed account keeps it.
    size: 28, 36 or 56 px.
    """
    return format_html(
        '<span class="logo logo-{} tone-{}" aria-hidden="true">{}</span>',
        size,
        tone_of(name if key is None else key),
        company_initials(name),
    )


@register.simple_tag
def logo(src: str, size: int = 28, ground: str = "") -> str:
    """A logo as a picture. ground: "light" or "dark" where it needs that behind it, whatever the theme."""
    return format_html(
        '<span class="logo logo-{0}{1}"><img src="{2}" alt="" loading="lazy" decoding="async" '
        'width="{0}" height="{0}"></span>',
        size,
        f" logo-on-{ground}" if ground else "",
        src,
    )


@register.filter
def tone_of(key: object) -> str:
    """A tone that depends on nothing but the key: the same on every page, machine and day."""
    return MONOGRAM_TONES[zlib.crc32(str(key).encode()) % len(MONOGRAM_TONES)]


def company_initials(name: str) -> str:
    """Two initials: legal forms, linking words and a leading "Groupe" tell companies apart badly."""
    words = bare_words(name)
    return _two_letters([word for word in words if word.casefold() not in LINKING_WORDS] or words)


def _two_letters(words: list[str]) -> str:
    if not words:
        return "?"
    # Cut once they are capitals: « ﬃ » and « ß » make more than one.
    first, *others = (word[:2].upper() for word in words[:2])
    return first[0] + others[0][0] if others else first[:2]


# Addresses


@register.simple_tag(takes_context=True)
def qs(context, **changes) -> str:
    """The present address with some parameters changed; None, "" or [] removes one, a list repeats it.

    `page` and `suite` are dropped whenever what is listed changes: they point into rows that are no longer
    there.
    """
    request = context["request"]
    query = dict(request.GET.lists())
    if changes.keys() - {"page", "suite", "nombres"}:
        query.pop("page", None)
        query.pop("suite", None)
    for key, value in changes.items():
        query.pop(key, None)
        if isinstance(value, list | tuple):
            query[key] = value
        elif value is not None and value != "":
            query[key] = [value]
    query = urlencode(query, doseq=True)
    return f"?{query}" if query else request.path


@register.simple_tag(takes_context=True)
def toggle(context, name: str, value: str) -> str:
    """The present address with a value added to a repeated parameter, or taken away when it is there."""
    values = context["request"].GET.getlist(name)
    changed = [kept for kept in values if kept != value] if value in values else [*values, value]
    return qs(context, **{name: changed})


@register.simple_tag(takes_context=True)
def current(context, prefix: str) -> str:
    """aria-current for the link of a section: every page whose URL name starts with the prefix."""
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None or not (match.url_name or "").startswith(prefix):
        return ""
    return format_html(' aria-current="{}"', "page" if match.url_name == f"{prefix}s" else "true")


@register.simple_tag
def in_dialog(address: str) -> str:
    """The attributes of a link to a form, which opens in the dialog of the page where scripts run."""
    return format_html(
        'href="{0}" data-dialog="#dialogue" hx-get="{0}" hx-target="#dialogue" hx-indicator="#dialogue"',
        address,
    )


# Dates and numbers


@register.filter
def local_day(moment: datetime, espace: Espace) -> date:
    """The calendar day of a moment in the espace's time zone."""
    return moment.astimezone(ZoneInfo(espace.timezone)).date()


@register.filter
def day(value: date | None) -> str:
    """`3 juin 2027`, `1er janvier 2027`."""
    return french.day(value) if value else ""


@register.filter
def day_short(value: date | None) -> str:
    """`3 févr. 2027`."""
    return french.day(value, french.SHORT_MONTHS) if value else ""


@register.filter
def near(value: date | None, today: date) -> str:
    """How far a date is: `aujourd'hui`, `demain`, `dans 12 j`, `il y a 5 mois`.

    From 120 days on, months say more than days, and from two years on, years. The full date belongs
    in a title beside it.
    """
    if not value:
        return ""
    days = (value - today).days
    if days in _NEAREST:
        return _NEAREST[days]
    distance = abs(days)
    if distance < 120:
        length = f"{distance} j"
    elif distance < 730:
        length = f"{round(distance / 30.44)} mois"
    else:
        length = f"{distance // 365} ans"
    return f"dans {length}" if days > 0 else f"il y a {length}"


_NEAREST = {0: "aujourd'hui", 1: "demain", -1: "hier"}


@register.filter
def thousands(value: int | Decimal | None) -> str:
    """`12 345`."""
    if value is None or value == "":
        return ""
    return f"{value:,}".replace(",", THIN_SPACE).replace(".", ",")


@register.filter
def euros(value: Decimal | int | None) -> str:
    """An amount to be read at a glance: `850 €`, `12 k€`, `1,2 M€`."""
    if value is None or value == "":
        return ""
    amount = Decimal(value)
    if abs(amount) < Decimal("999.5"):
        return f"{_whole(amount)}{THIN_SPACE}€"
    if abs(amount) < 999_500:
        return f"{_two_digits(amount / 1_000)}{THIN_SPACE}k€"
    return f"{_two_digits(amount / 1_000_000)}{THIN_SPACE}M€"


def _two_digits(number: Decimal) -> str:
    """One decimal below 10, when it says something: `1,2`, `3`, `12`."""
    tenths = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if abs(tenths) >= 10 or tenths == tenths.to_integral_value():
        return thousands(_whole(number))
    return thousands(tenths)


def _whole(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1), ROUND_HALF_UP)


@register.filter
def euros_full(value: Decimal | int | None) -> str:
    """The whole amount, for a title: `12 345,00 €`."""
    if value is None or value == "":
        return ""
    return f"{thousands(Decimal(value).quantize(Decimal('0.01'), ROUND_HALF_UP))}{THIN_SPACE}€"


# Forms


@register.inclusion_tag("ui/field.html")
def field(bound_field: BoundField, **options) -> dict:
    """One field: label, control, help, errors, tied together for screen readers.

    src: address of a search; the control becomes a picker (`<combo-box>`).
    create, create_target, depends: the picker's attributes of these names (docs/ui.md).
    tags: address of a search; a text field of comma-separated names becomes tokens (`<tag-input>`).
    unit: what follows a number ("€ HT", "%").
    wide: the field takes both columns.
    """
    return {"field": bound_field, **options}


@register.simple_tag
def form_errors(form) -> str:
    """The summary at the top of a form: what is wrong, with a link to each field."""
    errors = [
        (f"#{form[name].auto_id}", form[name].label, message)
        for name, messages in form.errors.items()
        if name != "__all__"
        for message in messages
    ]
    general = [(message,) for message in form.non_field_errors()]
    count = len(errors) + len(general)
    if not count:
        return ""
    return format_html(
        '<div class="form-errors" role="alert" tabindex="-1" autofocus>'
        "{}<div><h2>{}</h2><ul>{}{}</ul></div></div>",
        icon("circle-alert"),
        "Une erreur est à corriger" if count == 1 else f"{count} erreurs sont à corriger",
        format_html_join("", "<li>{}</li>", general),
        format_html_join("", '<li><a href="{}">{}</a> : {}</li>', errors),
    )
