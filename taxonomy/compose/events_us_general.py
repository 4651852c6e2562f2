"""The recurring elections of the United States: what stands above the single years."""

from __future__ import annotations

from common import Row, concept, split
from events_kinds import ident, kinds

GENERAL = "events:united-states-presidential-elections"
MIDTERM = "events:united-states-midterm-elections"
PRIMARY = {party: f"events:{party.lower()}-presidential-primaries" for party in ("Democratic", "Republican")}


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
            ['SENTENCE("presidential" AND (nominee OR candidate*) AND (Republican* OR Democrat*))'],
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
            ["midterm* NEAR/4 (election* OR vote* OR House OR Senate)"],
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
                "election OR race OR poll*))"
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
            ['SENTENCE("congressional district" AND (candidate* OR primary OR race OR incumbent))'],
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
            ["Iowa NEAR/4 caucus*"],
            6,
            related=["countries:us-ia"],
        ),
        american_row(
            "New Hampshire primary",
            split("New Hampshire's primary|New Hampshire primaries|first-in-the-nation primary"),
            [kinds()["leadership"].id],
            ['"New Hampshire" NEAR/4 (primary OR primaries)'],
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
            ['"South Carolina" NEAR/3 primary'],
            5,
            related=["countries:us-sc"],
        ),
        american_row(
            "Nevada caucuses",
            split("Nevada caucus|Nevada Democratic caucuses|Nevada's caucuses"),
            [kinds()["leadership"].id],
            ["Nevada NEAR/4 caucus*"],
            4,
            related=["countries:us-nv"],
        ),
        american_row(
            "United States presidential debates",
            split(
                "presidential debate|presidential debates|primary debate"
                "|primary debates|Republican debate|Democratic debate|vice presidential debate|GOP debate"
                "|Republican primary debate|Democratic primary debate|Republican presidential debate"
                "|Democratic presidential debate|Commission on Presidential Debates?"
            ),
            [kinds()["leadership"].id],
            ["SENTENCE(debate AND moderator* AND candidate*)"],
            6,
            needs_context=["presidential debate", "presidential debates"],
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
                    *gop,
                ],
                [kinds()["leadership"].id],
                [f"SENTENCE({party} AND presidential AND (primary OR primaries OR nomination))"],
                6,
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
                [],
                6,
                case_sensitive=[],
            )
        )
    return rows
