"""Money is whole pence. These two functions alone turn it into words and back."""

import re
import unicodedata

MOST = 100_000_000_00  # pence: no single sum in the service is larger
_SHAPE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d{1,2}))?")


def pounds(pence: int | None) -> str:
    """Say pence as pounds: 120050 → "£1,200.50", 120000 → "£1,200", -500 → "−£5"."""
    if pence is None:
        return ""
    whole, rest = divmod(abs(int(pence)), 100)
    sign = "−" if pence < 0 else ""
    return f"{sign}£{whole:,}" + (f".{rest:02d}" if rest else "")


def parse_pounds(text: str) -> int:
    """Read what a person typed ("£1,200.50", "20", "20.5") as pence. Raises ValueError with a sentence for them."""
    cleaned = unicodedata.normalize("NFKC", text).strip().removeprefix("£").replace(" ", "")
    if cleaned.startswith("-"):
        raise ValueError("Enter an amount that is more than zero, like 20 or 20.50.")
    match = _SHAPE.fullmatch(cleaned) if cleaned else None
    if match is None or not any(match.groups()) or len(cleaned) > 20:
        raise ValueError("Enter an amount in pounds using numbers, like 20 or 1,200.50.")
    whole, fraction = match.group(1) or "0", match.group(2) or ""
    pence = int(whole.replace(",", "")) * 100 + int(fraction.ljust(2, "0"))
    if pence > MOST:
        raise ValueError(f"Enter an amount of {pounds(MOST)} or less.")
    return pence
