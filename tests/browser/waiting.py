"""Assertions on a page that wait until they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, LocatorAssertions


def expect(locator: Locator) -> LocatorAssertions:
    """Playwright's ``expect``, imported where a page exists, with the patience of the pages."""
    from playwright.sync_api import expect as expect_soon

    expect_soon.set_options(timeout=60_000)
    return expect_soon(locator)
