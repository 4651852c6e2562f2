# Which one is meant: from matches that may mean several things to candidates.

cdef enum:
    NAME = 0
    DEMONYM = 1
    CAPITAL = 2
    TITLE = 7
    N_KINDS = 8

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


cdef int32_t implied_row(Model* m, int32_t sense) noexcept nogil:
    cdef int32_t low = 0, high = m.n_implying, middle
    while low < high:
        middle = (low + high) // 2
        if m.implied_senses[middle] < sense:
            low = middle + 1
        else:
            high = middle
    return low if low < m.n_implying and m.implied_senses[low] == sense else -1


cdef void name(Model* m, Workspace* w, Span where, int32_t sense, double doubt) noexcept nogil:
    cdef Candidate* candidate = candidate_of(w, m.concept[sense])
    cdef int32_t row, each, code, concept
    candidate.doubt = doubt if candidate.names.empty() else min(candidate.doubt, doubt)
    candidate.names.push_back(where)
    row = implied_row(m, sense)
    if row < 0:
        return
    for each in range(m.implied_stops[row - 1] if row else 0, m.implied_stops[row]):
        code = m.implied[each]
        concept = code // N_KINDS
        candidate = candidate_of(w, concept)
        # "The Obama administration" hardly names the man; "annexation of Crimea" does name the place.
        if code % N_KINDS == NAME and m.facet[concept] != m.people:
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


cdef bint part_of_another_name(Model* m, Tables* t, Workspace* w, int32_t position) noexcept nogil:
    """Tell whether a one-word match is a piece of a longer name that the taxonomy lacks."""
    cdef Match match = w.matches[position]
    cdef int32_t each, sense, before, after = match.stop
    cdef bint person = False, place = False, given, plain, family
    cdef uint8_t mark
    if match.stop - match.start > 1:
        return False
    for each in range(match.first_sense, match.stop_sense):
        sense = w.fitting[each]
        if m.kind[sense] == TITLE:
            return False
        person |= m.facet[m.concept[sense]] == m.people
        place |= m.facet[m.concept[sense]] == m.places
    if not (person or place) or w.marks[match.start] & ALL_CAPITALS:
        return False
    if match.start and spaced(w, match.start) and w.marks[match.start - 1] & CAPITAL_FIRST:
        before = w.words[match.start - 1]
        mark = w.marks[match.start - 1]
        given = flags_of(m, before) & GIVEN_NAME
        plain = (before >= 0 and t.classes[before] & OPENER) or mark & DIGITS or mark & SHOUTED
        if (person or given) and not touches_before(w, position) and not plain:
            return True
    if after < w.n_tokens and spaced(w, after) and w.marks[after] & CAPITAL_FIRST:
        family = w.words[after] < 0 or w.words[after] >= m.n_words or flags_of(m, w.words[after]) & SURNAME
        if flags_of(m, w.words[match.start]) & GIVEN_NAME and family:
            return not (
                position + 1 < <int32_t>w.matches.size() and w.matches[position + 1].start == after
            )
    return False


cdef bint stands_for_its_state(Model* m, Tables* t, Workspace* w, Match match) noexcept nogil:
    """Tell whether a capital is named as its government: "Moscow denied it", not "in Moscow"."""
    cdef int32_t each, before
    if match.start == 0:
        return False
    before = w.words[match.start - 1]
    if before >= 0 and t.classes[before] & LOCATIVE:
        return False
    for each in range(match.first_sense, match.stop_sense):
        if m.kind[w.fitting[each]] == CAPITAL:
            return True
    return False


cdef double rate(Model* m, Tables* t, Workspace* w, int32_t concept) noexcept nogil:
    """Return how much of what the article certainly names speaks for a concept."""
    cdef double related = 0.0
    cdef int32_t each, other, first = m.related_stops[concept - 1] if concept else 0
    cdef int32_t above = m.broader_stops[concept - 1] if concept else 0
    for each in range(first, m.related_stops[concept]):
        other = m.related[each]
        related += min(w.weight_of[other], 2.0) * t.telling[other]
    for each in range(above, m.broader_stops[concept]):
        other = m.broader[each]
        if not m.abstract[other] and not is_related(m, concept, other):
            related += min(w.weight_of[other], 2.0) * t.telling[other]
    return 2 * w.weight_of[concept] + related


cdef bint is_related(Model* m, int32_t concept, int32_t other) noexcept nogil:
    cdef int32_t each
    for each in range(m.related_stops[concept - 1] if concept else 0, m.related_stops[concept]):
        if m.related[each] == other:
            return True
    return False


cdef void weigh_related(Model* m, Workspace* w, int32_t concept, double weight) noexcept nogil:
    """Let a concept speak for those that it declares to be named together with it."""
    cdef int32_t each, other
    for each in range(m.related_stops[concept - 1] if concept else 0, m.related_stops[concept]):
        add_weight(w, m.related[each], weight)
    for each in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
        other = m.broader[each]
        if not m.abstract[other] and not is_related(m, concept, other):
            add_weight(w, other, weight)


