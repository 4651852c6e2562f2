# The longest label at each place, and which of its senses fit the spelling.

cdef enum:
    CONTEXT = 1
    EXACT = 2
    GIVEN_NAME = 1
    SURNAME = 2
    AFTER_COMMA = 4


cdef inline int32_t node_word(Model* m, int32_t node) noexcept nogil:
    return m.narrow_node_words[node] if m.narrow_node_words != NULL else m.wide_node_words[node]


cdef inline void prefetch_word(Model* m, int32_t node) noexcept nogil:
    if m.narrow_node_words != NULL:
        FETCH_AHEAD(m.narrow_node_words + node)
    else:
        FETCH_AHEAD(m.wide_node_words + node)


cdef int32_t child(Model* m, Tables* t, int32_t node, int32_t word) noexcept nogil:
    """Return the node that a word leads to, or -1."""
    cdef int32_t low, stop, high, middle
    if node < m.n_roots:
        low, stop = t.roots[node].first_child, t.roots[node].stop_child
    else:
        low, stop = m.child_stops[node - 1], m.child_stops[node]
    high = stop
    while low < high:
        middle = low + (high - low) // 2
        if node_word(m, middle) < word:
            low = middle + 1
        else:
            high = middle
    return low if low < stop and node_word(m, low) == word else -1


cdef inline uint8_t flags_of(Model* m, int32_t word) noexcept nogil:
    return m.word_flags[word] if 0 <= word < m.n_words else 0


cdef bint is_exact(Model* m, Tables* t, Workspace* w, int32_t sense, int32_t start, int32_t stop) noexcept nogil:
    cdef int32_t low = 0, high = m.n_exact, middle, place, first, length, begin = w.starts[start]
    while low < high:
        middle = (low + high) // 2
        if m.exact_senses[middle] < sense:
            low = middle + 1
        else:
            high = middle
    first = t.spelling_stops[low - 1] if low else 0
    length = t.spelling_stops[low] - first
    if w.stops[stop - 1] - begin != length:
        return False
    for place in range(length):
        if character(w, begin + place) != t.spellings[first + place]:
            return False
    # Between shouted words, capitals say nothing: "TELL US NOW" is not about a country.
    if start == 0 and stop == w.n_tokens:
        return True
    return not (
        (start == 0 or w.marks[start - 1] & SHOUTED) and (stop == w.n_tokens or w.marks[stop] & SHOUTED)
    )


cdef bint capitals_fit(Model* m, Workspace* w, int32_t sense, int32_t start, int32_t stop) noexcept nogil:
    cdef uint16_t mask = m.capitals[sense]
    while mask and start < stop:
        if mask & 1 and not w.marks[start] & CAPITAL_FIRST:
            return False
        mask >>= 1
        start += 1
    return True


cdef bint fit(Model* m, Tables* t, Workspace* w, int32_t node, int32_t start, int32_t stop) noexcept nogil:
    """Put the senses of a node that fit the spelling on the end of ``fitting``; tell whether there is one."""
    cdef int32_t sense, first, last
    cdef bint found = False
    if node < m.n_roots:
        first, last = t.roots[node].first_sense, t.roots[node].stop_sense
    else:
        first, last = m.sense_stops[node - 1], m.sense_stops[node]
    for sense in range(first, last):
        if m.flags[sense] & EXACT:
            if not is_exact(m, t, w, sense, start, stop):
                continue
        elif not (w.uncased and stop - start > 1) and not capitals_fit(m, w, sense, start, stop):
            continue
        w.fitting.push_back(sense)
        found = True
    return found


