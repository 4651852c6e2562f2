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
    "in at near outside inside around across from to of into through toward towards via leave "
    "capital city left visited visit visits visiting linking reached central downtown northern "
    "southern eastern western greater over".split()
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
TOLD = frozenset("told tells telling copyright".split())
REPORTED = frozenset("reported reports obtained published quoted cited conducted".split())
INTERVIEW = frozenset("interview interviewed appearance appeared".split())
#: ... and so it is on a channel or in a paper: "wrote on Twitter", "a column in The Times".
SPOKEN = frozenset(
    "said says wrote posted tweeted announced shared speaking appearing remarks comments statement message "
    "video clip live aired follow him her them us".split()
)
WRITTEN = frozenset("wrote writes writing published ed oped column article essay story editorial".split())
#: Behind the name of a body: it employs who speaks, asked the public, or took the picture.
STAFF = frozenset(
    "reporter reporters correspondent correspondents columnist columnists anchor host cohost commentator "
    "contributor pundit blogger editor interview newsletter newsletters poll polls survey photo photos "
    "images".split()
)
#: Before or behind a name: it says something, and so plays a part in the story.
SAYING = frozenset(
    "said says say saying told tells added adds wrote writes tweeted announced argued argues called "
    "warned asked declined urged vowed promised pledged claimed claims insisted acknowledged noted "
    "replied responded testified explained conceded predicted".split()
)
#: Behind a person's name, capitalised: something is named after the person.
MONUMENTS = frozenset(
    """
    academy airfield airport amendment arena auditorium award barracks battalion boulevard bridge brigade
    brigades building cemetery
    center centre clinic college dam doctrine elementary expressway fellow fellowship foundation freeway
    gallery hall highway hospital institute institution international laboratory lecture library lounge
    medal memorial middle monument museum observatory park parkway plaza presidential prize scholar
    scholarship school space square stadium street telescope theater theatre tower trophy tunnel university
    avenue act
    """.split()
)
#: ... also where it is not capitalised.
AIRPORTS = frozenset("airport carrier stadium".split())
#: Behind the name of a sponsor.
ARENAS = frozenset("arena ballpark bowl coliseum fieldhouse speedway stadium".split())
#: Before the name of a ship, in capitals.
VESSELS = frozenset("hmas hmcs hms ins iris mv rms usns uss".split())
#: Before the name of a ship, which may be that of a person or a province.
SHIPS = frozenset(
    "battleship battleships carrier carriers cruiser destroyer destroyers frigate frigates submarine "
    "submarines supercarrier warship warships".split()
)
#: What is called after the town where it was signed: the Paris climate deal is not about Paris.
AGREEMENTS = frozenset("accord accords agreement agreements convention deal pact protocol treaty".split())
#: With "of" before a place: a water or a work beside it.
WATERS = frozenset("bay bridge cape channel gulf sea strait straits".split())
#: Behind a place, capitalised: a party's politician comes from there.
PARTISANS = frozenset("democrat republican".split())
#: What a surname may begin with.
PARTICLES = frozenset("da de del della den der di do dos du el la le ould ter van von".split())
#: With a hyphen before a place: more than one country is meant, or a party's politician comes from there.
ACROSS = frozenset("pan trans d i r".split())
