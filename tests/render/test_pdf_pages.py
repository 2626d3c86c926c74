"""How the PDF uses its pages."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from reports.content import Figure, Paragraph, Section
from reports.document import Document
from reports.pdf import render_pdf

SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90">'
    '<rect width="90" height="90" fill="#123456"/></svg>'
)


def pages(document: Document, lines: int) -> int:
    """Pages of so many one-line paragraphs and a square picture after them."""
    drawing = Figure(name="square", title=("Square",), alt="A square.", svg=SQUARE)
    words = [Paragraph(text=(f"Paragraph {i}.",)) for i in range(lines)]
    section = Section(id="signals", title="Signals", blocks=(*words, drawing))
    pdf = render_pdf(replace(document, sections=(section,)))
    return len(pikepdf.open(BytesIO(pdf)).pages)


@pytest.mark.parametrize(("lines", "expected"), [(1, 1), (8, 1), (24, 2)])
def test_a_picture_is_printed_smaller_rather_than_leave_a_page_half_empty(
    sample: Document, lines: int, expected: int
) -> None:
    assert pages(sample, lines) == expected
