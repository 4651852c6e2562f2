"""Train the shipped model: ``python trained_models/recipes/news_en.py --data DIR``.

The linear side learns topics and countries from summaries of US bills and from Wikipedia's
Current Events, and topics from articles of our own; the ranker learns what makes a mention matter
from those and from whole articles whose candidates we judged as an editor would: kept or struck.
The model card is written from the figures of the same run.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from card import write_card

from tagonomy.articles.article import Article
from tagonomy.config import TaggerConfig
from tagonomy.evaluation import evaluate
from tagonomy.ranking import Ranker
from tagonomy.registry import load_taxonomy
from tagonomy.tagger import Tagger
from tagonomy.taxonomy import Taxonomy
from tagonomy.training import RankingSet, assemble, default_weights, fit_linear, fit_ranker

FOLDER = Path(__file__).resolve().parents[1]
LABELS = FOLDER / "labels"
VERSION = "1"

#: Bills of these Congresses train; the 117th tests.
TRAIN_CONGRESSES, TEST_CONGRESS = ("112", "113"), "117"
#: Current Events up to the first date train the linear side and the ranker; those after the second test.
EVENTS_TRAIN_UNTIL, EVENTS_TEST_FROM = "2026-03-31", "2026-04-01"
#: What is going on changes faster than what news is about: ongoing events are learned from here on.
ONGOING_FROM = "2025-12-01"
#: Whole articles of one publisher: people linked from here on test. Judged are those of before, and later
#: ones that link nobody.
PEOPLE_TEST_FROM = "2017-01-01"
#: Few articles are judged, and only these are as long as what the model is for; items tell of brief texts. A
#: bill is on subjects that it need not name, and names a country to legislate on it, whatever its place; news
#: does neither.
JUDGED_WEIGHT, ITEM_WEIGHT, BILL_WEIGHT = 60.0, 3.0, 0.02
#: Our own articles were judged topic by topic, and read as news does: each counts for so many.
OWN_COUNT = 3
#: Candidates' worth of belief behind each plain weight of the ranker.
BELIEF = 20.0
#: Hardly a candidate that the headline names is wrong, so that articles can't teach how much that says.
FIRMLY = ("title", "rule_title")
#: The subjects of a bill show in its first words; some summaries run to tens of thousands.
BILL_WORDS = 400
#: More candidates than these teach the ranker nothing new.
RANKING_BILLS, RANKING_EVENTS = 4000, 5000

CONFIG = TaggerConfig(
    min_df=6,
    max_features=40_000,
    min_articles=25,
    C=0.5,
    prune=0.18,
    # What lies above a tag is as probable as the tag: nobody need learn it once more from the tag's articles.
    ancestors=False,
    mentions=True,
    folds=3,
    seed=0,
    thresholds={
        "people": 0.42,
        "countries": 0.3,
        # Who names a border means it.
        "countries:borders": 0.2,
        "organizations": 0.43,
        "events": 0.36,
        "topics": 0.4,
        # "The Turkish president" in passing is who holds the office.
        "organizations:offices-of-state": 0.8,
    },
)


def main() -> int:
    """Train, evaluate on articles of later dates, save the model and its card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled corpora")
    parser.add_argument("--taxonomy", type=Path, default=FOLDER.parent / "taxonomy")
    parser.add_argument("--out", type=Path, default=FOLDER / "news-en.safetensors")
    parser.add_argument("--jobs", type=int, default=-1)
    options = parser.parse_args()
    config = replace(CONFIG, n_jobs=options.jobs)
    taxonomy = load_taxonomy(options.taxonomy)
    bills = list(read_bills(options.data, taxonomy))
    events = list(read_events(options.data, taxonomy))
    people = list(read_people(options.data, taxonomy))
    hill, written = list(read_judged(options.data, taxonomy)), list(read_written(taxonomy))
    judged = [*hill, *written]
    years = [str(article.date)[:4] for article, _ in written]
    span = f"{min(years)} to {max(years)}"
    train_bills = [article for article in bills if congress(article) in TRAIN_CONGRESSES]
    train_events = [article for article in events if str(article.date) <= EVENTS_TRAIN_UNTIL]
    counts = len(train_bills), len(train_events), len(judged)
    say("{:,} bills, {:,} current events, {:,} judged articles".format(*counts))

    n_bills, n_all = len(train_bills), len(train_bills) + len(train_events)
    recent = n_all - sum(str(article.date) >= ONGOING_FROM for article in train_events)
    of_bills, of_events = linked(train_bills), linked(train_events)

    categories = frozenset(
        id for ids in mapping("current_events_categories", taxonomy).values() for id in ids
    )

    own = range(n_all, n_all + OWN_COUNT * len(written), OWN_COUNT)

    def judges(id: str) -> range:
        if id.startswith("events:"):
            return range(recent, n_all)
        return range(n_bills if id in categories else 0, own.stop if id.startswith("topics:") else n_all)

    learned = [about(bill, bill.tags) for bill in train_bills]
    # A topic that an item links is named by it; its category is what the item is about.
    learned += [about(event, categories) for event in train_events]
    learned += [only_topics(article) for article, _ in written for _ in range(OWN_COUNT)]
    linear = fit_linear(learned, taxonomy, config, judges=judges)
    say(f"linear: {len(linear.model.concepts):,} concepts, {len(linear.model.weights):,} weights")
    draft = assemble(linear, taxonomy, config, Ranker(default_weights(linear.index)))
    logits = linear.out_of_fold
    articles, recent_rows = [*train_bills, *train_events], range(recent, n_all)
    sets = [
        RankingSet(
            [article for article, _ in judged],
            EVENT_FACETS,
            weight=JUDGED_WEIGHT,
            logits=[*(None for _ in hill), *(logits[row] for row in own)],
            refused=[struck for _, struck in judged],
            classes=NAMED_FACETS,
            neighbours=True,
        ),
        *_apart(_ranking_set(articles, logits, recent_rows, RANKING_EVENTS, EVENT_FACETS, of_events)),
        *_apart(
            _ranking_set(articles, logits, range(n_bills, recent), RANKING_EVENTS, STANDING_FACETS, of_events)
        ),
        _ranking_set(articles, logits, range(n_bills), RANKING_BILLS, BILL_FACETS, of_bills, BILL_WEIGHT),
    ]
    ranker = fit_ranker(draft, sets, BELIEF, FIRMLY)
    facts = {
        "name": "news-en",
        "version": VERSION,
        "language": "en",
        "licence": "CC-BY-SA-4.0",
        "data": {
            "us_bills": f"{len(train_bills)} summaries, 112th and 113th Congress",
            "current_events": f"{len(train_events)} items, January 2025 to March 2026",
            "the_hill": f"{len(hill)} articles (ranking weights only)",
            "written": f"{len(written)} articles of our own, on {span}",
        },
    }
    tagger = assemble(linear, taxonomy, config, ranker, facts)
    figures = measure(tagger, bills, events, people)
    tagger.manifest["figures"] = figures
    seal = tagger.save(options.out)
    write_card(options.out.with_suffix(".md"), tagger, seal, options.out.stat().st_size)
    say(f"{options.out.name}: {options.out.stat().st_size / 1e6:.1f} MB, seal {seal[:16]}")
    return 0


