"""Reads reports as agents really write them: labels, SMS shorthand, free text, nihil. Pure, standard library only."""

from domain.recognition.opinion import opinion_phrases
from domain.recognition.recogniser import Gazetteer, Recognised, recognise
from domain.recognition.times import Impossible, Known, Vague, When, parse_when

__all__ = [
    "Gazetteer",
    "Impossible",
    "Known",
    "Recognised",
    "Vague",
    "When",
    "opinion_phrases",
    "parse_when",
    "recognise",
]
