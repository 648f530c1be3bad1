"""What a report states by a label and the office keeps a list of: sumber, cara memperoleh, derajat."""

from collections.abc import Mapping, Sequence

from domain.recognition.events import match_bidang
from domain.recognition.labels import STATED, Entry
from domain.recognition.normalise import Message
from domain.textfold import fold

URGENCIES: tuple[str, ...] = ("Biasa", "Segera", "Sangat Segera")
"""Derajat, the least urgent first."""
_OR = ("/", ",", "|", "&", "atau ", "dan ")


def stated(
    message: Message, found: Sequence[Entry], lists: Mapping[str, Sequence[str]]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """(key → name on its list, keys whose labelled value is on no list and has to be asked).

    A key whose list is empty is passed over. The first readable line of a key counts.
    """
    known: dict[str, str] = {}
    unknown: list[str] = []
    for entry in found:
        key = _key(entry.label)
        value = message.written(entry.value).split("\n")[0]
        if not lists.get(key) or key in known or not value:
            continue
        name = listed(value, lists[key])
        if name is None:
            unknown.append(key)
        else:
            known[key] = name
    for clause in message.clauses:
        said = " ".join(clause.words[1:])
        if clause.words[0] == "derajat" and "derajat" not in known and lists.get("derajat"):
            known |= {key: name for key in ("derajat",) for name in lists[key] if name.casefold() == said}
    return known, tuple(dict.fromkeys(key for key in unknown if key not in known))


def _key(label: str) -> str:
    """The form's key that a label names by its first words ("sumber / unsur"), or nothing."""
    words = label.split()
    heads = (" ".join(words[:length]) for length in range(len(words), 0, -1))
    return next((STATED[head] for head in heads if head in STATED), "")


def listed(value: str, names: Sequence[str]) -> str | None:
    """The one listed name that the value is, abbreviates ("kelurahan") or begins with ("FKDM Kec. Doro").

    A form left as printed ("Biasa / Segera") chooses none.
    """
    wanted = " ".join(fold(value).text.replace("-", " ").split()).strip(" .")
    plain = {" ".join(fold(name).text.replace("-", " ").split()): name for name in names}
    if wanted in plain:
        return plain[wanted]
    for head in sorted(plain, key=len, reverse=True):
        rest = wanted.removeprefix(head)
        if rest == wanted or rest[0].isalnum():
            continue
        rest = rest.strip()
        other = any(name in rest for name in plain if name != head)
        return None if rest.startswith(_OR) and other else plain[head]
    return match_bidang(wanted, tuple(names))
