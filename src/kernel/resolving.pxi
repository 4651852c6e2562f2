# Which one is meant: from matches to candidates.

cdef enum:
    MOST_INSERTED = 24  # spans that are sorted by insertion: they come nearly sorted, from a few lists
    WELL_KNOWN = 6  # from this prior on, a title and a surname are enough to name somebody
    YEARS_REMEMBERED = 8  # after the last office

# So much more must speak for one of several bodies of a name, if all need the context: else it is another.
cdef double CLEAR = 0.3
# What a prior loses for each year that the article is too early for somebody, or too late, and how much at most.
cdef double PER_YEAR_BEFORE = 2.0, MOST_BEFORE = 8.0
cdef double PER_YEAR_AFTER = 0.1, MOST_AFTER = 2.0

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
    if m.n_concepts:  # as many as there can be: what a table leaves behind when it grows is lost
        t.relations.reserve(m.broader_stops[m.n_concepts - 1] + m.related_stops[m.n_concepts - 1])
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


cdef double home_of(Model* m, Tables* t, Workspace* w, int32_t concept) noexcept nogil:
    """Return how much the article names the place that a concept is related to, of several the most."""
    cdef int32_t each, other, slot, places
    cdef double most = 0
    for each in range(t.relation_stops[concept - 1] if concept else 0, t.relation_stops[concept]):
        other = t.relations[each]
        slot = w.slot_of[other]
        if slot >= 0 and m.facet[other] == m.places:
            places = <int32_t>(w.pool[slot].names.size() + w.pool[slot].evidence.size())
            most = max(most, w.weight_of[other] + max(places - 1, 0))
    return most


cdef inline bint not_yet(Model* m, Workspace* w, int32_t person) noexcept nogil:
    """Tell whether somebody came into the news later than in the article's year."""
    return NO_YEAR < w.year < m.years[2 * person]


cdef double beyond(Model* m, Workspace* w, int32_t concept) noexcept nogil:
    """Return what somebody of another time than the article loses."""
    cdef int32_t first = m.years[2 * concept], last = m.years[2 * concept + 1], over
    if w.year <= NO_YEAR or m.facet[concept] != m.people:
        return 0.0
    if not_yet(m, w, concept):
        return min((first - w.year) * PER_YEAR_BEFORE, MOST_BEFORE)
    over = w.year - last - YEARS_REMEMBERED if last else 0
    return min(over * PER_YEAR_AFTER, MOST_AFTER) if over > 0 else 0.0


cdef inline double known(Model* m, Workspace* w, int32_t concept) noexcept nogil:
    """Return how often the news of a year is on a concept: its prior, less for who has another time."""
    return m.prior[concept] - beyond(m, w, concept)


cdef int32_t clearly(
    Model* m,
    Tables* t,
    Workspace* w,
    const int32_t* senses,
    int32_t count,
    bint fitting,
    bint timed,
    double* doubt,
) noexcept nogil:
    """Return the best known person of several, or -1 if none stands out; less has to, where a title fits."""
    cdef int32_t each, best = -1
    cdef double rated, prior, most = 0, second = 0
    for each in range(count):
        rated = rate(m, t, w, m.concept[senses[each]])
        prior = known(m, w, m.concept[senses[each]]) if timed else m.prior[m.concept[senses[each]]]
        rated = prior + 2 * min(rated, 3.0)
        if best < 0:
            best, most = senses[each], rated
        elif rated > most:
            best, most, second = senses[each], rated, most
        elif each == 1 or rated > second:
            second = rated
    if best < 0 or (most - second < 1 and not (fitting and most - second > 0)):
        return -1
    doubt[0] = 0.2 if fitting and most - second >= 2 and m.prior[m.concept[best]] >= WELL_KNOWN else 0.5
    return best


