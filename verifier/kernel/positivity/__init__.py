"""Signs and supports."""
