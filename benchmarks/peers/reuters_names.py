"""A taxonomy for the tags of Reuters-21578 with names as a user would write one.

The tags are codes and bare surnames. Their names come from the tag's own words, from what the
collection's list of categories says the codes mean, and from the shipped countries and organizations.
No article is read; ``learn_names`` finds how they write the people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from benchmarks.peers.names import label_of
from tagonomy import Taxonomy
from tagonomy.registry import data_folder
from tagonomy.taxonomy import Concept
from tagonomy.text import fold

#: Shipped country of a tag whose words are not its name there.
_COUNTRIES = {
    "usa": "us",
    "uk": "gb",
    "ussr": "ru",
    "uae": "ae",
    "west-germany": "de",
    "czechoslovakia": "cz",
    "yugoslavia": "rs",
    "yemen-arab-republic": "ye",
    "trinidad-tobago": "tt",
}
#: What these places were called in 1987.
_PLACES = {
    "usa": ("U.S.", "US", "USA", "United States"),
    "ussr": ("Soviet Union", "USSR", "U.S.S.R.", "Soviet", "Soviets"),
    "west-germany": ("West Germany", "West German", "West Germans", "Federal Republic of Germany"),
    "east-germany": ("East Germany", "East German", "East Germans", "GDR"),
    "czechoslovakia": ("Czechoslovak", "Czechoslovakian"),
    "yugoslavia": ("Yugoslav", "Yugoslavs", "Yugoslavian"),
    "yemen-arab-republic": ("North Yemen",),
    "yemen-demo-republic": ("South Yemen", "Aden"),
    "hong-kong": ("Hongkong",),
    "zaire": ("Zairean",),
    "burma": ("Burmese",),
    "kampuchea": ("Kampuchean",),
}
_ORGANIZATIONS = {
    "ec": ("EC", "EEC", "European Community", "European Communities", "Common Market"),
    "adb-africa": ("African Development Bank",),
    "adb-asia": ("Asian Development Bank", "ADB"),
    "atpc": ("ATPC", "Association of Tin Producing Countries"),
    "bis": ("BIS", "Bank for International Settlements"),
    "gatt": ("GATT", "General Agreement on Tariffs and Trade"),
    "icco": ("ICCO", "International Cocoa Organization", "International Cocoa Organisation"),
    "ico-coffee": ("ICO", "International Coffee Organization", "International Coffee Organisation"),
    "imco": ("IMCO", "IMO", "International Maritime Organization"),
    "inro": (
        "INRO",
        "International Natural Rubber Organisation",
        "International Natural Rubber Organization",
    ),
    "isa": ("ISA", "ISO", "International Sugar Organization", "International Sugar Organisation"),
    "itc": ("ITC", "International Tin Council"),
    "iwc-wheat": ("IWC", "International Wheat Council"),
    "iwcc": ("IWCC", "International Wrought Copper Council"),
    "oapec": ("OAPEC", "Organization of Arab Petroleum Exporting Countries"),
    "un": ("UN", "U.N.", "United Nations"),
    "worldbank": ("World Bank", "International Bank for Reconstruction and Development"),
}
#: The collection's own list of categories, in the words that news writes.
_TOPICS = {
    "acq": ("acquisition", "merger", "takeover"),
    "alum": ("aluminium", "aluminum"),
    "austdlr": ("Australian dollar",),
    "bop": ("balance of payments", "current account"),
    "can": ("Canadian dollar",),
    "carcass": ("beef", "pork", "meat"),
    "castor-oil": ("castor oil",),
    "castorseed": ("castorseed", "castor seed"),
    "citruspulp": ("citruspulp", "citrus pulp"),
    "copra-cake": ("copra cake", "copra meal", "copra"),
    "corn": ("corn", "maize"),
    "cornglutenfeed": ("corn gluten feed", "corn gluten"),
    "cpi": ("consumer prices", "consumer price index", "cost of living", "inflation"),
    "cpu": ("capacity utilization", "capacity utilisation", "capacity use"),
    "crude": ("crude oil", "crude", "oil"),
    "dfl": ("guilder", "guilders"),
    "dkr": ("Danish crown", "Danish krone", "Danish crowns"),
    "dlr": ("dollar", "dollars"),
    "dmk": ("mark", "deutsche mark", "D-mark", "marks"),
    "earn": ("earnings", "dividend"),
    "fishmeal": ("fishmeal", "fish meal"),
    "fuel": ("fuel oil",),
    "gas": ("gasoline", "petrol"),
    "gnp": ("gross national product", "GNP", "gross domestic product", "GDP"),
    "grain": ("grain", "grains", "cereals"),
    "groundnut": ("groundnut", "groundnuts", "peanut", "peanuts"),
    "groundnut-oil": ("groundnut oil", "groundnutoil", "peanut oil"),
    "heat": ("heating oil", "gas oil"),
    "hog": ("hog", "hogs", "pigs"),
    "housing": ("housing starts", "building permits"),
    "income": ("personal income",),
    "instal-debt": ("consumer credit", "instalment debt", "installment debt"),
    "interest": ("interest rate", "interest rates", "prime rate", "discount rate"),
    "inventories": ("inventories", "business inventories"),
    "ipi": ("industrial production", "industrial output"),
    "iron-steel": ("iron", "steel"),
    "jet": ("jet fuel", "jet kerosene"),
    "jobs": ("unemployment", "employment", "jobless", "out of work"),
    "l-cattle": ("live cattle",),
    "lei": ("leading indicators", "leading economic indicators"),
    "lin-meal": ("linseed meal", "linmeal"),
    "lin-oil": ("linseed oil", "linoil"),
    "lit": ("lira", "lire"),
    "livestock": ("livestock", "cattle"),
    "lumber": ("lumber", "timber"),
    "meal-feed": ("feed", "meal", "cake", "soymeal"),
    "money-fx": ("foreign exchange", "currency", "currencies", "money market"),
    "money-supply": ("money supply", "M-1", "M-2", "M-3", "M1", "M2", "M3"),
    "nat-gas": ("natural gas",),
    "nkr": ("Norwegian crown", "Norwegian krone", "Norwegian crowns"),
    "nzdlr": ("New Zealand dollar", "NZ dollar"),
    "oat": ("oat", "oats"),
    "oilseed": ("oilseed", "oilseeds"),
    "orange": ("orange", "orange juice", "oranges"),
    "palm-oil": ("palm oil", "palmoil"),
    "palmkernel": ("palmkernel", "palm kernel", "palm kernels"),
    "pet-chem": ("petrochemical", "petrochemicals"),
    "peseta": ("peseta", "pesetas"),
    "pork-belly": ("pork belly", "pork bellies"),
    "potato": ("potato", "potatoes"),
    "rape-meal": ("rapeseed meal", "rapemeal"),
    "rape-oil": ("rapeseed oil", "rapeoil"),
    "rapeseed": ("rapeseed", "canola"),
    "red-bean": ("red bean", "red beans"),
    "reserves": ("reserves", "foreign reserves", "gold reserves"),
    "retail": ("retail sales",),
    "saudriyal": ("riyal", "riyals", "Saudi riyal"),
    "ship": ("shipping", "ship", "vessel", "tanker", "ships", "port"),
    "skr": ("Swedish crown", "Swedish krona", "Swedish crowns"),
    "soy-meal": ("soybean meal", "soymeal", "soy meal"),
    "soy-oil": ("soybean oil", "soyoil", "soy oil"),
    "soybean": ("soybean", "soybeans"),
    "stg": ("sterling", "pound"),
    "strategic-metal": ("strategic metal", "uranium", "tungsten", "titanium", "antimony", "cobalt"),
    "sun-meal": ("sunflower meal", "sunmeal", "sunflowerseed meal"),
    "sun-oil": ("sunflower oil", "sunoil", "sunflowerseed oil", "sunseed oil"),
    "sunseed": ("sunflowerseed", "sunflower seed", "sunseed", "sunflower seeds", "sunflowerseeds"),
    "veg-oil": ("vegetable oil", "vegetable oils", "edible oil", "edible oils"),
    "wpi": ("wholesale prices", "wholesale price index", "producer prices", "producer price index"),
}
#: Labels that mean something else too often to name their tag alone.
_DOUBTFUL = frozenset(
    """
    crude oil feed meal cake mark marks pound iron port orange corn can heat gas jet fuel dollar dollars
    can lit housing income jobs retail ship lead tin interest trade currency reserves inflation cattle
    isa itc bis imo iso
    """.split()
)


def reuters_taxonomy(ids: Mapping[str, str]) -> Taxonomy:
    """Return the taxonomy of the tags, given the concept id of each."""
    countries = _shipped("countries")
    organizations = _shipped("organizations")
    make: dict[str, Callable[[str, str], Concept]] = {
        "places": _place_maker(countries),
        "orgs": _organization_maker(organizations),
        "people": _person,
    }
    return Taxonomy.of(
        (make.get(tag.partition(":")[0], _topic)(ids[tag], tag) for tag in ids), "reuters21578"
    )


def are_reuters(tags: Iterable[str]) -> bool:
    """Tell whether tags are the collection's, all of them or one facet."""
    return not {"topics:earn", "places:usa", "people:volcker", "orgs:opec"}.isdisjoint(tags)


