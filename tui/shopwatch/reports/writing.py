"""A report as the text of one format."""

from __future__ import annotations

from shopwatch.reports.document import Format, Report


def written(report: Report, form: Format) -> str:
    """Return the text of a file; what only one format needs is imported for it alone."""
    if form == "html":
        from shopwatch.reports.page import page

        return page(report)
    if form == "csv":
        from shopwatch.reports.table_file import csv_text

        return csv_text(report)
    from shopwatch.reports.markdown import markdown

    return markdown(report)
