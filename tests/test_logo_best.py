"""Of the pictures that could be decoded, the one to keep."""

from accounts.services.logo import Candidate, Kind, Picture, best


def picture(width: int, height: int, kind: Kind = Kind.ICON, **more) -> Picture:
    return Picture(Candidate(f"https://www.acme.fr/{kind}", kind, None), width, height, **more)


def test_best_picture_is_the_one_of_most_real_pixels_whatever_was_declared():
    lying = Picture(Candidate("https://www.acme.fr/grand.png", Kind.ICON, 512), 32, 32)
    true = Picture(Candidate("https://www.acme.fr/touche.png", Kind.APPLE_TOUCH_ICON, None), 180, 180)
    assert best([lying, true]) == true


def test_wordmark_is_better_than_a_favicon_and_worse_than_a_square_of_64_px():
    wordmark = picture(400, 80, Kind.HEADER)
    assert best([picture(16, 16), wordmark]) == wordmark
    assert best([wordmark, picture(64, 64)]) == picture(64, 64)


def test_large_wordmark_of_any_kind_is_worse_than_a_square_of_64_px():
    assert best([picture(1600, 400, Kind.OG_LOGO), picture(64, 64)]) == picture(64, 64)


def test_pixels_that_are_not_kept_make_no_difference():
    touch = picture(256, 256, Kind.APPLE_TOUCH_ICON)
    assert best([touch, picture(1024, 1024)]) == touch


def test_icon_goes_before_what_may_be_anything_else():
    icon = picture(120, 120)
    for kind in (Kind.LINKED_DATA, Kind.ITEMPROP, Kind.HEADER, Kind.SHARED):
        assert best([picture(500, 500, kind), icon]) == icon


def test_square_goes_before_an_oblong_of_the_same_height():
    assert best([picture(192, 120), picture(120, 120)]) == picture(120, 120)


def test_picture_made_for_a_dark_ground_goes_after_another():
    pale = picture(192, 192, is_pale=True)
    assert best([pale, picture(120, 120)]) == picture(120, 120)
    assert best([pale]) == pale


def test_blank_tiny_or_endless_pictures_give_the_monogram():
    assert best([]) is None
    assert best([picture(256, 256, is_blank=True), picture(1, 1), picture(15, 64), picture(900, 90)]) is None
