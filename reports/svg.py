"""Figures as inline SVG: no scripts, no style attributes, colours as CSS variables, ids of their own."""

import re
from xml.etree import ElementTree

from analysis.errors import RenderError

from .templating import clean
from .theme import Theme

__all__ = ["inline_svg", "parse_svg"]

_DROP = {"script", "style", "metadata", "foreignObject", "animate", "set", "iframe", "a"}
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")


def inline_svg(svg: str, *, name: str, alt: str, title: str, theme: Theme, styles: dict[str, str]) -> str:
    """An SVG to be put into an HTML page.

    Style attributes become classes, because the page's policy forbids them; ``styles`` (declarations ->
    class name) is filled for the page's style sheet. Raises RenderError when it is no SVG.
    """
    root = parse_svg(svg, name=name)
    _strip(root)
    prefix = f"{re.sub(r'[^A-Za-z0-9_-]', '-', name)}-"
    own = not all(e.get("id", prefix).startswith(prefix) for e in root.iter())
    for element in root.iter():
        _attributes(element, prefix if own else "", theme, styles)
    _size(root)
    root.set("role", "img")
    root.set("aria-label", clean(alt))
    heading = ElementTree.Element("title")
    heading.text = clean(title)
    root[:] = [heading, *(child for child in root if child.tag != "title")]
    return ElementTree.tostring(root, encoding="unicode")


def parse_svg(svg: str, *, name: str) -> ElementTree.Element:
    """The figure's drawing. Raises RenderError naming the figure when it is no SVG."""
    try:
        root = ElementTree.fromstring(clean(svg))
    except ElementTree.ParseError as error:
        raise RenderError(f"the figure {name!r} is no well-formed SVG: {error}.") from error
    if _local(root.tag) != "svg":
        raise RenderError(f"the figure {name!r} is no SVG but <{_local(root.tag)}>.")
    return root


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _strip(parent: ElementTree.Element) -> None:
    """Drop elements that could act or restyle the page, and every namespace."""
    parent.tag = _local(parent.tag)
    for child in list(parent):
        if not isinstance(child.tag, str) or _local(child.tag) in _DROP:
            parent.remove(child)
        else:
            _strip(child)


def _attributes(element: ElementTree.Element, prefix: str, theme: Theme, styles: dict[str, str]) -> None:
    old = dict(element.attrib)
    element.attrib.clear()
    classes = [old.pop("class")] if "class" in old else []
    for raw, text in old.items():
        key, value = _local(raw), _REFERENCE.sub(rf"url(#{prefix}\1)", text)
        if key.startswith("on") or (key == "href" and not value.startswith(("#", "data:image/"))):
            continue
        if key == "style":
            rule = theme.css_colours(value.strip().rstrip(";"))
            if rule:
                classes.append(styles.setdefault(rule, f"s{len(styles)}"))
            continue
        if key == "id":
            value = prefix + value
        elif key == "href" and value.startswith("#"):
            value = f"#{prefix}{value[1:]}"
        element.set(key, theme.css_colours(value))
    if classes:
        element.set("class", " ".join(classes))


def _size(root: ElementTree.Element) -> None:
    """Without width and height the drawing fills its column; its shape comes from the viewBox."""
    width, height = root.attrib.pop("width", ""), root.attrib.pop("height", "")
    if "viewBox" not in root.attrib:
        numbers = [re.match(r"[\d.]+", side) for side in (width, height)]
        if all(numbers):
            root.set("viewBox", "0 0 " + " ".join(found.group() for found in numbers if found))
