"""What staff and participants type on this floor's pages."""
