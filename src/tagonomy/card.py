"""What a model says of itself, for people: its card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from tagonomy.render import one_line
from tagonomy.tagger import Tagger

#: A tag with fewer articles than this is named among the limits if it was learned from them.
FEW_ARTICLES = 30
_ALWAYS = (
    "Tags describe what an article is about. They say nothing about whether it is true, and must not be used "
    "to judge the people whom they name."
)


def model_card(tagger: Tagger) -> str:
    """Return the card of a model as Markdown: data, settings, figures, thresholds and limits.

    All of it stands in the model file, so that a card can be had of any model at any time.

    Examples
    --------
    >>> from tagonomy import Article, train
    >>> articles = [Article("Rates rise as the bank fights inflation", tags=("economy",)),
    ...             Article("The striker scored twice in the final", tags=("sport",))] * 10
    >>> print(model_card(train(articles)).partition("## Limits")[0])
    # unnamed
    ...
    | economy | topics | 10 | 1.000 | 1.000 | 1.000 | ... | yes |
    ...
    """
    return "\n".join(_lines(tagger)) + "\n"


def _lines(tagger: Tagger) -> Iterator[str]:
    manifest = tagger.manifest
    yield f"# {_cell(manifest.get('name', 'unnamed'))}"
    yield ""
    yield from _table(("", ""), _facts(tagger))
    yield from _data(manifest)
    if config := manifest.get("config"):
        yield from ("", "## Settings", "")
        settings = [(name, value) for name, value in config.items() if name != "thresholds"]
        yield from _table(("setting", "value"), settings)
    yield from _figures(tagger)
    yield from ("", "## Limits", "")
    yield from (f"- {limit}" for limit in _limits(tagger))


def _facts(tagger: Tagger) -> Iterator[tuple[str, object]]:
    manifest, parts = tagger.manifest, tagger.parts
    for name in ("version", "language", "licence"):
        if name in manifest:
            yield name, manifest[name]
    yield "concepts", len(tagger.index)
    yield "of them with a linear model", len(parts.linear.concepts)
    yield "features", f"{parts.tfidf.n_words:,} words, {len(parts.linear.weights):,} weights"
    yield "taxonomy", f"{manifest.get('taxonomy', '')} (SHA-256 {manifest.get('taxonomy_sha256', '')[:16]})"
    if "tagonomy" in manifest:
        yield "trained with", f"tagonomy {manifest['tagonomy']}"


def _data(manifest: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Data", "")
    rows = list(manifest.get("data", {}).items())
    if "articles" in manifest:
        sha = manifest.get("corpus_sha256", "")[:16]
        rows.append(("articles learned", f"{manifest['articles']:,} (SHA-256 {sha})"))
    for each in manifest.get("added", ()):
        what = f"{each['articles']:,} (SHA-256 {each['corpus_sha256'][:16]})"
        rows.append(("articles added", f"{what} for {', '.join(each['tags'])}"))
    if tuned := manifest.get("tuned"):
        what = f"{tuned['articles']:,}, to a precision of {tuned['precision']:g} by {tuned['by']}"
        rows.append(("articles that set thresholds", what))
    yield from _table(("what", "how much"), rows)


def _figures(tagger: Tagger) -> Iterator[str]:
    index, counts = tagger.index, tagger.manifest.get("out_of_fold", {})
    if figures := tagger.manifest.get("figures"):
        yield from ("", "## Figures", "")
        rows = [
            (corpus, name, f"{value:.4f}") for corpus, own in figures.items() for name, value in own.items()
        ]
        yield from _table(("corpus", "facet and metric", "value"), rows)
    if not counts:
        return
    yield from ("", "## Figures on articles left out", "")
    yield "Each training article was judged by linear models that had not seen it. Ranking weights and"
    yield "thresholds had, so that on new articles expect a little less; `tagonomy evaluate` measures it."
    yield ""
    totals: Counter[tuple[str, int]] = Counter()
    for id, values in counts.items():
        totals.update({(id.partition(":")[0], place): value for place, value in enumerate(values)})
    facets = sorted({facet for facet, _ in totals})
    columns = ("precision", "recall", "F1")
    yield from _table(
        ("facet", "tags given by editors", *columns),
        ((facet, totals[facet, 0], *_scores([totals[facet, i] for i in range(3)])) for facet in facets),
    )
    learned = set(tagger.parts.linear.concepts.tolist())
    yield ""
    yield from _table(
        ("tag", "facet", "articles", *columns, "threshold", "linear model"),
        (
            (
                *(index.labels[number], id.partition(":")[0], values[0], *_scores(values)),
                *(f"{tagger.cuts[number]:.2f}", "yes" if number in learned else "no"),
            )
            for number, id, values in sorted((index.number(id), id, values) for id, values in counts.items())
        ),
    )


def _scores(counts: Sequence[int]) -> tuple[str, str, str]:
    articles, given, right = counts
    return tuple(  # type: ignore[return-value]
        f"{share / whole if whole else 0:.3f}"
        for share, whole in ((right, given), (right, articles), (2 * right, articles + given))
    )


def _limits(tagger: Tagger) -> Iterator[str]:
    manifest, index = tagger.manifest, tagger.index
    counts = manifest.get("out_of_fold", {})
    learned = {index.ids[concept] for concept in tagger.parts.linear.concepts.tolist()}
    if bare := len(index) - len(learned):
        yield (
            f"{bare:,} of {len(index):,} concepts had too few training articles for a linear model, or "
            "all of them: only their names and rules speak for them."
        )
    few = [id for id, (articles, *_) in counts.items() if id in learned and articles < FEW_ARTICLES]
    if few:
        shown = ", ".join(_cell(index.labels[index.number(id)]) for id in few[:10])
        shown += f" and {len(few) - 10:,} more" if len(few) > 10 else ""
        yield f"Learned from fewer than {FEW_ARTICLES} articles, so that their figures are rough: {shown}."
    if silent := [id for id, (articles, given, _) in counts.items() if articles and not given]:
        yield f"{len(silent):,} tags of the training articles are never given to articles left out."
    for facet in manifest.get("tuned", {}).get("unreached", ()):
        yield f"{facet}: no common threshold is precise enough; tags without one of their own are not given."
    yield (
        "It knows the subjects, the language and the time of the articles it learned from. On others it is "
        "less right, and its probabilities are less calibrated."
    )
    yield _ALWAYS


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(value: object) -> str:
    """Return a value for a table: nothing of a label can end the cell or become markup."""
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return escape(one_line(text), quote=False).replace("|", "\\|")
