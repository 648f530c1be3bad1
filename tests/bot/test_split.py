"""Splitting: nothing lost, nothing too long, every tag closed."""

from __future__ import annotations

import re
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.split import fits, plain, split, units

TAG = re.compile(r"<(/?)([a-z]+)[^>]*>")
words = st.text(st.sampled_from("abc .,!?\n<&>\"'é😀👨‍👩‍👧"), min_size=1, max_size=40)
nodes = st.recursive(
    words.map(escape),
    lambda inner: st.tuples(
        st.sampled_from(["b", "i", 'a href="https://contoh.id/?a=1&amp;b=2"', "code"]), st.lists(inner, max_size=4)
    ).map(lambda node: f"<{node[0]}>{''.join(node[1])}</{node[0].split()[0]}>"),
    max_leaves=12,
)
documents = st.lists(nodes, min_size=1, max_size=12).map("".join)


def balanced(text: str) -> bool:
    stack: list[str] = []
    for closing, name in TAG.findall(text):
        if not closing:
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
    return not stack


def solid(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(documents, st.integers(120, 300))
def test_nothing_is_lost_and_every_part_fits_with_its_tags_closed(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(units(plain(part)) <= limit for part in parts)
    assert all(balanced(part) for part in parts)
    assert all("<" not in re.sub(r"</?[a-z][^<>]*>", "", part) for part in parts)
    if plain(text).strip():
        assert solid("".join(plain(part) for part in parts)) == solid(plain(text))


@given(st.lists(st.sampled_from(["😀" * 9, "👍🏽", "a", "&" * 5]), min_size=300, max_size=900).map("".join))
@settings(suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow], max_examples=25)
def test_emoji_are_counted_as_telegram_counts_them(text: str) -> None:
    parts = split(escape(text))
    assert all(len(plain(part).encode("utf-16-le")) // 2 <= 4096 for part in parts)
    assert "".join(plain(part) for part in parts) == text


def test_4096_emoji_units_stay_in_one_piece() -> None:
    assert split("😀" * 2048) == ["😀" * 2048]
    assert len(split("😀" * 2049)) == 2


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("paragraf satu.\n\nparagraf dua yang panjang sekali", "paragraf satu."),
        ("baris satu di sini\nbaris dua yang panjang sekali", "baris satu di sini"),
        ("Kalimat satu di sini. Kalimat dua yang panjang", "Kalimat satu di sini."),
        ("kata kata kata kata kata kata kata kata", "kata kata kata kata kata kata"),
        ("<b>tebal tebal tebal. sambung</b> lagi dan lagi", "<b>tebal tebal tebal.</b>"),
    ],
)
def test_cuts_where_a_reader_would_pause(text: str, first: str) -> None:
    assert split(text, 30)[0] == first


def test_a_tag_open_at_the_cut_is_opened_again() -> None:
    one, two = split("<b><i>satu dua tiga</i> empat lima enam tujuh</b>", 32)
    assert one.startswith("<b><i>")
    assert two.startswith("<b>")
    assert balanced(one)
    assert balanced(two)


def test_an_entity_is_never_cut() -> None:
    for limit in range(12, 40):
        assert all("&" not in re.sub(r"&amp;", "", part) for part in split("x" * 9 + "&amp;" * 30, limit))


def test_fits_counts_what_telegram_counts() -> None:
    assert fits("<b>" + "x" * 4096 + "</b>")
    assert not fits("x" * 4097)
