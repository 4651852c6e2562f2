# The vocabulary: from a word's bytes to its number and to all that is known of it.

cdef enum:
    LAST_PREFIX_BIT = 31  # stands for all lengths from there on
    HEAD_BYTES = 8
    BOTH_BYTES = 16  # that are compared as numbers
    PREFIX_HEADS = 1 << 14
    CACHE_LINE = 64
    AHEAD = 8  # words whose buckets are asked for while the vocabulary is hashed

# Of the prefixes of rules, which are hashed byte by byte.
cdef uint64_t SEED = 14695981039346656037u
cdef uint64_t PRIME = 1099511628211u
cdef uint64_t MIX = 0x9E3779B97F4A7C15u


cdef extern from "buckets.h" namespace "buckets" nogil:
    void clear(Bucket* all, uint32_t count)
    void add(Bucket* all, uint32_t mask, uint32_t tag, int32_t number)
    int32_t first_of(const Bucket* all, uint32_t mask, uint32_t tag)
    int32_t next_of(const Bucket* all, uint32_t mask, uint32_t tag, int32_t number)


cdef inline const uint8_t* bytes_of(Model* m, Tables* t, int32_t number) noexcept nogil:
    """Return the UTF-8 of a word of the vocabulary, or of one beyond it."""
    return (m.blob if number < m.n_words else t.extra_blob.data()) + t.words[number].blob


cdef inline bint is_word(Model* m, Tables* t, int32_t number, const Found* one, const uint8_t* word) noexcept nogil:
    cdef Word* known = t.words + number
    return known.head == one.head and known.more == one.more and known.length == one.length and (
        one.length <= BOTH_BYTES or memcmp(bytes_of(m, t, number), word, one.length) == 0
    )


cdef int32_t find_word(Model* m, Tables* t, const Found* one, const uint8_t* word) noexcept nogil:
    """Return the number of a word, or -1."""
    cdef int32_t number = first_of(t.buckets, t.bucket_mask, one.tag)
    while number >= 0 and not is_word(m, t, number, one, word):
        number = next_of(t.buckets, t.bucket_mask, one.tag, number)
    return number


cdef uint32_t begin_word(Tables* t, int32_t number, const uint8_t* word, int32_t start, int32_t length) noexcept nogil:
    """Begin the record of a word and return its hash; ``start`` is where its bytes lie."""
    cdef Word* known = t.words + number
    cdef Found one = found_of(word, length)
    known.head, known.more = one.head, one.more
    known.blob = start
    known.length = length
    known.root = known.following = -1
    return one.tag


cdef int add_words(Model* m, Tables* t) except -1:
    """Begin the records of all words of the model and hash them."""
    cdef int32_t number, start = 0
    cdef vector[uint32_t] tags
    tags.resize(m.n_words + AHEAD)
    for number in range(m.n_words):
        tags[number] = begin_word(t, number, m.blob + start, start, m.blob_stops[number] - start)
        start = m.blob_stops[number]
    for number in range(m.n_words):
        FETCH_AHEAD(t.buckets + (tags[number + AHEAD] & t.bucket_mask))
        add(t.buckets, t.bucket_mask, tags[number], number)
    return 0


cdef inline void add_slot(vector[Slot]& slots, uint32_t mask, uint32_t tag, int32_t number) noexcept nogil:
    cdef uint32_t place = tag & mask
    while slots[place].number >= 0:
        place = (place + 1) & mask
    slots[place] = Slot(tag, number)


cdef inline uint32_t mixed(uint64_t hashed) noexcept nogil:
    return <uint32_t>((hashed ^ hashed >> 32) * MIX >> 32)


cdef inline uint64_t hash_bytes(const uint8_t* start, int32_t length) noexcept nogil:
    cdef uint64_t hashed = SEED
    cdef int32_t place
    for place in range(length):
        hashed = (hashed ^ start[place]) * PRIME
    return hashed


cdef int32_t find_prefix(Tables* t, const uint8_t* word, int32_t length, uint64_t hashed) noexcept nogil:
    cdef uint32_t tag = mixed(hashed)
    cdef uint32_t place = tag & t.prefix_mask
    cdef int32_t number, start
    while True:
        number = t.prefix_slots[place].number
        if number < 0:
            return -1
        if t.prefix_slots[place].tag == tag:
            start = t.prefix_stops[number - 1] if number else 0
            if t.prefix_stops[number] - start == length:
                if memcmp(t.prefix_blob.data() + start, word, length) == 0:
                    return number
        place = (place + 1) & t.prefix_mask


cdef inline uint32_t* prefix_lengths_of(Tables* t, uint64_t head) noexcept nogil:
    """Return how long prefixes with the first bytes of a word are, of which as many count as the shortest has."""
    return &t.prefix_heads[mixed(head & t.head_mask) % PREFIX_HEADS]


cdef void prefixes_of(
    Tables* t, const uint8_t* word, int32_t length, uint32_t lengths, vector[int32_t]& found
) noexcept nogil:
    """Append the prefixes that a word begins with, of these lengths."""
    cdef uint64_t hashed = SEED
    cdef int32_t place, number, bit
    for place in range(length):
        hashed = (hashed ^ word[place]) * PRIME
        bit = place + 1 if place + 1 < LAST_PREFIX_BIT else LAST_PREFIX_BIT
        if not lengths >> bit:
            return
        if lengths >> bit & 1:
            number = find_prefix(t, word, place + 1, hashed)
            if number >= 0:
                found.push_back(number)


