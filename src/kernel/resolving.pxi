# What stands around a match, and which one is meant: from matches to candidates.

cdef enum:
    BETWEEN = 3  # at most so many words between a town and its country
    ENUMERATED = 15  # so many places with hardly a word between them are a form to choose from

cdef enum:
    NAME = 0
    DEMONYM = 1
    CAPITAL = 2
    CITY = 3
    DIVISION = 4
    TITLE = 7
    N_KINDS = 8
    LONGEST_DATELINE = 10
    LONGEST_PLACE = 4

cdef Candidate* candidate_of(Workspace* w, int32_t concept) noexcept nogil:
    """Return the candidate of a concept, a new one if it has none.

    The next new one may move it.
    """
    cdef int32_t slot = w.slot_of[concept]
    if slot < 0:
        slot = w.slot_of[concept] = w.n_candidates
        if slot == <int32_t>w.pool.size():
            w.pool.resize(2 * slot + 16)
        w.n_candidates += 1
        w.pool[slot].clear(concept)
    return &w.pool[slot]


cdef inline void add_weight(Workspace* w, int32_t concept, double weight) noexcept nogil:
    w.weight_of[concept] += weight
    w.weighted.push_back(concept)


cdef void name(Model* m, Workspace* w, Span where, int32_t sense, double doubt) noexcept nogil:
    cdef Candidate* candidate = candidate_of(w, m.concept[sense])
    cdef int32_t each, code, concept
    candidate.doubt = doubt if candidate.names.empty() else min(candidate.doubt, doubt)
    candidate.names.push_back(where)
    for each in range(m.implied_stops[sense - 1] if sense else 0, m.implied_stops[sense]):
        code = m.implied[each]
        concept = code // N_KINDS
        candidate = candidate_of(w, concept)
        if code % N_KINDS == NAME:
            candidate.names.push_back(where)
        else:
            candidate.evidence.push_back(where)
            candidate.evidence_kinds.push_back(code % N_KINDS)


cdef int32_t facet_of(Model* m, const int32_t* senses, int32_t count) noexcept nogil:
    """Return the facet that all senses share, or -1."""
    cdef int32_t each, facet
    if count == 0:
        return -1
    facet = m.facet[m.concept[senses[0]]]
    for each in range(1, count):
        if m.facet[m.concept[senses[each]]] != facet:
            return -1
    return facet


cdef inline bint touches_before(Workspace* w, int32_t position) noexcept nogil:
    return position > 0 and w.matches[position - 1].stop == w.matches[position].start


cdef inline bint in_class(Tables* t, int32_t word, uint32_t wanted) noexcept nogil:
    return word >= 0 and (t.words[word].classes & wanted) != 0


cdef bint has_facet(Model* m, Workspace* w, Match match, int32_t facet) noexcept nogil:
    """Tell whether a match may mean a concept of a facet."""
    cdef int32_t each
    for each in range(match.first_sense, match.stop_sense):
        if m.facet[m.concept[w.fitting[each]]] == facet:
            return True
    return False


cdef bint in_one_piece(Workspace* w, int32_t start, int32_t stop) noexcept nogil:
    """Tell whether no white space parts the words from ``start`` to before ``stop``: "O'Brien"."""
    cdef int32_t each
    for each in range(start + 1, stop):
        if w.starts[each] != w.stops[each - 1] + 1 or spaced(w, each):
            return False
    return True


cdef bint all_of_facet(Model* m, Workspace* w, Match match, int32_t facet) noexcept nogil:
    """Tell whether a match can mean nothing but concepts of a facet."""
    cdef int32_t each
    for each in range(match.first_sense, match.stop_sense):
        if m.facet[m.concept[w.fitting[each]]] != facet:
            return False
    return True


cdef bint is_mere_name(Model* m, Workspace* w, Match match) noexcept nogil:
    """Tell whether one word means nothing but people who would have to be named in full."""
    cdef int32_t each, sense
    if match.stop - match.start != 1:
        return False
    for each in range(match.first_sense, match.stop_sense):
        sense = w.fitting[each]
        if m.kind[sense] != NAME or not m.flags[sense] & CONTEXT or m.facet[m.concept[sense]] != m.people:
            return False
    return True


