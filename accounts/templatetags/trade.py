"""How the trade's rows show: status, account, stage, timeline. Built on the atoms of crm.templatetags.ui."""

import functools
from datetime import date, timedelta
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.safestring import mark_safe

from accounts.choices import Stage, Status
from accounts.models import Account, Affaire, Contact, Note, Opportunite, Projet, Relance, Tag
from accounts.services.explanation import Explanation, Reason
from accounts.services.logo.decoding import SIZES
from crm.markup import format_html
from crm.templatetags import ui

register = template.Library()

STATUS_TONES = {
    Status.ACTIF: "green",
    Status.PROSPECT: "blue",
    Status.DELAISSE: "amber",
    Status.INACTIF: "gray",
}
STAGE_TONES = {
    Stage.EN_COURS: "blue",
    Stage.GAGNEE: "green",
    Stage.PERDUE: "red",
    Stage.ABANDONNEE: "gray",
}
NEAR_DAYS = 30  # a loss of status nearer than this stands out
ADDRESSES = {
    Account: "compte",
    Affaire: "affaire",
    Contact: "contact",
    Note: "note",
    Opportunite: "opportunite",
    Projet: "projet",
    Relance: "relance",
}


@register.filter
def status_tone(status: str) -> str:
    return STATUS_TONES[Status(status)]


@register.filter
def status_label(status: str) -> str:
    return Status(status).label


@register.simple_tag
def status_pill(status: str | None) -> str:
    """A status by its code; nothing for an account that does not exist on that day."""
    return ui.pill(Status(status).label, STATUS_TONES[Status(status)]) if status else ""


@register.simple_tag
def stage_pill(opportunite: Opportunite) -> str:
    return ui.pill(opportunite.get_stage_display(), STAGE_TONES[Stage(opportunite.stage)])


@register.simple_tag
def affaire_pill(affaire: Affaire, today: date) -> str:
    """Where an affaire stands on a day."""
    return ui.pill(*affaire_state(affaire, today))


@register.simple_tag
def contact_pill(contact: Contact, on: date | None = None) -> str:
    """What a contact is to their account; nothing for one among others. on: a day other than today."""
    if contact.left_on and (on is None or contact.left_on <= on):
        return ui.pill(f"Parti le {ui.day_short(contact.left_on)}", "gray")
    return ui.pill("Principal", "indigo") if contact.is_main else ""


def affaire_state(affaire: Affaire, today: date) -> tuple[str, str]:
    """Its label and its tone."""
    if affaire.cancelled_on:
        return "Annulée", "gray"
    if affaire.starts_on > today:
        return "À venir", "indigo"
    return ("En cours", "green") if affaire.is_running(today) else ("Terminée", "gray")


@register.simple_tag(takes_context=True)
def account_mark(context, account: Account, size: int = 28) -> str:
    """What stands for an account at a glance: its logo, or else its monogram. size: 28, 36 or 56 px."""
    return mark(account, context["espace"].slug, size)


def mark(account: Account, slug: str, size: int = 28) -> str:
    """account_mark() where there is no context; slug: of its espace."""
    if not account.logo:
        return ui.monogram(account.name, account.pk, size)
    return ui.logo(logo_address(account.logo, slug, size), size, account.logo_ground)


def logo_address(digest: str, slug: str, size: int) -> str:
    """The file that is sharp at that size on screens of twice as many pixels, and thrice for the larger."""
    side = next(side for side in SIZES if side >= 2 * size)
    before, after = _around_the_logo(slug)
    return f"{before}{digest}{after}{side}.webp"


@functools.lru_cache(maxsize=256)
def _around_the_logo(slug: str) -> tuple[str, str]:
    digest, side = "0" * 32, 7_777_777
    before, _, after = reverse("logo", args=[slug, digest, side]).partition(digest)
    return before, after.partition(str(side))[0]


@register.simple_tag
def tag_pill(tag: Tag) -> str:
    return ui.chip_tag(tag.name, tag_tone(tag))


@register.filter
def tag_tone(tag: Tag) -> str:
    """The tone that was chosen, or else one that stays the tag's."""
    return tag.tone or ui.tone_of(tag.slug)


@register.simple_tag
def address(row, slug: str) -> str:
    """The page of a row, in the espace of that slug."""
    before, after = _around_the_id(ADDRESSES[type(row)], slug)
    return f"{before}{row.pk}{after}"


