"""The files of ``sitrend demo``: a simulated table of two years, and a worked example of nine rows."""

from importlib.resources import files

__all__ = ["SIMULATED", "WORKED", "example_files"]

SIMULATED = "incidents_simulated.csv"
WORKED = "worked_example/incidents.csv"
CONFIG = "sitrend.toml"

SEED = 20230703
FIRST_DAY, DAYS = "2023-07-03", 728  # 104 weeks, Monday to Sunday
QUIET = 0.35  # incidents a day where nothing else is said
RATES = {
    "RU-BEL": 14.0, "RU-KRS": 9.0, "RU-BRY": 8.0, "RU-ROS": 5.0, "RU-VOR": 3.5, "RU-KDA": 3.0, "RU-MOS": 2.5,
    "RU-KLU": 2.2, "RU-SMO": 2.0, "RU-TUL": 2.0, "RU-ORL": 1.8, "RU-MOW": 1.6, "RU-LIP": 1.4, "RU-SAR": 1.2,
    "RU-VGG": 1.2, "RU-RYA": 1.0, "RU-TAM": 0.8, "RU-TA": 0.7, "RU-NIZ": 0.7, "RU-SPE": 0.6, "RU-CHU": 0.05,
    "RU-NEN": 0.02,
}  # fmt: skip
CHANGES = (
    ("RU-KRS", "2024-08-06", 2.6), ("RU-BEL", "2025-03-18", 1.7), ("RU-BRY", "2025-05-05", 1.6),
    ("RU-VOR", "2024-11-11", 0.5), ("RU-TUL", "2025-06-23", 2.5), ("RU-SAR", "2025-01-08", 1.9),
)  # fmt: skip
WEEKDAY = (1.08, 1.05, 1.02, 1.0, 1.0, 0.94, 0.91)


def example_files() -> dict[str, bytes]:
    """Relative name -> contents; the same at every call."""
    folder = files("reports") / "demo"
    return {
        SIMULATED: _simulated(),
        CONFIG: (folder / "simulated.toml").read_bytes(),
        WORKED: (folder / "worked_example.csv").read_bytes(),
        f"worked_example/{CONFIG}": (folder / "worked_example.toml").read_bytes(),
    }


def _simulated() -> bytes:
    from analysis import load_regions, simulate_incidents

    codes = [code for code in load_regions("ru").table.index if "+" not in code]
    table = simulate_incidents(
        regions=codes, days=(FIRST_DAY, DAYS), rates=[RATES.get(code, QUIET) for code in codes],
        changes=CHANGES, dispersion=1.6, weekday=WEEKDAY, autocorrelation=0.5, latent_sd=0.15,
        delay_days=0.8, seed=SEED,
    )  # fmt: skip
    return table.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n").encode()