#: Facets that Current Events has tags of: what it links, and as topics its categories.
EVENT_FACETS = frozenset({"people", "countries", "organizations", "events", "topics"})
#: ... but for what is going on.
STANDING_FACETS = EVENT_FACETS - {"events"}
#: Facets whose classes say how much it tells to be named once: a newspaper is a source, a party acts.
NAMED_FACETS = frozenset({"people", "countries", "organizations", "events", "topics"})
BILL_FACETS = frozenset({"topics", "countries"})


def say(words: str) -> None:
    """Report progress."""
    print(words, file=sys.stderr, flush=True)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def mapping(name: str, taxonomy: Taxonomy) -> Mapping[str, tuple[str, ...]]:
    """Read which concepts each label of a corpus means; refuse ids that the taxonomy lacks."""
    return {
        label: tuple(taxonomy[id].id for id in concepts.split("|") if id)
        for label, concepts, *_ in table(name)
    }


def table(name: str) -> Iterator[list[str]]:
    """Yield the rows of a table of labels, but for comments and its head."""
    with (LABELS / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if line.strip() and not line.startswith("#"))
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        yield from rows


def read_bills(data: Path, taxonomy: Taxonomy) -> Iterator[Article]:
    """Yield bills with their subjects and policy area as concepts."""
    subjects = mapping("us_bills_subjects", taxonomy)
    areas = mapping("us_bills_policy_areas", taxonomy)
    for row in rows_of(data / "us_bills.jsonl.gz"):
        ids = [id for subject in row["subjects"] for id in subjects.get(subject, ())]
        ids += areas.get(row["policy_area"], ())
        text = " ".join(row["text"].split()[:BILL_WORDS])
        if ids:
            yield Article(
                title=row["title"], text=text, id=row["id"], date=row["date"], tags=tuple(dict.fromkeys(ids))
            )


def congress(bill: Article) -> str:
    """Return the number of the Congress of a bill, from its id such as ``hr10-112``."""
    return str(bill.id).rpartition("-")[2]


def read_events(data: Path, taxonomy: Taxonomy) -> Iterator[Article]:
    """Yield Current Events with category, linked entities and ongoing events as concepts."""
    categories = mapping("current_events_categories", taxonomy)
    for row in rows_of(data / "current_events.jsonl.gz"):
        ids = list(categories.get(row["category"], ()))
        titles = [title for title in (*row["entities"], *row["topics"]) if "$" not in title]  # "US$"
        ids += [id for title in titles if (id := taxonomy.resolve(title))]
        yield Article(text=row["text"], date=row["date"], tags=tuple(dict.fromkeys(ids)))


