"""The line of a key, also past the constructions that look like keys and tables but are values."""

from __future__ import annotations

import tomllib

import pytest

from domain.toml_lines import Lines, syntax_line

TEXT = '''\
# [bukan]
judul = "a # [b]"
matriks = [
    ["x", "y = 1"], # [[lagi]]
    [ "kunci" ]
]
catatan = """
[[langkah]]
id = "palsu"
"""
"kunci kutip" = 1
a.b = 2

[tabel]
judul = 3

[[langkah]]
id = 1
[langkah.dalam]
x = 1
[[langkah]]
id = 2
'''


def test_the_example_is_toml() -> None:
    assert tomllib.loads(TEXT)["langkah"] == [{"id": 1, "dalam": {"x": 1}}, {"id": 2}]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("judul",), 2),
        (("matriks",), 3),
        (("matriks", 1), 3),
        (("catatan",), 7),
        (("kunci kutip",), 11),
        (("a", "b"), 12),
        (("tabel",), 14),
        (("tabel", "judul"), 15),
        (("tabel", "tiada"), 14),
        (("langkah",), 17),
        (("langkah", 0, "id"), 18),
        (("langkah", 1), 21),
        (("langkah", 1, "id"), 22),
        (("kunci",), 1),
        (("lagi",), 1),
        (("tiada",), 1),
        ((), 1),
    ],
)
def test_lines(path: tuple[str | int, ...], line: int) -> None:
    assert Lines(TEXT).of(path) == line


def test_the_line_of_a_syntax_error() -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as error:
        tomllib.loads("a = 1\nb = x\n")
    assert syntax_line(str(error.value)) == 2
    assert syntax_line("Invalid (at end of document)") == 1
