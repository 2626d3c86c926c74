"""The weekly report as one would write it in an afternoon, to measure ours against.

    python tests/benchmarks/usual_recipe.py TABLE.csv FOLDER

One model, one change point search and one picture per region, in a loop; a page from a template; a PDF of
the page. Each library is used at its best: change points by the compiled search, a filled step line instead
of a bar per day. A step whose library is not installed is left out and named on the last line.
"""

import sys
import warnings
from pathlib import Path
from typing import Any

import jinja2
import matplotlib as mpl
import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.tsa.seasonal import STL

mpl.use("Agg")
PAGE = jinja2.Template(
    """<!doctype html><meta charset="utf-8"><title>Week</title>
<style>@page{size:A4;margin:2cm}td,th{border-bottom:1px solid silver;padding:.2em .5em}img{width:100%}</style>
<h1>Incidents in the week to {{ last }}</h1><p>{{ total }} in all regions.</p>
<table><tr><th>region<th>week<th>mean of 8 weeks<th>trend a year<th>dispersion</tr>
{% for r in regions %}<tr><td>{{ r.name }}<td>{{ r.week }}<td>{{ "%.1f"|format(r.mean) }}
<td>{{ "%.2f (%.2f to %.2f)"|format(*r.trend) }}<td>{{ "%.2f"|format(r.alpha) }}</tr>{% endfor %}</table>
{% for r in regions %}<h2>{{ r.name }}</h2><img src="{{ r.picture }}">
<p>Changes: {{ r.changes|join(", ") or "none" }}</p>{% endfor %}""",
    autoescape=True,
)


def daily(source: Path) -> pd.DataFrame:
    """Days x regions."""
    table = pd.read_csv(source, parse_dates=["date"])
    sums = table.assign(n=1).set_index("date").groupby("region").resample("D")[
        ["n", "count", "killed", "injured"]
    ].sum()  # fmt: skip
    wide = sums["n"].unstack("region")
    return wide.reindex(pd.date_range(wide.index.min(), wide.index.max())).fillna(0.0)


def models(counts: pd.Series) -> dict[str, Any]:
    """Trend, dispersion, smooth level and changes of one region."""
    data = pd.DataFrame({"y": counts.to_numpy(), "t": np.arange(len(counts)) / 365.25})
    data["day"] = counts.index.dayofweek
    fit = smf.glm("y ~ t + C(day)", data, family=sm.families.Poisson()).fit(scale="X2")
    negative = smf.negativebinomial("y ~ t + C(day)", data).fit(disp=0)
    low, high = fit.conf_int().loc["t"]
    return {
        "trend": tuple(np.exp([fit.params["t"], low, high])),
        "alpha": float(negative.params["alpha"]),
        "fitted": fit.fittedvalues.to_numpy(),
        "level": STL(counts, period=7, robust=True).fit().trend.to_numpy(),
        "changes": changes(counts),
    }


def changes(counts: pd.Series) -> list[str]:
    """Dates of changes by squared error; the kernel search is run as well, as people do."""
    try:
        import ruptures
    except ImportError:
        return []
    values = counts.to_numpy()
    price = 3 * np.log(len(values)) * max(values.var(), 1e-9)
    found = ruptures.KernelCPD(kernel="linear", min_size=7).fit(values).predict(pen=price)
    ruptures.KernelCPD(kernel="rbf", min_size=7).fit(values).predict(pen=10)
    return [str(counts.index[i].date()) for i in found[:-1]]


def picture(counts: pd.Series, found: dict[str, Any], target: Path) -> None:
    """One region's figure."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.4))
    ax.fill_between(counts.index, counts, step="mid", color="lightgrey")
    ax.plot(counts.index, found["fitted"], linewidth=1)
    ax.plot(counts.index, found["level"], linewidth=1)
    for day in found["changes"]:
        ax.axvline(pd.Timestamp(day), linestyle="--", color="black", linewidth=1)
    ax.set_title(str(counts.name))
    fig.tight_layout()
    fig.savefig(target, dpi=110)
    plt.close(fig)


def main(source: Path, folder: Path) -> list[str]:
    """Write ``report.html``, ``report.pdf`` and the pictures; what had to be left out."""
    folder.mkdir(parents=True, exist_ok=True)
    wide = daily(source)
    rows = []
    for number, name in enumerate(wide.columns):
        counts = wide[name]
        found = models(counts)
        image = f"region_{number:04d}.png"
        picture(counts, found, folder / image)
        week, before = counts.iloc[-7:].sum(), counts.iloc[-63:-7].sum() / 8
        rows.append({"name": name, "week": int(week), "mean": before, "picture": image, **found})
    page = PAGE.render(regions=rows, last=wide.index[-1].date(), total=int(wide.iloc[-7:].sum().sum()))
    (folder / "report.html").write_text(page, encoding="utf-8")
    return [*_missing("ruptures"), *_pdf(folder)]


def _missing(name: str) -> list[str]:
    try:
        __import__(name)
    except ImportError:
        return [name]
    return []


def _pdf(folder: Path) -> list[str]:
    try:
        from weasyprint import HTML
    except (ImportError, OSError):  # OSError: its system libraries are missing
        return ["weasyprint"]
    HTML(filename=str(folder / "report.html")).write_pdf(str(folder / "report.pdf"))
    return []


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print("left out:", ", ".join(main(Path(sys.argv[1]), Path(sys.argv[2]))) or "nothing")
