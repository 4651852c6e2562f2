"""Sets of words that the stages ask for around a match, folded."""

from __future__ import annotations

#: Capitalised only because they open a sentence: what follows is no surname of theirs.
OPENERS = frozenset(
    """
    a about according after again all also although amid among an and another any are as asked at away
    back because before being but by can could critics despite did do does during earlier even ever
    every few first for former from given had has have having he her here his how however i if in inside
    instead into is it its just last late later like many maybe meanwhile more most much my never new
    next no nor not now of off old on once one only or other our out over perhaps re s said says she
    should since so some soon still such than that the their then there these they this those though
    thus to today too under unless until unlike up upon was watch we were what when where whether which
    while who whose why will with without would yes yesterday yet you your monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october
    november december republican democratic democrat democrats republicans gop conservative liberal
    incumbent mr mrs ms dr sir dame lord lady messrs
    """.split()
)
#: A capital behind one of these is a place; elsewhere it mostly stands for the state.
LOCATIVE = frozenset(
    "in at near outside inside around across from to of into through toward towards via leave capital city "
    "left visited visit reached central downtown northern southern eastern western greater over".split()
)
#: ... and so it is where one of these goes on: "strikes on Kyiv", unlike "pressure on Kyiv".
STRUCK = frozenset(
    "attack attacks strike strikes airstrike airstrikes assault raid raids march marched advance "
    "bombardment fired rained".split()
)
#: Behind a surname: the bearer is not the one who is known by the surname alone.
JUNIOR = frozenset("jr sr junior ii iii iv".split())
#: Polite forms: they announce a person without telling the office.
POLITE = frozenset(
    "mr mrs ms mx messrs dr sir dame lord lady madame monsieur herr frau prof professor".split()
)
#: Words that make a name next to them a mere source.
TOLD = frozenset("told tells telling".split())
REPORTED = frozenset("reported reports obtained published quoted cited conducted".split())
INTERVIEW = frozenset("interview interviewed appearance appeared".split())