cdef bint part_of_another_name(Model* m, Tables* t, Workspace* w, int32_t position) noexcept nogil:
    """Tell whether a one-word match is a piece of a longer name that the taxonomy lacks."""
    cdef Match match = w.matches[position]
    cdef int32_t each, before, after = match.stop
    cdef bint person, given, plain, family, shielded, named = False
    cdef uint8_t mark
    if not in_one_piece(w, match.start, match.stop):
        return False
    for each in range(match.first_sense, match.stop_sense):
        if m.kind[w.fitting[each]] == TITLE:
            return False
        named |= m.kind[w.fitting[each]] == NAME
    person = has_facet(m, w, match, m.people)
    if in_capitals(w, match) or not (
        person or has_facet(m, w, match, m.places) or has_facet(m, w, match, m.organizations)
    ):
        return False
    if person and after < w.n_tokens and in_class(t, w.words[after], JUNIOR):
        return True
    if match.start and spaced(w, match.start) and w.marks[match.start - 1] & CAPITAL_FIRST:
        before = w.words[match.start - 1]
        mark = w.marks[match.start - 1]
        given = flags_of(m, before) & GIVEN_NAME
        shielded = touches_before(w, position) and not (given and is_mere_name(m, w, w.matches[position - 1]))
        plain = in_class(t, before, OPENER) or mark & DIGITS or mark & SHOUTED
        if (person or given) and not shielded and not plain:
            return True
    if after < w.n_tokens and spaced(w, after) and w.marks[after] & CAPITAL_FIRST:
        # A demonym before a word that nobody knows is no given name: "a German SC250 bomb".
        if w.words[after] < 0 or w.words[after] >= m.n_words:
            family = named
        else:
            family = flags_of(m, w.words[after]) & SURNAME
        if flags_of(m, w.words[match.start]) & GIVEN_NAME and family:
            return not (touches_next(w, position) and not is_mere_name(m, w, w.matches[position + 1]))
    return False


cdef bint in_capitals(Workspace* w, Match match) noexcept nogil:
    """Tell whether the words of a match are shouted, single letters among them aside."""
    cdef int32_t each
    cdef bint shouted = False
    for each in range(match.start, match.stop):
        if w.marks[each] & SHOUTED:
            shouted = True
        elif not (w.marks[each] & ONE_LETTER and w.marks[each] & CAPITAL_FIRST):
            return False
    return shouted


cdef inline bint touches_next(Workspace* w, int32_t position) noexcept nogil:
    return (
        position + 1 < <int32_t>w.matches.size()
        and w.matches[position + 1].start == w.matches[position].stop
    )


cdef bint part_of_another_thing(Model* m, Tables* t, Workspace* w, int32_t position) noexcept nogil:
    """Tell whether a match stands inside the name of a thing: a currency, a ship, a water, a town."""
    cdef Match match = w.matches[position]
    cdef int32_t before = match.start - 1, stop = w.stops[match.stop - 1], start = w.starts[match.start]
    if stop < w.length and character(w, stop) == 36:
        return True
    if before < 0:
        return town_elsewhere(m, w, position)
    if character(w, start - 1) == 45 and in_class(t, w.words[before], ACROSS):
        return True
    if in_class(t, w.words[before], VESSEL) and spaced(w, match.start) and w.marks[before] & SHOUTED:
        return True
    if has_facet(m, w, match, m.places):
        before -= in_class(t, w.words[before], THE)
        if before > 0 and in_class(t, w.words[before], OF) and in_class(t, w.words[before - 1], WATER):
            if w.marks[before - 1] & CAPITAL_FIRST and spaced(w, match.start):
                return True
    return town_elsewhere(m, w, position)


cdef bint town_elsewhere(Model* m, Workspace* w, int32_t position) noexcept nogil:
    """Tell whether what follows says that a town lies in another country than the known one."""
    cdef Match match = w.matches[position], following
    cdef int32_t each, other, stop
    cdef bint said = False
    if position + 1 == <int32_t>w.matches.size():
        return False
    for each in range(match.first_sense, match.stop_sense):
        if not CAPITAL <= m.kind[w.fitting[each]] <= DIVISION:
            return False
    following = w.matches[position + 1]
    stop = following.start
    if stop - match.stop > BETWEEN or not parted(w, match.stop) or not parted(w, stop):
        return False
    for each in range(match.stop, stop):
        if not w.marks[each] & CAPITAL_FIRST:
            return False
    for other in range(following.first_sense, following.stop_sense):
        if names_place(m, w.fitting[other]):
            said = True
            for each in range(match.first_sense, match.stop_sense):
                if is_within(m, w, m.concept[w.fitting[each]], m.concept[w.fitting[other]]):
                    return False
    return said


