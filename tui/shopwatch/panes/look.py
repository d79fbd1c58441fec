"""The look: four themes, and the names by which every pane asks for a colour.

Panes write `$good`, `$near`, `$bad` … and never a colour of their own, so that another theme, sixteen
colours or none at all change nothing but the tint: what must be told apart has its word and glyph too.
"""

from __future__ import annotations

from typing import NamedTuple

from textual.theme import Theme


class Palette(NamedTuple):
    """ground, ink: paper and letters. good, near, bad: of what is judged. key: what leads on. quiet, faint: what is
    said aside. rule: borders. row, row_active: under the cursor. bar: the lines at the edges."""

    ground: str
    ink: str
    good: str
    near: str
    bad: str
    key: str
    quiet: str
    faint: str
    strong: str
    rule: str
    row: str
    row_active: str
    bar: str


PALETTES = {
    "dark": Palette(
        ground="#0f1419", ink="#d5dde6", good="#66e08f", near="#ffcc66", bad="#ff7b7b", key="#6cb6ff", quiet="#8593a3",
        faint="#5a6775", strong="#ffffff", rule="#2c3743", row="#1b2733", row_active="#20405c", bar="#182029",
    ),
    "light": Palette(
        ground="#fcfcfa", ink="#24292f", good="#116329", near="#7d4e00", bad="#b3141e", key="#0550ae", quiet="#57606a",
        faint="#7a838c", strong="#000000", rule="#c3cad2", row="#e9eef3", row_active="#cbe1ff", bar="#eef1f4",
    ),
    "high-contrast": Palette(
        ground="#000000", ink="#ffffff", good="#4dff88", near="#ffe100", bad="#ff8080", key="#7cd8ff", quiet="#e0e0e0",
        faint="#b8b8b8", strong="#ffffff", rule="#a0a0a0", row="#1c1c1c", row_active="#00405f", bar="#1c1c1c",
    ),
    "colour-blind": Palette(
        ground="#0f1419", ink="#d5dde6", good="#56b4e9", near="#f0e442", bad="#f0743b", key="#b9c7d6", quiet="#8593a3",
        faint="#5a6775", strong="#ffffff", rule="#2c3743", row="#1b2733", row_active="#20405c", bar="#182029",
    ),
}  # fmt: skip
"""Those for the colour-blind are Okabe's and Ito's blue, yellow and vermilion."""


def theme_name(name: str) -> str:
    """Return what Textual calls a theme of ours: beside its own."""
    return f"shopwatch-{name}"


def theme(name: str) -> Theme:
    """Return the theme of a palette."""
    tint = PALETTES[name]
    return Theme(
        name=theme_name(name),
        primary=tint.key,
        secondary=tint.good,
        accent=tint.key,
        success=tint.good,
        warning=tint.near,
        error=tint.bad,
        foreground=tint.ink,
        background=tint.ground,
        surface=tint.ground,
        panel=tint.bar,
        dark=name != "light",
        variables={
            **{field.replace("_", "-"): colour for field, colour in tint._asdict().items() if field != "ink"},
            "footer-background": tint.ground,
            "border": tint.key,
            "scrollbar": tint.rule,
            "scrollbar-background": tint.ground,
            "scrollbar-hover": tint.faint,
            "scrollbar-active": tint.key,
            "input-selection-background": f"{tint.key} 35%",
        },
    )


DARK = theme("dark")

ELSEWHERE = {
    "ground": "$background",
    "good": "$text-success",
    "near": "$text-warning",
    "bad": "$text-error",
    "quiet": "$text-muted",
    "faint": "$text-disabled",
    "strong": "$foreground",
    "key": "$text-primary",
    "rule": "$foreground 25%",
    "row": "$panel",
    "row-active": "$primary 30%",
    "bar": "$panel",
}
"""The same names under any other theme that somebody chooses from the command palette."""
