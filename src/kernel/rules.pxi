# Rules: which wake, and the places that make them true. A node that is false gives -1; one that is true
# leaves its places on the stack, sorted, and gives how many they are.

cdef enum:
    WORD = 0
    PREFIX = 1
    CONCEPT = 2

cdef enum:
    TERM = 0
    PHRASE = 1
    AND = 2
    OR = 3
    NOT = 4
    NEAR = 5
    COUNT = 6
    SENTENCE = 7
    IN_TITLE = 8
    IN_LEAD = 9

cdef enum:
    LEAD_WORDS = 60
    NEEDS = 3


cdef inline int32_t section_of(Workspace* w, int32_t token) noexcept nogil:
    return token >= w.title_stop


cdef void prefix_range(Workspace* w, int32_t prefix, int32_t* start, int32_t* stop) noexcept nogil:
    cdef int32_t low = 0, high = <int32_t>w.token_prefixes.size(), middle
    while low < high:
        middle = (low + high) // 2
        if w.token_prefixes[middle].start < prefix:
            low = middle + 1
        else:
            high = middle
    start[0] = low
    high = <int32_t>w.token_prefixes.size()
    while low < high:
        middle = (low + high) // 2
        if w.token_prefixes[middle].start <= prefix:
            low = middle + 1
        else:
            high = middle
    stop[0] = low


cdef inline int32_t first_prefix_at(Workspace* w, int32_t low, int32_t high, int32_t token) noexcept nogil:
    """Return the first place of one prefix that stands at a token or behind it."""
    cdef int32_t middle
    while low < high:
        middle = (low + high) // 2
        if w.token_prefixes[middle].stop < token:
            low = middle + 1
        else:
            high = middle
    return low


cdef inline bint has_word(Workspace* w, int32_t word) noexcept nogil:
    return w.distinct_of[word] >= 0


cdef inline bint has_concept(Model* m, Workspace* w, int32_t concept) noexcept nogil:
    return concept < m.n_concepts and w.slot_of[concept] >= 0


cdef inline int32_t first_at(const int32_t* places, int32_t count, int32_t start) noexcept nogil:
    """Return how many of the sorted places lie before ``start``."""
    cdef int32_t low = 0, middle
    while low < count:
        middle = (low + count) // 2
        if places[middle] < start:
            low = middle + 1
        else:
            count = middle
    return low


cdef int32_t first_span_at(vector[Span]& spans, int32_t start) noexcept nogil:
    """Return how many of the sorted spans begin before ``start``."""
    cdef int32_t low = 0, high = <int32_t>spans.size(), middle
    while low < high:
        middle = (low + high) // 2
        if spans[middle].start < start:
            low = middle + 1
        else:
            high = middle
    return low


cdef int32_t push_term(Model* m, Workspace* w, int32_t kind, int32_t number, int32_t start, int32_t stop) noexcept nogil:
    """Put the places of a term within a window on the stack; return how many."""
    cdef int32_t first, last, each, pushed = 0
    cdef const int32_t* places
    cdef Candidate* candidate
    if kind == WORD:
        if w.distinct_of[number] < 0:
            return 0
        each = w.distinct_of[number]
        first = w.place_stops[each - 1] if each else 0
        places = w.places.data() + first
        last = w.place_stops[each] - first
        for each in range(first_at(places, last, start), last):
            if places[each] >= stop:
                break
            w.stack.push_back(Span(places[each], places[each] + 1))
            pushed += 1
    elif kind == PREFIX:
        prefix_range(w, number, &first, &last)
        for each in range(first_prefix_at(w, first, last, start), last):
            if w.token_prefixes[each].stop >= stop:
                break
            w.stack.push_back(Span(w.token_prefixes[each].stop, w.token_prefixes[each].stop + 1))
            pushed += 1
    elif has_concept(m, w, number):
        candidate = &w.pool[w.slot_of[number]]
        if not candidate.has_spans:
            list_spans(candidate)
        first = first_span_at(candidate.spans, start)
        for each in range(first, <int32_t>candidate.spans.size()):
            if candidate.spans[each].start >= stop:
                break
            if candidate.spans[each].stop <= stop:
                w.stack.push_back(candidate.spans[each])
                pushed += 1
    return pushed


