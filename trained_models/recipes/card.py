"""Write a model card from what the model says of itself."""

from __future__ import annotations

from pathlib import Path

from tagonomy.tagger import Tagger

LIMITS = """\
- English news. Other languages are not refused, but names are all it finds there.
- The linear side knows the topics and countries of US bills and of Current Events, and topics of
  articles of our own; on other subjects names and rules speak alone.
- The ranker learned from judged articles of a publisher of US politics and of our own, one-sentence
  news items and summaries of bills. Probabilities are calibrated on these, and less so elsewhere.
- People who became known after mid 2026 are not in the taxonomy; lay your own over it.
- Tags describe what an article is about. They say nothing about whether it is true, and must
  not be used to judge the people whom they name."""


def write_card(path: Path, tagger: Tagger, seal: str, size: int) -> None:
    """Write the card of a tagger as Markdown."""
    manifest = tagger.manifest
    data = "\n".join(f"| {name} | {what} |" for name, what in manifest["data"].items())
    figures = "\n".join(
        f"| {corpus} | {metric} | {value:.4f} |"
        for corpus, values in manifest["figures"].items()
        for metric, value in values.items()
    )
    thresholds = ", ".join(f"{facet} {value:g}" for facet, value in manifest["thresholds"].items())
    path.write_text(
        f"""# {manifest["name"]}

Written by `make model`, which trains the model from the corpora; do not edit.

| | |
|---|---|
| version | {manifest["version"]} |
| concepts | {len(tagger.index):,} (taxonomy SHA-256 {manifest["taxonomy_sha256"][:16]}) |
| of them with a linear model | {len(tagger.parts.linear.concepts):,} |
| features | {tagger.parts.tfidf.n_words:,} words, {len(tagger.parts.linear.weights):,} weights |
| size | {size / 1e6:.1f} MB, seal {seal[:16]} |
| thresholds | {thresholds} |
| licence | {manifest["licence"]}: it learned from Wikipedia's Current Events portal |

## Data

| corpus | what |
|---|---|
{data}

US bills are works of the US Government, in the public domain. Current Events: Wikipedia
contributors, CC BY-SA 4.0. The articles of our own were written and judged for this model. Of those of
The Hill only ranking weights were learned: we read them and judged which candidates an editor would
keep (`trained_models/labels/thehill_judged.tsv`).

## Figures

On articles later than those it learned from. Precision against links is low by nature: editors
link only some of what they name.

| corpus | facet and metric | value |
|---|---|---|
{figures}

## Limits

{LIMITS}
""",
        encoding="utf-8",
    )
