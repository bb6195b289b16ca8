"""What is kept from one run to the next. A verdict is found by digests alone; nothing is trusted
beyond it, and what can't be read is as good as not there. Importing this imports nothing heavy."""