cdef int32_t skip_clauses(const int32_t* code) noexcept nogil:
    """Return how many numbers clauses take."""
    cdef int32_t each, at = 1
    for each in range(code[0]):
        at += 1 + 2 * code[at]
    return at


cdef bint stands(Workspace* w, const int32_t* parts, int32_t length, int32_t first) noexcept nogil:
    """Tell whether the parts of a phrase stand from a token on, in one section."""
    cdef int32_t each, start, stop
    if section_of(w, first) != section_of(w, first + length - 1):
        return False
    for each in range(length):
        if parts[2 * each] == WORD:
            if w.words[first + each] != parts[2 * each + 1]:
                return False
        else:
            prefix_range(w, parts[2 * each + 1], &start, &stop)
            start = first_prefix_at(w, start, stop, first + each)
            if start == stop or w.token_prefixes[start].stop != first + each:
                return False
    return True


cdef int32_t push_phrase(Model* m, Workspace* w, const int32_t* code, int32_t start, int32_t stop) noexcept nogil:
    cdef int32_t length = code[0], base = <int32_t>w.stack.size(), each, kept = base, part, count
    cdef int32_t rarest = 0, fewest = -1
    for part in range(length):
        count = push_term(m, w, code[1 + 2 * part], code[2 + 2 * part], start, stop)
        w.stack.resize(base)
        if count == 0:
            return 0
        if fewest < 0 or count < fewest:
            fewest = count
            rarest = part
    push_term(m, w, code[1 + 2 * rarest], code[2 + 2 * rarest], start, stop)
    for each in range(base, <int32_t>w.stack.size()):
        part = w.stack[each].start - rarest
        if start <= part and part + length <= stop and stands(w, code + 1, length, part):
            w.stack[kept] = Span(part, part + length)
            kept += 1
    w.stack.resize(kept)
    return kept - base


cdef bint linked(Workspace* w, int32_t stop, int32_t start, int32_t distance) noexcept nogil:
    return start - stop <= distance and section_of(w, stop - 1) == section_of(w, start)


cdef bint has_beside(
    Workspace* w, Span span, int32_t first, int32_t last, const int32_t* stops, int32_t distance
) noexcept nogil:
    """Tell whether one of the spans from ``first`` to ``last`` stands near before or after a span."""
    cdef int32_t low = first, high = last, middle, count = last - first
    while low < high:
        middle = (low + high) // 2
        if w.stack[middle].start < span.stop:
            low = middle + 1
        else:
            high = middle
    if low < last and linked(w, span.stop, w.stack[low].start, distance):
        return True
    low = first_at(stops, count, span.start + 1) - 1
    return low >= 0 and linked(w, stops[low], span.start, distance)


cdef int32_t push_near(
    Model* m, Workspace* w, int32_t distance, int32_t base, int32_t middle
) noexcept nogil:
    """Keep the spans of both sides that have one of the other side near."""
    cdef int32_t top = <int32_t>w.stack.size(), each
    cdef vector[int32_t] left, right
    cdef vector[Span] found
    for each in range(base, middle):
        left.push_back(w.stack[each].stop)
    for each in range(middle, top):
        right.push_back(w.stack[each].stop)
    sort(left.begin(), left.end())
    sort(right.begin(), right.end())
    for each in range(base, middle):
        if has_beside(w, w.stack[each], middle, top, right.data(), distance):
            found.push_back(w.stack[each])
    for each in range(middle, top):
        if has_beside(w, w.stack[each], base, middle, left.data(), distance):
            found.push_back(w.stack[each])
    w.stack.resize(base)
    for each in range(<int32_t>found.size()):
        w.stack.push_back(found[each])
    sort_unique(w.stack, base)
    return <int32_t>w.stack.size() - base


