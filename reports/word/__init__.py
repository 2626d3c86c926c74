"""The report as a Word document (Office Open XML, ISO/IEC 29500), from the same tree as the page and the PDF.

Real headings, lists and tables with a repeated head; pictures from the same drawings, with their words; no
macro, no field but the page numbers, no clock: equal reports give equal bytes.
"""

from .rendering import render_docx

__all__ = ["render_docx"]
