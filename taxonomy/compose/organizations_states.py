"""Organs that nearly every state has: ministries, parliament, supreme court, central bank, police."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from common import WRITTEN, read_table, split
from organizations_draft import Draft, draft

#: Ministry, its names in running text, the least prior of a state that has it, and its loss of prior.
MINISTRIES = (
    ("foreign", ("Foreign Ministry", "Ministry of Foreign Affairs", "Foreign Affairs Ministry"), 0, 4),
    ("defence", ("Defense Ministry", "Ministry of Defense", "Defence Ministry", "Ministry of Defence",
                 "Ministry of National Defense", "Ministry of National Defence"), 0, 4),
    ("interior", ("Interior Ministry", "Ministry of Interior", "Ministry of the Interior",
                  "Ministry of Internal Affairs", "Internal Affairs Ministry"), 0, 5),
    ("health", ("Health Ministry", "Ministry of Health", "Ministry of Public Health"), 0, 5),
    ("finance", ("Finance Ministry", "Ministry of Finance"), 0, 5),
    ("justice", ("Justice Ministry", "Ministry of Justice"), 3, 5),
    ("education", ("Education Ministry", "Ministry of Education"), 5, 5),
    ("energy", ("Energy Ministry", "Ministry of Energy"), 5, 5),
    ("economy", ("Economy Ministry", "Ministry of Economy", "Ministry of the Economy"), 5, 5),
    ("transport", ("Transport Ministry", "Ministry of Transport"), 5, 5),
    ("agriculture", ("Agriculture Ministry", "Ministry of Agriculture"), 5, 5),
    ("culture", ("Culture Ministry", "Ministry of Culture"), 6, 5),
    ("environment", ("Environment Ministry", "Ministry of Environment", "Ministry of the Environment"), 6, 5),
    ("trade", ("Trade Ministry", "Commerce Ministry", "Ministry of Commerce", "Ministry of Trade"), 6, 5),
    ("information", ("Information Ministry", "Ministry of Information"), 6, 5),
    ("labour", ("Labor Ministry", "Labour Ministry", "Ministry of Labour", "Ministry of Labor"), 6, 5),
)  # fmt: skip

#: Of states less in the news than this, hardly any article calls an organ by its name alone.
LEAST_AT_HOME = 5

#: States whose ministries are called federal.
FEDERAL = {"DE", "AT", "NG", "PK", "ET"}

#: Bodies that every state has: slug, class, least prior, loss of prior, label and further names.
NATIONAL = (
    ("police", "police-forces", 2, 4,
     ("{adj} police", "Police of {name}", "{adj} National Police", "{name} Police Force",
      "{adj} Police Force", "{name}'s police", "National Police of {name}", "{name} National Police")),
    ("football-federation", "sports-federations", 1, 5,
     ("{adj} Football Federation", "{adj} Football Association", "{name} Football Federation",
      "{name} Football Association", "Football Federation of {name}", "Football Association of {name}",
      "{adj} soccer federation")),
    ("national-football-team", "national-teams", 1, 4,
     ("{name} national football team", "{adj} national football team", "{name} national team",
      "{adj} national team", "{name}'s national team", "{name} national soccer team",
      "{adj} national soccer team")),
    ("olympic-committee", "sports-federations", 2, 5,
     ("{adj} Olympic Committee", "{name} Olympic Committee", "Olympic Committee of {name}",
      "National Olympic Committee of {name}", "{adj} National Olympic Committee")),
    ("red-cross", "aid-organizations", 2, 5,
     ("{adj} Red Cross", "{name} Red Cross", "{adj} Red Cross Society", "{name} Red Cross Society",
      "Red Cross Society of {name}", "{adj} Red Crescent", "{adj} Red Crescent Society",
      "{name} Red Crescent", "{name} Red Crescent Society")),
)  # fmt: skip

#: Columns of the table, the class of what they name, the words by which news names it, and the loss of prior.
ORGANS = (
    ("parliament", "legislatures", ("parliament",), 3),
    ("upper", "legislatures", (), 5),
    ("lower", "legislatures", (), 4),
    ("court", "courts", (), 4),
    ("court2", "courts", (), 5),
    ("bank", "central-banks", ("central bank",), 4),
    ("police", "police-forces", (), 5),
    ("election", "electoral-commissions", ("election commission", "electoral commission"), 5),
)

#: What a state's own articles call an organ of a class, whatever its name.
NAMED_BY_KIND = {"central-banks": ("central bank",)}

#: Names so common that they mean nothing without their state.
GENERIC = {
    "Parliament", "National Assembly", "Senate", "House of Representatives", "Chamber of Deputies",
    "Supreme Court", "Constitutional Court", "Central Bank", "National Bank", "National Police",
    "Police Force", "Congress", "National Congress", "Legislative Assembly", "House of Assembly",
    "National Council", "Federal Council", "Supreme Council", "Federal Assembly", "State Council",
    "Council of State", "Court of Cassation", "High Court", "Federal Court", "Supreme Court of Justice",
    "Supreme People's Court", "Electoral Commission", "Election Commission", "Central Election Commission",
    "National Electoral Council", "Federal Police", "Federal Supreme Court", "Legislative Council",
    "House of Commons", "Consultative Assembly", "Police", "Supreme Electoral Tribunal",
    "National Electoral Commission", "Independent Electoral Commission", "Reserve Bank",
    "Council of Representatives", "State Assembly", "People's Assembly", "Shura Council", "Court of Appeal",
    "High Election Commission", "Supreme Electoral Council", "National Election Commission", "Bank",
    "Court of Final Appeal", "Federal National Council", "People's Council", "Federal Constitutional Court",
}  # fmt: skip


@dataclass(frozen=True)
class State:
    """One line of the table of states."""

    code: str
    alpha3: str
    names: list[str]
    adjectives: list[str]
    ministries: bool
    prior: int
    organs: dict[str, list[str]]


def read_states() -> list[State]:
    """Return the states of the hand-written table."""
    return [
        State(
            row["code"], row["alpha3"], split(row["name"]), split(row["adjective"]),
            row["ministries"] != "no",
            int(row["prior"]), {name: split(row[name]) for name, *_ in ORGANS},
        )
        for row in read_table(WRITTEN / "organizations_states.tsv")
    ]  # fmt: skip


def state_organs(states: list[State]) -> Iterator[Draft]:
    """Yield the organs of all states."""
    shared = Counter(cells[0] for state in states for cells in state.organs.values() if cells)
    generic = GENERIC | {name for name, count in shared.items() if count > 1}
    for state in states:
        if state.ministries:
            yield from _ministries(state)
        for column, group, words, loss in ORGANS:
            if cells := state.organs[column]:
                yield _organ(state, cells, group, words, loss, generic)
        yield from _national_bodies(state)


def _ministries(state: State) -> Iterator[Draft]:
    for name, words, least, loss in MINISTRIES:
        if state.prior < least:
            continue
        label = f"{state.adjectives[0]} {words[0]}"
        names = _with_state(state, words) + [f"{word}?" for word in words if state.prior >= LEAST_AT_HOME]
        made = draft(label, names, ["ministries"], "tagonomy", countries=[state.code],
                     prior=max(0, state.prior - loss))  # fmt: skip
        made.hidden = [f"{word} ({state.names[0]})" for word in words if word.startswith("Ministry")]
        if state.code in FEDERAL:
            made.hidden += [f"Federal {name}" for name in made.hidden]
        made.id = f"organizations:ministry-{name}-{state.code.lower()}"
        yield made


def _national_bodies(state: State) -> Iterator[Draft]:
    """Yield the bodies that every state has, unless the table names the state's own."""
    for kind, group, least, loss, patterns in NATIONAL:
        if state.prior < least or (kind == "police" and state.organs["police"]):
            continue
        found = [
            pattern.format(name=name, adj=adjective)
            for pattern in patterns
            for name in state.names
            for adjective in state.adjectives
        ]
        made = draft(found[0], found[1:], [group], "tagonomy", countries=[state.code],
                     prior=max(0, state.prior - loss))  # fmt: skip
        made.id = f"organizations:{kind}-{state.code.lower()}"
        yield made


