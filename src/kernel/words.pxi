# The scan: words with offsets, their numbers, and where each word stands.

cdef enum:
    LEAST_PREFIX_BITS = 63

cdef uint64_t SEED = 14695981039346656037u
cdef uint64_t PRIME = 1099511628211u


cdef inline uint32_t mixed(uint64_t hashed) noexcept nogil:
    hashed ^= hashed >> 32
    hashed *= 0x9E3779B97F4A7C15u
    return <uint32_t>(hashed >> 32)


cdef inline uint64_t hash_bytes(const uint8_t* start, int32_t length) noexcept nogil:
    cdef uint64_t hashed = SEED
    cdef int32_t place
    for place in range(length):
        hashed = (hashed ^ start[place]) * PRIME
    return hashed


cdef inline const uint8_t* bytes_of(Model* m, Tables* t, int32_t number, int32_t* length) noexcept nogil:
    """Return the UTF-8 of a word of the vocabulary, or of one beyond it."""
    cdef int32_t start
    if number < m.n_words:
        start = m.blob_stops[number - 1] if number else 0
        length[0] = m.blob_stops[number] - start
        return m.blob + start
    number -= m.n_words
    start = t.extra_stops[number - 1] if number else 0
    length[0] = t.extra_stops[number] - start
    return t.extra_blob.data() + start


cdef inline uint64_t start_of(const uint8_t* word, int32_t length) noexcept nogil:
    cdef uint64_t start = 0
    memcpy(&start, word, length if length < INLINE_BYTES else INLINE_BYTES)
    return start


cdef int32_t find_word(Model* m, Tables* t, const uint8_t* word, int32_t length, uint64_t hashed) noexcept nogil:
    cdef uint32_t tag = mixed(hashed)
    cdef uint32_t place = tag & t.slot_mask
    cdef uint64_t start = start_of(word, length)
    cdef const Slot* slots = t.slots.data()
    cdef int32_t other
    cdef const uint8_t* known
    while slots[place].number >= 0:
        if slots[place].tag == tag and slots[place].start == start:
            known = bytes_of(m, t, slots[place].number, &other)
            if other == length and (length <= INLINE_BYTES or memcmp(known, word, length) == 0):
                return slots[place].number
        place = (place + 1) & t.slot_mask
    return -1


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


cdef void add_slot(
    vector[Slot]& slots, uint32_t mask, const uint8_t* word, int32_t length, int32_t number
) noexcept nogil:
    cdef uint32_t tag = mixed(hash_bytes(word, length))
    cdef uint32_t place = tag & mask
    while slots[place].number >= 0:
        place = (place + 1) & mask
    slots[place] = Slot(start_of(word, length), tag, number)


cdef void prefixes_of(Tables* t, const uint8_t* word, int32_t length, vector[int32_t]& found) noexcept nogil:
    """Append the prefixes that a word begins with."""
    cdef uint64_t hashed = SEED
    cdef int32_t place, number, bit
    for place in range(length):
        hashed = (hashed ^ word[place]) * PRIME
        bit = place + 1 if place + 1 < LEAST_PREFIX_BITS else LEAST_PREFIX_BITS
        if t.prefix_lengths >> bit & 1:
            number = find_prefix(t, word, place + 1, hashed)
            if number >= 0:
                found.push_back(number)


cdef inline int32_t put_utf8(uint8_t* buffer, int32_t size, uint32_t code) noexcept nogil:
    """Write a character behind ``size`` bytes; return how many there are then."""
    if code < 0x80:
        buffer[size] = <uint8_t>code
        return size + 1
    if code < 0x800:
        buffer[size] = <uint8_t>(0xC0 | code >> 6)
        buffer[size + 1] = <uint8_t>(0x80 | code & 0x3F)
        return size + 2
    if code < 0x10000:
        buffer[size] = <uint8_t>(0xE0 | code >> 12)
        buffer[size + 1] = <uint8_t>(0x80 | code >> 6 & 0x3F)
        buffer[size + 2] = <uint8_t>(0x80 | code & 0x3F)
        return size + 3
    buffer[size] = <uint8_t>(0xF0 | code >> 18)
    buffer[size + 1] = <uint8_t>(0x80 | code >> 12 & 0x3F)
    buffer[size + 2] = <uint8_t>(0x80 | code >> 6 & 0x3F)
    buffer[size + 3] = <uint8_t>(0x80 | code & 0x3F)
    return size + 4


