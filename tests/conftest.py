"""A little taxonomy, corpus and tagger that tests of every module share: trained in well under a second."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

from tagonomy import Article, Concept, Tagger, TaggerConfig, Taxonomy, cli
from tagonomy.ranking import Ranker
from tagonomy.training import assemble, default_weights, fit_linear

# A law holds however long the machine takes to try it.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

#: Text with a tag of every facet; tests look for its words and offsets.
TINY_NEWS = """Blinken warns Moscow over Ukraine

Secretary of State Antony Blinken said on Tuesday that Russian troops near Kyiv were a threat \
to NATO. President Vladimir Putin has denied any plan to attack since the annexation of Crimea.

The central bank raised interest rates as inflation climbed."""


@pytest.fixture(scope="session")
def load_script() -> Callable[[str], ModuleType]:
    """Import a file of the checkout that lies in no package, by its path from the root."""

    def load(path: str) -> ModuleType:
        file = Path(__file__).resolve().parent.parent / path
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def tiny_concepts() -> tuple[Concept, ...]:
    """Every feature of the format once: aliases, context, case, evidence, rules, classes, retired ids."""
    return (
        Concept(id="people:politicians", label="politicians", abstract=True),
        Concept(
            id="people:antony-blinken",
            label="Antony Blinken",
            alt_labels=("Tony Blinken",),
            hidden_labels=("Blinken",),
            needs_context=("Blinken",),
            broader=("people:politicians",),
            related=("countries:us",),
            prior=6,
        ),
        Concept(
            id="people:vladimir-putin",
            label="Vladimir Putin",
            hidden_labels=("Putin",),
            broader=("people:politicians",),
            related=("countries:ru",),
            prior=8,
        ),
        Concept(id="countries:europe", label="Europe"),
        Concept(
            id="countries:ru",
            label="Russia",
            alt_labels=("Russian Federation",),
            broader=("countries:europe",),
            evidence={"demonym": ("Russian", "Russians"), "capital": ("Moscow",)},
            prior=8,
        ),
        Concept(
            id="countries:ua",
            label="Ukraine",
            broader=("countries:europe",),
            evidence={"demonym": ("Ukrainian", "Ukrainians"), "capital": ("Kyiv", "Kiev")},
            prior=7,
        ),
        Concept(id="countries:ua-crimea", label="Crimea", broader=("countries:ua",), prior=5),
        Concept(
            id="countries:us",
            label="U.S.",
            alt_labels=("US", "United States", "America"),
            case_sensitive=("US",),
            evidence={"demonym": ("American", "Americans"), "capital": ("Washington",)},
            prior=9,
        ),
        Concept(
            id="organizations:nato",
            label="NATO",
            case_sensitive=("NATO",),
            seed_words=("alliance", "troops", "defence", "officials"),
            prior=7,
        ),
        Concept(
            id="events:annexation-of-crimea",
            label="annexation of Crimea",
            related=("countries:ua-crimea", "countries:ru"),
            rules=("annex* NEAR/8 @countries:ua-crimea",),
            start="2014",
            prior=5,
        ),
        Concept(id="topics:economy", label="economy", prior=5),
        Concept(
            id="topics:interest-rates",
            label="interest rates",
            broader=("topics:economy",),
            seed_words=("lending", "economists", "savers"),
            prior=4,
        ),
        Concept(id="topics:sport", label="sport", prior=5),
        Concept(id="topics:football", label="football", broader=("topics:sport",), prior=5),
        Concept(id="topics:soccer", label="soccer", broader=("topics:sport",), replaced_by="topics:football"),
    )


@pytest.fixture(scope="session")
def tiny_taxonomy(tiny_concepts: tuple[Concept, ...]) -> Taxonomy:
    """The concepts above as a taxonomy."""
    return Taxonomy.of(tiny_concepts, "tiny")


_MONEY = ("rates rose as the bank fights inflation", "the bank cut lending after inflation slowed")
_SPORT = ("the striker scored twice in the final", "the keeper saved a late penalty in the derby")
# What an article is about stands in its headline and again below; what is named once in passing is no tag.
_POLITICS = (
    ("Putin speaks in Russia", "Vladimir Putin spoke for an hour", "people:vladimir-putin countries:ru"),
    ("Blinken at NATO", "Antony Blinken met NATO officials", "people:antony-blinken organizations:nato"),
    ("Ukraine mourns Crimea", "Ukraine recalled Crimea", "countries:ua countries:ua-crimea"),
    ("America votes", "Voters queued across America", "countries:us"),
)
_PASSING = (
    "Vladimir Putin",
    "Antony Blinken",
    "NATO",
    "Ukraine",
    "the United States",
    "Russia",
    "Crimea",
    "Europe",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "New Year")


@pytest.fixture(scope="session")
def tiny_corpus() -> tuple[Article, ...]:
    """Some forty short articles on money, sport and politics, tagged with concept ids."""
    articles = []
    for round, day in enumerate(_DAYS):
        passing = f"A reader asked about {_PASSING[round]} too." if round % 2 else "Nothing else was said."
        articles += [
            Article(
                f"On {day} {_MONEY[round % 2]}. {passing}", "Bank and prices", tags=("topics:interest-rates",)
            ),
            Article(f"On {day} {_SPORT[round % 2]}. {passing}", "Cup news", tags=("topics:football",)),
        ]
        articles += [
            Article(
                f"{begins} on {day}. There was much applause in the hall. {passing}", title, tags=tags.split()
            )
            for title, begins, tags in _POLITICS
            if _PASSING[round].split()[-1] not in title
        ]
    return tuple(articles)


@pytest.fixture(scope="session")
def tiny_tagger(tiny_taxonomy: Taxonomy, tiny_corpus: tuple[Article, ...]) -> Tagger:
    """A tagger of the above with linear models for its topics and plain ranking weights.

    A ranker that learned from so few articles would say 0.99 or 0.01 for reasons that no test can name.
    """
    config = TaggerConfig(min_articles=8, mentions=True, copies_together=False)
    linear = fit_linear(tiny_corpus, tiny_taxonomy, config)
    return assemble(linear, tiny_taxonomy, config, Ranker(default_weights(linear.index)), {"name": "tiny"})


@pytest.fixture(scope="session")
def tiny_model(tiny_tagger: Tagger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same tagger as a model file. Tests that damage it must copy it first."""
    path = tmp_path_factory.mktemp("models") / "tiny.safetensors"
    tiny_tagger.save(path)
    return path


@pytest.fixture(scope="session")
def tiny_news() -> str:
    """Text of an article with a tag of every facet."""
    return TINY_NEWS


class Result:
    """What a run wrote and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run the command line in this process, as the installed program does."""

    def run(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["tagonomy", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        return Result(int(ended.value.code or 0), out, err)

    return run
