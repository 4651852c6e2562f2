"""Which one is meant: surnames, titles, strangers, shared names, capitals, dates."""

from __future__ import annotations

import pytest

from tagonomy.articles.article import Article
from tagonomy.config import TaggerConfig
from tagonomy.tagger import Tagger
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.training import train

CLASSES = [
    Concept(
        id="people:presidents",
        label="Presidents",
        abstract=True,
        evidence={"title": ("President", "Mr.", "Mrs.")},
    ),
    Concept(
        id="people:senators",
        label="Senators",
        abstract=True,
        evidence={"title": ("Sen.", "Sens.", "Senator")},
    ),
]


def person(
    id: str, label: str, role: str, prior: int = 5, *, famous: bool = False, **fields: object
) -> Concept:
    surname = label.split()[-1]
    context = () if famous else (surname,)
    return Concept(
        id=f"people:{id}",
        label=label,
        hidden_labels=(surname,),
        needs_context=context,
        broader=(f"people:{role}",),
        prior=prior,
        **fields,  # type: ignore[arg-type]
    )


TAXONOMY = Taxonomy.of(
    [
        *CLASSES,
        person("grant-marsh", "Grant Marsh", "presidents", 9, famous=True, related=("countries:aa",)),
        person("ivy-marsh", "Ivy Marsh", "senators", 4),
        person("tom-reed", "Tom Reed", "senators", 4),
        person("ann-reed", "Ann Reed", "presidents", 5),
        person("paul-stone", "Paul Stone", "senators", 3),
        person("tom-blake", "Tom Blake", "senators", 2),
        person("old-penn", "George Penn", "presidents", 6, active_start="1971", active_end="1993"),
        person("young-penn", "Ron Penn", "presidents", 7, active_start="1994", active_end="2009"),
        person("old-lane", "Mark Lane", "senators", 4, active_start="1978", active_end="1994"),
        person("young-lane", "Andy Lane", "senators", 5, famous=True, active_start="1997"),
        person("young-ash", "Kim Ash", "senators", 8, famous=True, active_start="1993"),
        Concept(id="people:meg-lane", label="Meg Lane", broader=("people:senators",), prior=1),
        Concept(
            id="people:jan-du-pre",
            label="Jan du Pre",
            hidden_labels=("du Pre",),
            needs_context=("du Pre",),
            broader=("people:senators",),
            related=("countries:aa",),
            prior=2,
        ),
        person("late-moss", "Jim Moss", "senators", 5, famous=True, start="1917", end="1993"),
        Concept(
            id="countries:aa",
            label="Arland",
            evidence={"demonym": ("Arlander", "Arlanders"), "capital": ("Arlville",)},
            prior=8,
        ),
        Concept(
            id="countries:bb",
            label="Pelia",
            needs_context=("Pelia",),
            evidence={"capital": ("Tarn",), "demonym": ("Pelian",)},
            prior=4,
        ),
        Concept(
            id="countries:aa-pelia",
            label="Pelia",
            needs_context=("Pelia",),
            broader=("countries:aa",),
            prior=3,
        ),
        Concept(id="countries:city-arlville", label="Arlville", broader=("countries:aa",), prior=3),
        Concept(id="organizations:shops", label="Shops", abstract=True, related=("topics:retail",)),
        Concept(id="topics:retail", label="retail"),
        Concept(
            id="organizations:target",
            label="Target",
            needs_context=("Target",),
            broader=("organizations:shops",),
            prior=3,
        ),
        Concept(
            id="organizations:forces-aa",
            label="Arlander Armed Forces",
            alt_labels=("Arlander troops",),
            related=("countries:aa",),
            prior=3,
        ),
        Concept(id="countries:ohio", label="Ohio", evidence={"city": ("Arlville, Ohio",)}, prior=3),
        Concept(
            id="organizations:workers-aa",
            label="Workers Party",
            needs_context=("Workers Party",),
            related=("countries:aa",),
            prior=3,
        ),
        Concept(
            id="organizations:workers-bb",
            label="Workers Party",
            needs_context=("Workers Party",),
            related=("countries:bb",),
            prior=3,
        ),
        Concept(id="organizations:bank", label="Bank of Arland", related=("countries:aa",), prior=3),
        Concept(
            id="events:seizure",
            label="Seizure of Arville",
            alt_labels=("buildup of Arlander troops",),
            prior=4,
        ),
    ]
)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    corpus = [
        Article(text="Tom Reed spoke in Arland.", tags=("people:tom-reed", "countries:aa")),
        Article(text="Nothing happened anywhere today.", tags=("countries:aa",)),
    ]
    return train(corpus * 2, TAXONOMY, TaggerConfig(min_df=1))


def named(tagger: Tagger, text: str, date: str | None = None) -> set[str]:
    """Return the concepts of which a label was accepted somewhere in the text."""
    tagging = tagger.classify(Article(text=text, date=date), threshold=0.0)
    return {tag.id.partition(":")[2] for tag in tagging if any(each.start >= 0 for each in tag.evidence)}


