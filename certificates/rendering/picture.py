from __future__ import annotations

import io

import pypdfium2

WIDTH = 1100
MOST_BYTES = 60_000


def picture_of(pdf: bytes) -> bytes:
    """WebP of the first page, 1,100 px wide, at most 60 KB: it is looked at on a phone and paid for by its owner."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        image = page.render(scale=WIDTH / page.get_width()).to_pil().convert("RGB")
    finally:
        document.close()
    quality = 80
    while True:
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality, method=4)
        if out.tell() <= MOST_BYTES or quality <= 30:
            return out.getvalue()
        quality -= 10
