"""Text made safe to show: what would be obeyed, or is not seen, is shown by its name.

A terminal obeys control characters, and bidirectional ones make a line read as what it is not.
"""

from __future__ import annotations

import unicodedata

_BREAKS = "\t\n\r"
_JOINERS = "\u200c\u200d"  # without which some scripts are misspelt
# What Unicode itself gives no names: runs of characters, by the first of each.
_CONTROLS = {
    0x00: "NULL,"
    "START OF HEADING,START OF TEXT,END OF TEXT,END OF TRANSMISSION,ENQUIRY,ACKNOWLEDGE,ALERT,"
    "BACKSPACE,TABULATION,LINE FEED,LINE TABULATION,FORM FEED,CARRIAGE RETURN,SHIFT OUT,SHIFT IN,"
    "DATA LINK ESCAPE,DEVICE CONTROL ONE,DEVICE CONTROL TWO,DEVICE CONTROL THREE,"
    "DEVICE CONTROL FOUR,NEGATIVE ACKNOWLEDGE,SYNCHRONOUS IDLE,END OF TRANSMISSION BLOCK,CANCEL,"
    "END OF MEDIUM,SUBSTITUTE,ESCAPE,FILE SEPARATOR,GROUP SEPARATOR,RECORD SEPARATOR,"
    "UNIT SEPARATOR",
    0x7F: "DELETE,"
    "PADDING CHARACTER,HIGH OCTET PRESET,BREAK PERMITTED HERE,NO BREAK HERE,INDEX,NEXT LINE,"
    "START OF SELECTED AREA,END OF SELECTED AREA,TABULATION SET,TABULATION WITH JUSTIFICATION,"
    "LINE TABULATION SET,PARTIAL LINE FORWARD,PARTIAL LINE BACKWARD,REVERSE LINE FEED,"
    "SINGLE SHIFT TWO,SINGLE SHIFT THREE,DEVICE CONTROL STRING,PRIVATE USE ONE,PRIVATE USE TWO,"
    "SET TRANSMIT STATE,CANCEL CHARACTER,MESSAGE WAITING,START OF GUARDED AREA,END OF GUARDED AREA,"
    "START OF STRING,SINGLE GRAPHIC CHARACTER INTRODUCER,SINGLE CHARACTER INTRODUCER,"
    "CONTROL SEQUENCE INTRODUCER,STRING TERMINATOR,OPERATING SYSTEM COMMAND,PRIVACY MESSAGE,"
    "APPLICATION PROGRAM COMMAND",
}


def visible(text: str, breaks: bool = False) -> str:
    """The text with control, bidirectional and unseen characters by name, `<U+001B ESCAPE>`; those
    that break lines too, unless `breaks` are to stay."""
    if text.isprintable():
        return text
    return "".join(c if breaks and c in _BREAKS else _visible(c) for c in text)


def _visible(character: str) -> str:
    category, code = unicodedata.category(character), ord(character)
    if category == "Cs":  # a byte of a file's name that is no text
        return f"\\x{code:02x}"
    if category not in ("Cc", "Cf", "Zl", "Zp") or character in _JOINERS:
        return character
    return f"<U+{code:04X} {_name(character)}>"


def _name(character: str) -> str:
    for first, names in _CONTROLS.items():
        known = dict(enumerate(names.split(","), first))
        if ord(character) in known:
            return known[ord(character)]
    return unicodedata.name(character, "UNKNOWN")