cdef int32_t push_sentences(
    Model* m, Tables* t, Workspace* w, const int32_t* code, int32_t start, int32_t stop
) noexcept nogil:
    """Evaluate a node in each sentence that has a term of each of its clauses."""
    cdef int32_t base = <int32_t>w.stack.size(), clause, term, at = 1, each, kept, place, first, last
    cdef vector[int32_t] numbers, found
    for clause in range(code[0]):
        found.clear()
        for term in range(code[at]):
            push_term(m, w, code[at + 1 + 2 * term], code[at + 2 + 2 * term], start, stop)
            for each in range(base, <int32_t>w.stack.size()):
                found.push_back(w.sentence_of[w.stack[each].start])
            w.stack.resize(base)
        sort(found.begin(), found.end())
        if clause == 0:
            numbers.assign(found.begin(), found.end())
        else:
            kept = 0
            place = 0
            for each in range(<int32_t>numbers.size()):
                while place < <int32_t>found.size() and found[place] < numbers[each]:
                    place += 1
                if place < <int32_t>found.size() and found[place] == numbers[each]:
                    numbers[kept] = numbers[each]
                    kept += 1
            numbers.resize(kept)
        if numbers.empty():
            return -1
        at += 1 + 2 * code[at]
    last = -1
    for each in range(<int32_t>numbers.size()):
        if numbers[each] == last:
            continue
        last = numbers[each]
        first = w.sentence_starts[last]
        place = w.sentence_starts[last + 1] if last + 1 < <int32_t>w.sentence_starts.size() else w.n_tokens
        evaluate(m, t, w, code + at, max(start, first), min(stop, place))
    sort_unique(w.stack, base)
    return <int32_t>w.stack.size() - base or -1


cdef int32_t evaluate(
    Model* m, Tables* t, Workspace* w, const int32_t* code, int32_t start, int32_t stop
) noexcept nogil:
    cdef int32_t code_of = code[0], base = <int32_t>w.stack.size(), each, at = 3, count, middle
    cdef bint true
    if code_of == TERM:
        return push_term(m, w, code[2], code[3], start, stop) or -1
    if code_of == PHRASE:
        return push_phrase(m, w, code + 2, start, stop) or -1
    if code_of == AND:
        for each in range(code[2]):
            if evaluate(m, t, w, code + at, start, stop) < 0:
                w.stack.resize(base)
                return -1
            at += code[at + 1]
    elif code_of == OR:
        true = False
        for each in range(code[2]):
            true |= evaluate(m, t, w, code + at, start, stop) >= 0
            at += code[at + 1]
        if not true:
            return -1
    elif code_of == NOT:
        count = evaluate(m, t, w, code + 2, start, stop)
        w.stack.resize(base)
        return 0 if count < 0 else -1
    elif code_of == NEAR:
        if evaluate(m, t, w, code + 3, start, stop) <= 0:
            return -1
        middle = <int32_t>w.stack.size()
        if evaluate(m, t, w, code + 3 + code[4], start, stop) <= 0:
            w.stack.resize(base)
            return -1
        return push_near(m, w, code[2], base, middle) or -1
    elif code_of == COUNT:
        count = evaluate(m, t, w, code + 3, start, stop)
        if count < code[2]:
            w.stack.resize(base)
            return -1
        return count
    elif code_of == SENTENCE:
        return push_sentences(m, t, w, code + 2, start, stop)
    elif code_of == IN_TITLE:
        return evaluate(m, t, w, code + 2, start, min(stop, w.title_stop))
    else:
        return evaluate(m, t, w, code + 2, start, min(stop, w.title_stop + LEAD_WORDS))
    sort_unique(w.stack, base)
    return <int32_t>w.stack.size() - base


