# What ``tagonomy.mentions.calendar`` does: candidates are set in time.

cdef double A_YEAR_AWAY = 0.5
cdef double COMPARED = 0.5
cdef double LATER = 3.0
cdef double MAYBE_LATER = 1.0
cdef double LONG_OVER = 1.0


cdef void settle(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Give what names a series to the occasion that is meant, and doubt what is of another time."""
    cdef int32_t slot, series
    w.stack_numbers.clear()
    for slot in range(w.n_candidates):
        series = w.pool[slot].concept
        if t.occasion_stops[series] > (t.occasion_stops[series - 1] if series else 0):
            w.stack_numbers.push_back(series)
    sort(w.stack_numbers.begin(), w.stack_numbers.end())
    for slot in range(<int32_t>w.stack_numbers.size()):
        tell_occasion(m, t, w, w.stack_numbers[slot])
    w.stack_numbers.clear()
    doubt_later_events(m, w)
    if w.year > NO_YEAR:
        doubt_past_events(m, w)


cdef void tell_occasion(Model* m, Tables* t, Workspace* w, int32_t series) noexcept nogil:
    """Give what speaks for a series to one of its occasions."""
    cdef int32_t first = t.occasion_stops[series - 1] if series else 0, stop = t.occasion_stops[series]
    cdef int32_t each, event, slot, n_named = 0, chosen = -1, most = -1, n_most = 0, away = 0, away_in, n_starts
    cdef size_t n_own = 0
    cdef Candidate* said = &w.pool[w.slot_of[series]]
    cdef Candidate* occasion
    cdef double doubt
    if said.names.empty() and not said.n_rules:
        return
    for each in range(first, stop):
        n_named += has_names(w, t.occasions[each])
    if w.year <= NO_YEAR:
        if n_named == 1:
            for each in range(first, stop):
                if has_names(w, t.occasions[each]):
                    chosen = t.occasions[each]
                    n_most = 1
    else:
        for away in range(3):
            for each in range(first, stop):
                event = t.occasions[each]
                if lasts(m, event, w.year + (away if away < 2 else -1)):
                    if m.prior[event] > most:
                        most, chosen, n_most = m.prior[event], event, 0
                    n_most += m.prior[event] == most
            if chosen >= 0:
                break
    if n_most != 1:
        return
    # "The 2008 election" names the series too, but not this occasion of it.
    w.other_names.clear()
    for each in range(first, stop):
        event = t.occasions[each]
        if event != chosen and has_names(w, event):
            for slot in range(<int32_t>w.pool[w.slot_of[event]].names.size()):
                if not starts_there(w.other_names, <int32_t>w.other_names.size(), w.pool[w.slot_of[event]].names[slot].start):
                    w.other_names.push_back(w.pool[w.slot_of[event]].names[slot])
    # Nor is it meant by "the convention in August 2008".
    for each in range(<int32_t>said.names.size()):
        away_in = year_behind(t, w, said.names[each])
        if away_in >= 0 and not lasts(m, chosen, away_in):
            w.other_names.push_back(said.names[each])
    doubt = A_YEAR_AWAY if away else 0.0
    if not has_names(w, chosen):
        for each in range(<int32_t>said.names.size()):
            n_own += not starts_there(w.other_names, <int32_t>w.other_names.size(), said.names[each].start)
        if not n_own and not said.n_rules:
            return
        doubt = COMPARED if n_named else doubt
    doubt = said.doubt + doubt
    occasion = candidate_of(w, chosen)
    said = &w.pool[w.slot_of[series]]
    if occasion.names.empty():
        occasion.doubt = doubt
    n_starts = <int32_t>occasion.names.size()
    for each in range(<int32_t>said.names.size()):
        if not (
            starts_there(occasion.names, n_starts, said.names[each].start)
            or starts_there(w.other_names, <int32_t>w.other_names.size(), said.names[each].start)
        ):
            occasion.names.push_back(said.names[each])
    sort_names(occasion.names)
    occasion.evidence.insert(occasion.evidence.end(), said.evidence.begin(), said.evidence.end())
    occasion.evidence_kinds.insert(
        occasion.evidence_kinds.end(), said.evidence_kinds.begin(), said.evidence_kinds.end()
    )
    occasion.fired.insert(occasion.fired.end(), said.fired.begin(), said.fired.end())
    occasion.n_rules += said.n_rules
    occasion.support = max(occasion.support, said.support)
    said.clear(series)


cdef int32_t year_behind(Tables* t, Workspace* w, Span where) noexcept nogil:
    """Return the year right behind a name, or -1: "in 2008", "in August 2008", "of 2008"."""
    cdef int32_t place, each, year = 0
    cdef const uint8_t* digits
    if where.stop >= w.n_tokens or not in_class(t, w.words[where.stop], IN | OF):
        return -1
    if w.sentence_of[where.stop] != w.sentence_of[where.start]:
        return -1
    for place in range(where.stop, min(where.stop + 3, w.n_tokens)):
        if w.marks[place] & FOUR_DIGITS:
            digits = w.folded.data() + w.found[w.local[place]].folded
            for each in range(4):
                year = 10 * year + digits[each] - 48
            return year
    return -1


cdef inline bint has_names(Workspace* w, int32_t concept) noexcept nogil:
    return w.slot_of[concept] >= 0 and not w.pool[w.slot_of[concept]].names.empty()


cdef inline bint lasts(Model* m, int32_t event, int32_t year) noexcept nogil:
    return m.years[2 * event] <= year <= max(m.years[2 * event], m.years[2 * event + 1])


cdef bint starts_there(const vector[Span]& spans, int32_t count, int32_t start) noexcept nogil:
    cdef int32_t each
    for each in range(count):
        if spans[each].start == start:
            return True
    return False


cdef void doubt_later_events(Model* m, Workspace* w) noexcept nogil:
    """Doubt events that began after the article was written, those of the linear model too."""
    cdef int32_t slot, latest
    cdef bint sure = w.year > NO_YEAR
    if not sure and w.latest_year < 0:
        return
    latest = w.year if sure else w.latest_year + 1
    for slot in range(<int32_t>w.linear_concepts.size()):
        if begins_after(m, w.linear_concepts[slot], latest):
            candidate_of(w, w.linear_concepts[slot])
    for slot in range(w.n_candidates):
        if begins_after(m, w.pool[slot].concept, latest):
            if not (tells_year(w, w.pool[slot].names) or tells_year(w, w.pool[slot].fired)):
                w.pool[slot].doubt = LATER if sure else MAYBE_LATER


cdef void doubt_past_events(Model* m, Workspace* w) noexcept nogil:
    """Doubt events that were over long before the article, unless the text names them."""
    cdef int32_t slot
    for slot in range(<int32_t>w.linear_concepts.size()):
        if is_long_over(m, w.linear_concepts[slot], w.year):
            candidate_of(w, w.linear_concepts[slot])
    for slot in range(w.n_candidates):
        if w.pool[slot].names.empty() and is_long_over(m, w.pool[slot].concept, w.year):
            w.pool[slot].doubt = max(w.pool[slot].doubt, LONG_OVER)


cdef inline bint is_long_over(Model* m, int32_t concept, int32_t year) noexcept nogil:
    return m.facet[concept] == m.events and 0 < m.years[2 * concept + 1] < year - 1


cdef inline bint begins_after(Model* m, int32_t concept, int32_t latest) noexcept nogil:
    return m.facet[concept] == m.events and m.years[2 * concept] > latest


cdef bint tells_year(Workspace* w, const vector[Span]& spans) noexcept nogil:
    cdef int32_t each, place
    for each in range(<int32_t>spans.size()):
        for place in range(spans[each].start, spans[each].stop):
            if w.marks[place] & FOUR_DIGITS:
                return True
    return False
