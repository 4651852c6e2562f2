# Rules: which wake, and the places that make them true. A node that is false gives -1; one that is true
# leaves its places on the stack, sorted, and gives how many they are.

cdef enum:
    WORD = 0
    PREFIX = 1
    CONCEPT = 2

cdef enum:
    PHRASE = 0
    AND = 1
    OR = 2
    NOT = 3
    NEAR = 4
    COUNT = 5
    SENTENCE = 6
    IN_TITLE = 7
    IN_LEAD = 8
    APPEARED = 9
    OPERATORS = 10  # from here on terms, and behind these sets, each by its number

cdef enum:
    LEAD_WORDS = 60
    MANY_SENTENCES = 256
    ANYWHERE = 1 << 29  # more places than an article has


ctypedef fused Code:
    # A program is read as it lies in the file.
    uint16_t
    int32_t


cdef inline int32_t kind_of_term(Model* m, int32_t code) noexcept nogil:
    return m.terms[code - OPERATORS] & 3


cdef inline int32_t number_of_term(Model* m, int32_t code) noexcept nogil:
    return m.terms[code - OPERATORS] >> 2


cdef inline int32_t length_of(const Code* code) noexcept nogil:
    """Return how many numbers a node takes."""
    return 1 if code[0] >= OPERATORS else code[1]


cdef inline bint is_term(Model* m, int32_t code) noexcept nogil:
    return OPERATORS <= code < OPERATORS + m.n_terms


cdef inline bint is_absent(Model* m, Workspace* w, int32_t code) noexcept nogil:
    """Tell whether a term is a word that the article lacks."""
    cdef int32_t term = m.terms[code - OPERATORS]
    return term & 3 == WORD and w.distinct_of[term >> 2] < 0


cdef inline bint is_either(Model* m, int32_t code_of) noexcept nogil:
    """Tell whether a node is an OR: one of its own, or a set."""
    return code_of == OR or code_of >= OPERATORS + m.n_terms


cdef inline const Code* operands_of(Model* m, const Code* code, int32_t* length) noexcept nogil:
    """Return where the operands of a node lie, and how many numbers they take."""
    cdef int32_t number = code[0] - OPERATORS - m.n_terms, start
    if number < 0:
        start = 3 if code[0] == NEAR or code[0] == COUNT else 2
        length[0] = code[1] - start
        return code + start
    start = m.set_stops[number - 1] if number else 0
    length[0] = m.set_stops[number] - start
    if Code is uint16_t:
        return m.narrow_sets + start
    else:
        return m.wide_sets + start


cdef inline int32_t program_at(Model* m, int32_t rule) noexcept nogil:
    """Return where the program of a rule begins."""
    return m.program_stops[rule - 1] if rule else 0


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


cdef inline int32_t push_known(Model* m, Workspace* w, int32_t code, int32_t start, int32_t stop) noexcept nogil:
    """Put the places of a term that a program names on the stack; return how many."""
    return push_term(m, w, kind_of_term(m, code), number_of_term(m, code), start, stop)


cdef bint stands(Model* m, Workspace* w, const Code* parts, int32_t length, int32_t first) noexcept nogil:
    """Tell whether the parts of a phrase stand from a token on, in one section."""
    cdef int32_t each, count, place
    cdef const PrefixAt* at
    if section_of(w, first) != section_of(w, first + length - 1):
        return False
    for each in range(length):
        if kind_of_term(m, parts[each]) == WORD:
            if w.words[first + each] != number_of_term(m, parts[each]):
                return False
        else:
            at = list_places(w, number_of_term(m, parts[each]))
            count = at.stop - at.start
            place = first_at(w.prefix_places.data() + at.start, count, first + each)
            if place == count or w.prefix_places[at.start + place] != first + each:
                return False
    return True