cdef inline uint32_t character(Workspace* w, int32_t place) noexcept nogil:
    return PyUnicode_READ(w.text_kind, w.data, place)


cdef inline uint8_t kind_at(Workspace* w, int32_t place) noexcept nogil:
    return _kinds[PyUnicode_READ(w.text_kind, w.data, place)]


cdef int32_t fold_wide(Workspace* w, int32_t start, int32_t stop, int32_t* size, bint* digits) noexcept nogil:
    """Fold a word that is not ASCII behind ``size`` bytes; return how many characters that gives."""
    cdef int32_t place, each, length = 0, written = size[0]
    cdef uint32_t folded, part
    cdef Folding* folding
    cdef uint8_t* buffer
    digits[0] = True
    if stop - start > FOLDED_CHARACTERS:
        stop = start + FOLDED_CHARACTERS
    if <int32_t>w.folded.size() < written + 4 * LONGEST_FOLDING * (stop - start):
        w.folded.resize(2 * written + 4 * LONGEST_FOLDING * FOLDED_CHARACTERS)
    buffer = w.folded.data()
    for place in range(start, stop):
        folded = _folded[character(w, place)]
        if folded == NOTHING:
            continue
        if folded & SEVERAL:
            folding = &_foldings[folded & ~SEVERAL]
            for each in range(folding.length):
                part = folding.characters[each]
                written = put_utf8(buffer, written, part)
                digits[0] &= (_kinds[part] & DIGIT) != 0
            length += folding.length
        else:
            written = put_utf8(buffer, written, folded)
            digits[0] &= (_kinds[folded] & DIGIT) != 0
            length += 1
    size[0] = written
    return length


