"""The recurring elections of the United States: what stands above the single years."""

from __future__ import annotations

from common import Row, concept, split
from events_kinds import ident, kinds

GENERAL = "events:united-states-presidential-elections"
MIDTERM = "events:united-states-midterm-elections"
PRIMARY = {party: f"events:{party.lower()}-presidential-primaries" for party in ("Democratic", "Republican")}


#: What only Americans have, so that a sentence is about their politics.
PARTIES = '(Republican* OR Democrat* OR GOP OR "White House")'
#: Words of the contest for the presidency, beside that of the presidency itself.
CONTEST = (
    "(nominee* OR nomination OR candidate* OR candidacy OR contender* OR hopeful* OR bid OR race OR campaign*"
    ' OR ticket OR primary OR primaries OR "running mate" OR "swing state*" OR "battleground state*")'
)
PRESIDENTIAL_RULES = [
    f"SENTENCE(presidential AND {CONTEST} AND {PARTIES})",
    f'SENTENCE("for president" NEAR/5 (run OR runs OR ran OR running OR campaign* OR bid OR candidate* '
    f"OR nominat* OR nominee*) AND {PARTIES})",
    f'LEAD("running mate*" AND {PARTIES} AND (president OR presidential OR "vice president"))',
    'SENTENCE(("White House bid" OR "bid for the White House" OR "White House run" OR "White House hopeful*" '
    'OR "race for the White House" OR "for the White House" OR "presidential ticket") AND (Republican* OR '
    "Democrat* OR GOP OR campaign* OR voter* OR candidate*))",
    '(("swing state*" OR "battleground state*" OR "Electoral College" OR "electoral votes") AND '
    "(presidential OR president) AND COUNT(voter* OR poll OR polls OR campaign* OR candidate*) >= 2)",
    "LEAD((Republican* OR GOP OR Democrat* OR caucus*) AND (nomination OR primary OR primaries OR "
    "caucus* OR race)) "
    'AND COUNT(Iowa OR "New Hampshire" OR "South Carolina" OR caucus* OR delegates OR "Super Tuesday" '
    "OR Nevada "
    'OR frontrunner OR "front runner" OR nomination) >= 2 AND NOT LEAD(Senate OR governor)',
    'LEAD(("won back the White House" OR "won the White House" OR "wins the White House" OR "won '
    'the presidency" '
    'OR "wins presidency" OR "wins the presidency") AND (Trump OR Biden OR Harris OR Clinton OR '
    "Obama OR Romney))",
    'LEAD(elected NEAR/4 president AND ("United States" OR "White House" OR "president elect") AND '
    '(conced* OR defeat* OR "Electoral College" OR "electoral votes" OR victory OR beat OR "over the top"))',
]
#: A state that votes early, in an article about the contest for a nomination.
EARLY_STATE = (
    "SENTENCE({0} AND (won OR wins OR victory OR beat OR trounc* OR primary)) AND LEAD({0}) AND "
    '("dropped out" OR delegates OR "Super Tuesday" OR "presidential nomination" OR primaries)'
)
#: How a chamber changes hands.
CONTROL = (
    '("win back" OR "winning back" OR "take back" OR "taking back" OR retak* OR "win control" OR "won '
    'control"'
    ' OR "take control" OR "taking control" OR "seized control" OR "control of" OR "party controls" OR '
    '"party will control" OR "regain* control"'
    ' OR flip OR flipped OR flipping OR recaptur* OR captured OR "pick up" OR "picking up" OR "hold onto"'
    ' OR "holding the" OR "majority at risk" OR "keep control" OR "lose control" OR "losing control")'
)
BALLOT = (
    '(election* OR voters OR November OR midterm* OR campaign* OR "re election" OR reelection OR ballot*'
    " OR polls OR races OR candidate* OR incumbent* OR runoff*)"
)
SIDES = "(Democrat* OR Republican* OR GOP OR seats OR party)"


def american_row(
    label: str, names: list[str], broader: list[str], rules: list[str], prior: int, **fields: object
) -> Row:
    """Return one American election."""
    related = fields.pop("related", ["countries:us"])
    return concept(
        ident(label),
        label,
        alt_labels=names,
        broader=broader,
        related=related,
        rules=rules,
        prior=prior,
        source=["tagonomy"],
        **fields,
    )


