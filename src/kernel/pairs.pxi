# Words side by side, by which phrases of rules are found.
#
# "The White House" is in every third article, and so are both "house" and "votes": a rule that waits for a word of
# the phrase "House votes" wakes in vain. So it waits for two words that stand side by side. Each pair that rules
# name has a number; which of them an article has is found in one walk over its words.

cdef enum:
    # What a word may be in a pair.
    PAIR_FIRST = 1
    PAIR_SECOND = 2
    # Bits that tell at once of most words side by side that they are no pair: they fit the nearest cache.
    PAIR_SIEVE = 1 << 16


cdef inline uint32_t pair_hash(int32_t first, int32_t second) noexcept nogil:
    return mixed((<uint64_t><uint32_t>first << 32 | <uint32_t>second) * PRIME)


cdef int32_t find_pair(const Tables* t, int32_t first, int32_t second) noexcept nogil:
    """Return the number of a pair of words, or -1."""
    cdef uint32_t place = pair_hash(first, second) & t.pair_mask
    while t.pair_slots[place].number >= 0:
        if t.pair_slots[place].first == first and t.pair_slots[place].second == second:
            break
        place = (place + 1) & t.pair_mask
    return t.pair_slots[place].number


cdef void put_pair(Tables* t, Pair one) noexcept nogil:
    cdef uint32_t place = pair_hash(one.first, one.second) & t.pair_mask
    while t.pair_slots[place].number >= 0:
        place = (place + 1) & t.pair_mask
    t.pair_slots[place] = one


cdef int32_t add_pair(Tables* t, int32_t first, int32_t second) noexcept nogil:
    """Return the number of a pair of words, a new one if need be."""
    cdef int32_t number = find_pair(t, first, second)
    cdef size_t each
    cdef vector[Pair] slots
    if number >= 0:
        return number
    number = t.n_pairs
    t.n_pairs += 1
    if 2 * t.n_pairs > <int32_t>t.pair_slots.size():
        slots.swap(t.pair_slots)
        clear_pairs(t, 2 * slots.size())
        for each in range(slots.size()):
            if slots[each].number >= 0:
                put_pair(t, slots[each])
    put_pair(t, Pair(first, second, number))
    t.pair_sieve[(pair_hash(first, second) & PAIR_SIEVE - 1) >> 6] |= <uint64_t>1 << (pair_hash(first, second) & 63)
    t.pair_roles[first + 1] |= PAIR_FIRST
    t.pair_roles[second + 1] |= PAIR_SECOND
    return number


cdef void clear_pairs(Tables* t, size_t size) noexcept nogil:
    """Make room for so many pairs, a power of two."""
    t.pair_slots.assign(size, Pair(-1, -1, -1))
    t.pair_mask = <uint32_t>size - 1


cdef void start_pairs(Model* m, Tables* t) noexcept nogil:
    """Begin with no pairs."""
    t.n_pairs = 0
    t.pair_roles.assign(m.n_numbers + 1, 0)
    t.pair_sieve.assign(PAIR_SIEVE >> 6, 0)
    clear_pairs(t, 64)


cdef void meet_pairs(Tables* t, Workspace* w) noexcept nogil:
    """List the pairs that the article has, each with the sentences in which it begins."""
    cdef int32_t token, each, number, some = 0, count = 0, last = w.n_tokens - 1
    cdef uint32_t hashed
    cdef const int32_t* words = w.words.data()
    cdef const uint8_t* roles = t.pair_roles.data() + 1
    cdef const uint64_t* sieve = t.pair_sieve.data()
    w.pairs_met.clear()
    if t.n_pairs == 0 or last < 1:
        return
    if <int32_t>w.pair_starts.size() <= last:
        w.pair_starts.resize(last + 1)
    if <int32_t>w.pair_bits.size() < t.n_pairs:
        w.pair_bits.assign(t.n_pairs, 0)
    cdef int32_t* starts = w.pair_starts.data()
    for token in range(last):  # no branch: of ten words, four may begin a pair
        starts[count] = token
        count += roles[words[token]] & roles[words[token + 1]] >> 1 & PAIR_FIRST
    for each in range(count):
        token = starts[each]
        hashed = pair_hash(words[token], words[token + 1]) & PAIR_SIEVE - 1
        starts[some] = token
        some += <int32_t>(sieve[hashed >> 6] >> (hashed & 63) & 1)
    for each in range(some):
        token = starts[each]
        number = find_pair(t, words[token], words[token + 1])
        if number >= 0:
            if w.pair_bits[number] == 0:
                w.pairs_met.push_back(number)
            w.pair_bits[number] |= sentence_bit(w, token)
