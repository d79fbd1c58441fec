"""The shipped samples: made by their generator to the byte, small, fictional, and read without a hitch."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import tomli

import make_samples
from profile_reading import polled
from shopwatch.config.structs import SourceSection
from shopwatch.sources.build import build

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
SOURCES = [
    (shop["id"], source)
    for shop in tomli.loads(EXAMPLE.read_text("utf-8"))["shop"]
    for source in shop["source"]
]


def read(shop: str, source: dict[str, Any], scratch: Path) -> dict[str, list[dict[str, Any]]]:
    section = SourceSection(**source)
    return polled(
        build(
            section,
            shop=shop,
            timezone="Asia/Shanghai",
            folder=EXAMPLE.parent,
            scratch=scratch,
            _=str,
            index=0,
        )
    )


def test_the_generator_writes_the_shipped_files_to_the_byte() -> None:
    made = make_samples.files()
    shipped = {
        path.relative_to(make_samples.FOLDER).as_posix(): path.read_bytes()
        for path in make_samples.FOLDER.rglob("*")
        if path.is_file()
    }
    assert shipped == made


def test_they_are_small_and_hold_no_buyer_unmasked() -> None:
    made = make_samples.files()
    assert sum(map(len, made.values())) < 400_000
    telephone = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
    for name, content in made.items():
        text = content.decode(
            "gb18030" if "，退款成功" not in content.decode("utf-8", "ignore") else "utf-8", "ignore"
        )
        assert not telephone.search(text), name


@pytest.mark.parametrize(("shop", "source"), SOURCES, ids=[source["name"] for _shop, source in SOURCES])
def test_the_example_reads_each_of_them(tmp_path: Path, shop: str, source: dict[str, Any]) -> None:
    found = read(shop, source, tmp_path)
    rejects = found.pop("rejects")
    assert found
    assert all(rows for rows in found.values())
    if source["name"] != "青禾·后台导出":
        assert rejects == []


def test_the_one_bad_row_is_kept_with_its_reason(tmp_path: Path) -> None:
    (reject,) = read(*SOURCES[0], tmp_path)["rejects"]
    assert "2026-13-10" in reject["reason"]


def test_parcels_of_both_sources_are_the_same_parcels(tmp_path: Path) -> None:
    exported = read(*SOURCES[0], tmp_path)["parcels"]
    tracked = read(*SOURCES[1], tmp_path)["parcels"]
    named = ("parcel_id", "order_id", "carrier", "warehouse", "province")
    assert {tuple(row[field] for field in named) for row in exported} == {
        tuple(row[field] for field in named) for row in tracked
    }
