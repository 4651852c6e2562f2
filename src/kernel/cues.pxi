# What stands around a match, and what that says of it.

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

cdef inline bint touches_before(Workspace* w, int32_t position) noexcept nogil:
    return position > 0 and w.matches[position - 1].stop == w.matches[position].start


cdef inline bint in_class(Tables* t, int32_t word, uint32_t wanted) noexcept nogil:
    return word >= 0 and (t.words[word].classes & wanted) != 0


cdef bint in_one_piece(Workspace* w, int32_t start, int32_t stop) noexcept nogil:
    """Tell whether no white space parts the words from ``start`` to before ``stop``: "O'Brien"."""
    cdef int32_t each
    for each in range(start + 1, stop):
        if w.starts[each] != w.stops[each - 1] + 1 or spaced(w, each):
            return False
    return True


cdef inline bint is_mere_name(const Match* match) noexcept nogil:
    """Tell whether one word means nothing but people who would have to be named in full."""
    return match.stop - match.start == 1 and match.kinds == 1 << NAME and match.all & CONTEXT and match.all & PERSON


cdef bint part_of_another_name(Model* m, Tables* t, Workspace* w, int32_t position) noexcept nogil:
    """Tell whether a one-word match is a piece of a longer name that the taxonomy lacks."""
    cdef const Match* match = &w.matches[position]
    cdef int32_t before, after = match.stop
    cdef bint given, plain, family, shielded, person = match.some & PERSON
    cdef uint8_t mark
    if not match.one or match.kinds & 1 << TITLE or not match.some & (PERSON | PLACE | BODY):
        return False
    if in_capitals(w, match):
        return False
    if person and after < w.n_tokens and in_class(t, w.words[after], JUNIOR):
        return True
    if match.start and spaced(w, match.start) and w.marks[match.start - 1] & CAPITAL_FIRST:
        before = w.words[match.start - 1]
        mark = w.marks[match.start - 1]
        given = flags_of(m, before) & GIVEN_NAME
        shielded = touches_before(w, position) and not (given and is_mere_name(&w.matches[position - 1]))
        plain = in_class(t, before, OPENER) or mark & DIGITS or mark & SHOUTED
        if (person or given) and not shielded and not plain:
            return True
    if after < w.n_tokens and spaced(w, after) and w.marks[after] & CAPITAL_FIRST:
        # A demonym before a word that nobody knows is no given name: "a German SC250 bomb".
        if w.words[after] < 0 or w.words[after] >= m.n_words:
            family = match.kinds & 1 << NAME
        else:
            family = flags_of(m, w.words[after]) & SURNAME
        if flags_of(m, w.words[match.start]) & GIVEN_NAME and family:
            return not (touches_next(w, position) and not is_mere_name(&w.matches[position + 1]))
    return False


cdef bint in_capitals(Workspace* w, const Match* match) noexcept nogil:
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
    cdef const Match* match = &w.matches[position]
    cdef int32_t before = match.start - 1, stop = w.stops[match.stop - 1], start = w.starts[match.start]
    if stop < w.length and character(w, stop) == 36:
        return True
    if before < 0:
        return town_elsewhere(m, w, position)
    if character(w, start - 1) == 45 and in_class(t, w.words[before], ACROSS):
        return True
    if in_class(t, w.words[before], VESSEL) and spaced(w, match.start) and w.marks[before] & SHOUTED:
        return True
    if in_class(t, w.words[before], SHIP) and spaced(w, match.start):
        if match.some & PERSON or names_parts_of_countries(m, w, match):
            return True
    if match.some & PLACE:
        if origin_of_somebody(m, t, w, position):
            return True
        before -= in_class(t, w.words[before], THE)
        if before > 0 and in_class(t, w.words[before], OF) and in_class(t, w.words[before - 1], WATER):
            if w.marks[before - 1] & CAPITAL_FIRST and spaced(w, match.start):
                return True
    return town_elsewhere(m, w, position)


