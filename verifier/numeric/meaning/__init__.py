"""The meaning of terms and statements on worlds."""
