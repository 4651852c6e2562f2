"""What a model keeps of a taxonomy's ids."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from tagonomy.concepts import ConceptIndex, name_of
from tagonomy.taxonomy import Concept, Taxonomy

names = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True)
characters = st.characters(exclude_categories=["Cs", "Cc"])
labels = st.text(characters, min_size=1, max_size=40).filter(str.strip).map(str.strip)


@given(st.dictionaries(names, labels | names.map(lambda name: name.title().replace("-", " ")), max_size=8))
@example({"sao-paulo": "São Paulo", "sea-level": "Sea level", "u-s": "U.S.", "x": "y"})
def test_ids_are_what_they_were_once_saved(labels: dict[str, str]) -> None:
    concepts = [Concept(id=f"topics:{name}", label=label) for name, label in labels.items()]
    index = ConceptIndex.from_tensors(ConceptIndex.of(Taxonomy.of(concepts)).tensors())
    ids = sorted(each.id for each in concepts)
    assert list(index.ids) == [index.ids[i] for i in range(len(index))] == ids
    assert all(index.ids.find(id) == i for i, id in enumerate(ids))


def test_an_id_that_is_its_label_takes_no_room() -> None:
    concepts = [Concept(id=f"topics:{name_of(label)}", label=label) for label in ("Sea level", "Oil & gas")]
    index = ConceptIndex.of(Taxonomy.of([concepts[0], Concept(id="topics:oil-and-gas", label="Oil & gas")]))
    assert list(index.ids.names) == ["oil-and-gas", ""]