cdef void find_numbers(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Find the number of each distinct word: the scan has asked for its bucket.

    Two passes, so that none waits for the memory that another one needs, and no branch on whether a word is known.
    """
    cdef int32_t each, number, known, n = w.n_found
    cdef const Found* found = w.found.data()
    cdef const Word* words = t.words
    cdef int32_t* distinct
    w.distinct.resize(n)
    distinct = w.distinct.data()
    for each in range(n):
        number = first_of(t.buckets, t.bucket_mask, found[each].tag)
        distinct[each] = number
        FETCH_AHEAD(words + (number & ~(number >> 31)))
    for each in range(n):
        number = distinct[each]
        known = ~(number >> 31)  # all bits, or none
        if (differs(words[number & known], found[each]) | (found[each].length > BOTH_BYTES)) & known:
            if not is_word(m, t, number, found + each, w.folded.data() + found[each].folded):
                distinct[each] = find_word(m, t, found + each, w.folded.data() + found[each].folded)


cdef void look_up(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Find the number of each distinct word, what is known of it, and where each stands."""
    cdef int32_t each, number, known, token, total = 0, n = w.n_found
    cdef Found* found = w.found.data()
    cdef const Word* word
    cdef const Root* root
    cdef Lead* leads
    cdef int32_t* distinct
    cdef int32_t* roots
    cdef int32_t* stops
    cdef int32_t* local = w.local.data()
    cdef int32_t* words = w.words.data()
    cdef int32_t* places
    find_numbers(m, t, w)
    if w.lean:
        return
    w.root_of.resize(n)
    w.leads.resize(n)
    w.in_rules.resize(n + 1)
    w.prefixed.resize(n + 1)
    w.unknown.resize(n + 1)
    w.n_in_rules = w.n_prefixed = w.n_unknown = 0
    w.place_stops.resize(n)
    w.places.resize(w.n_tokens)
    distinct, roots, stops, places = w.distinct.data(), w.root_of.data(), w.place_stops.data(), w.places.data()
    leads = w.leads.data()
    # No branch asks whether a word is known, or begins a label: what is none is read of the first one and masked.
    for each in range(n):
        number = distinct[each]
        known = ~(number >> 31)  # all bits, or none
        word = t.words + (number & known)
        stops[each] = total  # where its places start; filling moves it to where they stop
        total += found[each].count
        w.distinct_of[number if known else m.n_numbers] = each
        roots[each] = word.root | ~known
        w.in_rules[w.n_in_rules] = InRules(each, word.clauses, word.n_clauses)
        w.n_in_rules += (word.n_clauses > 0) & known
        w.prefixed[w.n_prefixed] = w.unknown[w.n_unknown] = each
        w.n_prefixed += (word.n_prefixes > 0) & known
        w.n_unknown -= ~known
        FETCH_AHEAD(t.roots.data() + (roots[each] & ~(roots[each] >> 31)))
    for each in range(n):
        known = ~(roots[each] >> 31)
        root = t.roots.data() + (roots[each] & known)
        leads[each] = Lead(root.followers, root.gate & known)
    for token in range(w.n_tokens):
        each = local[token]
        words[token] = distinct[each]
        places[stops[each]] = token
        stops[each] += 1
    if m.n_prefixes:
        find_prefixes(t, w)


cdef inline void note_prefix(Workspace* w, int32_t prefix, int32_t word) noexcept nogil:
    """Note that a distinct word begins with a prefix."""
    cdef PrefixAt* at = &w.prefix_at[prefix]
    if at.chain < 0:
        w.prefixes_met.push_back(prefix)
        at.start = NOT_LISTED
    w.chains.push_back(Span(word, at.chain))
    at.chain = <int32_t>w.chains.size() - 1


cdef void find_prefixes(Tables* t, Workspace* w) noexcept nogil:
    """Chain the words that begin with a prefix of rules, prefix by prefix."""
    cdef int32_t each, word, place
    cdef uint32_t lengths
    cdef const Word* known
    cdef const Found* found
    w.prefixes_met.clear()
    w.chains.clear()
    w.prefix_places.clear()
    for each in range(w.n_prefixed):
        word = w.prefixed[each]
        known = t.words + w.distinct[word]
        for place in range(known.prefixes, known.prefixes + known.n_prefixes):
            note_prefix(w, t.word_prefixes[place], word)
    for each in range(w.n_unknown):
        word = w.unknown[each]
        found = &w.found[word]
        lengths = prefix_lengths_of(t, found.head)[0]
        if lengths:
            w.prefixes.clear()
            prefixes_of(t, w.folded.data() + found.folded, found.length, lengths, w.prefixes)
            for place in range(<int32_t>w.prefixes.size()):
                note_prefix(w, w.prefixes[place], word)


cdef const PrefixAt* list_places(Workspace* w, int32_t prefix) noexcept nogil:
    """Return where ``prefix_places`` has the places of a prefix, sorted; they are listed when first asked for."""
    cdef PrefixAt* at = &w.prefix_at[prefix]
    cdef int32_t chain = at.chain, word
    if at.start != NOT_LISTED:
        return at
    at.start = <int32_t>w.prefix_places.size()
    while chain >= 0:
        word = w.chains[chain].start
        chain = w.chains[chain].stop
        w.prefix_places.insert(
            w.prefix_places.end(),
            w.places.begin() + (w.place_stops[word - 1] if word else 0),
            w.places.begin() + w.place_stops[word],
        )
    at.stop = <int32_t>w.prefix_places.size()
    if w.chains[at.chain].stop >= 0:  # the places of one word are sorted
        sort(w.prefix_places.begin() + at.start, w.prefix_places.end())
    return at
