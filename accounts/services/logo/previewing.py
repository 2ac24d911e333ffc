"""The logo of a website that is being typed: bounded, rate-limited, and kept nowhere."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from accounts.services.logo.decoding import Decoder, Encoded
from accounts.services.logo.fetching import NoLogo, find
from crm import rate
from crm.models import Membership

logger = logging.getLogger(__name__)

WITHIN_S = 6.0
EVERY_S, AT_MOST = 60, 12  # searches of a member
AT_ONCE = threading.BoundedSemaphore(2)  # in a process: pages must not wait for websites of others


@dataclass(frozen=True, slots=True)
class Preview:
    """is_searched: False when there were too many. encoded: None without a logo. name: the site's, or ""."""

    is_searched: bool
    encoded: Encoded | None = None
    name: str = ""


def preview_of(website: str, *, member: Membership, get: Callable) -> Preview:
    """Look for a website's logo and name, for a member who is waiting. get: crm.net.get, or its like."""
    if not _may_search(member) or not AT_ONCE.acquire(blocking=False):
        return Preview(is_searched=False)
    try:
        with Decoder() as decoder:
            found = find(website, get=get, decoder=decoder, within_s=WITHIN_S)
        return Preview(is_searched=True, encoded=found.encoded, name=found.name)
    except NoLogo as none:
        return Preview(is_searched=True, name=none.name)
    except Exception:  # a form that is being filled in does not fail because of a site of others
        logger.exception("L'aperçu du logo de %s a échoué.", website)
        return Preview(is_searched=True)
    finally:
        AT_ONCE.release()


def _may_search(member: Membership) -> bool:
    return rate.allows(f"logo-preview-{member.pk}", at_most=AT_MOST, every_s=EVERY_S)
