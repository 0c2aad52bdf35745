"""Text that tries what a form should withstand."""

NASTY = ["\x00", "<script>alert(1)</script>", "{{7*7}}", "\u202eabc", "x" * 1_000_000, "' or 1=1 --"]