def places(tagger: Tagger, text: str, id: str) -> list[str]:
    tagging = tagger.classify(text, threshold=0.0)
    return [
        each.surface for tag in tagging if tag.id == id for each in tag.evidence if each.source == "mention"
    ]


def test_surname_belongs_to_the_person_named_in_full(tagger: Tagger) -> None:
    assert "tom-reed" in named(tagger, "Tom Reed spoke. Later Reed left.")
    assert "ann-reed" not in named(tagger, "Tom Reed spoke. Later Reed left.")
    assert places(tagger, "Tom Reed spoke. Later Reed left.", "people:tom-reed") == ["Tom Reed", "Reed"]


def test_surname_belongs_to_the_one_named_more_often(tagger: Tagger) -> None:
    text = "Ann Reed won. Tom Reed lost. Ann Reed smiled, and Ann Reed waved. Then Reed spoke."
    assert places(tagger, text, "people:ann-reed").count("Reed") == 1


def test_bare_surname_that_needs_context_means_nobody(tagger: Tagger) -> None:
    assert named(tagger, "Later Stone left, and Reed too.") == set()


@pytest.mark.parametrize(
    ("date", "who"),
    [("1990-08-08", "old-penn"), ("2003-03-20", "young-penn"), (None, "young-penn")],
)
def test_a_title_means_the_bearer_of_the_time(tagger: Tagger, date: str | None, who: str) -> None:
    assert named(tagger, "President Penn spoke of the war.", date) == {who}


def test_a_famous_surname_means_who_was_in_the_news_then(tagger: Tagger) -> None:
    text = "Lane said that poverty grows."
    assert named(tagger, text, "1986-05-01") == {"old-lane"}
    assert named(tagger, text, "2012-05-01") == {"young-lane"}
    assert named(tagger, text) == {"young-lane"}


def test_who_alone_bears_a_famous_surname_has_it_before_the_time_too(tagger: Tagger) -> None:
    early, late = (score(tagger, "Ash spoke.", "people:young-ash", date) for date in ("1990", "2015"))
    assert early == late > 0


def test_who_is_long_gone_still_bears_a_famous_surname(tagger: Tagger) -> None:
    assert named(tagger, "Moss would have said no.", "2019-05-01") == {"late-moss"}


def test_surname_belongs_to_who_is_named_in_full_though_it_is_not_a_label_of_his(tagger: Tagger) -> None:
    text = "Meg Lane wrote the book. Lane said that Sen. Lane would sell it."
    assert named(tagger, text) == {"meg-lane"}
    assert places(tagger, text, "people:meg-lane") == ["Meg Lane", "Lane", "Lane"]


def test_surname_of_two_words_is_a_surname(tagger: Tagger) -> None:
    assert places(tagger, "Jan du Pre spoke. Du Pre left.", "people:jan-du-pre") == ["Jan du Pre", "Du Pre"]
    text = "The Arlander minister Barend du Pre spoke in Arlville. Du Pre left Arland."
    assert "jan-du-pre" not in named(tagger, text)


def test_surname_of_a_headline_is_of_whom_the_text_names(tagger: Tagger) -> None:
    article = Article(title="Lane will not run", text="Mark Lane said so on Monday. Lane is 71.")
    assert tagger.classify(article).facet("people").ids == ("people:old-lane",)


def test_famous_surname_stands_for_itself(tagger: Tagger) -> None:
    assert "grant-marsh" in named(tagger, "Aides said Marsh would veto it.")


def test_famous_surname_stays_with_the_famous_beside_a_relative(tagger: Tagger) -> None:
    text = "Ivy Marsh was there. Aides said Marsh would veto it."
    assert "Marsh" in places(tagger, text, "people:grant-marsh")


def test_title_picks_the_bearer_of_the_office(tagger: Tagger) -> None:
    assert named(tagger, "Aides of President Reed declined to comment.") == {"ann-reed"}
    assert named(tagger, "Aides of Sen. Reed declined to comment.") == {"tom-reed"}


def test_title_of_somebody_little_known_picks_whom_the_article_names(tagger: Tagger) -> None:
    text = "Tom Reed spoke of {} Reed."
    assert named(tagger, text.format("President")) == {"tom-reed"}
    assert named(tagger, "Ann Reed listened. " + text.format("President")) == {"tom-reed", "ann-reed"}
    assert named(tagger, "Ivy Marsh spoke of President Marsh.") == {"ivy-marsh", "grant-marsh"}


def test_title_of_another_office_picks_nobody(tagger: Tagger) -> None:
    assert named(tagger, "Aides of President Stone declined to comment.") == set()


def test_stranger_of_the_same_surname_is_not_the_person(tagger: Tagger) -> None:
    assert "grant-marsh" not in named(tagger, "Wilma Marsh runs a bakery. Business is good, Marsh said.")


def test_surname_as_given_name_of_a_stranger(tagger: Tagger) -> None:
    assert "paul-stone" not in named(tagger, "Stone Phillips hosted the show.")


