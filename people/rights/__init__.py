"""What a person may ask of us about their data, and what we owe them unasked: audit, access, keeping, erasure."""
