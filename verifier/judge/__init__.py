"""A file judged, step by step."""
