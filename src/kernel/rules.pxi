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
    MANY_SENTENCES = 256


ctypedef fused Code:
    # A program is read as it lies in the file.
    uint16_t
    int32_t


cdef inline int32_t section_of(Workspace* w, int32_t token) noexcept nogil:
    return token >= w.title_stop


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
    cdef const PrefixAt* at
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
        at = list_places(w, number)
        places = w.prefix_places.data() + at.start
        last = at.stop - at.start
        for each in range(first_at(places, last, start), last):
            if places[each] >= stop:
                break
            w.stack.push_back(Span(places[each], places[each] + 1))
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


cdef int32_t skip_clauses(const Code* code) noexcept nogil:
    """Return how many numbers clauses take."""
    cdef int32_t each, at = 1
    for each in range(code[0]):
        at += 1 + 2 * code[at]
    return at


cdef bint stands(Workspace* w, const Code* parts, int32_t length, int32_t first) noexcept nogil:
    """Tell whether the parts of a phrase stand from a token on, in one section."""
    cdef int32_t each, count, place
    cdef const PrefixAt* at
    if section_of(w, first) != section_of(w, first + length - 1):
        return False
    for each in range(length):
        if parts[2 * each] == WORD:
            if w.words[first + each] != parts[2 * each + 1]:
                return False
        else:
            at = list_places(w, parts[2 * each + 1])
            count = at.stop - at.start
            place = first_at(w.prefix_places.data() + at.start, count, first + each)
            if place == count or w.prefix_places[at.start + place] != first + each:
                return False
    return True


cdef inline int32_t times_of(Model* m, Workspace* w, int32_t kind, int32_t number) noexcept nogil:
    """Return how often a term stands in the article."""
    cdef Candidate* candidate
    if kind == WORD:
        return w.found[w.distinct_of[number]].count if w.distinct_of[number] >= 0 else 0
    if kind == PREFIX:
        return list_places(w, number).stop - list_places(w, number).start
    if not has_concept(m, w, number):
        return 0
    candidate = &w.pool[w.slot_of[number]]
    return <int32_t>(candidate.names.size() + candidate.evidence.size())


cdef int32_t push_phrase(
    Model* m, Workspace* w, const Code* code, int32_t start, int32_t stop
) noexcept nogil:
    """Put the places of a phrase on the stack; return how many."""
    cdef int32_t length = code[0], each, number, first, count, found = 0
    cdef int32_t rarest = 0, fewest = -1
    cdef const int32_t* places
    for each in range(length):
        count = times_of(m, w, code[1 + 2 * each], code[2 + 2 * each])
        if count == 0:
            return 0
        if fewest < 0 or count < fewest:
            fewest = count
            rarest = each
    number = code[2 + 2 * rarest]
    # By now the places of all prefixes are listed, so that none moves the others while they are read.
    if code[1 + 2 * rarest] == WORD:
        places = w.places.data() + w.place_stops[w.distinct_of[number]] - fewest
    else:
        places = w.prefix_places.data() + list_places(w, number).start
    first = first_at(places, fewest, start + rarest)
    while first < fewest:
        each = places[first] - rarest
        if each + length > stop:
            break
        if stands(w, code + 1, length, each):
            found += 1
            w.stack.push_back(Span(each, each + length))
        first += 1
    return found


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


cdef int32_t push_near(Workspace* w, int32_t distance, int32_t base, int32_t middle) noexcept nogil:
    """Keep the spans of both sides that have one of the other side near."""
    cdef int32_t top = <int32_t>w.stack.size(), each
    w.left_stops.clear()
    w.right_stops.clear()
    w.near.clear()
    for each in range(base, middle):
        w.left_stops.push_back(w.stack[each].stop)
    for each in range(middle, top):
        w.right_stops.push_back(w.stack[each].stop)
    sort(w.left_stops.begin(), w.left_stops.end())
    sort(w.right_stops.begin(), w.right_stops.end())
    for each in range(base, middle):
        if has_beside(w, w.stack[each], middle, top, w.right_stops.data(), distance):
            w.near.push_back(w.stack[each])
    for each in range(middle, top):
        if has_beside(w, w.stack[each], base, middle, w.left_stops.data(), distance):
            w.near.push_back(w.stack[each])
    w.stack.resize(base)
    w.stack.insert(w.stack.end(), w.near.begin(), w.near.end())
    sort_unique(w.stack, base)
    return <int32_t>w.stack.size() - base


cdef inline uint64_t sentence_bit(Workspace* w, int32_t token) noexcept nogil:
    return <uint64_t>1 << (w.sentence_of[token] & 63)


