"""The forms a report can be written in, and what their files are called."""

__all__ = ["FORMATS", "LABELS", "NAMES"]

FORMATS = ("html", "pdf", "json")  # written unless others are named
NAMES = {
    "html": "report.html", "pdf": "report.pdf", "json": "report.json", "md": "report.md",
    "docx": "report.docx", "email": "email.html",
}  # fmt: skip
LABELS = {  # for readers, in their order
    "html": "HTML", "pdf": "PDF", "docx": "Word", "md": "Markdown", "email": "E-mail", "json": "JSON",
}  # fmt: skip