cdef inline int32_t times_of(Model* m, Workspace* w, int32_t code) noexcept nogil:
    """Return how often a term stands in the article."""
    cdef int32_t kind = kind_of_term(m, code), number = number_of_term(m, code)
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
    cdef int32_t length = code[1] - 2, each, number, first, count, found = 0
    cdef int32_t rarest = 0, fewest = -1
    cdef const int32_t* places
    for each in range(length):
        count = times_of(m, w, code[2 + each])
        if count == 0:
            return 0
        if fewest < 0 or count < fewest:
            fewest = count
            rarest = each
    number = number_of_term(m, code[2 + rarest])
    # By now the places of all prefixes are listed, so that none moves the others while they are read.
    if kind_of_term(m, code[2 + rarest]) == WORD:
        places = w.places.data() + w.place_stops[w.distinct_of[number]] - fewest
    else:
        places = w.prefix_places.data() + list_places(w, number).start
    first = first_at(places, fewest, start + rarest)
    while first < fewest:
        each = places[first] - rarest
        if each + length > stop:
            break
        if stands(m, w, code + 2, length, each):
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


cdef uint64_t sentences_with(Model* m, Workspace* w, const Code* code) noexcept nogil:
    """Return the bits of the sentences that may make a node true: they have a term of all that it needs."""
    cdef int32_t at = 0, length
    cdef bint either = is_either(m, code[0])
    cdef uint64_t bits = 0 if either else ~<uint64_t>0
    if is_term(m, code[0]):
        return sentences_of(m, w, kind_of_term(m, code[0]), number_of_term(m, code[0]))
    if code[0] == NOT or code[0] == APPEARED:
        return bits
    code = operands_of(m, code, &length)
    while at < length and (either or bits):
        if either:
            bits |= sentences_with(m, w, code + at)
        else:
            bits &= sentences_with(m, w, code + at)
        at += length_of(code + at)
    return bits


cdef int32_t places_of(Model* m, Workspace* w, const Code* code) noexcept nogil:
    """Return at how many places a node must be looked for; anywhere, if it needs no term."""
    cdef int32_t at = 0, length, count
    cdef bint either = is_either(m, code[0])
    cdef int32_t fewest = 0 if either else ANYWHERE
    if is_term(m, code[0]):
        return times_of(m, w, code[0])
    if code[0] == NOT or code[0] == APPEARED:
        return ANYWHERE
    code = operands_of(m, code, &length)
    while at < length:
        count = places_of(m, w, code + at)
        fewest = min(<int32_t>ANYWHERE, fewest + count) if either else min(fewest, count)
        at += length_of(code + at)
    return fewest


cdef inline bint appeared(Workspace* w, const Code* code) noexcept nogil:
    return code[2] <= w.year <= code[3]  # one without a year lies before all


cdef bint may_be_true(Model* m, Workspace* w, const Code* code) noexcept nogil:
    """Tell whether an article of its year has as many places as a node counts: most rules that count fail here."""
    cdef int32_t at = 0, length
    cdef const Code* operands
    if code[0] == APPEARED:
        return appeared(w, code)
    if code[0] != AND and code[0] != COUNT:
        return True
    operands = operands_of(m, code, &length)
    if code[0] == COUNT:
        return places_of(m, w, operands) >= code[2]
    while at < length:
        if not may_be_true(m, w, operands + at):
            return False
        at += length_of(operands + at)
    return True


cdef void push_places(Model* m, Workspace* w, const Code* code, int32_t start, int32_t stop) noexcept nogil:
    """Put the places on the stack at which a node must be looked for: of what it needs, the fewest."""
    cdef int32_t at = 0, length, count, best = 0, fewest = ANYWHERE
    cdef bint either = is_either(m, code[0])
    if is_term(m, code[0]):
        push_known(m, w, code[0], start, stop)
        return
    if code[0] == APPEARED:
        return
    code = operands_of(m, code, &length)
    while at < length:
        if either:
            push_places(m, w, code + at, start, stop)
        else:
            count = places_of(m, w, code + at)
            if count < fewest:
                best, fewest = at, count
        at += length_of(code + at)
    if not either:
        push_places(m, w, code + best, start, stop)


cdef void list_sentences(
    Model* m, Workspace* w, const Code* code, int32_t start, int32_t stop, vector[int32_t]& numbers
) noexcept nogil:
    """List the sentences that may make a node true, sorted and each once."""
    cdef int32_t base = <int32_t>w.stack.size(), each
    push_places(m, w, code, start, stop)
    for each in range(base, <int32_t>w.stack.size()):
        numbers.push_back(w.sentence_of[w.stack[each].start])
    w.stack.resize(base)
    sort(numbers.begin(), numbers.end())
    numbers.erase(unique(numbers.begin(), numbers.end()), numbers.end())


