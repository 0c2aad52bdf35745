"""Browser and system from the User-Agent, in plain words for a list of sessions."""

from __future__ import annotations

BROWSERS = [
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung browser"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
]  # fmt: skip
MACHINES = [
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "an Android phone or tablet"), ("Windows", "Windows"),
    ("CrOS", "a Chromebook"), ("Macintosh", "a Mac"), ("Linux", "Linux"),
]  # fmt: skip


def in_words(agent: str) -> str:
    """Return "Chrome on Windows", or that it is unknown."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    machine = next((name for mark, name in MACHINES if mark in agent), "")
    return f"{browser or 'A browser'} on {machine}" if machine else browser or "An unknown device"
