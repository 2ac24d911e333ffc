"""Small pictures of our own, drawn for tests."""

import io

from PIL import Image, ImageDraw

RED = (200, 40, 40, 255)


def picture(size: tuple[int, int], colour: tuple = RED, *, ground: tuple = (0, 0, 0, 0)) -> Image.Image:
    """A disc on a ground that is transparent unless it is given."""
    image = Image.new("RGBA", size, ground)
    left, top, right, bottom = 0, 0, size[0] - 1, size[1] - 1
    ImageDraw.Draw(image).ellipse((left, top, right, bottom), fill=colour)
    return image


def png(size: tuple[int, int], colour: tuple = RED, **how) -> bytes:
    return saved(picture(size, colour, **how), "PNG")


def saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
