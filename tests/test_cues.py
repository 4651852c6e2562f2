"""What stands around a name: arenas and ships, waters and towns, lists of cities, titles of offices."""

from __future__ import annotations

import numpy as np
import pytest

from tagonomy.articles.article import Article
from tagonomy.config import TaggerConfig
from tagonomy.python_pipeline import PythonPipeline
from tagonomy.tagger import Tagger
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.training import train


def person(id: str, label: str, *, famous: bool = False, **fields: object) -> Concept:
    surname = label.split()[-1]
    return Concept(
        id=f"people:{id}",
        label=label,
        hidden_labels=(surname,),
        needs_context=() if famous else (surname,),
        prior=5,
        **fields,  # type: ignore[arg-type]
    )


TAXONOMY = Taxonomy.of(
    [
        Concept(
            id="people:leaders",
            label="Leaders",
            abstract=True,
            evidence={"title": ("President", "Arlander president", "Mr.")},
        ),
        person("ida-marsh", "Ida Marsh", famous=True, broader=("people:leaders",)),
        person("conan-obrien", "Conan O'Brien"),
        person("robert-obrien", "Robert O'Brien"),
        person("mo-brook", "Mo Brook", famous=True),
        person("tom-joshua", "Tom Joshua"),
        person("joshua-ray", "Joshua Ray"),
        person("joshua-lee", "Joshua Lee"),
        Concept(
            id="countries:aa",
            label="Arland",
            evidence={"demonym": ("Arlander",), "capital": ("Arlville",), "city": ("Manusk",)},
            prior=8,
        ),
        Concept(id="countries:bb", label="Pelia", evidence={"capital": ("Tarn",)}, prior=6),
        Concept(
            id="countries:bb-north",
            label="North Pelia",
            broader=("countries:bb",),
            evidence={"capital": ("Odam",)},
            prior=3,
        ),
        Concept(id="countries:city-arlville", label="Arlville", broader=("countries:aa",), prior=3),
        Concept(id="countries:city-tarn", label="Tarn", broader=("countries:bb",), prior=3),
        Concept(id="countries:city-odam", label="Odam", broader=("countries:bb-north",), prior=3),
        Concept(id="countries:gulf", label="Gulf of Arland", related=("countries:aa",), prior=3),
        Concept(id="organizations:wire", label="Wire Insurance", prior=3),
        Concept(id="organizations:us", label="US", prior=3),
        Concept(
            id="organizations:shop",
            label="Zoomer",
            needs_context=("Zoomer",),
            case_sensitive=("Zoomer",),
            prior=3,
        ),
        Concept(
            id="organizations:senate-aa",
            label="Senate",
            needs_context=("Senate",),
            related=("countries:aa",),
            prior=3,
        ),
        Concept(
            id="organizations:senate-bb",
            label="Senate",
            needs_context=("Senate",),
            related=("countries:bb",),
            prior=3,
        ),
        Concept(id="organizations:firm", label="Zoomerang", prior=3),
        Concept(id="countries:old", label="Old Arland", prior=3),
        Concept(id="events:flu", label="flu outbreak in Old Arland", prior=3),
        Concept(id="organizations:metal", label="Metal", prior=3),
        person("ilir-metal", "Ilir Metal"),
        Concept(id="events:case", label="Rayshard Brook", prior=3),
        Concept(id="topics:sanctions", label="aid to Arland", prior=3),
        Concept(id="topics:statues", label="statue of Ida Marsh", prior=3),
        Concept(id="topics:games", label="Arlander football", exact_match=("medtop:1",), prior=3),
        Concept(id="topics:natives", label="Native Arlander schools", prior=3),
    ]
)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    corpus = [
        Article(text="Ida Marsh spoke in Arland.", tags=("people:ida-marsh", "countries:aa")),
        Article(text="Nothing happened anywhere today.", tags=("countries:aa",)),
    ]
    return train(corpus * 2, TAXONOMY, TaggerConfig(min_df=1))


def found(tagger: Tagger, text: str) -> set[str]:
    """Return the concepts for which some words of the text speak."""
    tagging = tagger.classify(Article(text=text), threshold=0.0)
    return {
        tag.id.partition(":")[2]
        for tag in tagging
        if any(each.source == "mention" and each.start >= 0 for each in tag.evidence)
    }