def _with_state(state: State, words: tuple[str, ...]) -> list[str]:
    """Return names of an organ with the state's name or adjective before or after them.

    Behind its state, news writes an organ small as often as not: "the Russian defence ministry".
    """
    small = [word.lower() for word in words]
    found = [f"{adjective} {word}" for word in small for adjective in state.adjectives]
    found += [f"{name}'s {word}" for word in small for name in state.names]
    found += [f"{word} of {name}" for word in words for name in state.names]
    return found


def _organ(
    state: State, cells: list[str], group: str, words: tuple[str, ...], loss: int, generic: set[str]
) -> Draft:
    """Return one organ: its own name if nobody else bears it, otherwise its name with its state."""
    first, *others = cells
    bare = first.rstrip("?=")
    common = [name.rstrip("?=") for name in cells if name.rstrip("?=") in generic]
    label = f"{bare} of {state.names[0]}" if bare in generic else first
    names = [name for name in others if name not in generic]
    names += _with_state(state, tuple(common) + words)
    prior = max(0, state.prior - loss)
    if state.prior >= LEAST_AT_HOME:
        alone = (*common, *NAMED_BY_KIND.get(group, ()))
        names += [f"{name}?" for name in alone if name not in ("Police", "Bank")]
    made = draft(label, names, [group], "tagonomy", countries=[state.code], prior=prior)
    made.hidden = [f"{name} ({state.names[0]})" for name in common]
    return made
