"""From matplotlib's SVG to SVG that can stand in a page: small, without ids that clash, without styles.

Style attributes become presentation attributes (a strict content policy forbids inline styles, and
``fill="#1a66a8"`` is easily swapped for a CSS variable), the global ``<style>`` and the metadata go, ids are
renumbered behind the figure's name, numbers keep two decimals.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping

__all__ = ["clean"]

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_FONT = re.compile(r"^(?:(?P<weight>\d+|bold) )?(?P<size>[\d.]+)px ")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_STEP = re.compile(r"([MLCQzZ])([^MLCQzZ]*)")
_NUMERIC = {"d", "x", "y", "transform", "width", "height", "stroke-width", "stroke-dasharray", "points"}
_INHERITED = {"stroke-linejoin": "round", "stroke-linecap": "butt"}


def clean(source: bytes, *, name: str, alt: str, family: str, tips: Mapping[str, str]) -> str:
    """One ``<svg>`` element as text; ``tips`` are tooltips by the id of the group they belong to."""
    root = ET.fromstring(source)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (_SVG + "metadata", _SVG + "style"):
                parent.remove(child)
    for element in root.iter():
        _plain_attributes(element)
    _rename_ids(root, name, tips)
    _flatten(root)
    _frame(root, alt, family)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.tail = None
        if element.tag != "text" and element.tag != "title":
            element.text = None
    return ET.tostring(root, encoding="unicode")


def _frame(root: ET.Element, alt: str, family: str) -> None:
    box = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update(
        {"xmlns": _SVG[1:-1], "viewBox": box, "width": "100%", "role": "img", "aria-label": alt,
         "font-family": family, **_INHERITED}
    )  # fmt: skip


def _plain_attributes(element: ET.Element) -> None:
    style = element.attrib.pop("style", "")
    for part in filter(None, (piece.strip() for piece in style.split(";"))):
        key, _, value = (text.strip() for text in part.partition(":"))
        if key == "font":
            found = _FONT.match(value)
            if found is None:
                raise ValueError(f"matplotlib wrote a font that is not understood: {value!r}")
            element.set("font-size", found["size"])
            if found["weight"]:
                element.set("font-weight", "700" if found["weight"] == "bold" else found["weight"])
        elif key == "font-size":
            element.set(key, value.removesuffix("px"))
        elif key != "font-family" and _INHERITED.get(key) != value:
            element.set(key, value)
    if element.get("stroke-width") == "0":
        element.attrib.pop("stroke", None)
    if _HREF in element.attrib:
        element.set("href", element.attrib.pop(_HREF))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for key in _NUMERIC & element.attrib.keys():
        element.set(key, _NUMBER.sub(_short, element.attrib[key]))
    if "d" in element.attrib:
        element.set("d", _terse(element.attrib["d"]))


def _terse(path: str) -> str:
    """The same path with H and V for level and upright lines and without blanks that say nothing."""
    x = y = ""
    out = []
    for command, numbers in _STEP.findall(path):
        values = numbers.split()
        if command == "L" and values[0] == x:
            out.append(f"V{values[1]}")
        elif command == "L" and values[1] == y:
            out.append(f"H{values[0]}")
        else:
            out.append(command + " ".join(values))
        x, y = values[-2:] if values else ("", "")
    return "".join(out)


def _short(found: re.Match[str]) -> str:
    text = f"{float(found.group()):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _rename_ids(root: ET.Element, name: str, tips: Mapping[str, str]) -> None:
    """Ids that are referred to become ``name-1``, ``name-2`` …; tooltips are put in place; the rest go."""
    used: dict[str, str] = {}
    name = re.sub(r"[^A-Za-z0-9_-]", "-", name)

    def new(old: str) -> str:
        return used.setdefault(old, f"{name}-{len(used) + 1}")

    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "href":
                element.set(key, "#" + new(value.removeprefix("#")))
            elif "url(#" in value:
                element.set(key, _REFERENCE.sub(lambda found: f"url(#{new(found[1])})", value))
    for element in root.iter():
        old = element.attrib.pop("id", "")
        if old in used:
            element.set("id", used[old])
        if old in tips:
            element.set("data-tip", tips[old])


def _flatten(element: ET.Element) -> None:
    """Put tooltips in, drop empty groups and take the children out of groups that say nothing."""
    children: list[ET.Element] = []
    for child in element:
        _flatten(child)
        tip = child.attrib.pop("data-tip", None)
        if tip is not None:
            title = ET.Element(_SVG + "title")
            title.text = tip
            child.insert(0, title)
            children.append(child)
        elif child.tag == _SVG + "text" and not (child.text or "").strip():
            continue
        elif child.tag in (_SVG + "g", _SVG + "defs") and (not child.attrib or not len(child)):
            plain = child.tag == _SVG + "g"
            children.extend(list(child) if plain else [child] if len(child) else [])
        else:
            children.append(child)
    element[:] = children
