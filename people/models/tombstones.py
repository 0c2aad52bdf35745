"""A tombstone stands in place of the CRN once the person is erased."""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST = 6


def code_for(participant_id: int) -> str:
    """Return "-" and the id in base 36, which no CRN can be. There is room for two thousand million."""
    digits = ""
    while participant_id:
        participant_id, digit = divmod(participant_id, len(DIGITS))
        digits = DIGITS[digit] + digits
    return f"-{digits.zfill(LONGEST)}"
