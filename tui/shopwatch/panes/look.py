"""The look: one dark theme, and the names by which every pane asks for a colour.

Panes write `$good`, `$near`, `$bad` … and never a colour of their own, so that another theme, sixteen
colours or none at all change nothing but the tint: what must be told apart has its word and glyph too.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="shopwatch",
    primary="#6cb6ff",
    secondary="#8ddb8c",
    accent="#6cb6ff",
    success="#66e08f",
    warning="#ffcc66",
    error="#ff7b7b",
    foreground="#d5dde6",
    background="#0f1419",
    surface="#0f1419",
    panel="#182029",
    dark=True,
    variables={
        "ground": "#0f1419",
        "good": "#66e08f",
        "near": "#ffcc66",
        "bad": "#ff7b7b",
        "quiet": "#8593a3",
        "faint": "#5a6775",
        "strong": "#ffffff",
        "key": "#6cb6ff",
        "rule": "#2c3743",
        "row": "#1b2733",
        "row-active": "#20405c",
        "bar": "#182029",
        "footer-background": "#0f1419",
        "border": "#6cb6ff",
        "scrollbar": "#2c3743",
        "scrollbar-background": "#0f1419",
        "scrollbar-hover": "#3d4c5c",
        "scrollbar-active": "#6cb6ff",
        "input-selection-background": "#6cb6ff 35%",
    },
)

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
