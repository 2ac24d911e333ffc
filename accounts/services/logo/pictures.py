"""Of the pictures that could be decoded, the one to keep."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.services.logo.candidate import Candidate

SMALLEST_PX = 16
LONGEST = 8  # times as long as high: a banner


@dataclass(frozen=True, slots=True)
class Picture:
    """A candidate as it really is, in pixels.

    is_blank: one colour, or nothing that can be seen. is_pale: white on transparent, made for a dark ground.
    """

    candidate: Candidate
    width: int
    height: int
    is_blank: bool = False
    is_pale: bool = False


def best(pictures: Iterable[Picture]) -> Picture | None:
    """The picture to keep, or None: the monogram is better. The first of equals,
    so give the best guess first.

    A square is worth its real pixels. A wordmark is worth more than a favicon of 16 px, less
    than a square of 64.
    """
    fit = [picture for picture in pictures if _is_fit(picture)]
    return max(fit, key=_worth, default=None)


def _is_fit(picture: Picture) -> bool:
    shorter, longer = sorted((picture.width, picture.height))
    return not picture.is_blank and shorter >= SMALLEST_PX and longer <= LONGEST * shorter


def _worth(picture: Picture) -> float:
    shorter, longer = sorted((picture.width, picture.height))
    worth = picture.candidate.worth_px(shorter)
    if longer > 2 * shorter:
        worth = min(worth / 2, 60)
    elif longer > 1.25 * shorter:
        worth *= 0.8
    return worth / 2 if picture.is_pale else worth