cdef inline bint names_place(Model* m, int32_t sense) noexcept nogil:
    return m.kind[sense] == NAME and m.facet[m.concept[sense]] == m.places


cdef bint is_within(Model* m, Workspace* w, int32_t one, int32_t other) noexcept nogil:
    """Tell whether two concepts are the same or one lies below the other."""
    return one == other or is_below(m, w, one, other) or is_below(m, w, other, one)


cdef bint lends_its_name(Model* m, Tables* t, Workspace* w, Match match) noexcept nogil:
    """Tell whether a thing is named after the bearer: "Kennedy Center", "MetLife Stadium"."""
    cdef int32_t after = match.stop
    if after == w.n_tokens or not spaced(w, after) or not w.marks[after] & CAPITAL_FIRST:
        return False
    if in_class(t, w.words[after], ARENA):
        return True
    return in_class(t, w.words[after], MONUMENT) and has_facet(m, w, match, m.people)


cdef inline uint8_t* traits(Workspace* w, int32_t token) noexcept nogil:
    """Return what is known of the word of a token that is in the vocabulary, wherever it stands."""
    return &w.traits_of[w.local[token]]


cdef bint plain_word(Model* m, Workspace* w, Match match) noexcept nogil:
    """Tell whether a word is capitalised only where a sentence begins: "Apple pie", "Turkey soup"."""
    cdef int32_t start = match.start
    if match.stop - start > 1 or not w.marks[start] & CAPITAL_FIRST:
        return False
    if start and w.sentence_of[start] == w.sentence_of[start - 1]:
        return False
    return traits(w, start)[0] & WRITTEN_SMALL and not all_of_facet(m, w, match, m.people)


cdef bint stands_out(Workspace* w, Match match) noexcept nogil:
    """Tell whether a word is capitalised by itself amid a sentence, and nowhere small: "at Target"."""
    cdef int32_t start = match.start, after = match.stop
    if after - start > 1 or start <= w.title_stop or w.sentence_of[start] != w.sentence_of[start - 1]:
        return False
    if w.marks[start - 1] & CAPITAL_FIRST or traits(w, start)[0] & WRITTEN_SMALL:
        return False
    return after == w.n_tokens or not (spaced(w, after) and w.marks[after] & CAPITAL_FIRST)


cdef bint located(Tables* t, Workspace* w, Match match) noexcept nogil:
    """Tell whether the words before show that a place is meant: "in Moscow", "strikes on Kyiv"."""
    if match.start == 0:
        return False
    if match.start > 1 and in_class(t, w.words[match.start - 1], ON):
        return in_class(t, w.words[match.start - 2], STRUCK)
    return in_class(t, w.words[match.start - 1], LOCATIVE)


cdef inline bint parted(Workspace* w, int32_t token) noexcept nogil:
    """Tell whether a comma alone parts a token from the one before."""
    cdef int32_t start = w.stops[token - 1]
    return w.starts[token] - start == 2 and character(w, start) == 44 and character(w, start + 1) == 32


cdef bint ends_dateline(Workspace* w, int32_t stop) noexcept nogil:
    """Tell whether the words before ``stop`` say where, or by whom, an article was written: "KYIV (AP) - "."""
    cdef int32_t first, last
    cdef uint32_t code
    if not w.title_stop < stop < min(w.title_stop + LONGEST_DATELINE, w.n_tokens):
        return False
    first, last = w.stops[stop - 1], w.starts[stop]
    while first < last and kind_at(w, first) & SPACE:
        first += 1
    while first < last and kind_at(w, last - 1) & SPACE:
        last -= 1
    if last - first > 1 and character(w, first) == 41:
        first += 1
        while first < last and kind_at(w, first) & SPACE:
            first += 1
    elif stop >= w.title_stop + LONGEST_PLACE:
        return False
    if last - first == 2:
        return character(w, first) == 45 and character(w, first + 1) == 45
    if last - first != 1:
        return False
    code = character(w, first)
    return code == 40 or code == 41 or code == 45 or code == 0x2013 or code == 0x2014 or code == 58


cdef bint lies_in_a_state(Model* m, Tables* t, Workspace* w, int32_t concept) noexcept nogil:
    """Tell whether something above a concept has a capital."""
    cdef int32_t each, above
    new_stamp(w)
    w.stack_numbers.assign(1, concept)
    while not w.stack_numbers.empty():
        concept = w.stack_numbers.back()
        w.stack_numbers.pop_back()
        for each in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
            above = m.broader[each]
            if t.with_capital[above]:
                w.stack_numbers.clear()
                return True
            if visit_once(w, above):
                w.stack_numbers.push_back(above)
    return False


