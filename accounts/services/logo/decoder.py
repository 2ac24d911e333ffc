"""The child process that decodes pictures of others: run as a script, it knows Pillow and nothing of Vigie.

Its arguments are the sides to encode at, in pixels. It reads jobs from its input: "look" or "encode" and a
length on one line, then the bytes of a file. For each it forks, so that limits are those of one picture, and
Pillow is loaded once. It answers with JSON on one line, null for what is no picture, then the files whose
lengths the JSON tells.
Source: Pillow's handbook, "Security"; setrlimit(2).
"""

import io
import json
import os
import resource
import signal
import sys

from PIL import IcoImagePlugin, Image, ImageChops, ImageOps, ImageStat, WebPImagePlugin  # noqa: F401 - these register

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "ICO", "BMP")
SIDE_MAX = 5000  # px
PIXELS_MAX = 16_000_000
CPU_S, WALL_S = 3, 4
MEMORY_BYTES = 400 * 1024 * 1024  # of addresses: what Pillow maps at rest, and the largest picture thrice
MARGIN = 0.06  # of the side, left around a picture that has no ground of its own
ALPHA_SEEN = 64  # of 255: what is fainter is not seen
LIGHT, DARK = 255, 27  # how bright the grounds of the two themes are, of 255
CONTRAST = 40  # of 255: nearer than this to its ground, a pixel is hard to see
HIDDEN = 0.8  # of the pixels seen: with so many too near to its ground, a picture is not seen
NO_PICTURE = b"null\n"


def main() -> None:
    Image.preinit()
    sides = [int(side) for side in sys.argv[1:]]
    for job in sys.stdin.buffer:
        kind, length = job.split()
        content = sys.stdin.buffer.read(int(length))
        sys.stdout.buffer.write(in_a_child(content, sides if kind == b"encode" else []))
        sys.stdout.buffer.flush()


def in_a_child(content: bytes, sides: list[int]) -> bytes:
    """What the child answers; no picture, when it died of its limits or of what it read."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            limit()
            answer = done(content, sides)
            with open(writing, "wb") as out:
                out.write(answer)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    with open(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return NO_PICTURE if status else answer


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(WALL_S)


def done(content: bytes, sides: list[int]) -> bytes:
    try:
        picture = opened(content)
    except Exception:  # Pillow raises of every kind on what is no picture
        return NO_PICTURE
    facts = {"width": picture.width, "height": picture.height} | looks(picture)
    files = [encoded(picture, side, facts["is_opaque"]) for side in sides]
    lengths = {"lengths": [len(file) for file in files]}
    return json.dumps(facts | lengths).encode() + b"\n" + b"".join(files)


def opened(content: bytes) -> Image.Image:
    """The first picture of a file, as RGBA, turned as its camera meant."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as file:
        if max(file.size) > SIDE_MAX or file.width * file.height > PIXELS_MAX:
            raise ValueError("too large")
        picture = ImageOps.exif_transpose(file)
        if picture.mode.startswith("I"):  # 16 bits a pixel, that convert() would clip
            picture = picture.convert("I").point(lambda value: value / 256).convert("L")
        return picture.convert("RGBA")


def looks(picture: Image.Image) -> dict:
    """is_opaque: it has a ground of its own. is_blank: one colour at most. ground: the one that it needs."""
    small = picture.resize((64, 64), Image.Resampling.BOX)
    alpha = small.getchannel("A")
    seen = alpha.point(lambda value: 255 if value >= ALPHA_SEEN else 0)
    grey = ImageOps.grayscale(small.convert("RGB"))
    total = ImageStat.Stat(seen).sum[0] / 255
    is_opaque = total >= 0.97 * 64 * 64
    if not total:
        return {"is_opaque": False, "is_blank": True, "ground": ""}
    colours = ImageStat.Stat(small.convert("RGB"), seen)
    is_blank = is_opaque and max(high - low for low, high in colours.extrema) < 12

    def hidden(ground: int) -> bool:
        near = ImageChops.difference(grey, Image.new("L", grey.size, ground)).point(
            lambda value: 255 if value < CONTRAST else 0
        )
        return ImageStat.Stat(ImageChops.multiply(near, seen)).sum[0] / 255 > HIDDEN * total

    ground = ""
    if not is_opaque:
        ground = "light" if hidden(DARK) else "dark" if hidden(LIGHT) else ""
    return {"is_opaque": is_opaque, "is_blank": is_blank, "ground": ground}


def encoded(picture: Image.Image, side: int, is_opaque: bool) -> bytes:
    """A square lossless WebP of that side, the whole picture in its middle, without metadata."""
    picture = picture if is_opaque else trimmed(picture)
    fills = is_opaque and abs(picture.width - picture.height) <= 0.1 * max(picture.size)
    scale = side * (1 if is_opaque else 1 - 2 * MARGIN) / max(picture.size)
    size = (side, side) if fills else [max(1, round(length * scale)) for length in picture.size]
    # Colours are weighed by their alpha, or the edges would take those of what is not seen.
    shrunk = picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    square = Image.new("RGBA", (side, side), ground_of(picture) if is_opaque else (0, 0, 0, 0))
    square.paste(shrunk, ((side - size[0]) // 2, (side - size[1]) // 2))
    out = io.BytesIO()
    square.save(out, "WEBP", lossless=True, quality=60, method=3)
    return out.getvalue()


def ground_of(picture: Image.Image) -> tuple[int, ...]:
    """The colour that a picture has at its four corners, transparent when they differ."""
    right, bottom = picture.width - 1, picture.height - 1
    corners = [picture.getpixel(at) for at in ((0, 0), (right, 0), (0, bottom), (right, bottom))]
    alike = all(max(values) - min(values) < 12 for values in zip(*corners, strict=True))
    return corners[0] if alike else (0, 0, 0, 0)


def trimmed(picture: Image.Image) -> Image.Image:
    box = picture.getchannel("A").point(lambda value: 255 if value > 16 else 0).getbbox()
    return picture.crop(box) if box else picture


if __name__ == "__main__":
    main()
