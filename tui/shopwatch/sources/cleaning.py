"""What is taken off a value from outside: blanks, the signs for "nothing", and characters that harm a screen.

Each rule stands here twice, as SQL for the rows and as Python for the few words of a message.
"""

from __future__ import annotations

import unicodedata

BLANK = " \t\r\n\u00a0\u3000\ufeff\u200b"
NOTHING = ("", "-", "--")
_BLANK = r"[\s\x{00A0}\x{3000}\x{FEFF}\x{200B}]"

# Control characters, and those that are invisible or turn the direction of what follows them.
_RANGES = (
    *((0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F)),
    *((0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xE0000, 0xE007F)),
)
_UNSEEN = "".join(rf"\x{{{first:04X}}}-\x{{{last:04X}}}" for first, last in _RANGES)
"""As DuckDB's patterns have it; the next as Python's have it."""
UNSEEN = "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in _RANGES)

MACROS = (
    # An amount as exports print it: 1,234.50, ¥12, 12.5元.
    r"""CREATE TEMP MACRO yuan(x) AS CASE WHEN regexp_full_match(trim(CAST(x AS VARCHAR)),
        '[-+]?[¥￥]?\s*[-+]?(\d{1,3}([,，]\d{3})+|\d+)?(\.\d*)?(e[-+]?\d+)?\s*元?')
        THEN CAST(round(TRY_CAST(regexp_replace(CAST(x AS VARCHAR), '[¥￥,，元\s]', '', 'g')
        AS DECIMAL(24, 6)) * 100) AS BIGINT) END""",
    # A cell that a workbook shows as a percentage holds the plain share, without the sign.
    r"""CREATE TEMP MACRO share_of(x) AS CASE WHEN regexp_matches(x, '[%％]\s*$')
        THEN CAST(TRY_CAST(regexp_replace(x, '[%％]\s*$', '') AS DECIMAL(24, 10)) * 0.01 AS DOUBLE)
        ELSE TRY_CAST(x AS DOUBLE) END""",
    r"""CREATE TEMP MACRO percent(x) AS CASE WHEN share_of(CAST(x AS VARCHAR)) BETWEEN 0 AND 1
        THEN share_of(CAST(x AS VARCHAR)) END""",
    # The tab, the apostrophe or the formula ="…" by which a table program is kept from making it a number.
    r"""CREATE TEMP MACRO ident(x) AS CASE WHEN regexp_matches(CAST(x AS VARCHAR), '^[\s=''"‘’`]|[''"\s]$')
        THEN NULLIF(regexp_replace(CAST(x AS VARCHAR), '^\s*=?[''"‘’`\s]+|[''"\s]+$', '', 'g'), '')
        ELSE NULLIF(CAST(x AS VARCHAR), '') END""",
)


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def stripped(sql: str) -> str:
    """SQL: the text without blanks around it; NULL where it says nothing."""
    # Few values have such blanks, and trimming costs ten times the look. NULLIF is not used: it repeats its
    # argument, and three of them in each other make the engine plan eight copies of it.
    edges = f"regexp_matches({sql}, '^{_BLANK}|{_BLANK}$')"
    trimmed = f"trim({sql}, {literal(BLANK)})"
    nothing = ", ".join(map(literal, NOTHING))
    return (
        f"CASE WHEN {edges} THEN CASE WHEN {trimmed} NOT IN ({nothing}) THEN {trimmed} END "
        f"WHEN {sql} NOT IN ({nothing}) THEN {sql} END"
    )


LONGEST = 4_000
"""Characters of a text that are kept: no review, reason or name is longer, and a screen must not choke on it."""
_MARKS = r"\p{M}{4}"  # so many signs above and below one letter run into the lines around it
MARKS = r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4}"


def harmless(sql: str) -> str:
    """SQL: the text without control, invisible and bidirectional characters; a line break becomes a space, and of a
    heap of signs on one letter three are left."""
    spaced = f"regexp_replace(left({sql}, {LONGEST}), '[\\t\\r\\n]+', ' ', 'g')"
    seen = f"regexp_replace({spaced}, '[{_UNSEEN}]', '', 'g')"
    return (
        f"CASE WHEN length({sql}) > {LONGEST} OR regexp_matches({sql}, '[{_UNSEEN}]|{_MARKS}') "
        f"THEN trim(regexp_replace({seen}, '(\\p{{M}}{{3}})\\p{{M}}+', '\\1', 'g')) ELSE {sql} END"
    )


def shown(value: object, limit: int = 200) -> str:
    """A value as a message may show it."""
    kept = visible(" ".join(str(value)[: limit * 4].split()))
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def hushed(text: str, *secrets: str) -> str:
    """The text without the secrets, which a server may repeat from what it was asked."""
    for secret in secrets:
        text = text.replace(secret, "•••") if secret else text
    return text


def visible(text: str) -> str:
    """The text without what a terminal would act on, and without what hides or turns other characters."""
    return "".join(letter for letter in text if not unicodedata.category(letter).startswith("C"))


def plain(header: str) -> str:
    """A header cell without the blanks, quotes and apostrophes around it."""
    return header.strip(BLANK).strip("\"'").strip(BLANK)
