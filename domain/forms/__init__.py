"""Forms: the questions of a report and the pure rules of asking them (written once, driven by data)."""
