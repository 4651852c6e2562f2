"""What goes into a tagger: nothing, hostile text, wrong types, filters and thresholds."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tagonomy import Article, Tagger, Tagging
from tagonomy.errors import ConfigError, LimitError, UnknownConceptError
from tagonomy.ranking import log_odds


def outcome(tagging: Tagging) -> list[tuple[str, float]]:
    return [(tag.id, tag.score) for tag in tagging]


class TestNothingToFind:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "\n\n\n",
            "\t\r\n",
            "\x00",
            "\u200b\u200d\ufeff",
            "\u202e\u2066",
            "\ud800",
            "x",
            ".",
            "👩\u200d🚀",
        ],
    )
    def test_an_empty_tagging(self, tiny_tagger: Tagger, text: str) -> None:
        tagging = tiny_tagger.classify(text)
        assert (len(tagging), tagging.text, tagging.to_dict()) == (0, text, {"tags": []})
        assert len(tiny_tagger.classify(Article(text, title=text)).with_broader()) == 0

    def test_no_articles(self, tiny_tagger: Tagger) -> None:
        for batch in (tiny_tagger.classify_batch([]), tiny_tagger.classify_batch(iter(()), n_jobs=2)):
            assert len(batch) == 0 and batch.scores.shape == (0, 15)
        assert list(tiny_tagger.classify_stream([])) == []

    @pytest.mark.parametrize(
        "text",
        [
            "Pаris and Vlаdimir Putіn",
            "aGVsbG8gd29ybGQ=" * 50,
            '{"a": [1, 2, {"b": null}]}' * 50,
            "https://example.org/a?b=c&d=%20e" * 50,
            " ".join(f"w{i}" for i in range(100_000)),
        ],
        ids=["homoglyphs", "base64", "json", "urls", "unknown-words"],
    )
    def test_soup_has_no_tags(self, tiny_tagger: Tagger, text: str) -> None:
        assert tiny_tagger.classify(text).ids == ()


class TestAwkwardTexts:
    @pytest.mark.parametrize(
        "text",
        [
            "Ukraine\x00Ukraine",
            "\ufeffUkraine",
            "\ud800Ukraine met Ukraine\udfff",
            "\u202eUkraine\u202c",
            "Ukraine\r\nmeets\u2028Ukraine\u0085",
            "Ukra\u00adine and Ukra\u200bine",
            "\x1b[1m Ukraine\x1b[0m",
            "Ukraine’s plan, Ukraine-led",
            "We met in Ukraine once. " * 20_000,
            "Ukraine " + "a" + "\u0301\u0327" * 32_768,
            "Ukraine " + "a" * 1_000_000,
            "Ukraine Ã©tait",
            "UKRAINE",
        ],
    )
    def test_the_name_is_found_and_its_offsets_are_true(self, tiny_tagger: Tagger, text: str) -> None:
        (tag,) = tiny_tagger.classify(text, threshold=0, include=["countries:ua"])
        assert tag.evidence
        assert all(text[each.start : each.stop] == each.surface for each in tag.evidence)

    def test_an_all_caps_headline(self, tiny_tagger: Tagger) -> None:
        tagging = tiny_tagger.classify("VLADIMIR PUTIN MEETS ANTONY BLINKEN IN UKRAINE")
        assert {"people:vladimir-putin", "people:antony-blinken", "countries:ua"} <= set(tagging.ids)

    def test_repetition_does_not_outweigh_everything(self, tiny_tagger: Tagger) -> None:
        some, many = (tiny_tagger.classify("Ukraine " * n, threshold=0)[0] for n in (100, 100_000))
        assert many.id == some.id and len(many.evidence) == len(some.evidence) <= 10
        assert log_odds(many.score) < log_odds(some.score) + 20 and math.isfinite(log_odds(many.score))


class TestArguments:
    @pytest.mark.parametrize(
        ("value", "hint"),
        [
            (b"NATO", "decode"),
            (None, "''"),
            (["NATO"], "classify_batch"),
            ({"text": "NATO"}, "classify_batch"),
            (float("nan"), "float"),
            (7, "int"),
            (Path("a.txt"), "Path"),
        ],
    )
    def test_a_wrong_type_is_named_with_the_way_out(
        self, tiny_tagger: Tagger, value: object, hint: str
    ) -> None:
        with pytest.raises(TypeError, match=hint):
            tiny_tagger.classify(value)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=hint):
            tiny_tagger.classify_batch(["NATO", value])  # type: ignore[list-item]
        with pytest.raises(TypeError, match=hint):
            list(tiny_tagger.classify_stream([value]))  # type: ignore[list-item]

    @pytest.mark.parametrize("one", ["NATO", b"NATO", Article("NATO")])
    def test_one_article_where_several_are_due(self, tiny_tagger: Tagger, one: object) -> None:
        with pytest.raises(TypeError, match=r"classify\(\) for one"):
            tiny_tagger.classify_batch(one)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"classify\(\) for one"):
            tiny_tagger.classify_stream(one)  # type: ignore[arg-type]

    def test_subclasses_of_str_are_text(self, tiny_tagger: Tagger) -> None:
        text = "NATO met Vladimir Putin"
        assert tiny_tagger.classify(np.str_(text)) == tiny_tagger.classify(text) != Tagging([])

    def test_a_stream_is_lazy_and_passes_errors_on(self, tiny_tagger: Tagger) -> None:
        def articles() -> Iterator[str]:
            yield "NATO meets NATO"
            raise RuntimeError("the source broke")

        stream = tiny_tagger.classify_stream(articles(), threshold=0)
        assert "organizations:nato" in next(stream)
        with pytest.raises(RuntimeError, match="the source broke"):
            next(stream)

    def test_a_text_above_the_limit(self, tiny_tagger: Tagger) -> None:
        with pytest.raises(LimitError, match="text_characters"):
            tiny_tagger.classify("a" * 2_000_001)

    @pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan"), {"people": 2}, {"animals": 0.5}])
    def test_a_threshold_is_a_probability(self, tiny_tagger: Tagger, threshold: object) -> None:
        with pytest.raises(ConfigError, match="threshold"):
            tiny_tagger.classify("NATO", threshold=threshold)  # type: ignore[arg-type]

    def test_a_threshold_by_facet(self, tiny_tagger: Tagger, tiny_news: str) -> None:
        tagging = tiny_tagger.classify(tiny_news, threshold={"people": 1})
        assert not tagging.facet("people")
        assert outcome(tagging) == [
            each for each in outcome(tiny_tagger.classify(tiny_news)) if not each[0].startswith("people:")
        ]

    def test_a_threshold_by_class(self, tiny_tagger: Tagger, tiny_news: str) -> None:
        plain = tiny_tagger.classify(tiny_news, threshold=0.01)
        tag = next(tag for tag in plain if len(tag.path) > 1)
        strict = tiny_tagger.classify(tiny_news, threshold={tag.facet: 0.01, tag.path[0]: 1})
        assert tag.id in plain.ids and tag.id not in strict.ids
        assert [each.id for each in plain.facet(tag.facet) if tag.path[0] not in each.path] == [
            each.id for each in strict.facet(tag.facet)
        ]
        with pytest.raises(UnknownConceptError):
            tiny_tagger.classify(tiny_news, threshold={f"{tag.facet}:nobody": 0.5})

    def test_facets(self, tiny_tagger: Tagger, tiny_news: str) -> None:
        everything = tiny_tagger.classify(tiny_news)
        for facets in (["people"], ("people", "topics"), {"events"}, iter(["people"]), "people", []):
            names = {facets} if isinstance(facets, str) else set(copy.copy(facets))
            kept = tiny_tagger.classify(tiny_news, facets=facets)
            assert outcome(kept) == outcome(everything.facet(*names))
        with pytest.raises(ConfigError, match="expected some of countries, events"):
            tiny_tagger.classify(tiny_news, facets=["animals"])

    def test_include_and_exclude_reach_what_lies_under_them(
        self, tiny_tagger: Tagger, tiny_news: str
    ) -> None:
        everything = set(tiny_tagger.classify(tiny_news, threshold=0).ids)
        europe = {"countries:europe", "countries:ru", "countries:ua", "countries:ua-crimea"} & everything
        assert set(tiny_tagger.classify(tiny_news, threshold=0, include=["countries:europe"]).ids) == europe
        without = tiny_tagger.classify(tiny_news, threshold=0, exclude=["countries:europe"])
        assert set(without.ids) == everything - europe
        both = tiny_tagger.classify(
            tiny_news, threshold=0, include=["countries:europe"], exclude=["countries:ua"]
        )
        assert set(both.ids) == {"countries:europe", "countries:ru"} & everything
        assert tiny_tagger.classify(tiny_news, include=[]).ids == ()

    def test_unknown_concepts_name_the_close_ones(self, tiny_tagger: Tagger) -> None:
        for name in ("include", "exclude"):
            with pytest.raises(UnknownConceptError, match="did you mean 'topics:economy'"):
                tiny_tagger.classify("NATO", **{name: ["topics:econmy"]})
            with pytest.raises(TypeError, match=r"pass \['topics:economy'\]"):
                tiny_tagger.classify("NATO", **{name: "topics:economy"})


class TestResolve:
    @pytest.mark.parametrize(
        ("label", "id"),
        [
            ("Vladimir Putin", "people:vladimir-putin"),
            ("VLADIMIR PUTIN", "people:vladimir-putin"),
            ("topics:sport", "topics:sport"),
            ("u.s.", "countries:us"),
            ("Moscow", None),
            ("politicians", None),
            ("", None),
            ("\ud800", None),
            ("no such thing", None),
        ],
    )
    def test_labels_and_ids(self, tiny_tagger: Tagger, label: str, id: str | None) -> None:
        assert tiny_tagger.resolve(label) == id
