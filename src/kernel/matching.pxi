# The longest label at each place, and which of its senses fit the spelling.

cdef enum:
    CONTEXT = 1
    EXACT = 2
    GIVEN_NAME = 1
    SURNAME = 2
    AFTER_COMMA = 4


cdef inline int32_t node_word(Model* m, int32_t node) noexcept nogil:
    return m.narrow_node_words[node] if m.narrow_node_words != NULL else m.wide_node_words[node]


cdef int32_t child(Model* m, int32_t node, int32_t word) noexcept nogil:
    """Return the node that a word leads to, or -1."""
    cdef int32_t low = m.child_stops[node - 1] if node else m.n_roots
    cdef int32_t stop = m.child_stops[node], high = stop, middle
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
    cdef int32_t sense
    cdef bint found = False
    for sense in range(m.sense_stops[node - 1] if node else 0, m.sense_stops[node]):
        if m.flags[sense] & EXACT:
            if not is_exact(m, t, w, sense, start, stop):
                continue
        elif not (w.uncased and stop - start > 1) and not capitals_fit(m, w, sense, start, stop):
            continue
        w.fitting.push_back(sense)
        found = True
    return found


cdef void find_small_roots(Model* m, Tables* t) noexcept nogil:
    """Mark the words that begin a label which may begin without a capital: of others only capitals count."""
    cdef int32_t node, sense, each
    t.small_roots.assign(m.n_nodes, 0)
    for node in range(m.n_nodes - 1, -1, -1):  # children stand behind their parents
        for sense in range(m.sense_stops[node - 1] if node else 0, m.sense_stops[node]):
            if m.flags[sense] & EXACT or not m.capitals[sense] & 1:
                t.small_roots[node] = 1
        for each in range(m.child_stops[node - 1] if node else m.n_roots, m.child_stops[node]):
            t.small_roots[node] |= t.small_roots[each]


cdef void find_matches(Model* m, Tables* t, Workspace* w) noexcept nogil:
    cdef int32_t start = 0, stop, node, word, size, before
    cdef Match best
    w.matches.clear()
    w.fitting.clear()
    while start < w.n_tokens:
        if start + 6 < w.n_tokens and 0 <= w.words[start + 6] < m.n_words:
            node = m.roots[w.words[start + 6]]
            if node >= 0:
                FETCH_AHEAD(&t.small_roots[node])
                if w.marks[start + 6] & CAPITAL_FIRST:
                    FETCH_AHEAD(m.child_stops + node)
                    FETCH_AHEAD(m.sense_stops + node)
        word = w.words[start]
        node = m.roots[word] if 0 <= word < m.n_words else -1
        if node < 0 or not (w.marks[start] & CAPITAL_FIRST or t.small_roots[node] or w.uncased):
            start += 1
            continue
        best.stop = -1
        before = <int32_t>w.fitting.size()
        stop = start + 1
        while True:
            size = <int32_t>w.fitting.size()
            if fit(m, t, w, node, start, stop):
                best = Match(start, stop, size, <int32_t>w.fitting.size())
            if stop == w.n_tokens or w.words[stop] < 0 or stop == w.title_stop:
                break
            node = child(m, node, w.words[stop])
            if node < 0 or not joined(t, w, stop, flags_of(m, w.words[stop]) & AFTER_COMMA):
                break
            stop += 1
        if best.stop < 0:
            start += 1
            continue
        for size in range(best.stop_sense - best.first_sense):
            w.fitting[before + size] = w.fitting[best.first_sense + size]
        best.stop_sense = before + best.stop_sense - best.first_sense
        best.first_sense = before
        w.fitting.resize(best.stop_sense)
        w.matches.push_back(best)
        start = best.stop