READINGS = [
    # What is named after a person is not the person.
    ("He flew from Ida Marsh International Airport.", "ida-marsh", False),
    ("He flew from Ida Marsh airport.", "ida-marsh", False),
    ("He sang in the Marsh Center.", "ida-marsh", False),
    ("He sang in the Marsh center.", "ida-marsh", True),
    ("Ida Marsh University students voted.", "ida-marsh", False),
    ("Aides of Ida Marsh said so.", "ida-marsh", True),
    # Nor is an arena its sponsor.
    ("They played in Wire Insurance Stadium.", "wire", False),
    ("They sued Wire Insurance today.", "wire", True),
    ("They met Joshua Zoomerang today.", "firm", False),
    ("They met Zoomerang today.", "firm", True),
    # Ships and currencies.
    ("The USS Ida Marsh left port.", "ida-marsh", False),
    ("The carrier Ida Marsh left port.", "ida-marsh", False),
    ("The carrier North Pelia left port.", "bb-north", False),
    ("The carrier Arland built left port.", "aa", True),
    ("It cost US$100 more.", "us", False),
    ("It cost the US 100 more.", "us", True),
    # Waters and works beside a country.
    ("A ship crossed the Gulf of Arland.", "aa", False),
    ("A senator (R-Arland) spoke.", "aa", False),
    ("A senator (Arland) spoke.", "aa", True),
    # Where a politician comes from.
    ("Robert O'Brien of North Pelia spoke.", "bb-north", False),
    ("Robert O'Brien of Pelia spoke.", "bb", True),
    ("The people of North Pelia spoke.", "bb-north", True),
    ("A North Pelia Republican spoke.", "bb-north", False),
    ("The North Pelia republican spoke.", "bb-north", True),
    ("North Pelia Republicans spoke.", "bb-north", True),
    ("A ship crossed the Strait of Arland.", "aa", False),
    ("They met on the Bridge of the Arland.", "aa", False),
    ("The president of Arland spoke.", "aa", True),
    ("They drove on the Pan-Arlander Highway.", "aa", False),
    ("They met an anti-Arlander crowd.", "aa", True),
    # A town that the text puts into another country.
    ("It was in Manusk, Upper Dale, Pelia, on Monday.", "aa", False),
    ("It was in Manusk, Pelia, on Monday.", "aa", False),
    ("It was in Manusk, Arland, on Monday.", "aa", True),
    ("It was in Manusk on Monday.", "aa", True),
    # Capitals: governments, except in lists of towns and below a state.
    ("Arlville denied it.", "city-arlville", False),
    ("The road links Arlville and Odam.", "city-arlville", True),
    ("The road links Arlville, Odam and the sea.", "city-arlville", True),
    ("Arlville and Tarn denied it.", "city-arlville", False),
    ("Odam denied it.", "city-odam", True),
    ("He visits Arlville today.", "city-arlville", True),
    # Titles and topics that tell a country.
    ("The Arlander president Ida Marsh spoke.", "aa", True),
    ("There is aid to Arland now.", "aa", True),
    ("They love Arlander football.", "aa", False),
    ("They went to Native Arlander schools.", "aa", False),
    ("They took down the statue of Ida Marsh.", "ida-marsh", True),
    ("There was a flu outbreak in Old Arland.", "old", True),
    ("There was a flu outbreak in Old Arland.", "aa", False),
    # A doubtful name counts where only a name has a capital.
    ("Shares of Zoomer fell.", "shop", True),
    ("Zoomer shares fell.", "shop", False),
    ("They talked to Zoomer Jones.", "shop", False),
    ("They talked to a zoomer, and shares of Zoomer fell.", "shop", False),
    # A body is that of the country which the article is about.
    ("They met in Arland. Later the Senate voted.", "senate-aa", True),
    ("They met in Pelia. Later the Senate voted.", "senate-aa", False),
    ("Later the Senate voted.", "senate-aa", False),
    # A common word at the start of a sentence.
    ("They use metal. Metal bends.", "metal", False),
    ("They use tin. Metal bends.", "metal", True),
    # A demonym before an unknown word is no given name.
    ("An Arlander SC250 bomb was found.", "aa", True),
]


@pytest.mark.parametrize(("text", "id", "means"), READINGS)
def test_what_stands_around_a_name(tagger: Tagger, text: str, id: str, means: bool) -> None:
    assert (id in found(tagger, text)) is means


def test_a_form_to_choose_from_names_no_place(tagger: Tagger) -> None:
    row = "Tarn Odam Arlville Arland, Pelia "
    assert not found(tagger, "Choose: " + row * 3)
    assert found(tagger, "Choose: " + row * 2) >= {"aa", "bb"}
    assert found(tagger, f"Choose: {row * 3}. He spoke in Arland.") == {"aa"}


def test_compiled_or_not(tagger: Tagger) -> None:
    reference = PythonPipeline(tagger.parts)
    row = "Tarn Odam Arlville Arland, Pelia "
    for text in (row * 2, row * 3, f"{row * 3}. He spoke in Arland.", *(text for text, _, _ in READINGS)):
        concepts, features = tagger.pipeline.describe(text, 0, None)
        expected, wanted = reference.describe(text, 0, None)
        assert concepts == expected
        np.testing.assert_array_equal(features, wanted)


class TestStrangers:
    def test_a_surname_with_an_apostrophe_is_one_word(self, tagger: Tagger) -> None:
        assert not found(tagger, "It was Soledad O'Brien who asked. Later O'Brien left.")
        assert found(tagger, "It was Robert O'Brien. Later O'Brien left.") == {"robert-obrien"}

    def test_a_victim_of_an_event_bears_the_name(self, tagger: Tagger) -> None:
        assert "mo-brook" not in found(tagger, "Police shot Rayshard Brook. Later Mr. Brook died.")
        assert "mo-brook" in found(tagger, "Later Mr. Brook left.")

    def test_a_given_name_that_is_also_a_surname(self, tagger: Tagger) -> None:
        assert "mo-brook" not in found(tagger, "They met Joshua Brook. Later Brook left.")

    def test_a_polite_form_means_who_was_named(self, tagger: Tagger) -> None:
        assert found(tagger, "Conan O'Brien came. Mr. O'Brien sang.") == {"conan-obrien"}
