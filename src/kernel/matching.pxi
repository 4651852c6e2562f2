# The longest label at each place, and which of its senses fit the spelling.

cdef enum:
    # Flags of a sense: two of the file, then what its concept is.
    CONTEXT = 1
    EXACT = 2
    PERSON = 4
    PLACE = 8
    BODY = 16
    EVENT = 32

cdef enum:
    GIVEN_NAME = 1
    SURNAME = 2
    AFTER_COMMA = 4

cdef enum:
    SPELLINGS = 1 << 16  # a sense has sixteen bits for the number of its spelling


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


cdef uint8_t what_is(Model* m, int32_t facet) noexcept nogil:
    """Return the flag of the senses whose concepts have a facet, so that nobody has to look there."""
    if facet == m.people:
        return PERSON
    if facet == m.places:
        return PLACE
    if facet == m.organizations:
        return BODY
    return EVENT if facet == m.events else 0


cdef inline int32_t spelling_of(Model* m, int32_t sense) noexcept nogil:
    cdef int32_t number = m.capitals[sense]
    while m.exact_senses[number] != sense:
        number += SPELLINGS
    return number


cdef bint is_exact(Model* m, Tables* t, Workspace* w, int32_t sense, int32_t start, int32_t stop) noexcept nogil:
    cdef int32_t place, first, length, begin = w.starts[start], number = spelling_of(m, sense)
    first = t.spelling_stops[number - 1] if number else 0
    length = t.spelling_stops[number] - first
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


cdef int32_t find_openings(Workspace* w) noexcept nogil:
    """List the tokens at which a match may begin, and whether it may go on; return how many there are.

    There is no branch: of each ten words, six begin some label, and the processor would guess wrongly.
    """
    cdef int32_t start, each, word, count = 0, n = w.n_tokens
    cdef uint32_t capital, small, root, within, further, uncased = w.uncased
    if <int32_t>w.openings.size() < n:
        w.openings.resize(n)
    cdef Opening* openings = w.openings.data()
    cdef const int32_t* local = w.local.data()
    cdef const int32_t* words = w.words.data()
    cdef const uint8_t* marks = w.marks.data()
    cdef const int32_t* root_of = w.root_of.data()
    cdef const uint8_t* small_of = w.small_of.data()
    cdef const uint64_t* followers_of = w.followers_of.data()
    for start in range(n):
        each = local[start]
        root = root_of[each] >= 0
        small = small_of[each]
        capital = (marks[start] & CAPITAL_FIRST) | uncased
        within = start + 1 < n
        word = words[start + within]
        within = within & (start + 1 != w.title_stop) & (word >= 0)
        further = <uint32_t>(followers_of[each] >> (word & 63) & within)
        openings[count] = Opening(start, further)
        # SOME_SENSE stands behind SMALL_SENSE.
        count += root & (capital | small & SMALL_LABEL) & (further | small >> 1 + capital)
    return count


cdef int32_t follow_openings(Model* m, Tables* t, Workspace* w, int32_t count) noexcept nogil:
    """Find the node of the first two words at each opening; drop those that lead nowhere.

    Whatever is read is asked for six openings before.
    """
    cdef int32_t each, ahead, root, start, node, kept = 0
    cdef uint8_t capital
    cdef Opening* openings = w.openings.data()
    for each in range(count):
        ahead = each + 6
        if ahead < count:
            root = w.root_of[w.local[openings[ahead].start]]
            FETCH_AHEAD(&m.flags[t.roots[root].first_sense])
            if openings[ahead].child:
                prefetch_word(m, (t.roots[root].first_child + t.roots[root].stop_child) // 2)
        start = openings[each].start
        node = -1
        if openings[each].child:
            node = child(m, t, w.root_of[w.local[start]], w.words[start + 1])
            if node < 0:
                capital = w.marks[start] & CAPITAL_FIRST or w.uncased
                if not w.small_of[w.local[start]] & (SOME_SENSE if capital else SMALL_SENSE):
                    continue
            else:
                FETCH_AHEAD(m.child_stops + node)
                FETCH_AHEAD(m.sense_stops + node)
        openings[kept] = Opening(start, node)
        kept += 1
    return kept


cdef void describe_match(Model* m, Workspace* w, Match* match) noexcept nogil:
    """Sum up what the senses of a match are."""
    cdef int32_t each, sense
    match.some = match.kinds = 0
    match.all = 0xFF
    for each in range(match.first_sense, match.stop_sense):
        sense = w.fitting[each]
        match.some |= m.flags[sense]
        match.all &= m.flags[sense]
        match.kinds |= 1 << m.kind[sense]


cdef void find_matches(Model* m, Tables* t, Workspace* w) noexcept nogil:
    cdef int32_t start, stop = 0, node, size, before, each, count, n = w.n_tokens
    cdef Match best
    w.matches.clear()
    w.fitting.clear()
    count = follow_openings(m, t, w, find_openings(w))
    for each in range(count):
        if each + 4 < count and w.openings[each + 4].child > 0:
            FETCH_AHEAD(&m.flags[m.sense_stops[w.openings[each + 4].child - 1]])
        start = w.openings[each].start
        if start < stop:  # within the last match
            continue
        best.stop = -1
        before = <int32_t>w.fitting.size()
        node = w.root_of[w.local[start]]
        stop = start + 1
        while True:
            size = <int32_t>w.fitting.size()
            if fit(m, t, w, node, start, stop):
                best.stop = stop
                best.first_sense, best.stop_sense = size, <int32_t>w.fitting.size()
            if stop == start + 1:
                node = w.openings[each].child
            elif stop == n or w.words[stop] < 0 or stop == w.title_stop:
                break
            else:
                node = child(m, t, node, w.words[stop])
            if node < 0 or not joined(t, w, stop, flags_of(m, w.words[stop]) & AFTER_COMMA):
                break
            stop += 1
        if best.stop < 0:
            stop = start
            continue
        best.start = start
        for size in range(best.stop_sense - best.first_sense):
            w.fitting[before + size] = w.fitting[best.first_sense + size]
        best.stop_sense = before + best.stop_sense - best.first_sense
        best.first_sense = before
        w.fitting.resize(best.stop_sense)
        describe_match(m, w, &best)
        best.one = in_one_piece(w, start, best.stop)
        w.matches.push_back(best)
        stop = best.stop
