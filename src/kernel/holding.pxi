# Whether a rule is true, before anybody asks for its places: of fifty rules that an article has the words
# for, four are. Nothing is listed or sorted, and the first thing that decides ends it.

cdef enum:
    FALSE = -1
    WITHOUT_PLACES = 0  # a NOT that is true
    WITH_PLACES = 1


cdef inline int32_t said(bint true) noexcept nogil:
    return WITH_PLACES if true else FALSE


cdef bint has_term(Model* m, Workspace* w, int32_t kind, int32_t number, int32_t start, int32_t stop) noexcept nogil:
    """Tell whether a term stands within a window."""
    cdef int32_t first, last, each
    cdef Candidate* candidate
    if kind == WORD:
        each = w.distinct_of[number]
        if each < 0:
            return False
        first = w.place_stops[each - 1] if each else 0
        last = w.place_stops[each]
        first += first_at(w.places.data() + first, last - first, start)
        return first < last and w.places[first] < stop
    if kind == PREFIX:
        last = w.prefix_at[number].stop
        first = first_prefix_at(w, w.prefix_at[number].start, last, start)
        return first < last and w.token_prefixes[first].stop < stop
    if not has_concept(m, w, number):
        return False
    candidate = &w.pool[w.slot_of[number]]
    if start == 0 and stop == w.n_tokens:
        return not (candidate.names.empty() and candidate.evidence.empty())
    if not candidate.has_spans:
        list_spans(candidate)
    for each in range(first_span_at(candidate.spans, start), <int32_t>candidate.spans.size()):
        if candidate.spans[each].start >= stop:
            return False
        if candidate.spans[each].stop <= stop:
            return True
    return False


cdef bint any_linked(Workspace* w, int32_t base, int32_t middle, int32_t distance) noexcept nogil:
    """Tell whether one of the spans from ``base`` on and one from ``middle`` on are near each other."""
    cdef int32_t each, other, top = <int32_t>w.stack.size()
    for each in range(base, middle):
        other = next_span(w, middle, top, w.stack[each].stop)
        if other < top and linked(w, w.stack[each].stop, w.stack[other].start, distance):
            return True
    for each in range(middle, top):
        other = next_span(w, base, middle, w.stack[each].stop)
        if other < middle and linked(w, w.stack[each].stop, w.stack[other].start, distance):
            return True
    return False


cdef inline int32_t next_span(Workspace* w, int32_t low, int32_t high, int32_t start) noexcept nogil:
    """Return the first of sorted spans of the stack that begins at a token or behind it."""
    cdef int32_t middle
    while low < high:
        middle = (low + high) // 2
        if w.stack[middle].start < start:
            low = middle + 1
        else:
            high = middle
    return low


cdef int32_t near_holds(
    Model* m, Tables* t, Workspace* w, const int32_t* code, int32_t start, int32_t stop
) noexcept nogil:
    cdef int32_t base = <int32_t>w.stack.size(), middle
    cdef bint found = False
    if holds(m, t, w, code + 3 + code[4], start, stop) > 0 and evaluate(m, t, w, code + 3, start, stop, False) > 0:
        middle = <int32_t>w.stack.size()
        evaluate(m, t, w, code + 3 + code[4], start, stop, False)
        found = any_linked(w, base, middle, code[2])
    w.stack.resize(base)
    return said(found)


cdef int32_t holds(
    Model* m, Tables* t, Workspace* w, const int32_t* code, int32_t start, int32_t stop
) noexcept nogil:
    """Tell whether a node is true within a window, and with places or without."""
    cdef int32_t code_of = code[0], each, at = 3, count, best
    if code_of == TERM:
        return said(has_term(m, w, code[2], code[3], start, stop))
    if code_of == AND:
        best = WITHOUT_PLACES
        for each in range(code[2]):
            count = holds(m, t, w, code + at, start, stop)
            if count < 0:
                return FALSE
            best = max(best, count)
            at += code[at + 1]
        return best
    if code_of == OR:
        best = FALSE
        for each in range(code[2]):
            best = max(best, holds(m, t, w, code + at, start, stop))
            if best > 0:
                break
            at += code[at + 1]
        return best
    if code_of == NOT:
        return WITHOUT_PLACES if holds(m, t, w, code + 2, start, stop) < 0 else FALSE
    if code_of == NEAR:
        return near_holds(m, t, w, code, start, stop)
    if code_of == SENTENCE:
        return within_sentences(m, t, w, code + 2, start, stop, False, True)
    if code_of == IN_TITLE:
        return holds(m, t, w, code + 2, start, min(stop, w.title_stop))
    if code_of == IN_LEAD:
        return holds(m, t, w, code + 2, start, min(stop, w.title_stop + LEAD_WORDS))
    if code_of == PHRASE:
        return said(push_phrase(w, code + 2, start, stop, False) > 0)
    at = <int32_t>w.stack.size()
    count = evaluate(m, t, w, code, start, stop, False)
    w.stack.resize(at)
    return said(count > 0)
