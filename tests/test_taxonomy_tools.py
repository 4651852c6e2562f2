"""Governing a taxonomy: edits that keep every id, a closer check, figures, and hostile sizes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tagonomy.cli.taxonomy import app
from tagonomy.config import Limits
from tagonomy.errors import TaxonomyError, UnknownConceptError
from tagonomy.rules.checks import rule_problems
from tagonomy.taxonomy import Concept, Taxonomy, check, read_taxonomy, write_taxonomy
from tagonomy.taxonomy.audit import ambiguous_labels, integrity_problems, label_warnings
from tagonomy.taxonomy.edit import add, merge, retire
from tagonomy.taxonomy.report import diff, stats, tree


def topic(slug: str, *broader: str, **fields: object) -> Concept:
    given = {"label": slug, "broader": tuple(f"topics:{each}" for each in broader), **fields}
    return Concept(id=f"topics:{slug}", **given)  # type: ignore[arg-type]


class TestIntegrity:
    @pytest.mark.parametrize(
        ("concepts", "problem"),
        [
            ([topic("a", alt_labels=("a",))], "topics:a: 'a' is both the label and an alternative one (S13)"),
            ([topic("a", hidden_labels=("a",))], "topics:a: 'a' is both a shown and a hidden label (S13)"),
            ([topic("a", alt_labels=("b",), hidden_labels=("b",))], "'b' is both a shown and a hidden"),
            ([topic("a", alt_labels=("b", "b"))], "topics:a: alt_labels gives 'b' twice"),
            ([topic("a", alt_labels=(" ",))], "topics:a: a label or evidence term is empty"),
            ([topic("a", evidence={"city": ("",)})], "topics:a: a label or evidence term is empty"),
            ([topic("a", start="2014-03", end="2014-02")], "topics:a: ends in 2014-02, before its start"),
            (
                [topic("a"), topic("b", "a"), topic("c", "b", related=("topics:a",))],
                "topics:c: topics:a is both related and broader (S27)",
            ),
            (
                [topic("a", related=("topics:c",)), topic("b", "a"), topic("c", "b")],
                "topics:a: topics:c is both related and narrower (S27)",
            ),
            (
                [topic("a", exact_match=("wikidata:Q1",)), topic("b", exact_match=("wikidata:Q1",))],
                "topics:b: exact_match wikidata:Q1 also stands on topics:a (S46)",
            ),
            (
                [topic("a", replaced_by="topics:b"), topic("b"), topic("c", "a")],
                "topics:c: broader points to topics:a, which is retired: use topics:b",
            ),
            (
                [topic("a", part_of=("topics:b",)), topic("b", part_of=("topics:a",))],
                "topics:a: part_of runs in a circle: topics:a -> topics:b -> topics:a",
            ),
        ],
    )
    def test_each_is_found_once_and_hinders_nobody_from_loading(
        self, concepts: list[Concept], problem: str
    ) -> None:
        found = list(integrity_problems(concepts))
        assert len(found) == 1 and problem in found[0]
        assert Taxonomy.of(concepts)

    def test_a_day_within_the_year_of_the_start_is_no_contradiction(self) -> None:
        concepts = [topic("a", start="2014-02", end="2014"), topic("b", start="-0050", end="-0044")]
        assert list(integrity_problems(concepts)) == []

    def test_a_sound_taxonomy_has_no_problem(self, tiny_concepts: tuple[Concept, ...]) -> None:
        assert [*integrity_problems(tiny_concepts), *rule_problems(tiny_concepts)] == []
        assert list(label_warnings(tiny_concepts)) == []

    def test_broken_links_do_not_break_the_closer_look(self) -> None:
        concepts = [topic("a", "b", "none"), topic("b", "a", related=("topics:a", "topics:gone"))]
        assert [*integrity_problems(concepts), *rule_problems(concepts)] == []

    def test_a_deep_chain_of_related_concepts_takes_no_time(self) -> None:
        deep = [topic("t0"), *(topic(f"t{i}", f"t{i - 1}", related=("topics:t0",)) for i in range(1, 30_000))]
        start = time.perf_counter()
        assert list(integrity_problems(deep)) == []
        assert time.perf_counter() - start < 60  # a hang guard, not a timing


class TestRules:
    @pytest.mark.parametrize(
        ("rule", "problem"),
        [
            ("war AND", "rule: column 8"),
            ("@topics:none", "@topics:none does not exist and the rule can never be true"),
            ("war OR @topics:none", "@topics:none does not exist"),
            ("war NEAR/3 @topics:old", "@topics:old is retired: use @topics:a and the rule can never"),
            ("SENTENCE(war AND @topics:class)", "@topics:class is a class without evidence"),
            ("war AND NOT war", "asks for something and its contrary: never true"),
        ],
    )
    def test_dead_rules(self, rule: str, problem: str) -> None:
        concepts = [
            topic("a", rules=(rule,)),
            topic("old", replaced_by="topics:a"),
            topic("class", abstract=True),
        ]
        (found,) = rule_problems(concepts)
        assert found.startswith("topics:a: ") and problem in found
        assert ("never be true" in found) == ("OR" not in rule and "@" in rule)

    def test_living_rules(self) -> None:
        concepts = [
            topic("a", rules=("@topics:b AND NOT @topics:c", "TITLE(war OR peace)")),
            topic("b", abstract=True, evidence={"title": ("Sen.",)}),
            topic("c"),
        ]
        assert list(rule_problems(concepts)) == []


class TestLabels:
    @pytest.mark.parametrize("label", ["the", "of", "X", "?!", "a\x00b", "7"])
    def test_labels_that_mislead(self, label: str) -> None:
        (found,) = label_warnings([topic("a", label="arts", alt_labels=(label,))])
        assert found.startswith(f"topics:a: the label {label!r} ")

    def test_flags_and_classes_quiet_it(self) -> None:
        concepts = [
            topic("a", label="IT", case_sensitive=("IT",)),
            topic("b", label="X", needs_context=("X",)),
            topic("c", label="it", abstract=True),
        ]
        assert list(label_warnings(concepts)) == []
        assert "unknown kind 'river'" in next(label_warnings([topic("plain", evidence={"river": ("Po",)})]))

    def test_shared_labels_say_who_wins(self) -> None:
        concepts = [
            topic("jo", label="Jordan", prior=6),
            topic(
                "michael",
                label="Michael Jordan",
                hidden_labels=("Jordan",),
                needs_context=("Jordan",),
                prior=7,
            ),
            topic("e", label="Everton", prior=3),
            topic("f", label="everton", prior=3),
            topic("s", label="A Smith", hidden_labels=("Smith",), needs_context=("Smith",)),
            topic("t", label="B Smith", hidden_labels=("Smith",), needs_context=("Smith",)),
        ]
        everton, jordan, smith = ambiguous_labels(concepts)
        assert jordan.claims[0].id == "topics:jo" and jordan.outcome.startswith("topics:jo, unless")
        assert everton.guess and not jordan.guess and not smith.guess
        assert str(smith) == (
            "'smith': topics:s (prior 0, hidden, needs context); topics:t (prior 0, hidden, needs context)"
            " -> the article decides; without support, none"
        )

    @given(st.lists(st.sampled_from(["a b", "A-B", "c", "C.", "d"]), min_size=1, max_size=6))
    def test_every_shared_label_is_listed_once(self, labels: list[str]) -> None:
        concepts = [topic(f"t{i}", label=label) for i, label in enumerate(labels)]
        keys = [label.lower().replace("-", " ").strip(".") for label in labels]
        assert [each.key for each in ambiguous_labels(concepts)] == sorted(
            key for key in set(keys) if keys.count(key) > 1
        )


class TestEdits:
    def test_add_never_reuses_an_id(self, tiny_taxonomy: Taxonomy) -> None:
        assert "topics:tennis" in add(tiny_taxonomy, topic("tennis", "sport"))
        with pytest.raises(TaxonomyError, match="topics:soccer: the id is taken"):
            add(tiny_taxonomy, topic("soccer"))
        with pytest.raises(TaxonomyError, match="which does not exist"):
            add(tiny_taxonomy, topic("tennis", "none"))

    def test_a_merged_concept_gives_all_that_it_had(self) -> None:
        taxonomy = Taxonomy.of(
            [
                topic("a", label="A", alt_labels=("X",), case_sensitive=("X",), prior=2, rules=("one",)),
                topic(
                    "b",
                    label="B",
                    alt_labels=("X", "Y"),
                    hidden_labels=("A", "Z"),
                    needs_context=("Z",),
                    evidence={"city": ("C",)},
                    exact_match=("iso:B",),
                    related=("topics:a", "topics:d"),
                    start="2014",
                    prior=5,
                ),
                topic(
                    "c",
                    "b",
                    related=("topics:b", "topics:a"),
                    rules=('@topics:b OR "@topics:b" OR @topics:b-2',),
                ),
                topic("d"),
                topic("b-2"),
                topic("old", replaced_by="topics:b"),
            ]
        )
        merged = merge(taxonomy, "topics:b", "topics:a")
        assert merged["topics:a"] == topic(
            "a",
            label="A",
            alt_labels=("X", "B", "Y"),
            hidden_labels=("Z",),
            needs_context=("Z",),  # X stood without a condition on one of the two
            evidence={"city": ("C",)},
            exact_match=("iso:B",),
            related=("topics:d",),
            rules=("one",),
            start="2014",
            prior=5,
        )
        assert merged["topics:c"].broader == ("topics:a",) == merged["topics:c"].related
        assert merged["topics:c"].rules == ('@topics:a OR "@topics:b" OR @topics:b-2',)
        assert merged["topics:b"] is merged["topics:old"] is merged["topics:a"]
        assert merged.concepts["topics:old"].replaced_by == "topics:a"

    def test_a_concept_merges_into_what_lies_above_or_below_it(self) -> None:
        taxonomy = Taxonomy.of([topic("a"), topic("b", "a"), topic("c", "b"), topic("d", "c")])
        assert merge(taxonomy, "topics:c", "topics:a").path("topics:d") == ("topics:a", "topics:d")
        assert merge(taxonomy, "topics:a", "topics:c").path("topics:d") == ("topics:c", "topics:d")
        assert merge(taxonomy, "topics:a", "topics:c").path("topics:b") == ("topics:c", "topics:b")

    def test_retiring_hands_the_children_to_the_parent(self) -> None:
        taxonomy = Taxonomy.of([topic("a"), topic("b", "a"), topic("c", "b")])
        after = retire(taxonomy, "topics:b")
        assert after["topics:b"].id == "topics:a" and after["topics:c"].broader == ("topics:a",)
        assert retire(taxonomy, "topics:b", "topics:c").path("topics:c") == ("topics:a", "topics:c")
        with pytest.raises(TaxonomyError, match="topics:a: has no parent"):
            retire(taxonomy, "topics:a")
        with pytest.raises(TaxonomyError, match="topics:a: can't stand for itself"):
            retire(taxonomy, "topics:a", "topics:a")
        with pytest.raises(TaxonomyError, match="topics:b: is retired already, and points to topics:a"):
            retire(after, "topics:b")
        with pytest.raises(UnknownConceptError):
            merge(taxonomy, "topics:b", "topics:none")

    def test_a_concept_may_move_to_another_facet(self, tiny_taxonomy: Taxonomy) -> None:
        after = merge(tiny_taxonomy, "topics:sport", "organizations:nato")
        assert after["topics:sport"].id == "organizations:nato"
        assert after["topics:football"].broader == ()

    @given(st.data())
    @settings(max_examples=100, deadline=None)
    def test_no_edit_loses_an_id_or_makes_a_problem(self, data: st.DataObject) -> None:
        count = data.draw(st.integers(2, 7))
        ids = [f"t{i}" for i in range(count)]
        taxonomy = Taxonomy.of(
            topic(
                id,
                *data.draw(
                    st.lists(st.sampled_from(ids[:i] or ["-"]), unique=True, max_size=2) if i else st.just([])
                ),
            )
            for i, id in enumerate(ids)
        )
        for _ in range(data.draw(st.integers(1, 5))):
            live = [concept.id for concept in taxonomy if not concept.replaced_by]
            gone, kept = data.draw(st.sampled_from(live)), data.draw(st.sampled_from(live))
            if gone != kept:
                edit = data.draw(st.sampled_from([merge, retire]))
                taxonomy = edit(taxonomy, gone, kept)
                assert taxonomy[gone].id == kept
            assert len(taxonomy) == count and check(list(taxonomy)) == []
            assert not any("retired" in each for each in integrity_problems(taxonomy))


class TestReports:
    def test_stats_add_up(self, tiny_taxonomy: Taxonomy) -> None:
        *facets, total = stats(tiny_taxonomy)
        assert [row.facet for row in facets] == list(tiny_taxonomy.facets)
        assert (total.concepts, total.classes, total.retired) == (13, 1, 1)
        assert total.labels == sum(row.labels for row in facets) and total.depth == 3
        assert stats(Taxonomy.of([]))[0].exact_match_share == 0

    def test_a_tree_shows_a_concept_under_each_parent_but_its_children_once(self) -> None:
        taxonomy = Taxonomy.of([topic("a"), topic("b"), topic("c", "b", "a"), topic("d", "c")])
        shown = [(level, concept.label) for level, concept in tree(taxonomy)]
        assert shown == [(0, "a"), (1, "c"), (0, "b"), (1, "c"), (2, "d")]
        assert [each.label for _, each in tree(taxonomy, "topics:b", depth=2)] == ["b", "c"]

    def test_diff_names_what_changed(self) -> None:
        old = Taxonomy.of([topic("a", alt_labels=("x", "y")), topic("b"), topic("c")])
        new = Taxonomy.of([topic("a", alt_labels=("y", "z"), prior=3), topic("c"), topic("d")])
        assert list(diff(old, new).lines()) == [
            "+ topics:d  d",
            "- topics:b  b",
            "~ topics:a alt_labels: -'x' +'z'",
            "~ topics:a prior: 0 -> 3",
        ]
        assert diff(old, new) and not diff(old, old)


class TestHostileSizes:
    LENGTH = 50_000

    @pytest.mark.parametrize("field", ["broader", "replaced_by", "part_of"])
    @pytest.mark.parametrize("closed", [False, True])
    def test_a_chain_without_end_is_one_short_problem(self, field: str, closed: bool) -> None:
        def link(i: int) -> dict[str, object]:
            up = f"topics:t{(i - 1) % self.LENGTH}"
            return {} if i == 0 and not closed else {field: up if field == "replaced_by" else (up,)}

        concepts = [Concept(id=f"topics:t{i}", label="t", **link(i)) for i in range(self.LENGTH)]  # type: ignore[arg-type]
        start = time.perf_counter()
        problems = check(concepts) if field != "part_of" else list(integrity_problems(concepts))
        assert time.perf_counter() - start < 60  # a hang guard, not a timing
        assert len([each for each in problems if "retired" not in each]) == (2 if closed else 1)
        assert all(len(problem) < 1000 for problem in problems)
        with pytest.raises(TaxonomyError):
            Taxonomy.of(concepts) if field != "part_of" else Taxonomy.of([topic("a", "a")])

    def test_a_long_way_on_resolves(self) -> None:
        chain = [topic("t0"), *(topic(f"t{i}", replaced_by=f"topics:t{i - 1}") for i in range(1, 64))]
        assert Taxonomy.of(chain)["topics:t63"].id == "topics:t0"
        assert "points on more than 8 times" in check(chain, Limits(taxonomy_depth=8))[0]


class TestCommands:
    @pytest.fixture
    def folder(self, tmp_path: Path, tiny_taxonomy: Taxonomy) -> Path:
        write_taxonomy(tiny_taxonomy, tmp_path / "taxonomy")
        return tmp_path / "taxonomy"

    @staticmethod
    def run(*arguments: object, code: int = 0) -> str:
        result = CliRunner().invoke(app, list(map(str, arguments)))
        assert result.exit_code == code, result.output
        return result.stdout

    def test_check_lists_warnings_and_shared_labels_on_demand(self, tmp_path: Path) -> None:
        path = tmp_path / "topics.jsonl"
        path.write_text(
            '{"id": "topics:a", "label": "the"}\n'
            '{"id": "topics:b", "label": "The", "related": ["topics:b"]}\n'
        )
        assert self.run("check", "--taxonomy", path, code=1) == (
            "topics.jsonl:2: topics:b: related points to itself\n"
        )
        out = self.run("check", "--taxonomy", path, "--warnings", "--ambiguous", code=1)
        assert "warning: topics.jsonl:1: topics:a: the label 'the' is a stop word" in out
        assert "ambiguous: 'the': topics:a (prior 0); topics:b (prior 0) -> " in out

    def test_tree_and_stats(self, folder: Path) -> None:
        out = self.run("tree", "--facet", "topics", "--depth", 1, "--taxonomy", folder)
        assert out == "economy [topics:economy]\nsport [topics:sport]\n"
        assert "\n  football [topics:football]" in self.run("tree", "sport", "--taxonomy", folder)
        assert "soccer [topics:soccer] -> topics:football" in self.run("tree", "--taxonomy", folder)
        assert self.run("stats", "--taxonomy", folder).splitlines()[-1].split()[:2] == ["all", "13"]
        assert '"facet": "all"' in self.run("stats", "--format", "json", "--taxonomy", folder)

    def test_edits_write_in_place_or_elsewhere(self, folder: Path, tmp_path: Path) -> None:
        self.run("add", "topics:tennis", "tennis", "--broader", "topics:sport", "--taxonomy", folder)
        elsewhere = tmp_path / "b.csv"
        self.run("merge", "topics:tennis", "topics:football", "--taxonomy", folder, "--out", elsewhere)
        assert read_taxonomy(folder)["topics:tennis"].label == "tennis"
        assert self.run("diff", folder, elsewhere).splitlines()[0].startswith("~ topics:football alt_labels")
        assert "replaced_by" in self.run("retire", "topics:tennis", "--taxonomy", folder)
        assert read_taxonomy(folder)["topics:tennis"].label == "sport"

    def test_overlay_and_convert(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "mine.jsonl").write_text('{"id": "topics:sport", "hidden": true}')
        self.run("overlay", tmp_path / "mine.jsonl", "--taxonomy", folder, "--out", tmp_path / "laid")
        assert read_taxonomy(tmp_path / "laid").resolve("sport") is None
        self.run("convert", tmp_path / "all.txt", "--taxonomy", tmp_path / "laid")
        assert "    Crimea [countries:ua-crimea]\n" in (tmp_path / "all.txt").read_text()

    def test_the_shipped_taxonomy_is_not_written_over(self) -> None:
        result = CliRunner().invoke(app, ["retire", "topics:medtop-20000002"])
        assert "the shipped taxonomy stays as it is" in str(result.exception)