def test_shared_place_goes_to_the_one_that_the_article_supports(tagger: Tagger) -> None:
    assert "bb" in named(tagger, "Officials in Tarn said Pelia would hold elections.")
    assert "aa-pelia" in named(tagger, "Lawmakers across Arland watched as Pelia voted. Arland waits.")


def test_doubtful_word_without_support_is_no_concept(tagger: Tagger) -> None:
    assert "target" not in named(tagger, "Target practice begins at noon.")


def test_doubtful_word_is_supported_by_the_subject_of_its_class(tagger: Tagger) -> None:
    assert "target" in named(tagger, "Target cut its jobs in retail.")


def test_capital_stands_for_its_state_unless_it_is_a_place(tagger: Tagger) -> None:
    assert named(tagger, "Diplomats said Arlville denied the charge.") == {"aa"}
    assert named(tagger, "Crowds gathered in Arlville on Monday.") == {"aa", "city-arlville"}


def test_name_inside_a_related_name_counts(tagger: Tagger) -> None:
    assert {"forces-aa", "aa"} <= named(tagger, "Thousands of Arlander troops arrived.")


def test_descriptive_label_names_what_stands_in_it(tagger: Tagger) -> None:
    assert {"seizure", "forces-aa"} <= named(tagger, "They fear a buildup of Arlander troops.")


def test_number_of_a_mission_is_no_name_of_somebody() -> None:
    mission = Concept(id="events:lander-3", label="Lander-3", alt_labels=("Lander 3",))
    corpus = [Article(text="Lander-3 flew.", tags=("events:lander-3",)), Article(text="It rains.")]
    tagger = train(corpus, Taxonomy.of([mission]), TaggerConfig(min_df=1))
    assert named(tagger, "Lander-3 flew away. Lander-3 came back.") == {"lander-3"}


@pytest.mark.parametrize(
    ("text", "home"),
    [
        # That the court of the other country is better known weighs less.
        ("The High Court ruled. Pelia cheered, Pelians in Tarn danced, but Arland did not.", "bb"),
        ("The High Court ruled. Arlanders cheered, Arlander judges said, and so did a Pelian.", "aa"),
        # ... and nobody's that we know, where none is named, or two are named alike.
        ("The High Court ruled.", None),
        ("The High Court ruled. Arlanders and Arlander judges met Pelians and Pelian judges in Tarn.", None),
    ],
)
def test_a_body_of_many_countries_is_that_of_the_one_named_most(text: str, home: str | None) -> None:
    court = {"label": "High Court", "needs_context": ("High Court",)}
    taxonomy = Taxonomy.of(
        [
            Concept(id="countries:aa", label="Arland", evidence={"demonym": ("Arlander", "Arlanders")}),
            Concept(
                id="countries:bb",
                label="Pelia",
                evidence={"demonym": ("Pelian", "Pelians"), "capital": ("Tarn",)},
            ),
            Concept(id="organizations:court-aa", related=("countries:aa",), prior=6, **court),  # type: ignore[arg-type]
            Concept(id="organizations:court-bb", related=("countries:bb",), prior=4, **court),  # type: ignore[arg-type]
        ]
    )
    corpus = [Article(text=text, tags=("countries:aa",)), Article(text="It rains.", tags=("countries:bb",))]
    found = named(train(corpus, taxonomy, TaggerConfig(min_df=1)), text)
    assert {id for id in found if id.startswith("court")} == ({f"court-{home}"} if home else set())


def score(tagger: Tagger, text: str, id: str, date: str | None = None) -> float:
    tagging = tagger.classify(Article(text=text, date=date), threshold=0.0)
    return next(tag.score for tag in tagging if tag.id == id)


def test_a_hierarchy_of_many_ways_up_costs_no_more_than_its_size() -> None:
    # Two parents on each of fifty levels: as many ways to the top as no machine can walk.
    levels = [
        Concept(
            id=f"people:c{level:02}{side}",
            label=f"class {level} {side}",
            abstract=True,
            broader=() if level == 0 else (f"people:c{level - 1:02}a", f"people:c{level - 1:02}b"),
            evidence={"title": ("Warden",)} if level == 0 else {},
        )
        for level in range(50)
        for side in "ab"
    ]
    people = [
        Concept(
            id=f"people:{first}-holm",
            label=f"{first.title()} Holm",
            hidden_labels=("Holm",),
            broader=above,
            prior=3,
        )
        for first, above in (("ada", ("people:c49a", "people:c49b")), ("bea", ()))
    ]
    keeper = Concept(id="people:keepers", label="keepers", abstract=True, evidence={"title": ("Keeper",)})
    corpus = [
        Article(text="Ada Holm spoke.", tags=("people:ada-holm",)),
        Article(text="Nothing else happened."),
    ]
    tagger = train(corpus * 2, Taxonomy.of([*levels, keeper, *people]), TaggerConfig(min_df=1))
    assert "ada-holm" in named(tagger, "They met Warden Holm in the hall.")
    assert "bea-holm" not in named(tagger, "They met Warden Holm in the hall.")
    assert "keepers" not in named(tagger, "They met Keeper Holm in the hall.")