cdef uint64_t sentences_of(Model* m, Workspace* w, int32_t kind, int32_t number) noexcept nogil:
    """Return a bit for each sentence in which a term begins; every 64 sentences share one."""
    cdef int32_t each
    cdef uint64_t bits = 0
    cdef Candidate* candidate
    if kind == WORD:
        return w.sentences_of[w.distinct_of[number]] if has_word(w, number) else 0
    if kind == PREFIX:
        each = w.prefix_at[number].chain
        while each >= 0:
            bits |= w.sentences_of[w.chains[each].start]
            each = w.chains[each].stop
    elif has_concept(m, w, number):
        candidate = &w.pool[w.slot_of[number]]
        bits = candidate.sentences
        if not bits:
            for each in range(<int32_t>candidate.names.size()):
                bits |= sentence_bit(w, candidate.names[each].start)
            for each in range(<int32_t>candidate.evidence.size()):
                bits |= sentence_bit(w, candidate.evidence[each].start)
            candidate.sentences = bits
    return bits


cdef uint64_t shared_sentences(Model* m, Workspace* w, const Code* code) noexcept nogil:
    """Return the bits of the sentences that may have a term of each clause: most rules fail here."""
    cdef int32_t clause, term, at = 1
    cdef uint64_t shared = ~<uint64_t>0, bits
    for clause in range(code[0]):
        bits = 0
        for term in range(code[at]):
            bits |= sentences_of(m, w, code[at + 1 + 2 * term], code[at + 2 + 2 * term])
        shared &= bits
        if not shared:
            break
        at += 1 + 2 * code[at]
    return shared


cdef bint has_term(Model* m, Workspace* w, int32_t kind, int32_t number, int32_t start, int32_t stop) noexcept nogil:
    """Tell whether a term stands within a window."""
    cdef int32_t first, last, each
    cdef const PrefixAt* at
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
        at = list_places(w, number)
        last = at.stop - at.start
        first = first_at(w.prefix_places.data() + at.start, last, start)
        return first < last and w.prefix_places[at.start + first] < stop
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


cdef bint has_clauses(Model* m, Workspace* w, const Code* code, int32_t start, int32_t stop) noexcept nogil:
    """Tell whether a window has a term of each clause."""
    cdef int32_t clause, term, at = 1
    cdef bint found
    for clause in range(code[0]):
        found = False
        for term in range(code[at]):
            if has_term(m, w, code[at + 1 + 2 * term], code[at + 2 + 2 * term], start, stop):
                found = True
                break
        if not found:
            return False
        at += 1 + 2 * code[at]
    return True


cdef void within_sentence(
    Model* m, Tables* t, Workspace* w, const Code* code, int32_t number, int32_t start, int32_t stop, bint loose
) noexcept nogil:
    """Evaluate a node in one sentence, if that has a term of each of its clauses."""
    cdef int32_t first = w.sentence_starts[number], last = w.n_tokens
    if number + 1 < <int32_t>w.sentence_starts.size():
        last = w.sentence_starts[number + 1]
    first, last = max(start, first), min(stop, last)
    # Of a short text, no two sentences share a bit: this one is known to have them.
    if first < last and (w.sentence_starts.size() <= 64 or has_clauses(m, w, code, first, last)):
        evaluate(m, t, w, code + skip_clauses(code), first, last, loose)


cdef void list_sentences(
    Model* m, Workspace* w, const Code* code, int32_t start, int32_t stop, vector[int32_t]& numbers
) noexcept nogil:
    """List the sentences that have a term of the clause with the fewest places, sorted and each once."""
    cdef int32_t clause, term, at = 1, rarest = 1, fewest = -1, count, base = <int32_t>w.stack.size(), each
    for clause in range(code[0]):
        count = 0
        for term in range(code[at]):
            count += times_of(m, w, code[at + 1 + 2 * term], code[at + 2 + 2 * term])
        if fewest < 0 or count < fewest:
            fewest, rarest = count, at
        at += 1 + 2 * code[at]
    for term in range(code[rarest]):
        push_term(m, w, code[rarest + 1 + 2 * term], code[rarest + 2 + 2 * term], start, stop)
    for each in range(base, <int32_t>w.stack.size()):
        numbers.push_back(w.sentence_of[w.stack[each].start])
    w.stack.resize(base)
    sort(numbers.begin(), numbers.end())
    numbers.erase(unique(numbers.begin(), numbers.end()), numbers.end())