@functools.lru_cache(maxsize=256)
def _around_the_id(name: str, slug: str) -> tuple[str, str]:
    """What stands before and after a row's id in its address: fifty of them are asked for by a list."""
    mark = 7_777_777
    before, _, after = reverse(name, args=[slug, mark]).rpartition(str(mark))
    return before, after


@register.simple_tag
def row_link(row, slug: str, css_class: str = "") -> str:
    """A row's name, leading to its page where it has one."""
    if type(row) not in ADDRESSES:
        return str(row)
    return format_html('<a class="{}" href="{}">{}</a>', css_class, address(row, slug), row)


@register.simple_tag
def reason(reason: Reason, slug: str) -> str:
    """A reason's sentence, its evidence as a link."""
    before, _, after = reason.sentence.partition("{row}")
    link = row_link(reason.row, slug) if reason.row else ""
    return format_html("{}{}{}", before, link, after)


@register.simple_tag(takes_context=True)
def account_url(context, account: Account) -> str:
    """An account's page, on the day that the present page shows."""
    return address(account, context["espace"].slug) + day_query(context)


def day_query(context) -> str:
    """What follows the address of an account, to open it on the day that the present page shows."""
    on = context["request"].GET.get("au", "")
    return f"?{urlencode({'au': on})}" if on else ""


@register.simple_tag
def affaire_dates(affaire: Affaire) -> str:
    """« du 3 mars 2026 au 4 juin 2026 », « depuis le 3 mars 2026 », and its cancellation."""
    if affaire.ends_on:
        dates = f"du {ui.day_short(affaire.starts_on)} au {ui.day_short(affaire.ends_on)}"
    else:
        dates = f"à partir du {ui.day_short(affaire.starts_on)}"
    return f"{dates}, annulée le {ui.day_short(affaire.cancelled_on)}" if affaire.cancelled_on else dates


@register.simple_tag
def bascule_sentence(explanation: Explanation, account: Account, on: date) -> str:
    """What happens next by itself, and what to do before when that is a loss."""
    coming = explanation.next_period
    day, distance = ui.day(coming.starts_on), ui.near(coming.starts_on, on)
    if must_act(explanation, account, on):
        return format_html(
            "<strong>Relancer avant le {}</strong>, sinon le compte deviendra {} ({}).",
            day,
            coming.status.label,
            distance,
        )
    return format_html(
        "Si rien ne change, le compte deviendra <strong>{}</strong> le {} ({}).",
        coming.status.label,
        day,
        distance,
    )


@register.simple_tag
def must_act(explanation: Explanation, account: Account, on: date) -> bool:
    """Whether a status is about to be lost, of an account that one may follow up."""
    coming = explanation.next_period
    return (
        coming is not None
        and not account.is_silenced(on)
        and coming.status.rank > explanation.period.status.rank
        and coming.starts_on <= on + timedelta(days=NEAR_DAYS)
    )


@register.simple_tag
def silence(account: Account, on: date) -> str:
    """« jusqu'au 3 mai 2027 : achats gelés »: how long an account is not to be followed up, and why."""
    until, why = account.do_not_follow_up_until, account.do_not_follow_up_reason
    limit = f"jusqu'au {ui.day(until)}" if until else "sans limite"
    passed = "" if account.is_silenced(on) else " (passé)"
    return f"{limit}{passed}{f' : {why}' if why else ''}"


@register.simple_tag(takes_context=True)
def tree(context, accounts: list[Account], current: Account) -> str:
    """Accounts in preorder as nested lists, each with its status, the current one marked."""
    html, level = [], accounts[0].level - 1
    for account in accounts:
        if account.level > level:
            html += ['<ul class="tree">' if not html else "<ul>"]
        else:
            html += ["</li>"] + ["</ul></li>"] * (level - account.level)
        html.append(_tree_node(context, account, account.pk == current.pk))
        level = account.level
    html += ["</li></ul>"] * (level - accounts[0].level + 1)
    return mark_safe("".join(html))  # each part is a constant, or escaped by format_html


def _tree_node(context, account: Account, is_current: bool) -> str:
    return format_html(
        '<li><div class="tree-node">{}<a href="{}" title="{}"{}>{}</a>{}</div>',
        account_mark(context, account),
        account_url(context, account),
        account.name,
        format_html(' aria-current="{}"', "page") if is_current else "",
        account.name,
        status_pill(account.status),
    )
