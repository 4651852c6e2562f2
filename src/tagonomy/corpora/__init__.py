"""Labelled corpora: read from the files that people have, checked, written, split and counted."""