def general_rows() -> list[Row]:
    """Return the concepts that stand above the single years."""
    election = kinds()["election"].id
    presidential = "race for the White House|White House race|presidential election|presidential elections"
    presidential += (
        "|presidential race|U.S. presidential election|US presidential election|American "
        "presidential election"
    )
    presidential += (
        "|U.S. presidential elections|US presidential elections|presidential campaign"
        "|U.S. election|US election"
    )
    presidential += (
        "|US elections|U.S. elections|American election|presidential contest|general election campaign"
    )
    midterm = "midterm elections|midterms|midterm election|US midterms|U.S. midterms|U.S. midterm elections"
    midterm += "|congressional elections|mid-term elections|midterm congressional elections|midterm campaign"
    rows = [
        american_row(
            "United States presidential elections",
            split(presidential),
            [election],
            PRESIDENTIAL_RULES,
            8,
            needs_context=[
                "presidential election",
                "presidential elections",
                "presidential race",
                "presidential campaign",
                "presidential contest",
                "general election campaign",
            ],
        ),
        american_row(
            "United States midterm elections",
            split(midterm),
            [election],
            [
                "midterm* NEAR/4 (election* OR vote* OR House OR Senate OR campaign* OR Democrat* OR "
                "Republican*)",
                f"SENTENCE({CONTROL} NEAR/4 (Congress OR House OR Senate) AND {SIDES}) AND "
                f"COUNT({BALLOT}) >= 2 "
                'AND NOT (presidential OR "White House race")',
                f"LEAD({CONTROL} NEAR/6 (Congress OR House OR Senate) AND {SIDES} AND (seats OR Tuesday "
                f"OR voters OR "
                'election* OR weeks)) AND NOT (presidential OR "White House race")',
            ],
            7,
        ),
        american_row(
            "United States Senate elections",
            split(
                "Senate race|Senate races|Senate elections|Senate election|U.S. Senate race|U.S. "
                "Senate election"
                "|Senate campaign|Senate primary|U.S. Senate races|race for Senate|battle for the Senate"
            ),
            [election],
            [
                "SENTENCE(Senate AND (candidate* OR nominee OR incumbent) AND (primary OR "
                "election OR race OR poll*))",
                f"SENTENCE(Senate AND {CONTROL} NEAR/6 Senate AND {SIDES}) AND {BALLOT}",
                'SENTENCE((Senate OR senator OR senators) AND (vulnerable OR "up for re election" OR '
                '"up for reelection" OR "facing re election" OR "facing reelection" OR "seeking re election" '
                'OR "seeking reelection" OR "fighting for survival" OR "toss up" OR tossup*) AND '
                "(Democrat* OR Republican* OR GOP))",
            ],
            6,
        ),
        american_row(
            "United States House elections",
            split(
                "House races|House elections|congressional race|House race|congressional races"
                "|U.S. House race"
                "|congressional primary|House primary|congressional campaign|battle for the House"
            ),
            [election],
            [
                'SENTENCE("congressional district" AND (candidate* OR primary OR race OR incumbent))',
                f"SENTENCE({CONTROL} NEAR/5 House AND {SIDES}) AND COUNT({BALLOT}) >= 2",
                f"LEAD({CONTROL} NEAR/4 House AND {SIDES} AND (Tuesday OR voters OR election* OR "
                f"midterm* OR gain*))",
                "SENTENCE(House AND (seats OR majority) AND (win OR won OR gain* OR net OR lose OR cost) AND "
                "(election* OR midterm* OR November OR voters) AND (Democrat* OR Republican* OR GOP))",
            ],
            6,
        ),
        american_row(
            "United States gubernatorial elections",
            split(
                "gubernatorial race|gubernatorial election|gubernatorial elections|governor's race"
                "|governors' races"
                "|gubernatorial races|gubernatorial campaign|gubernatorial primary|race for governor"
                "|gubernatorial candidate"
            ),
            [election],
            ["gubernatorial NEAR/5 (candidate* OR nominee OR bid OR hopeful*)"],
            5,
        ),
        american_row(
            "Iowa caucuses",
            split("Iowa caucus|Iowa Democratic caucuses|Iowa Republican caucuses|Iowa's caucuses"),
            [kinds()["leadership"].id],
            ["Iowa NEAR/4 caucus*", "LEAD(Iowa AND caucus*)", EARLY_STATE.format("Iowa")],
            6,
            related=["countries:us-ia"],
        ),
        american_row(
            "New Hampshire primary",
            split("New Hampshire's primary|New Hampshire primaries|first-in-the-nation primary"),
            [kinds()["leadership"].id],
            ['"New Hampshire" NEAR/4 (primary OR primaries)', EARLY_STATE.format('"New Hampshire"')],
            6,
            related=["countries:us-nh"],
        ),
        american_row(
            "Super Tuesday",
            split("Super Tuesday primaries|Super Tuesday states"),
            [kinds()["leadership"].id],
            [],
            5,
        ),
        american_row(
            "South Carolina primary",
            split(
                "South Carolina's primary|South Carolina Democratic primary|South Carolina Republican primary"
            ),
            [kinds()["leadership"].id],
            ['"South Carolina" NEAR/3 primary', EARLY_STATE.format('"South Carolina"')],
            5,
            related=["countries:us-sc"],
        ),
        american_row(
            "Nevada caucuses",
            split("Nevada caucus|Nevada Democratic caucuses|Nevada's caucuses"),
            [kinds()["leadership"].id],
            ["Nevada NEAR/4 caucus*", EARLY_STATE.format("Nevada")],
            4,
            related=["countries:us-nv"],
        ),
        american_row(
            "United States presidential debates",
            split(
                "presidential debate|presidential debates|first presidential debate|second presidential "
                "debate"
                "|third presidential debate|final presidential debate|vice presidential debate"
                "|vice-presidential debate|Commission on Presidential Debates"
            ),
            [kinds()["leadership"].id],
            [
                "SENTENCE(debate AND moderator* AND candidate*)",
                'SENTENCE((presidential OR "vice presidential" OR nominees) AND (debate OR debates) AND '
                "(moderat* OR stage OR first OR second OR third OR final OR night) AND NOT (Democratic "
                "OR Republican OR GOP "
                "OR primary))",
            ],
            6,
            needs_context=[
                "presidential debate",
                "presidential debates",
                "Commission on Presidential Debates",
            ],
        ),
        american_row(
            "Electoral College vote",
            split(
                "Electoral College|electoral college|Electoral College votes"
                "|electoral votes|certification of electoral votes"
            ),
            [election],
            [],
            5,
        ),
    ]
    for party in PRIMARY:
        gop = ["GOP presidential primary", "GOP primary", "GOP primaries"] if party == "Republican" else []
        gop += ["GOP nomination", "GOP presidential nomination", "GOP presidential field"] if gop else []
        short = "Republican* OR GOP" if gop else "Democrat*"
        rows.append(
            american_row(
                f"{party} presidential primaries",
                [
                    f"{party} presidential primary",
                    f"{party} presidential nomination",
                    f"{party} primary",
                    f"{party} primaries",
                    f"{party} nominating contest",
                    f"{party} presidential field",
                    f"{party} caucuses",
                    f"{party} presidential hopefuls",
                    f"{party} presidential contenders",
                    f"{party} primary race",
                    *gop,
                ],
                [kinds()["leadership"].id],
                [
                    f"SENTENCE({party} AND presidential AND (primary OR primaries OR nomination OR hopeful* "
                    "OR contender* OR field OR caucus* OR candidates))",
                    f'SENTENCE(({short}) AND (nomination OR nominee) NEAR/4 "for president")',
                    f'LEAD(({short}) AND (caucus* OR Iowa OR "New Hampshire") AND (presidential OR "for '
                    f'president" '
                    "OR nomination OR caucus*))",
                ],
                6,
            )
        )
        rows.append(
            american_row(
                f"{party} presidential primary debates",
                [
                    f"{party} debate",
                    f"{party} debates",
                    f"{party} primary debate",
                    f"{party} primary debates",
                    f"{party} presidential debate",
                    f"{party} presidential debates",
                    f"{party} presidential primary debate",
                    *(
                        ["GOP debate", "GOP debates", "GOP primary debate", "GOP presidential debate"]
                        if gop
                        else []
                    ),
                ],
                ["events:united-states-presidential-debates"],
                [
                    f"SENTENCE(({short}) AND (debate OR debates) AND (stage OR moderat* OR podium* "
                    "OR televised OR undercard) AND (presidential OR primary OR primaries OR nomination) AND "
                    "NOT (nominee OR nominees OR commission))"
                ],
                5,
            )
        )
        rows.append(
            american_row(
                f"{party} National Convention",
                [
                    f"{party} convention",
                    f"{party} national convention",
                    f"{party} Party convention",
                    f"{party} Party's convention",
                ],
                [kinds()["leadership"].id],
                [
                    f"LEAD(({short}) AND (convention OR delegates) AND (nominee OR nomination OR "
                    f"nominate* OR "
                    "delegates OR keynote OR speaker* OR speech OR platform OR stage))",
                    f"SENTENCE(({short} OR party) AND (accept*) AND nomination AND (delegates OR "
                    f"convention OR speech))",
                ],
                6,
                case_sensitive=[],
            )
        )
    return rows
