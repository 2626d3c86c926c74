"""Every benchmark side by side with the usual tools; the ratios are what carries to other machines.

    python tests/benchmarks/run.py [--rows 10000000] [--regions 1000] [--install] [--tiny]

--install puts ruptures and WeasyPrint into a temporary folder for this run; without them the usual recipe
skips its change points and its PDF, and says so. --tiny tries the benchmarks themselves, in seconds. Every
measurement is a process of its own; numerical libraries are held to one thread. Linux and macOS.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
MEGABYTE = 1024**2 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in


@dataclass(frozen=True, kw_only=True)
class Run:
    """One finished process: seconds, peak memory [MB], what it printed; ``ok`` is False where it failed."""

    wall: float
    cpu: float
    peak: float
    out: str
    ok: bool

    @property
    def result(self) -> dict[str, object]:
        """What a stage reports of itself."""
        body: dict[str, object] = json.loads(self.out.splitlines()[-1])
        return body


class Bench:
    """Runs processes in a folder and prints one line per comparison."""

    def __init__(self, folder: Path, peers: Path | None) -> None:
        self.folder = folder
        path = {"PYTHONPATH": str(peers)} if peers else {}
        self.environment = os.environ | ONE_THREAD | path
        print(f"{'':48}{'sitrend':>12}{'usual':>12}{'ratio':>8}")

    def run(self, *command: object) -> Run:
        """A process to its end, with what it used."""
        start = time.perf_counter()
        with tempfile.TemporaryFile("w+") as out:
            process = subprocess.Popen(
                [sys.executable, *map(str, command)], cwd=self.folder, env=self.environment, stdout=out
            )
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            text = out.read()
        return Run(
            wall=time.perf_counter() - start, cpu=used.ru_utime + used.ru_stime,
            peak=used.ru_maxrss / MEGABYTE, out=text, ok=process.returncode == 0,
        )  # fmt: skip

    def stage(self, name: str, *arguments: object) -> Run:
        """One function of stages.py."""
        return self.run(HERE / "stages.py", name, *arguments)

    def line(self, what: str, ours: float, usual: float | None, unit: str, digits: int = 2) -> None:
        """One comparison; without a peer only our own figure."""
        theirs = f"{usual:.{digits}f} {unit}" if usual is not None else "–"
        ratio = f"{usual / ours:.1f}" if usual is not None else ""
        print(f"{what:48}{f'{ours:.{digits}f} {unit}':>12}{theirs:>12}{ratio:>8}", flush=True)


def report(bench: Bench, regions: int, days: int) -> None:
    """A whole weekly report from a CSV file, cold start to PDF."""
    rows = bench.run(HERE / "tables.py", "csv", "incidents.csv", regions, days).out.strip()
    ours = bench.run("-m", "reports.cli", "report", "incidents.csv", "--regions", "none", "--quiet")
    usual = bench.run(HERE / "usual_recipe.py", "incidents.csv", "usual")
    _must(ours, usual)
    bench.line(f"report, {regions} regions x {days} days, {int(rows):,d} rows", ours.wall, usual.wall, "s")
    bench.line("  processor time", ours.cpu, usual.cpu, "s")
    bench.line("  peak memory", ours.peak, usual.peak, "MB", 0)
    print(f"  the usual recipe {usual.out.splitlines()[-1]}")


def panels(bench: Bench, rows: int, regions: int) -> None:
    """From a Parquet file to four daily panels."""
    _must(bench.run(HERE / "tables.py", "parquet", "incidents.parquet", rows, regions))
    usual = bench.stage("panels_pandas", "incidents.parquet")
    ours, parts = (bench.stage(name, "incidents.parquet") for name in ("panels_ours", "panels_parts"))
    decoded = bench.stage("decoded", "incidents.parquet")
    _must(ours, parts, usual, decoded)
    for how, run in (("at once", ours), ("in parts", parts)):
        bench.line(f"four panels of {rows:,d} rows {how}, pandas Grouper", _cpu(run), _cpu(usual), "s")
        bench.line("  peak memory", run.peak, usual.peak, "MB", 0)
    print(f"  in parts {_cpu(parts) / _cpu(decoded):.1f} times as long as decoding the file")
    same = len({str(run.result["said"]) for run in (ours, parts, usual)}) == 1
    print(f"  {'the same' if same else 'DIFFERENT'} sums: {parts.result['said']}")


def texts(bench: Bench, rows: int, regions: int) -> None:
    """A messy text table, read and cleaned."""
    _must(bench.run(HERE / "tables.py", "messy", "messy.csv", rows, regions))
    ours, usual = (bench.stage(name, "messy.csv") for name in ("csv_ours", "csv_pandas"))
    _must(ours, usual)
    bench.line(f"messy text of {rows:,d} rows, pandas", _cpu(ours), _cpu(usual), "s")
    same = ours.result["said"] == usual.result["said"]
    print(f"  {'the same' if same else 'DIFFERENT'} result: {ours.result['said']}")


def regression(bench: Bench, regions: int) -> None:
    """Regressions per region, beside statsmodels on matrices."""
    done = bench.run(HERE / "counts_glm.py", regions)
    _must(done)
    names = {"poisson": "Poisson", "nb2": "negative binomial"}
    for family, ours, peer, usual in re.findall(
        r"(\w+): batched ([\d.]+) ms, .*\((\w+)\) ([\d.]+) ms", done.out
    ):
        what = f"{names[family]}, a region, statsmodels {peer}"
        bench.line(what, float(ours), float(usual), "ms", 3)


def changes(bench: Bench, regions: int) -> None:
    """Change points of many series; ours with penalty, levels and ranges of dates, the peer's bare."""
    ours = bench.stage("changes_ours", regions)
    _must(ours)
    scale = 1000 / regions
    what = "change points, 1,000 x 1,500 days"
    few = max(2, regions // 20)
    peers = {search: bench.stage("changes_peer", few, search) for search in ("compiled", "default")}
    if not all(run.ok for run in peers.values()):
        bench.line(what, _cpu(ours) * scale, None, "s", 1)
        print("  ruptures is not installed: --install")
        return
    for search, run in peers.items():
        label = what if search == "compiled" else "  the same"
        bench.line(f"{label}, {search} ruptures", _cpu(ours) * scale, _cpu(run) * 1000 / few, "s", 1)


def command(bench: Bench) -> None:
    """What it costs to ask for help."""
    runs = [bench.run("-m", "reports.cli", "--help") for _ in range(3)]
    _must(*runs)
    bare = min(bench.run("-c", "pass").cpu for _ in range(3))
    bench.line("sitrend --help, processor time", min(run.cpu for run in runs), None, "s", 3)
    print(f"  of which the bare interpreter {bare:.3f} s")


def _cpu(run: Run) -> float:
    return float(str(run.result["cpu"]))


def _must(*runs: Run) -> None:
    if not all(run.ok for run in runs):
        sys.exit("a benchmark failed; see its message above")


def _installed(folder: Path) -> Path:
    """The peers' packages, in a folder of their own; pip says what it cannot get."""
    target = folder / "peers"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target)]
    subprocess.run([*pip, "--no-deps", "ruptures"], check=False)
    subprocess.run([*pip, "weasyprint"], check=False)
    return target


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the Parquet file")
    parser.add_argument(
        "--regions", type=int, default=1000, help="series regressed, and searched for changes"
    )
    parser.add_argument("--install", action="store_true", help="fetch ruptures and WeasyPrint for this run")
    parser.add_argument("--tiny", action="store_true", help="very small inputs: the ratios mean nothing")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench(folder, _installed(folder) if args.install else None)
        report(bench, *((4, 120) if args.tiny else (85, 730)))
        panels(bench, 20_000 if args.tiny else args.rows, 5 if args.tiny else 85)
        texts(bench, 20_000 if args.tiny else min(args.rows, 1_000_000), 5 if args.tiny else 85)
        regression(bench, 35 if args.tiny else args.regions)
        changes(bench, 4 if args.tiny else args.regions)
        command(bench)
    return 0


if __name__ == "__main__":
    sys.exit(main())
