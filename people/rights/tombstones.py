"""What stands in the place of a case number once the person is taken out of the record."""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST = 6


def code_for(participant_id: int) -> str:
    """A code no case number could be: "-" and the row's own number in base 36 (room for two thousand million)."""
    digits = ""
    while participant_id:
        participant_id, digit = divmod(participant_id, len(DIGITS))
        digits = DIGITS[digit] + digits
    return f"-{digits.zfill(LONGEST)}"
