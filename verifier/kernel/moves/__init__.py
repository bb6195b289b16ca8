"""What several rules make of the normal form, or may lean on."""