cdef int32_t after_title(
    Model* m, Tables* t, Workspace* w, const Match* title, const int32_t* senses, int32_t count, double* doubt
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
    return clearly(m, t, w, fitting.data(), <int32_t>fitting.size(), True, True, doubt)


cdef inline bint is_named(Workspace* w, int32_t concept) noexcept nogil:
    """Tell whether the article names a concept, as far as the second pass has come."""
    cdef int32_t slot = w.slot_of[concept]
    return slot >= 0 and not w.pool[slot].named.empty()


cdef bint may_be_meant(Model* m, Workspace* w, int32_t chosen, const int32_t* senses, int32_t count) noexcept nogil:
    """Tell whether whom a title chose is well known or named, or nobody else of that surname is."""
    cdef int32_t each
    if m.prior[m.concept[chosen]] >= WELL_KNOWN or is_named(w, m.concept[chosen]):
        return True
    for each in range(count):
        if is_named(w, m.concept[senses[each]]):
            return False
    return w.namesakes.empty()


cdef void list_namesakes(
    Model* m, Workspace* w, const Match* match, const int32_t* senses, int32_t count
) noexcept nogil:
    """List whom full names mean that end in a surname for which the taxonomy doesn't know them."""
    cdef int32_t each, other, word = w.local[match.stop - 1]
    cdef bint known
    w.namesakes.clear()
    for each in range(<int32_t>w.bearers.size()):
        if w.bearers[each].word != word:
            continue
        known = False
        for other in range(count):
            known |= m.concept[senses[other]] == m.concept[w.bearers[each].sense]
        if not known:
            w.namesakes.push_back(w.bearers[each].sense)


cdef int32_t whose_surname(
    Model* m, Tables* t, Workspace* w, const Match* match, const int32_t* senses, int32_t count, double* doubt
) noexcept nogil:
    """Return the person whom a bare surname means, or -1."""
    cdef int32_t each, place, last, before, chosen, sense, best = -1, best_last = -1, concept
    cdef double claim, best_claim = 0, other = 0
    cdef bint famous, named, polite = False, strange = traits(w, match.stop - 1)[0] & STRANGER
    cdef Candidate* candidate
    cdef const Match* title
    list_namesakes(m, w, match, senses, count)
    if w.title_at[match.start] >= 0 and joined(t, w, match.start, False):
        title = &w.titles[w.title_at[match.start]]
        polite = in_class(t, w.words[title.start], POLITE)
        if not polite:
            chosen = after_title(m, t, w, title, senses, count, doubt)
            if chosen >= 0 and may_be_meant(m, w, chosen, senses, count):
                return chosen
    for each in range(count + <int32_t>w.namesakes.size()):
        sense = senses[each] if each < count else w.namesakes[each - count]
        concept = m.concept[sense]
        named = is_named(w, concept)
        famous = each < count and not m.flags[sense] & CONTEXT and not strange
        if not (named or famous):
            continue
        before = 0
        last = -1
        if named:
            candidate = &w.pool[w.slot_of[concept]]
            for place in range(<int32_t>candidate.named.size()):
                before += candidate.named[place] <= match.start
                last = max(last, candidate.named[place])
            before = max(before, 1)  # a headline has the surname before the text has the name
        claim = before + ((known(m, w, concept) - 4) / 2.0 if famous else 0.0)
        if (
            best < 0
            or claim > best_claim
            or (claim == best_claim and (last > best_last or (last == best_last and sense > best)))
        ):
            best, best_claim, best_last = sense, claim, last
    if best >= 0:
        doubt[0] = 0.0 if is_named(w, m.concept[best]) else 0.1
        if not doubt[0]:
            return best
    elif polite and not strange:
        best = clearly(m, t, w, senses, count, False, False, doubt)
    if best >= 0 and not_yet(m, w, m.concept[best]):
        # Whom the name means today was not in the news then: somebody else may have been.
        chosen = clearly(m, t, w, senses, count, False, True, &other)
        if chosen >= 0 and chosen != best:
            best, doubt[0] = chosen, other
    return best


cdef int32_t best_supported(
    Model* m, Tables* t, Workspace* w, const Match* match, const int32_t* senses, int32_t count, double* doubt
) noexcept nogil:
    """Return the sense whose relations the article names most, or -1."""
    cdef int32_t each, concept, slot, n_rated = 0, best = -1, second = -1
    cdef double rated, score, best_score = 0, second_score = 0
    cdef double best_rate = 0, best_prior = 0, second_rate = 0, second_prior = 0, lead, prior
    cdef bint one = match.one, any_certain = False, borrowed, somehow, certain
    cdef int32_t facet = facet_of(m, senses, count)
    cdef bint bodies = facet == m.organizations
    cdef int32_t n_home = 0
    cdef double home = 0, named
    borrowed = one and traits(w, match.stop - 1)[0] & BORNE
    if borrowed:
        somehow = located(t, w, match)
    else:
        for each in range(count):
            any_certain |= not m.flags[senses[each]] & CONTEXT
        # A place that shares its name with another is one of them, and so is what is named in several
        # words, but for bodies: there are more of a name than we know. A doubtful word may be anything.
        somehow = count > 1 and not any_certain
        somehow &= facet == m.places if one else not bodies
    if one and count > 1:
        for each in range(count):
            if m.flags[senses[each]] & BODY:
                named = home_of(m, t, w, m.concept[senses[each]])
                n_home = n_home + 1 if named == home else 1 if named > home else n_home
                home = max(home, named)
    if one and count == 1 and m.flags[senses[0]] & EXACT:
        # "Shares of Target fell": only a name has a capital there.
        somehow |= stands_out(w, match)
    for each in range(count):
        concept = m.concept[senses[each]]
        certain = not borrowed and not m.flags[senses[each]] & CONTEXT
        rated = rate(m, t, w, concept)
        # The Senate, the Labour Party: that of the country which the article names most.
        if not one:
            rated += 2 * log1p(home_of(m, t, w, concept))
        elif home > 0 and n_home == 1 and m.flags[senses[each]] & BODY:
            rated += 1 if home_of(m, t, w, concept) == home else 0
        if not (certain or somehow or is_named(w, concept) or rated >= 1):
            continue
        n_rated += 1
        prior = known(m, w, concept)
        score = rated + prior / 4
        if best < 0 or score > best_score or (score == best_score and senses[each] < best):
            second, second_score, second_rate, second_prior = best, best_score, best_rate, best_prior
            best, best_score, best_rate, best_prior = senses[each], score, rated, prior
        elif second < 0 or score > second_score or (score == second_score and senses[each] < second):
            second, second_score, second_rate, second_prior = senses[each], score, rated, prior
    if best < 0:
        return -1
    if n_rated == 1:
        certain = not borrowed and not m.flags[best] & CONTEXT
        doubt[0] = 0.0 if certain or is_named(w, m.concept[best]) else 0.3
        return best
    lead = best_rate - second_rate + (best_prior - second_prior) / 4.0
    if bodies and not any_certain and lead < CLEAR:
        return -1
    doubt[0] = max(0.0, 0.8 - lead / 2)
    return best


cdef int32_t choose(
    Model* m, Tables* t, Workspace* w, const Match* match, vector[int32_t]& senses, double* doubt
) noexcept nogil:
    """Return the sense that the article supports best, or -1; people are put before the other senses."""
    cdef int32_t each, person, n_people = 0, n = <int32_t>senses.size()
    if match.one and match.some & PERSON:
        w.others_than_people.clear()
        for each in range(n):
            if m.flags[senses[each]] & PERSON:
                senses[n_people] = senses[each]
                n_people += 1
            else:
                w.others_than_people.push_back(senses[each])
        if n_people:
            person = whose_surname(m, t, w, match, senses.data(), n_people, doubt)
            if person >= 0 or n_people == n:
                return person
            return best_supported(m, t, w, match, w.others_than_people.data(), n - n_people, doubt)
    return best_supported(m, t, w, match, senses.data(), n, doubt)


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


cdef inline void expect_senses(Model* m, Workspace* w, const Match* match) noexcept nogil:
    """Ask for what will be read of the first things that a match may mean."""
    cdef int32_t each, sense
    for each in range(match.first_sense, min(match.stop_sense, match.first_sense + 2)):
        sense = w.fitting[each]
        FETCH_AHEAD(&w.states[m.concept[sense]])
        FETCH_AHEAD(m.implied_stops + sense)


cdef inline void expect_relations(Model* m, int32_t concept) noexcept nogil:
    """Ask for what lies above a concept, and for what it declares to be related."""
    if concept:
        FETCH_AHEAD(m.broader + m.broader_stops[concept - 1])
        FETCH_AHEAD(m.related + m.related_stops[concept - 1])


cdef void take_match(Model* m, Tables* t, Workspace* w, int32_t position) noexcept nogil:
    """The first pass over a match: evidence and what is certain become candidates, other names stay open."""
    cdef Match match = w.matches[position]
    cdef Candidate* candidate
    cdef Span where = Span(match.start, match.stop)
    cdef int32_t each, sense, place, n_names = 0, last = -1
    cdef bint certain = False, placed, borrowed
    if match.stop - match.start == 1:
        place = w.town_of[w.local[match.start]]
        if place >= 0:
            match = that_town(m, w, &match, &w.matches[place])
    placed = lends_its_name(t, w, &match)
    for each in range(match.first_sense, match.stop_sense):
        sense = w.fitting[each]
        if m.kind[sense] == NAME:
            if placed and not m.flags[sense] & PLACE:
                continue
            n_names += 1
            last = sense
            certain = not m.flags[sense] & CONTEXT
        elif m.kind[sense] == TITLE:
            if w.title_at[match.stop] < 0:  # "French president" speaks for France, once
                for place in range(m.implied_stops[sense - 1] if sense else 0, m.implied_stops[sense]):
                    candidate = candidate_of(w, m.implied[place] // N_KINDS)
                    candidate.evidence.push_back(where)
                    candidate.evidence_kinds.push_back(m.implied[place] % N_KINDS)
            w.title_at[match.stop] = <int32_t>w.titles.size()
            w.titles.push_back(match)
        else:
            candidate = candidate_of(w, m.concept[sense])
            candidate.evidence.push_back(where)
            candidate.evidence_kinds.push_back(m.kind[sense])
    if n_names == 0 or stands_for_its_state(m, t, w, position):
        return
    if n_names == 1 and certain and not (match.one and m.flags[last] & PERSON):
        borrowed = match.one and traits(w, match.stop - 1)[0] & BORNE and not located(t, w, &match)
        if not borrowed:
            name(m, w, where, last, 0.0)
            if m.flags[last] & PERSON and not match.one:
                w.bearers.push_back(Bearer(w.local[match.stop - 1], last))
            return
    w.undecided.push_back(match)
    for each in range(match.first_sense, match.stop_sense):
        expect_relations(m, m.concept[w.fitting[each]])


cdef void weigh_candidates(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Let what is certain speak for itself and for what it is related to."""
    cdef int32_t slot, each
    cdef Candidate* candidate
    for slot in range(w.n_candidates):
        each = w.pool[slot].concept
        if each:
            FETCH_AHEAD(t.relations.data() + t.relation_stops[each - 1])
    for slot in range(w.n_candidates):
        candidate = &w.pool[slot]
        add_weight(w, candidate.concept, 1.0 if candidate.names.empty() else 2.0)
        if not candidate.names.empty():
            weigh_related(t, w, candidate.concept, 0.5)
            for each in range(<int32_t>candidate.names.size()):
                candidate.named.push_back(candidate.names[each].start)


cdef void decide(Model* m, Tables* t, Workspace* w, const Match* match) noexcept nogil:
    """The second pass over a match: choose the name that the article supports best."""
    cdef int32_t each, chosen, concept
    cdef double doubt = 0
    cdef bint placed = lends_its_name(t, w, match)
    w.names.clear()
    for each in range(match.first_sense, match.stop_sense):
        if m.kind[w.fitting[each]] == NAME and (not placed or m.flags[w.fitting[each]] & PLACE):
            w.names.push_back(w.fitting[each])
    chosen = choose(m, t, w, match, w.names, &doubt)
    if chosen < 0:
        return
    name(m, w, Span(match.start, match.stop), chosen, doubt)
    if m.flags[chosen] & PERSON and not match.one:
        w.bearers.push_back(Bearer(w.local[match.stop - 1], chosen))
    if not match.one or w.title_at[match.start] >= 0:
        concept = m.concept[chosen]
        w.pool[w.slot_of[concept]].named.push_back(match.start)
        add_weight(w, concept, 1.0)
        weigh_related(t, w, concept, 0.5)


cdef void resolve(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Turn the matches into candidates."""
    cdef int32_t position, each, slot, length, longest = 0
    w.title_at.assign(w.n_tokens + 1, -1)
    w.titles.clear()
    w.undecided.clear()
    w.bearers.clear()
    note_names(m, t, w)
    note_rows(w)
    for position in range(<int32_t>w.matches.size()):
        if position + 4 < <int32_t>w.matches.size():
            expect_senses(m, w, &w.matches[position + 4])
        # others: also those of a long row of places
        if w.others[position] or plain_word(w, &w.matches[position]) or part_of_another_thing(m, t, w, position):
            continue
        take_match(m, t, w, position)
    weigh_candidates(m, t, w)
    for each in range(<int32_t>w.undecided.size()):
        longest = max(longest, w.undecided[each].stop - w.undecided[each].start)
    for length in range(longest, 0, -1):  # the longest first: a full name supports what follows
        for each in range(<int32_t>w.undecided.size()):
            if w.undecided[each].stop - w.undecided[each].start == length:
                decide(m, t, w, &w.undecided[each])
    for slot in range(w.n_candidates):
        sort_names(w.pool[slot].names)
        w.pool[slot].support = support_of(t, w, w.pool[slot].concept)


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
    cdef int32_t each, place, kept = first, n = <int32_t>spans.size()
    cdef Span span
    if n - first > MOST_INSERTED:
        sort(spans.begin() + first, spans.end(), precedes)
    for each in range(first, n):
        span = spans[each]
        place = kept
        while place > first and precedes(span, spans[place - 1]):
            place -= 1
        if place > first and spans[place - 1].start == span.start and spans[place - 1].stop == span.stop:
            continue
        if place < kept:
            memmove(&spans[place + 1], &spans[place], (kept - place) * sizeof(Span))
        spans[place] = span
        kept += 1
    spans.resize(kept)
