"""What this is, which week, as of when; the title and the week's name are set by the template."""

from analysis.numbers import count_text

from ..content import Context, Link, Paragraph, Section, Text, say
from ..words import Noun, date_text

__all__ = ["as_of_text", "build"]


def as_of_text(context: Context) -> str:
    """The state of the data: the stated moment, or how far the table reaches."""
    panel = context.panel
    if panel.as_of is not None:
        return f"as known on {date_text(panel.as_of.date())}"
    last = panel.incidents.report.last_day if panel.incidents is not None else None
    return f"up to {date_text(last or panel.last_day)}"


def build(context: Context, /) -> Section | None:
    """One line on the data and the clock, one on what is counted; a warning where the week is partial."""
    week = context.week
    facts: list[str] = [
        f"Data {as_of_text(context)}",
        f"weeks run {week.starts_on.title()} to {week.ends_on.title()}",
    ]
    zone = context.options.get("timezone")
    if zone:
        facts.append(f"days by {zone}")
    facts.append(f"next issue: the week that ends on {date_text(week.shift(1).last_day)}")
    blocks = [Paragraph(text=(" · ".join(facts) + ".", *_earlier(context)), role="note")]
    if context.panel.last_day < week.last_day:
        blocks.append(Paragraph(text=_partial(context), role="warning"))
    return Section(id="masthead", title=context.title, blocks=tuple(blocks))


def _earlier(context: Context) -> Text:
    """The last issue, and the list of all: they lie beside this one where editions are published."""
    last = context.options.get("previous")
    if last is None or not (last.path / "report.html").is_file():
        return ()
    return say(
        " Last issue: {last}; {all}.", last=Link(last.name, f"../{last.name}/report.html"),
        all=Link("all issues", "../index.html"),
    )  # fmt: skip


def _partial(context: Context) -> Text:
    missing = (context.week.last_day - context.panel.last_day).days
    noun = Noun("day", "days").after(missing)
    return (
        f"The table ends on {date_text(context.panel.last_day)}: {count_text(missing)} {noun} of this week "
        f"{'is' if missing == 1 else 'are'} not in it.",
    )
