"""``manifest.json``: what an edition holds and what it was made from."""

import datetime as dt
import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.errors import EditionError
from analysis.weeks import Week

__all__ = [
    "MANIFEST", "compared_with", "differing", "digest", "manifest_bytes", "problems", "read_manifest",
    "refusal", "versions",
]  # fmt: skip

MANIFEST = "manifest.json"
SCHEMA = "sitrend.manifest/1"
PACKAGES = (
    "sitrend", "numpy", "pandas", "scipy", "statsmodels", "matplotlib", "jinja2", "typst", "pyarrow",
)  # fmt: skip


def versions() -> dict[str, str]:
    """Version of Python and of every package whose version can change a report; "" = not installed."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def digest(data: bytes) -> str:
    """SHA-256 as hex."""
    return hashlib.sha256(data).hexdigest()


def manifest_bytes(
    files: Mapping[str, bytes],
    *,
    name: str,
    week: Week,
    revision: int,
    corrects: str | None,
    reason: str | None,
    about: Mapping[str, Any],
) -> bytes:
    """The manifest of an edition; it ends with a hash of itself, so that damage shows."""
    body = {
        "schema": SCHEMA,
        "edition": {
            "name": name, "week": week.name, "first_day": week.first_day.isoformat(),
            "last_day": week.last_day.isoformat(), "revision": revision, "corrects": corrects,
            "reason": reason,
        },
        **_plain(about),
        "versions": versions(),
        "files": {
            file: {"sha256": digest(data), "bytes": len(data)} for file, data in sorted(files.items())
        },
    }  # fmt: skip
    return _text({**body, "sha256": digest(_text(body))})


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an edition's folder; raises `EditionError` when it is missing or damaged."""
    path = folder / MANIFEST
    try:
        body: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise EditionError(
            f"{folder} holds no {MANIFEST}, so it is no edition; move it away or choose another folder."
        ) from None
    except OSError as error:
        raise EditionError(f"{path} cannot be read: {error.strerror or type(error).__name__}.") from None
    except ValueError:
        raise EditionError(_damaged(path)) from None
    whole = isinstance(body, dict) and isinstance(body.get("files"), dict)
    if not whole or body.get("sha256") != digest(_text({k: v for k, v in body.items() if k != "sha256"})):
        raise EditionError(_damaged(path))
    if body.get("schema") != SCHEMA:
        raise EditionError(f"{path} follows {body.get('schema')}; this version of sitrend reads {SCHEMA}.")
    return body


def compared_with(folder: Path) -> str | None:
    """Name of the edition that a published one was compared with, None for none; "" where it is not told."""
    try:
        manifest = read_manifest(folder)
        told = manifest if "previous" in manifest else json.loads((folder / "report.json").read_bytes())
        return None if told["previous"] is None else str(told["previous"])
    except (EditionError, OSError, ValueError, KeyError, TypeError):
        return ""


def problems(folder: Path) -> list[str]:
    """What is wrong with an edition's folder, one sentence each; empty where all is whole."""
    try:
        listed = read_manifest(folder)["files"]
    except EditionError as error:
        return [str(error)]
    found = []
    for name, entry in listed.items():
        try:
            same = digest((folder / name).read_bytes()) == entry["sha256"]
        except OSError as error:
            found.append(f"{name} cannot be read: {error.strerror or type(error).__name__}.")
            continue
        if not same:
            found.append(f"{name} is not what was published: its hash differs.")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    found += [f"{name} was added after publishing." for name in sorted(present - set(listed) - {MANIFEST})]
    return found


def _damaged(path: Path) -> str:
    return f"{path} is damaged; restore the edition from a backup, or move its folder away."


def _text(body: Any) -> bytes:
    return (json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def differing(files: Mapping[str, bytes], published: Mapping[str, Any]) -> list[str]:
    """Names of the files that are not, byte for byte, in the published edition."""
    return [
        name for name, data in sorted(files.items()) if published.get(name, {}).get("sha256") != digest(data)
    ]


def refusal(folder: Path, names: Sequence[str], about: Mapping[str, Any]) -> str:
    """Why a report that differs from the edition in ``folder`` is refused: what differs, and why."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    before = read_manifest(folder)
    changed = [
        said
        for key, said in (("input", "the table"), ("config", "the settings"), ("as_of", "the as-of time"))
        if key in about and key in before and _same_text(about[key]) != _same_text(before[key])
    ]
    now = versions()
    changed += [
        f"{name} {then}, now {now.get(name) or 'not installed'}"
        for name, then in before["versions"].items()
        if then != now.get(name)
    ]
    why = f"; changed since: {', '.join(changed)}" if changed else ""
    return (
        f"{folder.name} is already published in {folder.parent} and this report differs from it "
        f"({', '.join(names[:3])}{more}{why}); to publish it as a correction give the reason "
        'with --correct "why", or choose another folder with --out.'
    )


def _same_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
