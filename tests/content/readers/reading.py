from __future__ import annotations

import io

import pytest

from content.importers.readers import read_source
from content.importers.source import Source, SourceRefused


def read(data: bytes, name: str = "标准.docx") -> Source:
    return read_source(io.BytesIO(data), name)


def texts(data: bytes, name: str = "标准.docx") -> list[str]:
    return [line.text for line in read(data, name).lines]


def refusal(data: bytes, name: str = "标准.docx") -> str:
    with pytest.raises(SourceRefused) as caught:
        read(data, name)
    return caught.value.message
