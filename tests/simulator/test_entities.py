"""Telegram's HTML, its errors word for word, and offsets in UTF-16 units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.entities import MarkupError, detect, parse_html, to_html, trimmed, units


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("é<x>a</x>", 'Unsupported start tag "x" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<i>a</em   >", 'Unmatched end tag at byte offset 4, expected "</i>", found "</em>"'),
        ("<i>a</i   ", "Unclosed end tag at byte offset 4"),
        ("a<b", "Unclosed start tag at byte offset 1"),
        ("<span>z</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>z</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<i aba=190azAz-.,", "Unexpected end of name token at byte offset 7"),
    ],
)
def test_errors_of_broken_markup(markup: str, problem: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse_html(markup)
    assert str(caught.value) == problem


def test_entities_count_utf16_units() -> None:
    text, entities = parse_html('😀 <b>te&amp;bal</b> <a href="https://a.id/?x=1&amp;y=2">k</a>')
    assert text == "😀 te&bal k"
    assert entities == [
        {"offset": 3, "length": 6, "type": "bold"},
        {"offset": 10, "length": 1, "type": "text_link", "url": "https://a.id/?x=1&y=2"},
    ]


def test_nested_and_special_tags() -> None:
    markup = '<blockquote expandable><b>a<i>b</i></b></blockquote><pre><code class="language-py">x</code></pre>'
    text, entities = parse_html(markup)
    assert [(e["type"], e["offset"], e["length"]) for e in entities] == [
        ("expandable_blockquote", 0, 2),
        ("bold", 0, 2),
        ("italic", 1, 1),
        ("pre", 2, 1),
    ]
    assert to_html(text, entities) == markup


@given(st.text(alphabet="ab😀é<>&;/ \n", max_size=40))
def test_plain_text_comes_back_from_html(text: str) -> None:
    assert parse_html(to_html(text, []))[0] == text


@given(st.lists(st.tuples(st.sampled_from(["b", "i", "u", "s", "code"]), st.text(alphabet="a😀<&", min_size=1))))
def test_markup_survives_the_way_to_entities_and_back(parts: list[tuple[str, str]]) -> None:
    markup = "".join(f"<{tag}>{to_html(text, [])}</{tag}>|" for tag, text in parts)
    assert to_html(*parse_html(markup)) == markup


def test_trimming_moves_entities() -> None:
    assert trimmed("  ab ", [{"type": "bold", "offset": 0, "length": 5}]) == (
        "ab",
        [{"type": "bold", "offset": 0, "length": 2}],
    )


def test_commands_mentions_and_links_are_found_by_themselves() -> None:
    found = detect("/start@Kentongan_bot @elang07 #siaga https://a.id/b. x@y.id 1/2", [])
    text = "/start@Kentongan_bot @elang07 #siaga https://a.id/b. x@y.id 1/2"
    assert [(e["type"], text[e["offset"] : e["offset"] + e["length"]]) for e in found] == [
        ("bot_command", "/start@Kentongan_bot"),
        ("mention", "@elang07"),
        ("hashtag", "#siaga"),
        ("url", "https://a.id/b"),
        ("email", "x@y.id"),
    ]


def test_units() -> None:
    assert units("a😀é") == 4
