"""The figures as Prometheus reads them, by the installed command and over real HTTP; and the schema of the JSON."""

from __future__ import annotations

import json
import re
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import jsonschema
from prometheus_client.parser import text_string_to_metric_families

from running import ORDERS, ROOT, SHOPS, Place
from until import PATIENCE

EXAMPLE = ROOT / "config.example.toml"


def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def families(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    return {
        family.name: {tuple(sorted(one.labels.items())): one.value for one in family.samples}
        for family in text_string_to_metric_families(text)
    }


def test_it_prints_what_status_says(tmp_path: Path) -> None:
    here = place(tmp_path)
    places: list[str | Path] = ["--config", EXAMPLE, "--state", tmp_path / "state"]
    printed = here.run("metrics", *places)
    assert printed.code == 0, printed.err
    found = families(printed.out)
    status = json.loads(here.run("status", "--json", "--risks", "0", "--no-poll", *places).out)
    for shop in status["shops"]:
        scores = [
            value for labels, value in found["shopwatch_score"].items() if ("shop", shop["id"]) in labels
        ]
        assert scores == ([] if shop["score"]["value"] is None else [shop["score"]["value"]])
        known = sum(i["value"] is not None for d in shop["dimensions"] for i in d["indicators"])
        values = [1 for labels in found["shopwatch_indicator_value"] if ("shop", shop["id"]) in labels]
        assert len(values) == known  # what isn't known isn't 0
        exposed = sum(
            n for labels, n in found["shopwatch_exposures"].items() if ("shop", shop["id"]) in labels
        )
        assert exposed == len(shop["risks"])


def test_it_serves_them_and_ends_by_a_signal(tmp_path: Path) -> None:
    here = place(tmp_path)
    here.write("orders.csv", ORDERS)
    here.write("shopwatch.toml", SHOPS)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = here.start("metrics", "--listen", f"127.0.0.1:{port}")
    try:
        text, patience = "", time.monotonic() + 60
        while 'shop="a"' not in text and time.monotonic() < patience:
            time.sleep(0.2)
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
                    text = answer.read().decode()
            except urllib.error.URLError:
                continue
        assert families(text)["shopwatch_source_up"]
        taken = here.run("metrics", "--listen", str(port))
        taken.ended(2, "can't be listened on")
    finally:
        running.terminate()
        _out, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 143
    assert "Traceback" not in told


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    here = place(tmp_path)
    here.write("orders.csv", ORDERS)
    here.write("shopwatch.toml", SHOPS)
    for wrong in ("somewhere", "127.0.0.1:0", "300.1.1.1:9000", "127.0.0.1:x"):
        here.run("metrics", "--listen", wrong).ended(2, "127.0.0.1:9464")


def test_the_dashboard_asks_for_what_there_is(tmp_path: Path) -> None:
    here = place(tmp_path)
    dashboard = here.run("metrics", "--dashboard").out
    assert json.loads(dashboard)["panels"]
    names = set(re.findall(r"shopwatch_\w+", dashboard))
    found = families(here.run("metrics", "--config", EXAMPLE, "--state", tmp_path / "state").out)
    assert names <= found.keys()


def test_the_json_is_what_its_schema_says(tmp_path: Path) -> None:
    here = place(tmp_path)
    schema = json.loads(here.run("status", "--schema").out)
    checker = jsonschema.Draft202012Validator(schema)
    places: list[str | Path] = ["--config", EXAMPLE, "--state", tmp_path / "state"]
    status = json.loads(here.run("status", "--json", *places).out)
    assert list(checker.iter_errors(status)) == []
    status["shops"][0]["score"]["basis"] = "guessed"
    assert [list(error.path)[:3] for error in checker.iter_errors(status)] == [["shops", 0, "score"]]
