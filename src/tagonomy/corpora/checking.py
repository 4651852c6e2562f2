"""What is wrong with a corpus: problems, which training would trip over, and doubts, which it would not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tagonomy.articles.article import Article
from tagonomy.corpora.corpus import CorpusReport, digest
from tagonomy.corpora.suggestions import Suggester, describe_unknown
from tagonomy.taxonomy import label_key


@dataclass(slots=True)
class Inspection:
    """What is looked at in each article besides what its reader reports.

    Parameters
    ----------
    others : mapping of bytes to str
        Digests of the articles of other corpora, which must not stand here, and where those stand.
    """

    others: Mapping[bytes, str] = field(default_factory=dict)
    empty: int = 0
    untagged: int = 0
    leaks: list[str] = field(default_factory=list)
    articles: int = 0

    def add(self, article: Article) -> None:
        """Look at one more article."""
        self.articles += 1
        self.empty += not (article.title or article.text).strip()
        self.untagged += not (article.tags or article.unknown_tags)
        if place := self.others.get(digest(article)):
            self.leaks.append(f"article {self._name(article)} also stands in {place}")

    def _name(self, article: Article) -> str:
        return f"{self.articles:,}" + (f" ({article.id!r})" if article.id else "")

    def problems(self, report: CorpusReport, labels: Iterable[str] = ()) -> Iterator[str]:
        """Yield a line for each problem; ``labels`` are those of the taxonomy, to suggest from."""
        yield from map(str, report.bad)
        if report.unknown_tags:
            yield from describe_unknown(report.unknown_tags, Suggester(labels))
        for each in report.duplicates:
            if each.conflicting:
                first, second = each.first + 1, each.second + 1
                yield f"articles {first:,} and {second:,} have the same text but other tags"
        yield from self.leaks
        if self.articles < 2:
            yield f"{self.articles} articles: at least two are needed to train"
        elif self.untagged == self.articles:
            yield "no article has a tag: name the column of the tags with --field tags=COLUMN"
        elif self.empty == self.articles:
            yield "no article has a text: name its column with --field text=COLUMN"
        if len(report.labels) == 1 and next(iter(report.labels.values())) == self.articles > 1:
            only = next(iter(report.labels))
            yield f"every article has the one tag {only!r}: there is nothing to tell apart"

    def doubts(self, report: CorpusReport) -> Iterator[str]:
        """Yield a line for each thing that may be meant."""
        for finding in report.repaired:
            yield str(finding)
        same = sum(not each.conflicting for each in report.duplicates)
        if same:
            yield f"{same:,} articles stand there twice with the same tags"
        for count, what in ((self.empty, "no text"), (self.untagged, "no tags")):
            if 0 < count < self.articles:
                yield f"{count:,} articles have {what}"
        for tag, count in report.labels.items():
            if count == self.articles > 1 and len(report.labels) > 1:
                yield f"the tag {tag!r} stands on every article"
        once = sum(count == 1 for count in report.labels.values())
        if once:
            yield f"{once:,} tags stand on one article only: names and rules must speak for them"
        spelt: dict[str, list[str]] = {}
        for tag in report.labels:
            spelt.setdefault(label_key(tag) or tag, []).append(tag)
        for tags in spelt.values():
            if len(tags) > 1:
                yield f"tags that differ in spelling only: {', '.join(map(repr, tags))}"


def digests(articles: Iterable[Article], name: str) -> dict[bytes, str]:
    """Return the digest of each article with its place, for the leaks of another corpus."""
    return {digest(article): f"{name} (article {number:,})" for number, article in enumerate(articles, 1)}