cdef inline bint is_capital_of(Model* m, Tables* t, Workspace* w, int32_t sense) noexcept nogil:
    """Tell whether a sense means a state, not a province, by its capital."""
    return m.kind[sense] == CAPITAL and not lies_in_a_state(m, t, w, m.concept[sense])


cdef bint is_capital(Model* m, Tables* t, Workspace* w, Match match) noexcept nogil:
    cdef int32_t each
    for each in range(match.first_sense, match.stop_sense):
        if is_capital_of(m, t, w, w.fitting[each]):
            return True
    return False


cdef bint listed_town(Model* m, Tables* t, Workspace* w, int32_t first, int32_t position) noexcept nogil:
    """Tell whether a match and the next stand in a list, and the other one is no government."""
    cdef int32_t start, stop, each, sense
    cdef Match other
    if first < 0 or first + 1 == <int32_t>w.matches.size():
        return False
    start, stop = w.matches[first].stop, w.matches[first + 1].start
    other = w.matches[first + 1 if first == position else first]
    if start < stop and in_class(t, w.words[stop - 1], THE):
        stop -= 1
    if stop - start > 1 or (stop > start and not in_class(t, w.words[start], LISTING)):
        return False
    if stop == start and not parted(w, start):
        return False
    if is_capital(m, t, w, other):
        return False
    for each in range(other.first_sense, other.stop_sense):
        sense = w.fitting[each]
        if m.kind[sense] == CITY or m.kind[sense] == DIVISION:
            return True
        if names_place(m, sense) and lies_in_a_state(m, t, w, m.concept[sense]):
            return True
    return False


cdef bint stands_for_its_state(Model* m, Tables* t, Workspace* w, int32_t position) noexcept nogil:
    """Tell whether a capital is named as its government: "Moscow denied it", not "in Moscow"."""
    cdef Match match = w.matches[position], following
    cdef int32_t each, other
    if not is_capital(m, t, w, match) or located(t, w, match) or ends_dateline(w, match.stop):
        return False
    if listed_town(m, t, w, position - 1, position) or listed_town(m, t, w, position, position):
        return False
    if touches_next(w, position):
        if not parted(w, match.stop):
            return True
        following = w.matches[position + 1]  # "Kyiv, Ukraine"
        for each in range(match.first_sense, match.stop_sense):
            if is_capital_of(m, t, w, w.fitting[each]):
                for other in range(following.first_sense, following.stop_sense):
                    if m.concept[w.fitting[each]] == m.concept[w.fitting[other]]:
                        return False
    return True


