"""An event told in pictures: the line "Apa: …" with emoji and no word behind the label."""

import unicodedata

from domain.textfold import fold


def told_in_pictures(text: str) -> tuple[str, str] | None:
    """(the pictures as written, the text with that line blanked), or None when no line is such.

    Blanked, not cut, so that every other place in the text stays where it is.
    """
    start = 0
    for line in text.splitlines(keepends=True):
        colon = next((index for index, char in enumerate(line) if char in ":="), len(line))
        shown = line[colon + 1 :].strip()
        label = fold(line[:colon]).text.strip(" .)-0123456789") if len(line) < _LONGEST else ""
        if label == "apa" and _is_picture(shown):
            return shown, text[:start] + " " * len(line.rstrip()) + text[start + len(line.rstrip()) :]
        start += len(line)
    return None


_LONGEST = 200  # characters of a line that may be one label and pictures


def _is_picture(value: str) -> bool:
    return not any(char.isalnum() for char in value) and any(unicodedata.category(char) == "So" for char in value)