cdef int32_t within_sentences(
    Model* m, Tables* t, Workspace* w, const Code* code, int32_t start, int32_t stop, bint loose
) noexcept nogil:
    """Evaluate a node in each sentence that has a term of each of its clauses."""
    cdef int32_t base = <int32_t>w.stack.size(), n_sentences = <int32_t>w.sentence_starts.size(), each, number
    cdef vector[int32_t] numbers
    cdef uint64_t bits, shared
    # What woke the rule tells in which sentences its clauses meet.
    shared = w.awake.sentences if <size_t>(code - 2) == w.meeting else shared_sentences(m, w, code)
    if not shared:
        return -1
    if n_sentences > MANY_SENTENCES and code[0]:
        # Of a long text, too many share a bit: the rarest clause tells which to look into.
        list_sentences(m, w, code, start, stop, numbers)
        for each in range(<int32_t>numbers.size()):
            if shared >> (numbers[each] & 63) & 1:
                within_sentence(m, t, w, code, numbers[each], start, stop, loose)
    else:
        for each in range(0, n_sentences, 64):
            bits = shared
            while bits:
                number = each + trailing_zeros(bits)
                bits &= bits - 1
                if number >= n_sentences:
                    break
                within_sentence(m, t, w, code, number, start, stop, loose)
    if not loose:
        sort_unique(w.stack, base)
    return <int32_t>w.stack.size() - base or -1


cdef int32_t evaluate(
    Model* m, Tables* t, Workspace* w, const Code* code, int32_t start, int32_t stop, bint loose
) noexcept nogil:
    """Put the places of a node on the stack, sorted and each once unless it may be loose; return how many."""
    cdef int32_t code_of = code[0], base = <int32_t>w.stack.size(), each, at = 3, count, middle
    cdef bint true
    if code_of == TERM:
        return push_term(m, w, code[2], code[3], start, stop) or -1
    if code_of == PHRASE:
        return push_phrase(m, w, code + 2, start, stop) or -1
    if code_of == AND:
        for each in range(code[2]):
            if evaluate(m, t, w, code + at, start, stop, loose) < 0:
                w.stack.resize(base)
                return -1
            at += code[at + 1]
    elif code_of == OR:
        true = False
        for each in range(code[2]):
            true |= evaluate(m, t, w, code + at, start, stop, loose) >= 0
            at += code[at + 1]
        if not true:
            return -1
    elif code_of == NOT:
        count = evaluate(m, t, w, code + 2, start, stop, True)
        w.stack.resize(base)
        return 0 if count < 0 else -1
    elif code_of == NEAR:
        if evaluate(m, t, w, code + 3, start, stop, False) <= 0:
            return -1
        middle = <int32_t>w.stack.size()
        if evaluate(m, t, w, code + 3 + code[4], start, stop, False) <= 0:
            w.stack.resize(base)
            return -1
        return push_near(w, code[2], base, middle) or -1
    elif code_of == COUNT:
        count = evaluate(m, t, w, code + 3, start, stop, False)
        if count < code[2]:
            w.stack.resize(base)
            return -1
        return count
    elif code_of == SENTENCE:
        return within_sentences(m, t, w, code + 2, start, stop, loose)
    elif code_of == IN_TITLE:
        return evaluate(m, t, w, code + 2, start, min(stop, w.title_stop), loose)
    else:
        return evaluate(m, t, w, code + 2, start, min(stop, w.title_stop + LEAD_WORDS), loose)
    if not loose:
        sort_unique(w.stack, base)
    return <int32_t>w.stack.size() - base


cdef void apply_rules(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Evaluate the rules that the article wakes and lay what fires on its candidates."""
    cdef int32_t each, rule, count, place
    cdef Candidate* candidate
    if m.n_rules == 0:
        return
    w.stack.clear()
    w.firing.clear()
    w.fired.clear()
    meet_clauses(m, t, w)
    wake_rules(m, t, w)
    for each in range(<int32_t>w.woken.size()):
        w.awake = w.woken[each]
        rule = w.awake.rule
        w.meeting = t.sentences[rule]
        # Rules see what the text names, not what other rules say.
        if m.narrow_programs != NULL:
            count = evaluate(m, t, w, m.narrow_programs + t.nodes[rule], 0, w.n_tokens, True)
        else:
            count = evaluate(m, t, w, m.wide_programs + t.nodes[rule], 0, w.n_tokens, True)
        if count < 0:
            w.stack.clear()
            continue
        sort_unique(w.stack, 0)
        w.firing.push_back(Span(rule, <int32_t>w.stack.size()))
        w.fired.insert(w.fired.end(), w.stack.begin(), w.stack.end())
        w.stack.clear()
    place = 0
    for each in range(<int32_t>w.firing.size()):
        candidate = candidate_of(w, m.rule_concepts[w.firing[each].start])
        candidate.n_rules += 1
        count = w.firing[each].stop
        candidate.fired.insert(
            candidate.fired.end(), w.fired.begin() + place, w.fired.begin() + place + count
        )
        place += count
