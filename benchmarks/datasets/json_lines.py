"""The sets that come as gzipped JSON Lines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.datasets.base import Dataset, file_in, make_dataset, tidy
from tagonomy.articles.article import Article
from tagonomy.errors import CorpusError

WHERE = "it comes with the project's development data, and is not published with the package"

#: Linked people up to this date train, later ones test.
PEOPLE_UNTIL = "2016-12-31"
#: Current events up to this date train, later ones test.
EVENTS_UNTIL = "2026-03-31"
#: Bills of these Congresses train and test; the id of a bill ends in it, such as ``hr10-112``.
TRAIN_CONGRESSES, TEST_CONGRESS = ("112", "113"), "117"
#: Entities and ongoing events of fewer training items are left out: nothing can be learned of them.
LEAST_ITEMS = 5
#: Values of fewer articles are misspelt, or a slip.
LEAST_VALUES = 20


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise CorpusError(f"no JSON: {error}", file=str(path), line=number) from error


def read_thehill(folder: Path | None, seed: int = 0) -> Dataset:
    """Read The Hill: articles with the people that its editors linked.

    All people of both splits are in question, as the list of politicians is known in advance: a
    gazetteer finds those whom no training article links, a classifier can't.
    """
    articles = [
        Article(
            row["text"],
            row["title"],
            id=row["id"],
            date=row["date"],
            tags=[f"people:{name}" for name in row["people"]],
        )
        for row in rows(file_in(folder, "thehill_people.jsonl.gz", WHERE))
    ]
    return make_dataset(
        "thehill_people",
        [article for article in articles if str(article.date) <= PEOPLE_UNTIL],
        [article for article in articles if str(article.date) > PEOPLE_UNTIL],
        tags={tag for article in articles for tag in article.tags},
        facets=("people",),
    )


def read_current_events(folder: Path | None, seed: int = 0) -> Dataset:
    """Read Wikipedia's Current Events: category, nested ongoing events and linked entities as facets."""
    found = list(rows(file_in(folder, "current_events.jsonl.gz", WHERE)))
    category = tidy((row["category"] for row in found), LEAST_VALUES)
    train, test, broader = [], [], {}
    for row in found:
        events = [f"events:{title}" for title in row["topics"]]
        for above, below in pairwise(events):
            broader.setdefault(below, (above,))
        tags = [f"topics:{category[row['category']]}"] if row["category"] in category else []
        tags += [*events, *(f"entities:{title}" for title in row["entities"])]
        side = train if row["date"] <= EVENTS_UNTIL else test
        side.append(Article(row["text"], date=row["date"], tags=tags))
    counts: dict[str, int] = {}
    for article in train:
        for tag in article.tags:
            counts[tag] = counts.get(tag, 0) + 1
    kept = {tag for tag, count in counts.items() if count >= LEAST_ITEMS}
    return make_dataset(
        "current_events", train, test, tags=kept, facets=("topics", "events", "entities"), broader=broader
    )


def read_us_bills(folder: Path | None, seed: int = 0) -> Dataset:
    """Read summaries of bills with their policy area and subjects as two facets."""
    found = list(rows(file_in(folder, "us_bills.jsonl.gz", WHERE)))
    area = tidy((row["policy_area"] for row in found), LEAST_VALUES)
    train, test = [], []
    for row in found:
        tags = [f"areas:{area[row['policy_area']]}"] if row["policy_area"] in area else []
        tags += [f"subjects:{subject}" for subject in row["subjects"]]
        congress = row["id"].rpartition("-")[2]
        side = train if congress in TRAIN_CONGRESSES else test if congress == TEST_CONGRESS else []
        side.append(Article(row["text"], row["title"], id=row["id"], date=row["date"], tags=tags))
    return make_dataset("us_bills", train, test, facets=("areas", "subjects"))


def read_us_news(folder: Path | None, seed: int = 0) -> Dataset:
    """Read US news articles with their one topic; a fifth, drawn by the seed, tests."""
    articles = [
        Article(
            row["text"],
            row["title"],
            id=row["id"],
            date=row["date"],
            tags=[row["topic"]] if row["topic"] else [],
        )
        for row in rows(file_in(folder, "us_news_articles.jsonl.gz", WHERE))
    ]
    return make_dataset("us_news_articles", *split(articles, seed))


def split(articles: list[Article], seed: int, share: float = 0.2) -> tuple[list[Article], list[Article]]:
    """Return the articles in two parts, the second one a random share of at least one."""
    order = np.random.default_rng(seed).permutation(len(articles))
    drawn = set(order[: max(1, round(share * len(articles)))].tolist())
    return (
        [article for i, article in enumerate(articles) if i not in drawn],
        [article for i, article in enumerate(articles) if i in drawn],
    )
