"""Errors: each is the builtin that callers know, says the way out, and survives pickling."""

from __future__ import annotations

import copy
import pickle

import pytest

from tagonomy import errors
from tagonomy.errors import Problem

SAMPLES = [
    errors.ConfigError("C", -1, "a number above 0"),
    errors.TaxonomyError([Problem("the label is empty", "topics.jsonl", 3), "plain words"]),
    errors.RuleError("russia AND", 11, "a word"),
    errors.UnknownConceptError("topics:econmy", ["topics:economy", "topics:sport"]),
    errors.CorpusError("no such column", file="a.csv", line=2, byte_offset=10_000),
    errors.LimitError("text_characters", 3_000_000, 2_000_000),
    errors.UnknownModelError("news-de", ["news-en"]),
    errors.ModelFormatError("a.bin is a zip archive"),
    errors.ModelIntegrityError("a.bin is damaged"),
    errors.TaxonomyMismatchError(["topics:new"], ["topics:old"]),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
class TestEveryError:
    def test_is_a_tagonomy_error_with_a_message(self, error: errors.TagonomyError) -> None:
        assert isinstance(error, errors.TagonomyError)
        assert str(error).strip()

    @pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
    def test_pickles_whole(self, error: errors.TagonomyError, protocol: int) -> None:
        same = pickle.loads(pickle.dumps(error, protocol))
        assert type(same) is type(error)
        assert str(same) == str(error)
        assert vars(same) == vars(error)

    def test_copies_whole(self, error: errors.TagonomyError) -> None:
        same = copy.deepcopy(error)
        assert (str(same), vars(same)) == (str(error), vars(error))


def test_all_classes_are_sampled() -> None:
    def below(cls: type[errors.TagonomyError]) -> set[type[errors.TagonomyError]]:
        return {cls}.union(*(below(each) for each in cls.__subclasses__()))

    roots = {errors.TagonomyError, errors.ModelError}
    assert below(errors.TagonomyError) - roots == {type(error) for error in SAMPLES}


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.ConfigError, ValueError),
        (errors.TaxonomyError, ValueError),
        (errors.RuleError, ValueError),
        (errors.UnknownConceptError, LookupError),
        (errors.CorpusError, ValueError),
        (errors.LimitError, ValueError),
        (errors.UnknownModelError, LookupError),
    ],
)
def test_an_error_is_also_the_builtin_that_callers_know(
    error: type[Exception], builtin: type[Exception]
) -> None:
    assert issubclass(error, builtin)


def test_model_errors_share_a_root() -> None:
    for each in (
        errors.UnknownModelError,
        errors.ModelFormatError,
        errors.ModelIntegrityError,
        errors.TaxonomyMismatchError,
    ):
        assert issubclass(each, errors.ModelError)


def test_config_error_names_field_value_and_what_is_allowed() -> None:
    assert (
        str(errors.ConfigError("C", -1, "a number above 0"))
        == "C=-1 is not allowed: expected a number above 0"
    )


def test_taxonomy_error_lists_every_problem_but_prints_twenty() -> None:
    error = errors.TaxonomyError([f"problem {i}" for i in range(25)])
    assert len(error.problems) == 25
    assert "25 problems" in str(error)
    assert "problem 19" in str(error) and "problem 20" not in str(error)
    assert str(error).endswith("and 5 more")
    assert "has 1 problem:" in str(errors.TaxonomyError(["alone"]))


def test_a_problem_says_where_it_stands() -> None:
    assert Problem("bad", "topics.jsonl", 7) == "topics.jsonl:7: bad"
    assert Problem("bad", "topics.jsonl") == "topics.jsonl: bad"
    assert Problem("bad") == "bad"
    same = pickle.loads(pickle.dumps(Problem("bad", "topics.jsonl", 7)))
    assert (same, same.file, same.line) == ("topics.jsonl:7: bad", "topics.jsonl", 7)


def test_rule_error_points_at_the_column() -> None:
    line = str(errors.RuleError("russia AND AND ukraine", 12, "a word")).splitlines()
    assert line[1][line[2].index("^") :].startswith("AND ukraine")


def test_rule_error_in_a_long_rule_still_points_at_the_column() -> None:
    rule = "russia OR " * 40 + "AND"
    line = str(errors.RuleError(rule, rule.index("AND") + 1, "a word")).splitlines()
    assert line[1][line[2].index("^") :] == "AND"
    assert len(line[1]) < 120


def test_unknown_names_suggest_the_close_ones() -> None:
    error = errors.UnknownConceptError("topics:econmy", ["events:election", "topics:economy"])
    assert error.close == ("topics:economy",)
    assert "did you mean 'topics:economy'?" in str(error)
    assert "did you mean" not in str(errors.UnknownConceptError("zzz", ["topics:economy"]))
    assert "did you mean 'news-en'?" in str(errors.UnknownModelError("news", ["news-en"]))
    assert "installed models: none" in str(errors.UnknownModelError("news"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "cut short"),
        ({"file": "a.csv"}, "a.csv: cut short"),
        ({"line": 0}, "line 0: cut short"),
        ({"file": "a.csv", "line": 7}, "a.csv:7: cut short"),
        ({"file": "a.csv", "line": 7, "byte_offset": 1234}, "a.csv:7 (byte 1,234): cut short"),
    ],
)
def test_corpus_error_says_as_much_of_the_place_as_is_known(given: dict[str, object], message: str) -> None:
    assert str(errors.CorpusError("cut short", **given)) == message  # type: ignore[arg-type]


def test_limit_error_says_how_to_raise_the_limit() -> None:
    message = str(errors.LimitError("text_characters", 3_000_000, 2_000_000))
    assert "3,000,000" in message and "2,000,000" in message and "Limits(text_characters=...)" in message


def test_taxonomy_mismatch_counts_all_and_names_five() -> None:
    error = errors.TaxonomyMismatchError([f"topics:t{i}" for i in range(7)], [])
    assert len(error.added) == 7
    assert "7 concepts are new (topics:t0, topics:t1, topics:t2, topics:t3, topics:t4, ...)" in str(error)
    assert "0 are gone (none)" in str(error)
