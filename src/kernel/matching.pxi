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
    CAPITALS = 8  # words of which a sense may want a capital


ctypedef fused NodeWord:
    uint16_t
    int32_t


cdef inline int32_t child_among(const NodeWord* words, int32_t low, int32_t count, int32_t word) noexcept nogil:
    """Halve without a branch: what is guessed wrongly costs more than a step too many."""
    cdef int32_t half
    while count > 1:
        half = count >> 1
        low += half & -<int32_t>(words[low + half - 1] < word)
        count -= half
    return low | -<int32_t>(words[low] != word)


cdef inline int32_t child(Model* m, Tables* t, int32_t low, int32_t stop, int32_t word) noexcept nogil:
    """Return which of some nodes, the children of one, a word leads to, or -1."""
    cdef int32_t following = t.words[word].following
    if low == stop or following < 0:
        return -1
    if m.narrow_node_words != NULL:
        return child_among(m.narrow_node_words, low, stop - low, following)
    return child_among(m.wide_node_words, low, stop - low, following)


cdef inline int32_t node_word(Model* m, int32_t node) noexcept nogil:
    return m.narrow_node_words[node] if m.narrow_node_words != NULL else m.wide_node_words[node]


cdef inline void expect_child(Model* m, int32_t low, int32_t stop) noexcept nogil:
    """Ask for the node where halving begins."""
    if m.narrow_node_words != NULL:
        FETCH_AHEAD(m.narrow_node_words + (low + stop) // 2)
    else:
        FETCH_AHEAD(m.wide_node_words + (low + stop) // 2)


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


cdef inline bint may_follow_comma(Model* m, Workspace* w, int32_t token) noexcept nogil:
    """Tell whether some label has a word behind a comma; of no other character does anybody ask."""
    return character(w, w.stops[token - 1]) == 44 and flags_of(m, w.words[token]) & AFTER_COMMA


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


cdef inline bint fit(
    Model* m, Tables* t, Workspace* w, int32_t node, int32_t start, int32_t stop, uint32_t small, Match* match
) noexcept nogil:
    """Put the senses of a node that fit the spelling behind the match's first; tell whether there is one.

    ``small`` has a bit for each word that is written small, of those of which a sense may want a capital. Where a
    sense fits, the match is that of this node: what its senses are is summed up in it.
    """
    cdef int32_t sense, first, last, count
    cdef int32_t* fitting
    cdef uint8_t flags, some = 0, all = 0xFF, kinds = 0
    cdef bint fits
    if node < m.n_roots:
        first, last = t.roots[node].first_sense, t.roots[node].stop_sense
    else:
        first, last = m.sense_stops[node - 1], m.sense_stops[node]
    if first == last:
        return False
    count = match.first_sense
    if <int32_t>w.fitting.size() < count + last - first:
        w.fitting.resize(2 * (count + last - first))
    fitting = w.fitting.data()
    for sense in range(first, last):
        flags = m.flags[sense]
        if flags & EXACT:
            fits = is_exact(m, t, w, sense, start, stop)
        else:
            fits = not m.capitals[sense] & small
        if count == match.first_sense and not fits:
            continue
        fitting[count] = sense
        count += fits
        some |= flags & -<int>fits
        all &= flags | (<int>fits - 1)
        kinds |= fits << m.kind[sense]
    if count == match.first_sense:
        return False
    match.stop, match.stop_sense = stop, count
    match.some, match.all, match.kinds = some, all, kinds
    return True


cdef enum:
    SMALL_LABEL = 1  # some label that begins with a node may begin without a capital
    SMALL_SENSE = 2  # the node means something without a capital
    MIXED_SENSE = 4  # the node means something that need not be all capitals
    SOME_SENSE = 8


cdef uint8_t how_spelled(Tables* t, int32_t number) except? 255:
    """Tell how a word may be written that has one spelling."""
    cdef int32_t place, first = t.spelling_stops[number - 1] if number else 0, stop = t.spelling_stops[number]
    if first < stop and kind_of(t.spellings[first]) & LOWER:
        return SMALL_LABEL | SMALL_SENSE | MIXED_SENSE | SOME_SENSE
    for place in range(first, stop):
        if not 65 <= t.spellings[place] <= 90:
            return MIXED_SENSE | SOME_SENSE
    return SOME_SENSE if stop - first > 1 else MIXED_SENSE | SOME_SENSE


cdef inline uint8_t gate_of(uint8_t known) noexcept nogil:
    cdef uint8_t gate = ONWARDS << CAPITALISED | ONWARDS << ALL_CAPITALS
    if known & SMALL_LABEL:
        gate |= ONWARDS << SMALL
    if known & SMALL_SENSE:
        gate |= ALONE << SMALL
    if known & MIXED_SENSE:
        gate |= ALONE << CAPITALISED
    if known & SOME_SENSE:
        gate |= ALONE << ALL_CAPITALS
    return gate


cdef int find_roots(Model* m, Tables* t, const int32_t[::1] roots, const int32_t[::1] following) except -1:
    """Sum up what each root leads to, given the numbers of words that begin labels, and that follow others.

    Of labels that begin with a capital, only a capital begins one: that spares most of the look-ups.
    """
    cdef int32_t node, sense, each, first, word
    cdef vector[uint8_t] known
    cdef vector[uint8_t] follower  # its bit among those of ``Root.followers``, by number of a word that follows others
    cdef Root* root
    for word in range(m.n_words):
        t.words[word].root, t.words[word].following = roots[word], following[word]
        if following[word] >= 0:
            follower.push_back(word & 63)
    known.assign(m.n_nodes, 0)
    t.roots.resize(m.n_roots + 1)  # there is one to be read
    for node in range(m.n_nodes - 1, -1, -1):  # children stand behind their parents
        first = m.sense_stops[node - 1] if node else 0
        for sense in range(first, m.sense_stops[node]):
            if m.flags[sense] & EXACT:
                known[node] |= how_spelled(t, spelling_of(m, sense))
            else:
                known[node] |= MIXED_SENSE | SOME_SENSE
                if not m.capitals[sense] & 1:
                    known[node] |= SMALL_LABEL | SMALL_SENSE
        first = m.child_stops[node - 1] if node else m.n_roots
        for each in range(first, m.child_stops[node]):
            known[node] |= known[each] & SMALL_LABEL
        if node < m.n_roots:
            root = &t.roots[node]
            root.gate = gate_of(known[node])
            root.first_child, root.stop_child = first, m.child_stops[node]
            root.first_sense = m.sense_stops[node - 1] if node else 0
            root.stop_sense = m.sense_stops[node]
            root.followers = 0
            for each in range(first, m.child_stops[node]):
                root.followers |= <uint64_t>1 << follower[node_word(m, each)]
    return 0


cdef inline uint32_t is_small(Workspace* w, int32_t token) noexcept nogil:
    return ~w.marks[token] & CAPITAL_FIRST


cdef inline uint32_t writing_of(Workspace* w, int32_t token) noexcept nogil:
    """Return how a word is written: what is SHOUTED is CAPITAL_FIRST, too."""
    return w.marks[token] & (CAPITAL_FIRST | SHOUTED) | w.uncased


cdef int32_t find_openings(Workspace* w) noexcept nogil:
    """List the tokens at which a match may begin, and whether it may go on; return how many there are.

    There is no branch: of each ten words, six begin some label, and the processor would guess wrongly.
    """
    cdef int32_t start, word, count = 0, last = w.n_tokens - 1
    cdef uint32_t gate, further
    if last < 0:
        return 0
    if <int32_t>w.openings.size() <= last:
        w.openings.resize(last + 1)
    cdef Opening* openings = w.openings.data()
    cdef const int32_t* local = w.local.data()
    cdef const int32_t* words = w.words.data()
    cdef const uint8_t* marks = w.marks.data()
    cdef const Lead* leads = w.leads.data()
    cdef const Lead* lead
    cdef uint32_t uncased = w.uncased
    for start in range(last):
        lead = leads + local[start]
        word = words[start + 1]
        gate = lead.gate >> (marks[start] & (CAPITAL_FIRST | SHOUTED) | uncased)
        further = <uint32_t>(lead.followers >> (word & 63)) & gate >> 4 & (word >= 0)
        openings[count].start = start
        openings[count].child = further
        count += (gate | further) & 1
    openings[count] = Opening(last, 0)
    count += leads[local[last]].gate >> writing_of(w, last) & 1
    return count


cdef extern from "halving.h" namespace "halving" nogil:
    void look_up_all[Number](const Number* words, int32_t n, LookUp* all)


cdef void look_up_seconds(Model* m, Tables* t, Workspace* w, int32_t count) noexcept nogil:
    """Look up the second word of each opening that may have one, in their order."""
    cdef int32_t each, start, n = 0
    cdef Opening* openings = w.openings.data()
    cdef const Root* root
    if <int32_t>w.look_ups.size() < count + AT_ONCE:
        w.look_ups.resize(2 * count + AT_ONCE)
    cdef LookUp* look_ups = w.look_ups.data()
    for each in range(count):
        start = openings[each].start
        root = &t.roots[w.root_of[w.local[start]]]
        FETCH_AHEAD(&m.flags[root.first_sense])
        expect_child(m, root.first_child, root.stop_child)
        look_ups[n].low, look_ups[n].count = root.first_child, root.stop_child - root.first_child
        openings[each].child &= start + 1 != w.title_stop
        look_ups[n].word = t.words[w.words[start + 1] & -openings[each].child].following
        n += openings[each].child  # no branch: which have one, nobody can guess
    if m.narrow_node_words != NULL:
        look_up_all(m.narrow_node_words, n, look_ups)
    else:
        look_up_all(m.wide_node_words, n, look_ups)


cdef int32_t follow_openings(Model* m, Tables* t, Workspace* w, int32_t count) noexcept nogil:
    """Find the node of the first two words at each opening; drop those that lead nowhere."""
    cdef int32_t each, start, node, n = 0, kept = 0, has
    cdef Opening* openings = w.openings.data()
    look_up_seconds(m, t, w, count)
    cdef const LookUp* look_ups = w.look_ups.data()
    for each in range(count):
        start, has = openings[each].start, openings[each].child
        node = look_ups[n].low | (has - 1)
        n += has
        # No branch asks whether there is one, so that the next look-ups begin before this one has ended.
        FETCH_AHEAD(m.child_stops + (node & ~(node >> 31)))
        FETCH_AHEAD(m.sense_stops + (node & ~(node >> 31)))
        openings[kept] = Opening(start, node)
        # Where the second word is none that leads on, the first must mean something.
        kept += (node >= 0) | w.leads[w.local[start]].gate >> writing_of(w, start) & 1
    return kept


cdef void find_matches(Model* m, Tables* t, Workspace* w) noexcept nogil:
    cdef int32_t start, stop = 0, node, each, count, n = w.n_tokens
    cdef int32_t behind = -1  # the word behind an article with which the last match begins
    cdef int32_t last  # where that match ends, if this one begins there
    cdef uint32_t small
    cdef Match match
    w.matches.clear()
    match.stop_sense = 0
    count = follow_openings(m, t, w, find_openings(w))
    for each in range(count):
        if each + 4 < count and w.openings[each + 4].child > 0:
            node = w.openings[each + 4].child
            FETCH_AHEAD(&m.flags[m.sense_stops[node - 1]])
            expect_child(m, m.child_stops[node - 1], m.child_stops[node])
        start = w.openings[each].start
        if start < stop and start != behind:  # within the last match
            continue
        last = stop if start == behind and start < stop else 0
        match.first_sense = match.stop_sense
        match.stop = -1
        node = w.root_of[w.local[start]]
        stop = start + 1
        small = is_small(w, start)
        while True:
            fit(m, t, w, node, start, stop, 0 if w.uncased and stop - start > 1 else small, &match)
            if stop == start + 1:
                node = w.openings[each].child
            elif stop == n or w.words[stop] < 0 or stop == w.title_stop:
                break
            else:
                node = child(m, t, m.child_stops[node - 1], m.child_stops[node], w.words[stop])
            if node < 0 or not joined(t, w, stop, may_follow_comma(m, w, stop)):
                break
            if stop - start < CAPITALS:
                small |= is_small(w, stop) << (stop - start)
            stop += 1
        if match.stop <= last:  # there is none, or the one before, which begins with an article, ends no sooner
            stop = max(start, last)
            continue
        if last:
            w.matches.pop_back()
        match.start = start
        match.one = match.stop - start == 1 or in_one_piece(w, start, match.stop)
        if match.all & PERSON and match.all & CONTEXT:
            match.one |= in_class(t, w.words[start], PARTICLE)
        w.matches.push_back(match)
        stop = match.stop
        behind = start + 1 if in_class(t, w.words[start], THE) else -1