cdef bint origin_of_somebody(Model* m, Tables* t, Workspace* w, int32_t position) noexcept nogil:
    """Tell whether a part of a country is where a politician comes from: "John McCain of Arizona"."""
    cdef const Match* match = &w.matches[position]
    cdef int32_t after = match.stop
    cdef bint introduced = (
        position > 0
        and in_class(t, w.words[match.start - 1], OF)
        and w.matches[position - 1].stop == match.start - 1
        and (w.matches[position - 1].all & PERSON) != 0
    )
    cdef bint partisan = (
        after < w.n_tokens and in_class(t, w.words[after], PARTISAN) and (w.marks[after] & CAPITAL_FIRST) != 0
    )
    return (introduced or partisan) and names_parts_of_countries(m, w, match)


cdef bint names_parts_of_countries(Model* m, Workspace* w, const Match* match) noexcept nogil:
    """Tell whether all that a match names are provinces, states and towns."""
    cdef int32_t each, sense
    if not match.kinds & 1 << NAME:
        return False
    for each in range(match.first_sense, match.stop_sense):
        sense = w.fitting[each]
        if m.kind[sense] == NAME and not part_of_a_country(m, m.concept[sense]):
            return False
    return True


cdef bint part_of_a_country(Model* m, int32_t concept) noexcept nogil:
    cdef int32_t each, above
    if m.facet[concept] != m.places:
        return False
    for each in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
        above = m.broader[each]
        if m.facet[above] == m.places and not m.abstract[above]:
            return True
    return False


cdef bint town_elsewhere(Model* m, Workspace* w, int32_t position) noexcept nogil:
    """Tell whether what follows says that a town lies in another country than the known one."""
    cdef const Match* match = &w.matches[position]
    cdef const Match* following = match + 1
    cdef int32_t each, other, stop
    cdef bint said = False
    if match.kinds & ~(1 << CAPITAL | 1 << CITY | 1 << DIVISION) or position + 1 == <int32_t>w.matches.size():
        return False
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
    return m.kind[sense] == NAME and m.flags[sense] & PLACE


cdef bint is_within(Model* m, Workspace* w, int32_t one, int32_t other) noexcept nogil:
    """Tell whether two concepts are the same or one lies below the other."""
    return one == other or is_below(m, w, one, other) or is_below(m, w, other, one)


cdef bint lends_its_name(Tables* t, Workspace* w, const Match* match) noexcept nogil:
    """Tell whether a thing is named after the bearer: "Kennedy Center", "MetLife Stadium", "Reagan airport"."""
    cdef int32_t after = match.stop
    cdef bint person = (match.some & PERSON) != 0
    if after == w.n_tokens or not spaced(w, after):
        return False
    if not w.marks[after] & CAPITAL_FIRST:
        return person and in_class(t, w.words[after], AIRPORT)
    return in_class(t, w.words[after], ARENA) or (person and in_class(t, w.words[after], MONUMENT))


cdef inline uint8_t* traits(Workspace* w, int32_t token) noexcept nogil:
    """Return what is known of the word of a token that is in the vocabulary, wherever it stands."""
    return &w.traits_of[w.local[token]]


cdef bint plain_word(Workspace* w, const Match* match) noexcept nogil:
    """Tell whether a word is capitalised only where a sentence begins: "Apple pie", "Turkey soup"."""
    cdef int32_t start = match.start
    if match.stop - start > 1 or not w.marks[start] & CAPITAL_FIRST:
        return False
    if start and w.sentence_of[start] == w.sentence_of[start - 1]:
        return False
    return traits(w, start)[0] & WRITTEN_SMALL and not match.all & PERSON


cdef bint stands_out(Workspace* w, const Match* match) noexcept nogil:
    """Tell whether a word is capitalised by itself amid a sentence, and nowhere small: "at Target"."""
    cdef int32_t start = match.start, after = match.stop
    if after - start > 1 or start <= w.title_stop or w.sentence_of[start] != w.sentence_of[start - 1]:
        return False
    if w.marks[start - 1] & CAPITAL_FIRST or traits(w, start)[0] & WRITTEN_SMALL:
        return False
    return after == w.n_tokens or not (spaced(w, after) and w.marks[after] & CAPITAL_FIRST)