cdef void note_names(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Mark the words of strangers and of people's full names, and where a town is said to lie."""
    cdef int32_t position
    cdef Match match
    w.others.assign(w.matches.size(), 0)
    w.town_of.assign(w.distinct.size(), -1)
    for position in range(<int32_t>w.matches.size()):
        match = w.matches[position]
        if part_of_another_name(m, t, w, position):
            w.others[position] = 1
            traits(w, match.stop - 1)[0] |= STRANGER | BORNE
        if match.stop - match.start > 1:
            if all_of_facet(m, w, match, m.events):
                traits(w, match.stop - 1)[0] |= STRANGER | BORNE
            if has_facet(m, w, match, m.people) and not in_one_piece(w, match.start, match.stop):
                traits(w, match.start)[0] |= BORNE
                traits(w, match.stop - 1)[0] |= BORNE
            if parted(w, match.start + 1) and has_facet(m, w, match, m.places):
                w.town_of[w.local[match.start]] = position


cdef void note_rows(Model* m, Workspace* w) noexcept nogil:
    """Mark the places of a long row, as of a form: "Albania Algeria Andorra ..."."""
    cdef int32_t position, each, first = 0
    for position in range(<int32_t>w.matches.size()):
        if not has_facet(m, w, w.matches[position], m.places):
            first = position + 1
            continue
        if position > first and w.matches[position].start - w.matches[position - 1].stop > 2:
            first = position
        if position - first + 1 == ENUMERATED:
            for each in range(first, position):
                w.others[each] = 1
        if position - first + 1 >= ENUMERATED:
            w.others[position] = 1


cdef Match that_town(Model* m, Workspace* w, Match match, Match said) noexcept nogil:
    """Return the match with the senses that the text gave its word, unless one of its own lies there."""
    cdef int32_t each, other, concept
    for each in range(match.first_sense, match.stop_sense):
        concept = m.concept[w.fitting[each]]
        for other in range(said.first_sense, said.stop_sense):
            if concept == m.concept[w.fitting[other]] or is_below(m, w, concept, m.concept[w.fitting[other]]):
                return match
    return Match(match.start, match.stop, said.first_sense, said.stop_sense)


cdef void new_stamp(Workspace* w) noexcept nogil:
    """Forget which concepts were visited."""
    cdef int32_t each
    w.stamp += 1
    if w.stamp == 0:  # after four thousand million visits
        for each in range(<int32_t>w.states.size()):
            w.stamp_of[each] = 0
        w.stamp = 1


cdef inline bint visit_once(Workspace* w, int32_t concept) noexcept nogil:
    """Tell whether a concept was not visited since the last new stamp, and note that it is now."""
    if w.stamp_of[concept] == w.stamp:
        return False
    w.stamp_of[concept] = w.stamp
    return True


cdef double rate_related(Model* m, Tables* t, Workspace* w, int32_t concept, double rated) noexcept nogil:
    """Add what speaks for a concept among those that one declares to be related, each once."""
    cdef int32_t each, other
    for each in range(m.related_stops[concept - 1] if concept else 0, m.related_stops[concept]):
        other = m.related[each]
        if visit_once(w, other):
            rated += min(w.weight_of[other], 2.0) * t.telling[other]
    return rated


cdef double rate(Model* m, Tables* t, Workspace* w, int32_t concept) noexcept nogil:
    """Return how much of what the article certainly names speaks for a concept."""
    cdef double related, above = 0.0
    cdef int32_t each, other
    new_stamp(w)
    related = rate_related(m, t, w, concept, 0.0)
    for each in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
        other = m.broader[each]
        if m.abstract[other]:
            related = rate_related(m, t, w, other, related)
        else:
            above += min(w.weight_of[other], 2.0)
    return 2 * w.weight_of[concept] + related + above / 2


cdef void find_relations(Model* m, Tables* t) noexcept nogil:
    """List what each concept is related to, by itself and through its parents, and which have a capital."""
    cdef int32_t concept, each, other, place, first
    cdef bint known
    t.with_capital.assign(m.n_concepts, 0)
    for each in range(m.n_senses):
        if m.kind[each] == CAPITAL:
            t.with_capital[m.concept[each]] = 1
    for concept in range(m.n_concepts):
        first = <int32_t>t.relations.size()
        for each in range(m.related_stops[concept - 1] if concept else 0, m.related_stops[concept]):
            t.relations.push_back(m.related[each])
        for each in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
            other = m.broader[each]
            known = m.abstract[other]
            for place in range(first, <int32_t>t.relations.size()):
                known |= t.relations[place] == other
            if not known:
                t.relations.push_back(other)
        t.relation_stops[concept] = <int32_t>t.relations.size()


cdef void weigh_related(Tables* t, Workspace* w, int32_t concept, double weight) noexcept nogil:
    """Let a concept speak for those that it declares to be named together with it."""
    cdef int32_t each
    for each in range(t.relation_stops[concept - 1] if concept else 0, t.relation_stops[concept]):
        add_weight(w, t.relations[each], weight)


cdef int32_t support_of(Tables* t, Workspace* w, int32_t concept) noexcept nogil:
    cdef int32_t each, count = 0
    for each in range(t.relation_stops[concept - 1] if concept else 0, t.relation_stops[concept]):
        count += w.slot_of[t.relations[each]] >= 0
    return count


cdef bint is_at_home(Tables* t, Workspace* w, int32_t concept) noexcept nogil:
    """Tell whether no country weighs more than one that a concept is related to."""
    cdef int32_t each
    for each in range(t.relation_stops[concept - 1] if concept else 0, t.relation_stops[concept]):
        if w.weight_of[t.relations[each]] >= w.home:
            return True
    return False


cdef bint is_below(Model* m, Workspace* w, int32_t concept, int32_t role) noexcept nogil:
    """Tell whether a class stands above a concept."""
    cdef int32_t each, above
    new_stamp(w)
    w.stack_numbers.assign(1, concept)
    while not w.stack_numbers.empty():
        concept = w.stack_numbers.back()
        w.stack_numbers.pop_back()
        for each in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
            above = m.broader[each]
            if above == role:
                w.stack_numbers.clear()
                return True
            if visit_once(w, above):
                w.stack_numbers.push_back(above)
    return False


cdef int32_t clearly(
    Model* m,
    Tables* t,
    Workspace* w,
    const int32_t* senses,
    int32_t count,
    bint fitting,
    double* doubt,
) noexcept nogil:
    """Return the best known person of several, or -1 if none stands out; less has to, where a title fits."""
    cdef int32_t each, best = -1
    cdef double rated, most = 0, second = 0
    for each in range(count):
        rated = rate(m, t, w, m.concept[senses[each]])
        rated = m.prior[m.concept[senses[each]]] + 2 * min(rated, 3.0)
        if best < 0:
            best, most = senses[each], rated
        elif rated > most:
            best, most, second = senses[each], rated, most
        elif each == 1 or rated > second:
            second = rated
    if best < 0 or (most - second < 1 and not (fitting and most - second > 0)):
        return -1
    doubt[0] = 0.2 if fitting and most - second >= 2 else 0.5
    return best


cdef int32_t after_title(
    Model* m, Tables* t, Workspace* w, Match title, const int32_t* senses, int32_t count, double* doubt
) noexcept nogil:
    """Return the person whom the title of an office and a surname mean, if one fits clearly best, or -1."""
    cdef int32_t each, role
    cdef vector[int32_t] fitting
    for each in range(count):
        for role in range(title.first_sense, title.stop_sense):
            if m.kind[w.fitting[role]] == TITLE:
                if is_below(m, w, m.concept[senses[each]], m.concept[w.fitting[role]]):
                    fitting.push_back(senses[each])
                    break
    return clearly(m, t, w, fitting.data(), <int32_t>fitting.size(), True, doubt)


cdef int32_t whose_surname(
    Model* m, Tables* t, Workspace* w, Match match, const int32_t* senses, int32_t count, double* doubt
) noexcept nogil:
    """Return the person whom a bare surname means, or -1."""
    cdef int32_t each, place, last, before, chosen, best = -1, best_last = -1, concept, slot
    cdef double claim, best_claim = 0
    cdef bint famous, named, polite = False, strange = traits(w, match.stop - 1)[0] & STRANGER
    cdef Candidate* candidate
    cdef Match title
    if w.title_at[match.start] >= 0 and joined(t, w, match.start, False):
        title = w.titles[w.title_at[match.start]]
        polite = in_class(t, w.words[title.start], POLITE)
        if not polite:
            chosen = after_title(m, t, w, title, senses, count, doubt)
            if chosen >= 0:
                return chosen
    for each in range(count):
        concept = m.concept[senses[each]]
        slot = w.slot_of[concept]
        named = slot >= 0 and not w.pool[slot].named.empty()
        famous = not m.flags[senses[each]] & CONTEXT and not strange
        if not (named or famous):
            continue
        before = 0
        last = -1
        if named:
            candidate = &w.pool[slot]
            for place in range(<int32_t>candidate.named.size()):
                before += candidate.named[place] <= match.start
                last = max(last, candidate.named[place])
        claim = before + ((m.prior[concept] - 4) / 2.0 if famous else 0.0)
        if (
            best < 0
            or claim > best_claim
            or (claim == best_claim and (last > best_last or (last == best_last and senses[each] > best)))
        ):
            best, best_claim, best_last = senses[each], claim, last
    if best >= 0:
        slot = w.slot_of[m.concept[best]]
        doubt[0] = 0.0 if slot >= 0 and not w.pool[slot].named.empty() else 0.1
    elif polite and not strange:
        return clearly(m, t, w, senses, count, False, doubt)
    return best


cdef int32_t best_supported(
    Model* m, Tables* t, Workspace* w, Match match, const int32_t* senses, int32_t count, double* doubt
) noexcept nogil:
    """Return the sense whose relations the article names most, or -1."""
    cdef int32_t each, concept, slot, n_rated = 0, best = -1, second = -1
    cdef double rated, score, best_score = 0, second_score = 0
    cdef double best_rate = 0, best_prior = 0, second_rate = 0, second_prior = 0, lead
    cdef bint one = in_one_piece(w, match.start, match.stop), any_certain = False, borrowed, somehow, certain
    cdef int32_t n_home = 0
    cdef bint at_home
    borrowed = one and traits(w, match.stop - 1)[0] & BORNE
    if borrowed:
        somehow = located(t, w, match)
    else:
        for each in range(count):
            any_certain |= not m.flags[senses[each]] & CONTEXT
        # A place that shares its name with another is one of them, and so is a body named in
        # several words; any other doubtful word may be neither.
        somehow = count > 1 and not any_certain
        if one:
            somehow &= facet_of(m, senses, count) == m.places
    if one and w.home > 0:
        for each in range(count):
            if m.facet[m.concept[senses[each]]] == m.organizations and is_at_home(t, w, m.concept[senses[each]]):
                n_home += 1
    if one and count == 1 and m.flags[senses[0]] & EXACT:
        # "Shares of Target fell": only a name has a capital there.
        somehow |= stands_out(w, match)
    for each in range(count):
        concept = m.concept[senses[each]]
        certain = not borrowed and not m.flags[senses[each]] & CONTEXT
        rated = rate(m, t, w, concept)
        at_home = w.home > 0 and is_at_home(t, w, concept)
        if one:
            at_home &= n_home == 1 and count > 1 and m.facet[concept] == m.organizations
        if at_home:
            # The Senate, the Labour Party: that of the country which the article is about.
            rated += 1
        if not (certain or somehow or is_named(w, concept) or rated >= 1):
            continue
        n_rated += 1
        score = rated + m.prior[concept] / 4.0
        if best < 0 or score > best_score or (score == best_score and senses[each] < best):
            second, second_score, second_rate, second_prior = best, best_score, best_rate, best_prior
            best, best_score, best_rate, best_prior = senses[each], score, rated, m.prior[concept]
        elif second < 0 or score > second_score or (score == second_score and senses[each] < second):
            second, second_score, second_rate, second_prior = senses[each], score, rated, m.prior[concept]
    if best < 0:
        return -1
    if n_rated == 1:
        certain = not borrowed and not m.flags[best] & CONTEXT
        doubt[0] = 0.0 if certain or is_named(w, m.concept[best]) else 0.3
        return best
    lead = best_rate - second_rate + (best_prior - second_prior) / 4.0
    doubt[0] = max(0.0, 0.8 - lead / 2)
    return best


cdef inline bint is_named(Workspace* w, int32_t concept) noexcept nogil:
    """Tell whether the article names a concept, as far as the second pass has come."""
    cdef int32_t slot = w.slot_of[concept]
    return slot >= 0 and not w.pool[slot].named.empty()


cdef int32_t choose(
    Model* m, Tables* t, Workspace* w, Match match, vector[int32_t]& senses, double* doubt
) noexcept nogil:
    """Return the sense that the article supports best, or -1."""
    cdef vector[int32_t] people, others
    cdef int32_t each, person
    if in_one_piece(w, match.start, match.stop):
        for each in range(<int32_t>senses.size()):
            if m.facet[m.concept[senses[each]]] == m.people:
                people.push_back(senses[each])
            else:
                others.push_back(senses[each])
        if not people.empty():
            person = whose_surname(m, t, w, match, people.data(), <int32_t>people.size(), doubt)
            if person >= 0 or others.empty():
                return person
            return best_supported(m, t, w, match, others.data(), <int32_t>others.size(), doubt)
    return best_supported(m, t, w, match, senses.data(), <int32_t>senses.size(), doubt)


cdef void sort_names(vector[Span]& names) noexcept nogil:
    # By insertion: stable, and there are few, mostly in order.
    cdef int32_t each, place
    cdef Span span
    for each in range(1, <int32_t>names.size()):
        span = names[each]
        place = each
        while place > 0 and names[place - 1].start > span.start:
            names[place] = names[place - 1]
            place -= 1
        names[place] = span


cdef void resolve(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Turn the matches into candidates."""
    cdef int32_t position, each, sense, concept, slot, length, longest = 0, chosen
    cdef int32_t n_certain, certain, place
    cdef Match match
    cdef double doubt
    cdef bint one, surname, borrowed, placed
    cdef vector[int32_t] names
    cdef vector[Match] open_matches
    cdef Candidate* candidate
    w.title_at.assign(w.n_tokens + 1, -1)
    w.titles.clear()
    note_names(m, t, w)
    note_rows(m, w)
    for position in range(<int32_t>w.matches.size()):
        match = w.matches[position]
        if w.others[position] or plain_word(m, w, match) or part_of_another_thing(m, t, w, position):
            continue  # others: also those of a long row of places
        if match.stop - match.start == 1:
            place = w.town_of[w.local[match.start]]
            if place >= 0:
                match = that_town(m, w, match, w.matches[place])
        one = in_one_piece(w, match.start, match.stop)
        placed = lends_its_name(m, t, w, match)
        n_certain = 0
        certain = -1
        names.clear()
        for each in range(match.first_sense, match.stop_sense):
            sense = w.fitting[each]
            if m.kind[sense] == NAME:
                if placed and m.facet[m.concept[sense]] != m.places:
                    continue
                names.push_back(sense)
                if not m.flags[sense] & CONTEXT:
                    n_certain += 1
                    certain = sense
            elif m.kind[sense] == TITLE:
                if w.title_at[match.stop] < 0:  # "French president" speaks for France, once
                    for place in range(m.implied_stops[sense - 1] if sense else 0, m.implied_stops[sense]):
                        candidate = candidate_of(w, m.implied[place] // N_KINDS)
                        candidate.evidence.push_back(Span(match.start, match.stop))
                        candidate.evidence_kinds.push_back(m.implied[place] % N_KINDS)
                w.title_at[match.stop] = <int32_t>w.titles.size()
                w.titles.push_back(match)
            else:
                candidate = candidate_of(w, m.concept[sense])
                candidate.evidence.push_back(Span(match.start, match.stop))
                candidate.evidence_kinds.push_back(m.kind[sense])
        if names.empty() or stands_for_its_state(m, t, w, position):
            continue
        surname = one and facet_of(m, names.data(), <int32_t>names.size()) == m.people
        borrowed = one and traits(w, match.stop - 1)[0] & BORNE and not located(t, w, match)
        if n_certain == 1 and names.size() == 1 and not surname and not borrowed:
            name(m, w, Span(match.start, match.stop), certain, 0.0)
        else:
            open_matches.push_back(match)
            longest = max(longest, match.stop - match.start)
    for slot in range(w.n_candidates):
        candidate = &w.pool[slot]
        add_weight(w, candidate.concept, 1.0 if candidate.names.empty() else 2.0)
        if not candidate.names.empty():
            weigh_related(t, w, candidate.concept, 0.5)
            for each in range(<int32_t>candidate.names.size()):
                candidate.named.push_back(candidate.names[each].start)
    w.home = 0
    for each in range(<int32_t>w.weighted.size()):
        if m.facet[w.weighted[each]] == m.places:
            w.home = max(w.home, w.weight_of[w.weighted[each]])
    for length in range(longest, 0, -1):  # the longest first: a full name supports what follows
        for each in range(<int32_t>open_matches.size()):
            match = open_matches[each]
            if match.stop - match.start != length:
                continue
            names.clear()
            placed = lends_its_name(m, t, w, match)
            for place in range(match.first_sense, match.stop_sense):
                if m.kind[w.fitting[place]] == NAME:
                    if not placed or m.facet[m.concept[w.fitting[place]]] == m.places:
                        names.push_back(w.fitting[place])
            doubt = 0
            chosen = choose(m, t, w, match, names, &doubt)
            if chosen < 0:
                continue
            name(m, w, Span(match.start, match.stop), chosen, doubt)
            if not in_one_piece(w, match.start, match.stop) or w.title_at[match.start] >= 0:
                concept = m.concept[chosen]
                w.pool[w.slot_of[concept]].named.push_back(match.start)
                add_weight(w, concept, 1.0)
                weigh_related(t, w, concept, 0.5)
    for slot in range(w.n_candidates):
        candidate = &w.pool[slot]
        sort_names(candidate.names)
        candidate.support = support_of(t, w, candidate.concept)


cdef void list_spans(Candidate* candidate) noexcept nogil:
    """List the word ranges of names and evidence, in order, each once."""
    cdef int32_t each
    candidate.has_spans = True
    candidate.spans.assign(candidate.names.begin(), candidate.names.end())
    for each in range(<int32_t>candidate.evidence.size()):
        candidate.spans.push_back(candidate.evidence[each])
    sort_unique(candidate.spans, 0)


cdef bint precedes(const Span& one, const Span& other) noexcept nogil:
    return one.start < other.start or (one.start == other.start and one.stop < other.stop)


cdef void sort_unique(vector[Span]& spans, int32_t first) noexcept nogil:
    """Sort the spans from ``first`` on and drop those that stand there twice."""
    cdef int32_t each, kept = first
    sort(spans.begin() + first, spans.end(), precedes)
    for each in range(first, <int32_t>spans.size()):
        if each == first or spans[each].start != spans[kept - 1].start or spans[each].stop != spans[kept - 1].stop:
            spans[kept] = spans[each]
            kept += 1
    spans.resize(kept)
