"""Data protection: the audit of access, copies for the person, retention and erasure."""
