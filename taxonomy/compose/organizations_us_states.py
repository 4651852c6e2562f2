"""Bodies of the American states: they belong to their state, and its legislature has many names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from common import WRITTEN, read_table
from organizations_draft import Draft, draft
from organizations_names import matched

#: Classes of bodies that a state's name before or behind their own makes that state's.
OF_A_STATE = {"party-committees", "police-forces", "political-parties", "us-courts", "us-states-bodies"}

#: What legislatures are called that are none by name, and lower chambers that are no House.
ASSEMBLIES = {
    **dict.fromkeys("ar co ct de ga il in ia ky md mo nc oh pa ri sc tn va vt".split(), "General Assembly"),
    **dict.fromkeys("ma nh".split(), "General Court"),
    **dict.fromkeys("nd or".split(), "Legislative Assembly"),
}
LOWER_CHAMBERS = {
    **dict.fromkeys("ca nv nj ny wi".split(), "Assembly"),
    **dict.fromkeys("md va wv".split(), "House of Delegates"),
}
#: States whose name mostly means the capital of all.
NAMED_LIKE_THE_CAPITAL = {"wa"}

#: What a state's own articles call its legislature, where they support it.
NAMES_AT_HOME = (
    *("Senate", "Legislature", "State Legislature", "state legislature"),
    *("state Senate", "State Senate", "state House", "State House", "state lawmakers"),
)


def state_names() -> dict[str, str]:
    """Return the name of each state by its code, such as ``tx``."""
    rows = read_table(WRITTEN / "countries_us_states.tsv")
    return {row["id"].removeprefix("us-"): row["label"] for row in rows if row["id"] != "us-dc"}


def relate(drafts: Iterable[Draft], states: dict[str, str]) -> None:
    """Let bodies that are named after a state belong to it alone: West Virginia's are not those of Virginia.

    What names the United States, as all articles on any state may, supports none of them.
    """
    longest = sorted(states.items(), key=lambda each: -len(each[1]))
    for one in drafts:
        if one.countries != ["US"] or not OF_A_STATE.intersection(one.classes):
            continue
        label = f" {one.label} "
        code = next((code for code, name in longest if f" {name} " in label), None)
        if code and (place := f"countries:us-{code}") not in one.related:
            one.related.append(place)
            one.rooted = False


def legislatures(drafts: Iterable[Draft], states: dict[str, str]) -> Iterator[Draft]:
    """Name the legislatures after their chambers, and yield those that no table has."""
    taken = {matched(name) for one in drafts for name in (one.label, *one.names.labels)}
    by_label = {matched(one.label): one for one in drafts if "us-states-bodies" in one.classes}
    for code, state in states.items():
        formal = ASSEMBLIES.get(code, "Legislature")
        forms = [f"{state} {kind}" for kind in (formal, "Legislature", "State Legislature")]
        known = next((by_label[key] for key in map(matched, forms) if key in by_label), None)
        one = known or draft(forms[0], [], ["us-states-bodies"], "tagonomy", countries=["US"], prior=1)
        for name in _names(code, state, formal):
            if matched(name) not in taken:
                one.names.add(name)
        for name in (*NAMES_AT_HOME, LOWER_CHAMBERS.get(code, "state House")):
            if code not in NAMED_LIKE_THE_CAPITAL:
                one.names.add(name + "?")
        if known is None:
            yield one


def _names(code: str, state: str, formal: str) -> Iterator[str]:
    lower = LOWER_CHAMBERS.get(code, "House of Representatives")
    chambers = [lower, "House"] if lower != "Assembly" else [lower]
    for kind in (formal, "Legislature", "legislature", *chambers):
        if code not in NAMED_LIKE_THE_CAPITAL:
            yield f"{state} {kind}"
            yield f"{state}'s {kind}"
    # "The Alabama Senate race" is about a seat in the Senate of the United States.
    for kind in (formal, "Legislature", "legislature", "Senate", *chambers):
        yield f"{state} State {kind}"
        yield f"{state} state {kind}"
        yield f"{state}'s state {kind}"
        yield f"{kind} of {state}"