def about(article: Article, topics: Collection[str]) -> Article:
    """Return an article with what it need not name: some topics, and what is going on."""
    tags = [
        id for id in article.tags if id.startswith("events:") or (id.startswith("topics:") and id in topics)
    ]
    return replace(article, tags=tuple(tags))


def only_topics(article: Article) -> Article:
    """Return an article with its topics alone."""
    return replace(article, tags=tuple(id for id in article.tags if id.startswith("topics:")))


def read_people(data: Path, taxonomy: Taxonomy) -> Iterator[Article]:
    """Yield articles with the people that their editors linked, where at least one is."""
    for row in rows_of(data / "thehill_people.jsonl.gz"):
        ids = [id for name in row["people"] if (id := person(name, taxonomy))]
        if ids:
            yield Article(
                title=row["title"], text=row["text"], date=row["date"], tags=tuple(dict.fromkeys(ids))
            )


def read_judged(data: Path, taxonomy: Taxonomy) -> Iterator[tuple[Article, frozenset[str]]]:
    """Yield whole articles with the candidates that we kept as tags, after reading them, and those struck."""
    judged = {
        article: [tuple(taxonomy[id].id for id in ids.split("|") if id) for ids in both]
        for article, *both in table("thehill_judged")
    }
    for row in rows_of(data / "thehill_people.jsonl.gz"):
        if row["id"] in judged:
            kept, struck = judged[row["id"]]
            article = Article(title=row["title"], text=row["text"], date=row["date"], tags=kept)
            yield article, frozenset(struck)


def read_written(taxonomy: Taxonomy) -> Iterator[tuple[Article, frozenset[str]]]:
    """Yield articles of our own on events of the whole world, with what we kept as tags, and struck."""
    with (LABELS / "written.jsonl").open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            kept = {taxonomy[id].id for id in (*row["central"], *row["kept"])}
            # What was missing when the article was judged may have come since.
            named = (label.partition(":") for label in row["missing"])
            kept |= {
                id for facet, _, label in named if (id := taxonomy.resolve(label)) and id.startswith(facet)
            }
            struck = frozenset(taxonomy[id].id for id in row["struck"]) - kept
            tags = tuple(sorted(kept))
            yield Article(title=row["title"], text=row["text"], date=row["date"], tags=tags), struck


def person(formal: str, taxonomy: Taxonomy) -> str | None:
    """Return the concept of a formal name such as "Charles (Chuck) Ernest Grassley", or None."""
    words = [word for word in formal.replace("(", " ").replace(")", " ").split() if len(word.strip(".")) > 1]
    for first in words[:-1]:
        id = taxonomy.resolve(f"{first} {words[-1]}")
        if id and id.startswith("people:"):
            return id
    return taxonomy.resolve(formal)


def linked(articles: Iterable[Article]) -> frozenset[str]:
    """Return every concept that is a tag of some article."""
    return frozenset(id for article in articles for id in article.tags)


def _apart(each: RankingSet) -> list[RankingSet]:
    """Return a set's countries apart from the rest: an item names many that its editors don't link."""
    countries = frozenset({"countries"})
    each = replace(each, own_level=False)  # that an item is brief, the ranker sees
    return [
        replace(each, facets=each.facets & countries, untagged=0.5),
        replace(each, facets=each.facets - countries),
    ]


def _ranking_set(
    articles: Sequence[Article],
    logits: Sequence[Mapping[int, float]],
    rows: range,
    most: int,
    facets: frozenset[str],
    known: frozenset[str],
    weight: float = ITEM_WEIGHT,
) -> RankingSet:
    """Return an evenly spaced choice of articles with their out-of-fold log-odds."""
    step = max(1, len(rows) // most)
    chosen = rows[::step]
    return RankingSet([articles[i] for i in chosen], facets, known, weight, [logits[i] for i in chosen])


def measure(
    tagger: Tagger, bills: Sequence[Article], events: Sequence[Article], people: Sequence[Article]
) -> dict[str, dict[str, float]]:
    """Return the figures of the model card, on articles later than those it learned from."""
    tests = {
        "us_bills, 117th Congress": [a for a in bills if congress(a) == TEST_CONGRESS][::4],
        "current_events, April to June 2026": [a for a in events if str(a.date) >= EVENTS_TEST_FROM],
        "linked people, 2017-2018": [a for a in people if str(a.date) >= PEOPLE_TEST_FROM],
    }
    figures: dict[str, dict[str, float]] = {}
    for name, articles in tests.items():
        rows = evaluate(tagger, articles).rows
        figures[name] = {f"{row['facet']} {row['metric']}": round(row["value"], 4) for row in rows}
        say(f"{name}: {figures[name]}")
    return figures


if __name__ == "__main__":
    sys.exit(main())