cdef void scan(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Fill the tokens of the workspace and where each distinct word stands."""
    cdef int32_t place = 0, start, length, token = 0, size = 0, first, n = w.length
    cdef uint32_t code
    cdef uint64_t hashed
    cdef uint8_t kind, mark, seen = 0, inside
    cdef bint wide, digits
    cdef uint8_t* folded
    if <int32_t>w.starts.size() < n // 2 + 1:
        w.starts.resize(n // 2 + 1)
        w.stops.resize(n // 2 + 1)
        w.marks.resize(n // 2 + 1)
        w.words.resize(n // 2 + 1)
        w.hashes.resize(n // 2 + 1)
        w.folded_stops.resize(n // 2 + 1)
    w.title_stop = 0
    w.latest_year = -1
    while place < n:
        code = character(w, place)
        kind = _kinds[code]
        seen |= kind
        if not kind & IN_WORD:
            place += 1
            continue
        start = place
        first = size
        if <int32_t>w.folded.size() < size + n - place:
            w.folded.resize(2 * (size + n - place))
        folded = w.folded.data()
        hashed = SEED
        wide = False
        inside = 0
        digits = True
        mark = 0 if kind & LOWER else CAPITAL_FIRST
        while kind & (IN_WORD | MARK):
            inside |= kind
            digits &= (kind & DIGIT) != 0
            if code < 128:
                folded[size] = <uint8_t>_folded[code]
                hashed = (hashed ^ folded[size]) * PRIME
                size += 1
            else:
                wide = True
            place += 1
            if place == n:
                break
            code = character(w, place)
            kind = _kinds[code]
        seen |= inside
        length = place - start
        if wide:
            size = first
            length = fold_wide(w, start, place, &size, &digits)
            folded = w.folded.data()
            hashed = hash_bytes(folded + first, size - first)
        if length == 1:
            mark |= ONE_LETTER
        if inside & UPPER and not inside & (LOWER | TITLECASE):
            if length > 1:
                mark |= SHOUTED
            if place - start > 1:
                mark |= ALL_CAPITALS
        if digits and length:
            mark |= DIGITS
            if size - first == 4 and length == 4:
                note_year(w, folded + first)
        if start < w.title_characters:
            w.title_stop = token + 1
        w.starts[token] = start
        w.stops[token] = place
        w.marks[token] = mark
        w.hashes[token] = hashed
        w.folded_stops[token] = size
        token += 1
    w.n_tokens = token
    w.uncased = not seen & UPPER
    look_up(m, t, w)
    place_words(w)


cdef void look_up(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Find the number of each word, and the prefixes of rules that it begins with."""
    cdef int32_t token, number, each, start = 0, size
    cdef const uint8_t* word
    w.token_prefixes.clear()
    for token in range(w.n_tokens):
        if token + 8 < w.n_tokens:
            FETCH_AHEAD(&t.slots[mixed(w.hashes[token + 8]) & t.slot_mask])
        word = w.folded.data() + start
        size = w.folded_stops[token] - start
        start = w.folded_stops[token]
        number = find_word(m, t, word, size, w.hashes[token])
        w.words[token] = number
        if number >= 0:
            FETCH_AHEAD(&w.distinct_of[number])
            if number < m.n_words:
                FETCH_AHEAD(m.roots + number)
            if m.n_rules:
                for each in range(
                    t.word_prefix_stops[number - 1] if number else 0, t.word_prefix_stops[number]
                ):
                    w.token_prefixes.push_back(Span(t.word_prefixes[each], token))
        elif t.prefix_lengths:
            w.prefixes.clear()
            prefixes_of(t, word, size, w.prefixes)
            for each in range(<int32_t>w.prefixes.size()):
                w.token_prefixes.push_back(Span(w.prefixes[each], token))


cdef void note_year(Workspace* w, const uint8_t* digits) noexcept nogil:
    cdef int32_t each, value = 0
    for each in range(4):
        value = 10 * value + digits[each] - 48
    if 1900 <= value <= 2100 and value > w.latest_year:
        w.latest_year = value


cdef void place_words(Workspace* w) noexcept nogil:
    """List the distinct words and where each stands, in order."""
    cdef int32_t token, number, each, total = 0, count
    w.distinct.clear()
    w.traits_of.clear()
    w.place_stops.clear()
    for token in range(w.n_tokens):
        number = w.words[token]
        if number < 0:
            continue
        each = w.distinct_of[number]
        if each < 0:
            each = w.distinct_of[number] = <int32_t>w.distinct.size()
            w.distinct.push_back(number)
            w.place_stops.push_back(0)
            w.traits_of.push_back(0)
        w.place_stops[each] += 1
        if not w.marks[token] & CAPITAL_FIRST:
            w.traits_of[each] |= WRITTEN_SMALL
    for each in range(<int32_t>w.distinct.size()):
        count = w.place_stops[each]
        w.place_stops[each] = total  # where its places start; filling moves it to where they stop
        total += count
    w.places.resize(total)
    for token in range(w.n_tokens):
        if w.words[token] >= 0:
            each = w.distinct_of[w.words[token]]
            w.places[w.place_stops[each]] = token
            w.place_stops[each] += 1


cdef inline bint is_blank(Workspace* w, int32_t start, int32_t stop, int32_t* line_breaks) noexcept nogil:
    cdef int32_t place
    line_breaks[0] = 0
    for place in range(start, stop):
        if not kind_at(w, place) & SPACE:
            return False
        line_breaks[0] += character(w, place) == 10
    return True


cdef inline bint one_joins(uint32_t code) noexcept nogil:
    return (
        code == 32 or code == 45 or 0x2010 <= code <= 0x2011 or code == 0x2013 or code == 39 or code == 0x2019
        or code == 46 or code == 0xA0 or code == 47 or code == 38 or code == 10
    )


cdef inline bint ends_short(Tables* t, Workspace* w, int32_t token) noexcept nogil:
    """Tell whether a full stop after this token is that of an initial or an abbreviation."""
    if w.marks[token] & ONE_LETTER:
        return True
    return w.words[token] >= 0 and t.classes[w.words[token]] & ABBREVIATION


cdef bint joined(Tables* t, Workspace* w, int32_t token, bint comma) noexcept nogil:
    cdef int32_t start = w.stops[token - 1], stop = w.starts[token], line_breaks
    cdef uint32_t first = character(w, start)
    if stop - start == 1 and one_joins(first):
        return True
    if stop - start == 3 and character(w, start + 1) == 38 and first == 32 and character(w, start + 2) == 32:
        return True
    if first == 46 and is_blank(w, start + 1, stop, &line_breaks) and line_breaks < 2:
        return ends_short(t, w, token - 1)
    if first == 44 and is_blank(w, start + 1, stop, &line_breaks):
        return comma
    return is_blank(w, start, stop, &line_breaks) and line_breaks < 2


cdef inline bint spaced(Workspace* w, int32_t token) noexcept nogil:
    cdef uint32_t code
    if token == 0 or w.starts[token] - w.stops[token - 1] != 1:
        return False
    code = character(w, w.stops[token - 1])
    return code == 32 or code == 0xA0 or code == 10


cdef inline bint closes_sentence(uint32_t code) noexcept nogil:
    return code == 34 or code == 39 or code == 0x201D or code == 0x2019 or code == 41 or code == 93


cdef inline bint opens_sentence(uint32_t code) noexcept nogil:
    return code == 34 or code == 39 or code == 0x201C or code == 0x2018 or code == 40 or code == 91


cdef int32_t sentence_end(Workspace* w, int32_t place, int32_t stop) noexcept nogil:
    """Return where what ends a sentence at a place ends, or -1; ``stop`` is where the next word starts."""
    cdef int32_t after = place + 1, spaces, last_break = -1
    cdef uint32_t code = character(w, place), ahead
    if code == 10:
        while after < stop and kind_at(w, after) & SPACE:
            if character(w, after) == 10:
                last_break = after
            after += 1
        return last_break + 1 if last_break >= 0 else -1
    if not (code == 46 or code == 33 or code == 63 or code == 0x2026):
        return -1
    while after < stop and closes_sentence(character(w, after)):
        after += 1
    spaces = after
    while after < stop and kind_at(w, after) & SPACE:
        after += 1
    if after == spaces:
        return -1
    spaces = after
    while spaces < stop and opens_sentence(character(w, spaces)):
        spaces += 1
    ahead = character(w, spaces) if spaces == stop else 95
    return after if ahead != 95 and not 97 <= ahead <= 122 else -1


cdef bint has_blank_line(Workspace* w, int32_t start, int32_t stop) noexcept nogil:
    cdef int32_t place
    for place in range(start, stop - 1):
        if character(w, place) == 10 and character(w, place + 1) == 10:
            return True
    return False


cdef void find_sentences(Tables* t, Workspace* w) noexcept nogil:
    """Number the sentence of each token: what ends one stands between two words."""
    cdef int32_t token, place, stop, after, number = 0
    cdef bint first
    w.sentence_of.resize(w.n_tokens)
    w.sentence_starts.clear()
    if w.n_tokens == 0:
        return
    w.sentence_starts.push_back(0)
    w.sentence_of[0] = 0
    for token in range(1, w.n_tokens):
        place, stop = w.stops[token - 1], w.starts[token]
        first = token == w.title_stop
        if not (stop - place == 1 and character(w, place) == 32):
            while place < stop and not first:
                after = sentence_end(w, place, stop)
                if after < 0:
                    place += 1
                    continue
                first = (
                    character(w, place) != 46
                    or has_blank_line(w, place, after)
                    or not ends_short(t, w, token - 1)
                )
                place = after
        if first:
            number += 1
            w.sentence_starts.push_back(token)
        w.sentence_of[token] = number