cdef int32_t support_of(Model* m, Workspace* w, int32_t concept) noexcept nogil:
    cdef int32_t each, other, count = 0
    for each in range(m.related_stops[concept - 1] if concept else 0, m.related_stops[concept]):
        count += w.slot_of[m.related[each]] >= 0
    for each in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
        other = m.broader[each]
        if not m.abstract[other] and not is_related(m, concept, other):
            count += w.slot_of[other] >= 0
    return count


cdef bint is_below(Model* m, int32_t concept, int32_t role) noexcept nogil:
    """Tell whether a class stands above a concept; the audit has made sure that there is no circle."""
    cdef int32_t each
    for each in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
        if m.broader[each] == role or is_below(m, m.broader[each], role):
            return True
    return False


cdef int32_t after_title(
    Model* m, Tables* t, Workspace* w, Match title, const int32_t* senses, int32_t count, double* doubt
) noexcept nogil:
    """Return the person whom a title and a surname mean, if one fits clearly best, or -1."""
    cdef int32_t each, role, best = -1, first = w.words[title.start]
    cdef double rated, most = 0, second = 0
    cdef bint fits, fitting = False, polite = first >= 0 and t.classes[first] & POLITE
    cdef int32_t pass_number, n_pool = 0
    for pass_number in range(2):
        # First those who hold the office; if there are none, a polite form takes anyone.
        if pass_number == 1 and (n_pool or not polite):
            break
        for each in range(count):
            fits = pass_number == 1
            if not fits:
                for role in range(title.first_sense, title.stop_sense):
                    if m.kind[w.fitting[role]] == TITLE:
                        if is_below(m, m.concept[senses[each]], m.concept[w.fitting[role]]):
                            fits = fitting = True
                            break
            if not fits:
                continue
            n_pool += 1
            rated = rate(m, t, w, m.concept[senses[each]])
            rated = m.prior[m.concept[senses[each]]] + 2 * min(rated, 3.0)
            if best < 0 or rated > most:
                if best >= 0:
                    second = most
                best, most = senses[each], rated
                if n_pool == 1:
                    second = 0
            elif n_pool == 2 or rated > second:
                second = rated
    if best < 0:
        return -1
    if n_pool == 1:
        second = 0
    if most - second < 1 and not (fitting and most - second > 0):
        return -1
    doubt[0] = 0.2 if fitting and most - second >= 2 else 0.5
    return best


cdef int32_t whose_surname(
    Model* m, Tables* t, Workspace* w, Match match, const int32_t* senses, int32_t count, double* doubt
) noexcept nogil:
    """Return the person whom a bare surname means, or -1."""
    cdef int32_t each, place, last, before, chosen, best = -1, best_last = -1, concept, slot
    cdef double claim, best_claim = 0
    cdef bint famous, named
    cdef Candidate* candidate
    if w.title_at[match.start] >= 0 and joined(t, w, match.start, False):
        chosen = after_title(m, t, w, w.matches[w.title_at[match.start]], senses, count, doubt)
        if chosen >= 0:
            return chosen
    for each in range(count):
        concept = m.concept[senses[each]]
        slot = w.slot_of[concept]
        named = slot >= 0 and not w.pool[slot].named.empty()
        famous = not m.flags[senses[each]] & CONTEXT and not is_stranger(w, w.words[match.start])
        if not (named or famous):
            continue
        before = 0
        last = -1
        if named:
            candidate = &w.pool[slot]
            for place in range(<int32_t>candidate.named.size()):
                before += candidate.named[place] <= match.start
                last = max(last, candidate.named[place])
        claim = before + (m.prior[concept] / 3.0 if famous else 0.0)
        if (
            best < 0
            or claim > best_claim
            or (claim == best_claim and (last > best_last or (last == best_last and senses[each] > best)))
        ):
            best, best_claim, best_last = senses[each], claim, last
    if best >= 0:
        slot = w.slot_of[m.concept[best]]
        doubt[0] = 0.0 if slot >= 0 and not w.pool[slot].named.empty() else 0.1
    return best


cdef bint is_stranger(Workspace* w, int32_t word) noexcept nogil:
    cdef int32_t each
    for each in range(<int32_t>w.strangers.size()):
        if w.strangers[each] == word:
            return True
    return False


cdef int32_t best_supported(
    Model* m, Tables* t, Workspace* w, const int32_t* senses, int32_t count, double* doubt
) noexcept nogil:
    """Return the sense whose relations the article names most, or -1."""
    cdef int32_t each, concept, slot, n_rated = 0, best = -1, second = -1
    cdef double rated, score, best_score = 0, second_score = 0
    cdef double best_rate = 0, best_prior = 0, second_rate = 0, second_prior = 0, lead
    cdef bint places = count > 1 and facet_of(m, senses, count) == m.places
    cdef bint certain, named
    for each in range(count):
        concept = m.concept[senses[each]]
        slot = w.slot_of[concept]
        certain = not m.flags[senses[each]] & CONTEXT
        named = slot >= 0 and not w.pool[slot].named.empty()
        rated = rate(m, t, w, concept)
        if not (certain or places or named or rated >= 1):
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
        slot = w.slot_of[m.concept[best]]
        named = slot >= 0 and not w.pool[slot].named.empty()
        doubt[0] = 0.0 if not m.flags[best] & CONTEXT or named else 0.3
        return best
    lead = best_rate - second_rate + (best_prior - second_prior) / 4.0
    doubt[0] = max(0.0, 0.8 - lead / 2)
    return best


