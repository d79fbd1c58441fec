"""A shop's curves and weights, fitted to its own history."""

from __future__ import annotations

from shopwatch.commands.here import OK, SOURCE, Here, ask, must_exist, narrate, needed, print_json


def run(here: Here) -> int:
    here, config = needed(here)
    _ = here.translate
    asked = here.arguments
    must_exist(asked.shop, [shop.id for shop in config.shop], config.defaults.discover, _)
    result = ask(here, config, lambda once: once.calibrate(asked.shop, poll=not asked.no_poll))
    found = result.calibration
    if found is not None and asked.json:
        print_json(found)
    elif found is not None:
        from shopwatch.reports.calibration import calibration_text

        print(calibration_text(found, _))
    for sentence in [*result.failures, *([result.held] if result.held else [])]:
        narrate(sentence)
    if found is None and result.held is None:
        must_exist(asked.shop, result.known, False, _)
    if found is not None and not found.subjects:
        narrate(_("There is no history to fit to: it takes official figures with values and points."))
    return SOURCE if result.failures or result.held else OK