cdef bint located(Tables* t, Workspace* w, const Match* match) noexcept nogil:
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


cdef bint is_capital(Model* m, Tables* t, Workspace* w, const Match* match) noexcept nogil:
    cdef int32_t each
    if not match.kinds & 1 << CAPITAL:
        return False
    for each in range(match.first_sense, match.stop_sense):
        if is_capital_of(m, t, w, w.fitting[each]):
            return True
    return False


cdef bint listed_town(Model* m, Tables* t, Workspace* w, int32_t first, int32_t position) noexcept nogil:
    """Tell whether a match and the next stand in a list, and the other one is no government."""
    cdef int32_t start, stop, each, sense
    cdef const Match* other
    if first < 0 or first + 1 == <int32_t>w.matches.size():
        return False
    start, stop = w.matches[first].stop, w.matches[first + 1].start
    other = &w.matches[first + 1 if first == position else first]
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
    cdef const Match* match = &w.matches[position]
    cdef const Match* following = match + 1  # "Kyiv, Ukraine"
    cdef int32_t each, other
    if not is_capital(m, t, w, match) or located(t, w, match) or ends_dateline(w, match.stop):
        return False
    if listed_town(m, t, w, position - 1, position) or listed_town(m, t, w, position, position):
        return False
    if touches_next(w, position):
        if not parted(w, match.stop):
            return True
        for each in range(match.first_sense, match.stop_sense):
            if is_capital_of(m, t, w, w.fitting[each]):
                for other in range(following.first_sense, following.stop_sense):
                    if m.concept[w.fitting[each]] == m.concept[w.fitting[other]]:
                        return False
    return True


cdef void note_names(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Mark the words of strangers and of people's full names, and where a town is said to lie."""
    cdef int32_t position
    cdef const Match* match
    w.others.assign(w.matches.size(), 0)
    w.town_of.assign(w.distinct.size(), -1)
    for position in range(<int32_t>w.matches.size()):
        match = &w.matches[position]
        if part_of_another_name(m, t, w, position):
            w.others[position] = 1
            traits(w, match.stop - 1)[0] |= STRANGER | BORNE
        if match.stop - match.start > 1:
            if match.all & EVENT and not match.one:
                traits(w, match.stop - 1)[0] |= STRANGER | BORNE
            if match.some & PERSON and not match.one:
                traits(w, match.start)[0] |= BORNE
                traits(w, match.stop - 1)[0] |= BORNE
            if match.some & PLACE and parted(w, match.start + 1):
                w.town_of[w.local[match.start]] = position


cdef void note_rows(Workspace* w) noexcept nogil:
    """Mark the places of a long row, as of a form: "Albania Algeria Andorra ..."."""
    cdef int32_t position, each, first = 0
    for position in range(<int32_t>w.matches.size()):
        if not w.matches[position].some & PLACE:
            first = position + 1
            continue
        if position > first and w.matches[position].start - w.matches[position - 1].stop > 2:
            first = position
        if position - first + 1 == ENUMERATED:
            for each in range(first, position):
                w.others[each] = 1
        if position - first + 1 >= ENUMERATED:
            w.others[position] = 1


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


cdef Match that_town(Model* m, Workspace* w, const Match* match, const Match* said) noexcept nogil:
    """Return the match with the senses that the text gave its word, unless one of its own lies there."""
    cdef int32_t each, other, concept
    cdef Match there = match[0]
    for each in range(match.first_sense, match.stop_sense):
        concept = m.concept[w.fitting[each]]
        for other in range(said.first_sense, said.stop_sense):
            if concept == m.concept[w.fitting[other]] or is_below(m, w, concept, m.concept[w.fitting[other]]):
                return there
    there.first_sense, there.stop_sense = said.first_sense, said.stop_sense
    there.some, there.all, there.kinds = said.some, said.all, said.kinds
    return there
