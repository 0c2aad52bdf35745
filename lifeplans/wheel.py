"""The wheel of goods, drawn on the server: how much each matters (pale) and how content the person is (dark)."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, pi, sin

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lifeplans.goods import WORDS, Good
from lifeplans.models import GoodRating

RADIUS = 100.0
TURN = 2 * pi / len(Good)


def draw(ratings: Iterable[GoodRating]) -> SafeString:
    """An SVG of eleven wedges. Its words stand beside it in a list, so it is hidden from screen readers."""
    rated = {rating.good: rating for rating in ratings}
    rings = format_html_join("", '<circle class="wheel__ring" r="{}"/>', ((RADIUS * n / 5,) for n in range(1, 6)))
    wedges = format_html_join("", "{}", ((wedge(n, rated.get(good)),) for n, good in enumerate(Good)))
    return format_html(
        '<svg class="wheel" viewBox="-172 -128 344 256" aria-hidden="true" focusable="false">{}{}</svg>', rings, wedges
    )


def wedge(place: int, rating: GoodRating | None) -> SafeString:
    middle = TURN * (place + 0.5) - pi / 2
    x, y = cos(middle), sin(middle)
    anchor = "middle" if abs(x) < 0.3 else "start" if x > 0 else "end"
    label = format_html(
        '<text class="wheel__word" text-anchor="{}" x="{}" y="{}">{}</text>',
        anchor, round(107 * x, 1), round(113 * y + 5, 1), WORDS[list(Good)[place]],
    )  # fmt: skip
    if rating is None:
        return label
    wants = format_html('<path class="wheel__matters" d="{}"/>', slice_path(place, rating.importance))
    has = format_html('<path class="wheel__content" d="{}"/>', slice_path(place, rating.satisfaction))
    return format_html("{}{}{}", wants, has, label)


def slice_path(place: int, score: int) -> str:
    """The outline of one slice, as far out as the score (1 to 10) says."""
    radius, start = RADIUS * score / 10, TURN * place - pi / 2 + 0.03
    end = start + TURN - 0.06
    first, last = (radius * cos(start), radius * sin(start)), (radius * cos(end), radius * sin(end))
    return f"M0 0L{first[0]:.1f} {first[1]:.1f}A{radius:.1f} {radius:.1f} 0 0 1 {last[0]:.1f} {last[1]:.1f}Z"