cdef int find_roots(Model* m, Tables* t) except -1:
    """Sum up what each root leads to.

    Of labels that begin with a capital, only a capital begins one: that spares most of the look-ups.
    """
    cdef int32_t node, sense, each, first, word, exact = m.n_exact - 1
    cdef vector[uint8_t] small
    cdef Root* root
    small.assign(m.n_nodes, 0)
    t.roots.resize(m.n_roots)
    for node in range(m.n_nodes - 1, -1, -1):  # children stand behind their parents
        first = m.sense_stops[node - 1] if node else 0
        for sense in range(m.sense_stops[node] - 1, first - 1, -1):
            if m.flags[sense] & EXACT:
                while exact >= 0 and m.exact_senses[exact] > sense:
                    exact -= 1
                each = t.spelling_stops[exact - 1] if exact > 0 else 0
                if exact >= 0 and t.spelling_stops[exact] > each and kind_of(t.spellings[each]) & LOWER:
                    small[node] |= SMALL_LABEL | SMALL_SENSE
            elif not m.capitals[sense] & 1:
                small[node] |= SMALL_LABEL | SMALL_SENSE
        first = m.child_stops[node - 1] if node else m.n_roots
        for each in range(first, m.child_stops[node]):
            small[node] |= small[each] & SMALL_LABEL
        if node < m.n_roots:
            root = &t.roots[node]
            root.small = small[node]
            root.first_child, root.stop_child = first, m.child_stops[node]
            root.first_sense = m.sense_stops[node - 1] if node else 0
            root.stop_sense = m.sense_stops[node]
            root.followers = 0
            for each in range(first, m.child_stops[node]):
                root.followers |= <uint64_t>1 << (node_word(m, each) & 63)
    for word in range(m.n_words):
        if m.roots[word] >= m.n_roots:
            raise ValueError(f"word {word} begins labels at node {m.roots[word]}, which is no root")
        t.words[word].root = m.roots[word]
    return 0


cdef inline bint may_follow(Workspace* w, int32_t token) noexcept nogil:
    """Tell whether a label may go on from the first word at a token to the next one."""
    cdef int32_t stop = token + 1
    if stop == w.n_tokens or w.words[stop] < 0 or stop == w.title_stop:
        return False
    return w.followers_of[w.local[token]] >> (w.words[stop] & 63) & 1


cdef void find_matches(Model* m, Tables* t, Workspace* w) noexcept nogil:
    cdef int32_t start, stop = 0, node, size, before, each, ahead, n = w.n_tokens
    cdef bint capital, further
    cdef Match best
    w.matches.clear()
    w.fitting.clear()
    w.openings.clear()
    # First where a label may begin, asking for what will be read there.
    for start in range(n):
        each = w.local[start]
        if w.root_of[each] < 0:
            continue
        capital = w.marks[start] & CAPITAL_FIRST or w.uncased
        if not (capital or w.small_of[each] & SMALL_LABEL):
            continue
        further = may_follow(w, start)
        if further or w.small_of[each] & (SOME_SENSE if capital else SMALL_SENSE):
            w.openings.push_back(Span(start, further))
    for ahead in range(<int32_t>w.openings.size()):
        if ahead + 6 < <int32_t>w.openings.size():
            each = w.root_of[w.local[w.openings[ahead + 6].start]]
            FETCH_AHEAD(&m.flags[t.roots[each].first_sense])
            if w.openings[ahead + 6].stop:
                prefetch_word(m, (t.roots[each].first_child + t.roots[each].stop_child) // 2)
        start = w.openings[ahead].start
        if start < stop:  # within the last match
            continue
        best.stop = -1
        before = <int32_t>w.fitting.size()
        node = w.root_of[w.local[start]]
        stop = start + 1
        further = w.openings[ahead].stop
        while True:
            size = <int32_t>w.fitting.size()
            if fit(m, t, w, node, start, stop):
                best = Match(start, stop, size, <int32_t>w.fitting.size())
            if not further or stop == n or w.words[stop] < 0 or stop == w.title_stop:
                break
            node = child(m, t, node, w.words[stop])
            if node < 0 or not joined(t, w, stop, flags_of(m, w.words[stop]) & AFTER_COMMA):
                break
            stop += 1
        if best.stop < 0:
            stop = start
            continue
        for size in range(best.stop_sense - best.first_sense):
            w.fitting[before + size] = w.fitting[best.first_sense + size]
        best.stop_sense = before + best.stop_sense - best.first_sense
        best.first_sense = before
        w.fitting.resize(best.stop_sense)
        w.matches.push_back(best)
        stop = best.stop
