"""Measures how training grows: ``python benchmarks/scale.py [--full] --json FILE``.

Articles and tags are drawn from the bills: texts are their summaries, and their subjects are split into
as many variants as tags are wanted, all about equally frequent, each with words of its own. Every size is
trained in a fresh process, which tells its CPU time and its greatest memory. Three sizes of either axis
give the exponents; ``--full`` adds one training of 100,000 articles with 14,000 tags. Exit codes: 0 ok,
2 usage.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

if __name__ == "__main__":
    # As a script, the folder of this file must not be searched: statistics.py would shadow the module.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import datasets, rows
from benchmarks.figures import Source, growth_row
from benchmarks.measuring import peak_megabytes, spread, timed
from benchmarks.rows import Row
from tagonomy import TaggerConfig, Taxonomy, train
from tagonomy.articles.article import Article
from tagonomy.taxonomy import Concept

#: Articles and tags of the middle size, its multiples along either axis, and the full size.
MIDDLE, FACTORS, FULL = (5_000, 1_000), (0.5, 1, 2), (100_000, 14_000)
#: Words of a text, words of its own that each tag has, and how many of them stand in an article.
TEXT_WORDS, OWN_WORDS, SHOWN_WORDS = 40, 4, 2
#: Articles beyond those to train on, which are classified.
JUDGED = 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all sizes; or, as the process that is measured, one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help=f"train {FULL[0]:,} articles x {FULL[1]:,} tags")
    parser.add_argument("--data-dir", type=Path, help="where the data sets lie; also TAGONOMY_DATA")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures, as JSON Lines")
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn and of the training")
    parser.add_argument(
        "--one", type=int, nargs=2, metavar=("ARTICLES", "TAGS"), help="measure this size only"
    )
    options = parser.parse_args(arguments)
    folder = datasets.data_folder(options.data_dir)
    if options.one:
        print(json.dumps(measure(*options.one, folder, options.seed)))
        return 0
    found = list(_rows(folder, options.seed, options.full))
    for row in found:
        print(row.metric, row.model, f"{row.value:.3f}", list(zip(row.x or (), row.y or (), strict=True)))
    if options.json:
        rows.write_rows(options.json, found)
    return 0


def drawn(n_articles: int, n_tags: int, folder: Path | None, seed: int) -> tuple[list[Article], Taxonomy]:
    """Return articles drawn from the bills, and the taxonomy of their tags.

    An article has the text of a bill and about as many tags, all of them about equally frequent.
    """
    bills = datasets.load("us_bills", folder, 0).train
    draw = random.Random(f"scale {seed}")
    support = Counter(tag for bill in bills for tag in bill.tags)
    # A subject twice as frequent has twice as many variants; one that is too rare for a variant has none.
    share = n_tags / support.total()
    variants = {tag: round(count * share) for tag, count in support.most_common()}
    while (left := n_tags - sum(variants.values())) != 0:
        for tag, _ in support.most_common(abs(left)):
            variants[tag] += 1 if left > 0 else -1
    words = sorted({word for bill in bills[:2000] for word in bill.text.split() if word.isalpha()})
    own = {
        f"topics:tag-{number}": draw.choices(words, k=OWN_WORDS) for number in range(sum(variants.values()))
    }
    first, total = {}, 0
    for tag, count in variants.items():
        first[tag], total = total, total + count
    articles = []
    for _ in range(n_articles):
        bill = draw.choice(bills)
        tags = [
            f"topics:tag-{first[tag] + draw.randrange(variants[tag])}" for tag in bill.tags if variants[tag]
        ]
        text = bill.text.split()[:TEXT_WORDS]
        text += [word for tag in tags for word in draw.sample(own[tag], SHOWN_WORDS)]
        articles.append(Article(" ".join(text), bill.title, tags=tags))
    concepts = [Concept(id=id, label=f"qx {id.partition(':')[2]} xq") for id in own]
    return articles, Taxonomy.of(concepts, "scale")


def measure(n_articles: int, n_tags: int, folder: Path | None, seed: int) -> dict[str, float]:
    """Train one size in this process, and classify articles that it did not see."""
    articles, taxonomy = drawn(n_articles + JUDGED, n_tags, folder, seed)
    gold = [set(article.tags) for article in articles[n_articles:]]
    unseen = [replace(article, tags=()) for article in articles[n_articles:]]
    del articles[n_articles:]
    tagger, took = timed(lambda: train(articles, taxonomy, TaggerConfig(seed=seed, n_jobs=-1)))
    tagged, each = timed(lambda: tagger.classify_batch(unseen))
    given = sum(len(tagging.ids) for tagging in tagged)
    right = sum(len(tags.intersection(tagging.ids)) for tagging, tags in zip(tagged, gold, strict=True))
    return {
        "train_cpu_s": took.cpu,
        "train_s": took.wall,
        "peak_mb": peak_megabytes(),
        "modelled_tags": len(tagger.parts.linear.concepts),
        "predict_articles_per_s": len(unseen) / each.wall,
        "micro_f1": 2 * right / max(given + sum(map(len, gold)), 1),
    }


def _rows(folder: Path | None, seed: int, full: bool) -> Iterator[Row]:
    source = Source("scale", seed, {"tagonomy": ("scikit-learn", "scipy", "numpy")})
    took: dict[tuple[int, int], float] = {}
    for axis, name in enumerate(("articles", "tags")):
        curve = {}
        for factor in FACTORS:
            size = (
                (round(MIDDLE[0] * factor), MIDDLE[1])
                if axis == 0
                else (MIDDLE[0], round(MIDDLE[1] * factor))
            )
            if size not in took:
                took[size] = apart(size, folder, seed)["train_cpu_s"]
            curve[size[axis]] = [took[size]]
        yield growth_row(source, "tagonomy", f"training_{name}", curve)
    if full:
        for metric, value in apart(FULL, folder, seed).items():
            yield source.row("tagonomy", metric, spread([value]))


def apart(size: tuple[int, int], folder: Path | None, seed: int) -> dict[str, float]:
    """Measure one size in a fresh process."""
    print(f"{size[0]:,} articles x {size[1]:,} tags ...", file=sys.stderr, flush=True)
    where = ["--data-dir", str(folder)] if folder else []
    command = [sys.executable, __file__, "--one", *map(str, size), "--seed", str(seed), *where]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, float] = json.loads(said)
    print(f"  {found}", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
