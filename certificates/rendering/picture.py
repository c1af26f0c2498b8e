from __future__ import annotations

import io

import pypdfium2
from PIL import Image

WIDTH = 1100
MOST_BYTES = 60_000


def picture_of(pdf: bytes) -> bytes:
    """PNG of the first page, 1,100 px wide, at most 60 KB: it is looked at on a phone and paid for by its owner, and print shops
    take it. The sheet has few colours, so that a palette is smaller than WebP and sharper."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        image = page.render(scale=WIDTH / page.get_width()).to_pil().convert("RGB")
    finally:
        document.close()
    for colours in (64, 32, 16, 8):
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()