cdef void list_needs(Model* m, Tables* t) noexcept nogil:
    """Note of each rule a few terms that it can't do without: most that wake fail at one of them."""
    cdef int32_t rule, clause, at, count
    cdef const int32_t* code
    t.needs.assign(NEEDS * m.n_rules, -1)
    for rule in range(m.n_rules):
        code = m.programs + (m.program_stops[rule - 1] if rule else 0)
        at = 1
        count = 0
        for clause in range(code[0]):
            if code[at] == 1 and count < NEEDS and code[at + 2] < 1 << 30:
                t.needs[NEEDS * rule + count] = 2 * code[at + 2] + (code[at + 1] == CONCEPT)
                count += 1
            at += 1 + 2 * code[at]


cdef inline bint has_needs(Model* m, Tables* t, Workspace* w, int32_t rule) noexcept nogil:
    cdef int32_t each, need
    for each in range(NEEDS * rule, NEEDS * (rule + 1)):
        need = t.needs[each]
        if need < 0:
            return True
        if not (has_concept(m, w, need >> 1) if need & 1 else has_word(w, need >> 1)):
            return False
    return True


cdef inline void wake(Model* m, Tables* t, Workspace* w, const int32_t* rules, int32_t start, int32_t stop) noexcept nogil:
    cdef int32_t each
    for each in range(start, stop):
        if not w.awake[rules[each]] and has_needs(m, t, w, rules[each]):
            w.awake[rules[each]] = 1
            w.woken.push_back(rules[each])


cdef bint guarded(Model* m, Workspace* w, const int32_t* code) noexcept nogil:
    """Tell whether the article has a term of each clause that a rule needs."""
    cdef int32_t clause, term, at = 1
    cdef bint found
    for clause in range(code[0]):
        found = False
        for term in range(code[at]):
            if code[at + 1 + 2 * term] == WORD:
                found = has_word(w, code[at + 2 + 2 * term])
            else:
                found = has_concept(m, w, code[at + 2 + 2 * term])
            if found:
                break
        if not found:
            return False
        at += 1 + 2 * code[at]
    return True


cdef void apply_rules(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Evaluate the rules that the article wakes and lay what fires on its candidates."""
    cdef int32_t each, number, rule, count, place
    cdef const int32_t* code
    cdef vector[Span] fired
    cdef vector[int32_t] firing, counts
    cdef Candidate* candidate
    if m.n_rules == 0:
        return
    sort(w.token_prefixes.begin(), w.token_prefixes.end(), precedes)
    w.woken.clear()
    w.stack.clear()
    for each in range(<int32_t>w.distinct.size()):
        number = w.distinct[each]
        if number >= 0 and t.words[number].n_rules:
            wake(m, t, w, t.word_rules.data(), t.words[number].rules, t.words[number].rules + t.words[number].n_rules)
    number = -1
    for each in range(<int32_t>w.token_prefixes.size()):
        if w.token_prefixes[each].start != number:
            number = w.token_prefixes[each].start
            wake(
                m, t, w, t.prefix_rules.data(), t.prefix_rule_stops[number - 1] if number else 0,
                t.prefix_rule_stops[number],
            )
    for each in range(w.n_candidates):
        number = w.pool[each].concept
        wake(
            m, t, w, t.concept_rules.data(), t.concept_rule_stops[number - 1] if number else 0,
            t.concept_rule_stops[number],
        )
    for each in range(<int32_t>w.woken.size()):
        if each + 4 < <int32_t>w.woken.size():
            rule = w.woken[each + 4]
            FETCH_AHEAD(m.programs + (m.program_stops[rule - 1] if rule else 0))
        rule = w.woken[each]
        w.awake[rule] = 0
        code = m.programs + (m.program_stops[rule - 1] if rule else 0)
        if not guarded(m, w, code):
            continue
        count = evaluate(m, t, w, code + skip_clauses(code), 0, w.n_tokens)
        if count >= 0:
            # Rules see what the text names, not what other rules say.
            firing.push_back(rule)
            counts.push_back(count)
            for place in range(count):
                fired.push_back(w.stack[place])
        w.stack.clear()
    place = 0
    for each in range(<int32_t>firing.size()):
        candidate = candidate_of(w, m.rule_concepts[firing[each]])
        candidate.n_rules += 1
        for count in range(counts[each]):
            candidate.fired.push_back(fired[place])
            place += 1