cdef int32_t choose(
    Model* m, Tables* t, Workspace* w, Match match, vector[int32_t]& senses, double* doubt
) noexcept nogil:
    """Return the sense that the article supports best, or -1."""
    cdef vector[int32_t] people, others
    cdef int32_t each, person
    if match.stop - match.start == 1:
        for each in range(<int32_t>senses.size()):
            if m.facet[m.concept[senses[each]]] == m.people:
                people.push_back(senses[each])
            else:
                others.push_back(senses[each])
        if not people.empty():
            person = whose_surname(m, t, w, match, people.data(), <int32_t>people.size(), doubt)
            if person >= 0 or others.empty():
                return person
            return best_supported(m, t, w, others.data(), <int32_t>others.size(), doubt)
    return best_supported(m, t, w, senses.data(), <int32_t>senses.size(), doubt)


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
    cdef int32_t position, each, sense, concept, slot, length, longest = 0, n_open, chosen
    cdef int32_t n_certain, n_names, certain, place, pass_number
    cdef Match match
    cdef double doubt
    cdef bint surname
    cdef vector[int32_t] names
    cdef vector[int32_t] open_matches
    cdef Candidate* candidate
    w.title_at.assign(w.n_tokens + 1, -1)
    w.strangers.clear()
    for position in range(<int32_t>w.matches.size()):
        match = w.matches[position]
        if part_of_another_name(m, t, w, position):
            w.strangers.push_back(w.words[match.start])
            continue
        names.clear()
        n_certain = 0
        certain = -1
        for each in range(match.first_sense, match.stop_sense):
            sense = w.fitting[each]
            if m.kind[sense] == NAME:
                names.push_back(sense)
                if not m.flags[sense] & CONTEXT:
                    n_certain += 1
                    certain = sense
            elif m.kind[sense] == TITLE:
                w.title_at[match.stop] = position
            else:
                candidate = candidate_of(w, m.concept[sense])
                candidate.evidence.push_back(Span(match.start, match.stop))
                candidate.evidence_kinds.push_back(m.kind[sense])
        if names.empty() or stands_for_its_state(m, t, w, match):
            continue
        n_names = <int32_t>names.size()
        surname = match.stop - match.start == 1 and facet_of(m, names.data(), n_names) == m.people
        if n_certain == 1 and n_names == 1 and not surname:
            name(m, w, Span(match.start, match.stop), certain, 0.0)
        else:
            open_matches.push_back(position)
            longest = max(longest, match.stop - match.start)
    for slot in range(w.n_candidates):
        candidate = &w.pool[slot]
        add_weight(w, candidate.concept, 1.0 if candidate.names.empty() else 2.0)
        if not candidate.names.empty():
            weigh_related(m, w, candidate.concept, 0.25)
            for each in range(<int32_t>candidate.names.size()):
                candidate.named.push_back(candidate.names[each].start)
    for length in range(longest, 0, -1):  # the longest first: a full name supports what follows
        for each in range(<int32_t>open_matches.size()):
            match = w.matches[open_matches[each]]
            if match.stop - match.start != length:
                continue
            names.clear()
            for place in range(match.first_sense, match.stop_sense):
                if m.kind[w.fitting[place]] == NAME:
                    names.push_back(w.fitting[place])
            doubt = 0
            chosen = choose(m, t, w, match, names, &doubt)
            if chosen < 0:
                continue
            name(m, w, Span(match.start, match.stop), chosen, doubt)
            if length > 1 or w.title_at[match.start] >= 0:
                concept = m.concept[chosen]
                w.pool[w.slot_of[concept]].named.push_back(match.start)
                add_weight(w, concept, 1.0)
                weigh_related(m, w, concept, 0.5)
    for slot in range(w.n_candidates):
        candidate = &w.pool[slot]
        sort_names(candidate.names)
        candidate.support = support_of(m, w, candidate.concept)


cdef void doubt_later_events(Model* m, Workspace* w) noexcept nogil:
    """Doubt events that began after the article was written."""
    cdef int32_t slot, latest
    cdef bint sure = w.year > -1000000
    if not sure and w.latest_year < 0:
        return
    latest = w.year if sure else w.latest_year + 1
    for slot in range(w.n_candidates):
        if m.facet[w.pool[slot].concept] == m.events and m.years[2 * w.pool[slot].concept] > latest:
            w.pool[slot].doubt = 3.0 if sure else 1.0


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