def _shipped(facet: str) -> list[Concept]:
    lines = (data_folder("taxonomy") / f"{facet}.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Concept) for line in lines]


def _plain(label: str) -> str:
    return fold(label).replace("-", " ")


def _topic(id: str, tag: str) -> Concept:
    code = tag.partition(":")[2]
    names = _TOPICS.get(code, (label_of(tag),))
    return Concept(
        id=id,
        label=label_of(tag),
        alt_labels=tuple(name for name in names if name != label_of(tag)),
        needs_context=tuple({name for name in (label_of(tag), *names) if name in _DOUBTFUL}),
    )


def _place_maker(shipped: Sequence[Concept]) -> Callable[[str, str], Concept]:
    states = [each for each in shipped if any(match.startswith("iso:") for match in each.exact_match)]
    named = {_plain(name): each for each in states for name in each.labels}
    under: dict[str, list[Concept]] = {}
    for each in shipped:
        for parent in each.broader:
            under.setdefault(parent, []).append(each)

    def make(id: str, tag: str) -> Concept:
        code = tag.partition(":")[2]
        by_id = {each.id: each for each in states}
        country = by_id.get(f"countries:{_COUNTRIES.get(code, '')}") or named.get(label_of(tag))
        names = [label_of(tag).title(), *_PLACES.get(code, ())]
        evidence: dict[str, tuple[str, ...]] = {}
        if country is not None:
            names += [] if code in _COUNTRIES and code not in ("uk", "uae") else country.labels
            if code in ("uk", "uae"):
                names += country.labels
            evidence = {kind: tuple(terms) for kind, terms in country.evidence.items() if kind != "title"}
            evidence["division"] = (*evidence.get("division", ()), *_parts(country, under))
        spellings = tuple(name for name in dict.fromkeys(names) if name != names[0])
        shouted = tuple(name for name in spellings if name.isupper() and name.isalpha() and len(name) < 3)
        return Concept(id=id, label=names[0], alt_labels=spellings, evidence=evidence, case_sensitive=shouted)

    return make


def _parts(country: Concept, under: Mapping[str, Sequence[Concept]]) -> Iterator[str]:
    """Yield the names of a country's states and provinces, and of the cities in them."""
    for part in under.get(country.id, ()):
        if part.id.startswith(f"{country.id}-"):
            yield from (label for label in part.labels if label not in part.needs_context)
            for kind in ("capital", "city", "demonym"):
                yield from part.evidence.get(kind, ())


def _organization_maker(shipped: Iterable[Concept]) -> Callable[[str, str], Concept]:
    named = {label.casefold(): each for each in shipped for label in each.labels}

    def make(id: str, tag: str) -> Concept:
        code = tag.partition(":")[2]
        known = named.get(label_of(tag)) if code not in _ORGANIZATIONS else None
        names = (code.upper(), *_ORGANIZATIONS.get(code, known.labels if known else ()))
        return Concept(
            id=id, label=names[0], alt_labels=tuple(n for n in dict.fromkeys(names) if n != names[0])
        )

    return make


def _person(id: str, tag: str) -> Concept:
    """Return a person by the words of the tag: how articles write the name, training finds out."""
    return Concept(id=id, label=_written(label_of(tag).split()))


def _written(words: Sequence[str]) -> str:
    """Return a surname as it is written: particles small, all else with a capital."""
    return " ".join(word if word in ("de", "du", "von") else word.capitalize() for word in words)
