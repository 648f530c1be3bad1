"""Lokus: a planned activity that is watched by a team in the field (Kota Tangerang): values and pure rules."""