cdef void within_sentence(
    Model* m, Tables* t, Workspace* w, const Code* code, int32_t number, int32_t start, int32_t stop, bint loose
) noexcept nogil:
    """Evaluate a node in one sentence."""
    cdef int32_t first = w.sentence_starts[number], last = w.n_tokens
    if number + 1 < <int32_t>w.sentence_starts.size():
        last = w.sentence_starts[number + 1]
    first, last = max(start, first), min(stop, last)
    if first < last:
        evaluate(m, t, w, code, first, last, loose)


cdef int32_t within_sentences(
    Model* m, Tables* t, Workspace* w, const Code* code, int32_t start, int32_t stop, bint loose
) noexcept nogil:
    """Evaluate a node in each sentence that has a term of all that it needs: most rules fail here."""
    cdef int32_t base = <int32_t>w.stack.size(), n_sentences = <int32_t>w.sentence_starts.size(), each, number
    cdef vector[int32_t] numbers
    cdef uint64_t bits, shared
    # What woke the rule tells in which sentences its clauses meet.
    shared = w.awake.sentences if <size_t>(code - 2) == w.meeting else sentences_with(m, w, code)
    if not shared:
        return -1
    if n_sentences > MANY_SENTENCES:
        # Of a long text, too many share a bit: what has the fewest places tells which to look into.
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
    cdef int32_t code_of = code[0], base = <int32_t>w.stack.size(), at = 0, length, count, middle
    cdef const Code* operands
    cdef bint true
    if is_term(m, code_of):
        return push_known(m, w, code_of, start, stop) or -1
    if code_of == PHRASE:
        return push_phrase(m, w, code, start, stop) or -1
    if code_of == APPEARED:
        return 0 if appeared(w, code) else -1
    operands = operands_of(m, code, &length)
    if code_of == AND:
        while at < length:
            if evaluate(m, t, w, operands + at, start, stop, loose) < 0:
                w.stack.resize(base)
                return -1
            at += length_of(operands + at)
    elif is_either(m, code_of):
        true = False
        while at < length:
            if is_term(m, operands[at]):  # as most sides are
                if not is_absent(m, w, operands[at]):
                    true |= push_known(m, w, operands[at], start, stop) > 0
                at += 1
            else:
                true |= evaluate(m, t, w, operands + at, start, stop, loose) >= 0
                at += length_of(operands + at)
        if not true:
            return -1
    elif code_of == NOT:
        count = evaluate(m, t, w, operands, start, stop, True)
        w.stack.resize(base)
        return 0 if count < 0 else -1
    elif code_of == NEAR:
        if evaluate(m, t, w, operands, start, stop, False) <= 0:
            return -1
        middle = <int32_t>w.stack.size()
        if evaluate(m, t, w, operands + length_of(operands), start, stop, False) <= 0:
            w.stack.resize(base)
            return -1
        return push_near(w, code[2], base, middle) or -1
    elif code_of == COUNT:
        count = evaluate(m, t, w, operands, start, stop, False)
        if count < code[2]:
            w.stack.resize(base)
            return -1
        return count
    elif code_of == SENTENCE:
        return within_sentences(m, t, w, operands, start, stop, loose)
    elif code_of == IN_TITLE:
        return evaluate(m, t, w, operands, start, min(stop, w.title_stop), loose)
    else:
        return evaluate(m, t, w, operands, start, min(stop, w.title_stop + LEAD_WORDS), loose)
    if not loose:
        sort_unique(w.stack, base)
    return <int32_t>w.stack.size() - base


cdef int32_t try_rule(Model* m, Tables* t, Workspace* w, const Code* code) noexcept nogil:
    """Evaluate a whole rule."""
    return evaluate(m, t, w, code, 0, w.n_tokens, True) if may_be_true(m, w, code) else -1


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
            count = try_rule(m, t, w, m.narrow_programs + program_at(m, rule))
        else:
            count = try_rule(m, t, w, m.wide_programs + program_at(m, rule))
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
