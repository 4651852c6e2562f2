# Whether a rule is true, before anybody asks for its places: of fifty rules that an article has the words
# for, four are. Nothing is listed or sorted, and the first thing that decides ends it.

cdef enum:
    FALSE = -1
    WITHOUT_PLACES = 0  # a NOT that is true
    WITH_PLACES = 1

cdef enum:
    MOST_PAIRS = 1 << 10  # of places, that are looked at one by one


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
    cdef Span one, two
    for each in range(base, middle):
        one = w.stack[each]
        for other in range(middle, top):
            two = w.stack[other]
            if one.stop <= two.start:
                if linked(w, one.stop, two.start, distance):
                    return True
            elif two.stop <= one.start and linked(w, two.stop, one.start, distance):
                return True
    return False


cdef int32_t near_holds(
    Model* m, Tables* t, Workspace* w, const int32_t* code, int32_t start, int32_t stop
) noexcept nogil:
    cdef int32_t base = <int32_t>w.stack.size(), middle, count, found = FALSE
    if holds(m, t, w, code + 3 + code[4], start, stop) > 0 and evaluate(m, t, w, code + 3, start, stop, True) > 0:
        middle = <int32_t>w.stack.size()
        count = max(evaluate(m, t, w, code + 3 + code[4], start, stop, True), 0)
        if <int64_t>(middle - base) * count <= MOST_PAIRS:
            found = said(any_linked(w, base, middle, code[2]))
        else:  # of a long text
            w.stack.resize(base)
            found = said(evaluate(m, t, w, code, start, stop, True) > 0)
    w.stack.resize(base)
    return found


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
        return said(push_phrase(m, w, code + 2, start, stop, False) > 0)
    at = <int32_t>w.stack.size()
    count = evaluate(m, t, w, code, start, stop, False)
    w.stack.resize(at)
    return said(count > 0)
