# The scan: words with offsets, which of them are the same, and sentences.


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
    if <int32_t>w.folded.size() < written + 4 * LONGEST_FOLDING * (stop - start) + 2 * HEAD_BYTES:
        w.folded.resize(written + written // 2 + 8 * LONGEST_FOLDING * FOLDED_CHARACTERS)
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


ctypedef fused Characters:
    uint8_t
    uint16_t
    uint32_t

cdef enum:
    BLOCK = 64  # characters whose kinds are looked at together

cdef extern from *:
    """
    static inline int trailing_zeros(uint64_t bits) {
    #if defined(__GNUC__)
        return __builtin_ctzll(bits);
    #else
        int count = 0;
        while (!(bits & 1)) { bits >>= 1; count++; }
        return count;
    #endif
    }
    // The second bits of eight bytes, side by side.
    static inline uint64_t second_bits(uint64_t bytes) {
        return (bytes >> 1 & 0x0101010101010101u) * 0x0102040810204080u >> 56;
    }
    // Nonzero if one of the first bytes is zero.
    static inline bool has_zero(uint64_t bytes, int32_t count) {
        const uint64_t found = (bytes - 0x0101010101010101u) & ~bytes & 0x8080808080808080u;
        return (count >= 8 ? found : found & ((uint64_t(1) << 8 * count) - 1)) != 0;
    }
    """
    int trailing_zeros(uint64_t bits) noexcept nogil
    uint64_t second_bits(uint64_t bytes) noexcept nogil
    bint has_zero(uint64_t bytes, int32_t count) noexcept nogil


cdef void scan(Workspace* w) noexcept nogil:
    """Fill the tokens of the workspace and its distinct words."""
    if w.text_kind == 1:
        scan_as[uint8_t](w, <const uint8_t*>w.data)
    elif w.text_kind == 2:
        scan_as[uint16_t](w, <const uint16_t*>w.data)
    else:
        scan_as[uint32_t](w, <const uint32_t*>w.data)


cdef void scan_as(Workspace* w, const Characters* text) noexcept nogil:
    cdef uint8_t seen
    w.n_folded = w.length
    if <int32_t>w.folded.size() < w.length + 2 * HEAD_BYTES:
        w.folded.resize(w.length + 2 * HEAD_BYTES)
    seen = find_borders(w, text)
    w.uncased = not seen & UPPER
    if seen & MARK:
        find_borders_with_marks(w, text)
    w.n_tokens = <int32_t>w.borders.size() // 2
    if <int32_t>w.starts.size() < w.n_tokens:
        w.starts.resize(w.n_tokens)
        w.stops.resize(w.n_tokens)
        w.marks.resize(w.n_tokens)
        w.words.resize(w.n_tokens)
        w.local.resize(w.n_tokens)
    note_tokens(w, text)


cdef uint8_t find_borders(Workspace* w, const Characters* text) noexcept nogil:
    """List where runs of characters of words start and stop; return the kinds of all characters.

    There is no branch that the processor could guess wrongly but one a block.
    """
    cdef int32_t base = 0, each, count, n = w.length, n_borders = 0
    cdef uint8_t seen = 0, common = 0xFF, kind
    # Locals: what is written through a pointer to bytes might else be anything.
    cdef const uint8_t* kinds = _kinds
    cdef const uint8_t* lowered = _lowered
    cdef uint8_t* low = w.folded.data()
    cdef int32_t* borders
    cdef uint64_t[8] block
    cdef uint8_t* inside = <uint8_t*>block
    cdef uint64_t bits, edges, before = 0
    while base < n:
        if <int32_t>w.borders.size() < n_borders + BLOCK + 1:
            w.borders.resize(2 * n_borders + 16 * BLOCK)
        borders = w.borders.data()
        count = min(n - base, <int32_t>BLOCK)
        if count < BLOCK:
            memset(block, 0, sizeof(block))
        for each in range(count):
            kind = kinds[text[base + each]]
            inside[each] = kind
            low[base + each] = lowered[text[base + each]]
            seen |= kind
            common &= kind
        if not common & KNOWN:
            for each in range(count):
                inside[each] = kind_of(text[base + each])
                low[base + each] = lowered[text[base + each]]
                seen |= inside[each]
            common = 0xFF
        bits = 0
        for each in range(8):
            bits |= second_bits(block[each]) << (8 * each)
        edges = bits ^ (bits << 1 | before)
        before = bits >> 63
        while edges:
            borders[n_borders] = base + trailing_zeros(edges)
            n_borders += 1
            edges &= edges - 1
        base += BLOCK
    w.borders.resize(n_borders)
    if n_borders & 1:
        w.borders.push_back(n)
    return seen


cdef void find_borders_with_marks(Workspace* w, const Characters* text) noexcept nogil:
    """List where words start and stop in a text where marks may go on with them."""
    cdef int32_t place
    cdef bint inside = False
    cdef uint8_t kind
    w.borders.clear()
    for place in range(w.length):
        kind = _kinds[text[place]]
        if inside != ((kind & (IN_WORD | MARK) if inside else kind & IN_WORD) != 0):
            inside = not inside
            w.borders.push_back(place)
    if inside:
        w.borders.push_back(w.length)


cdef void note_tokens(Workspace* w, const Characters* text) noexcept nogil:
    """Fill the tokens and the distinct words, given the borders."""
    cdef int32_t token, start, stop, place, length, size, first, each, n = w.n_tokens
    cdef uint8_t kind, mark, inside, common
    cdef bint digits
    cdef uint64_t head
    cdef const uint8_t* kinds = _kinds
    cdef uint8_t* low
    begin_words(w)
    w.title_stop = 0
    w.latest_year = -1
    for token in range(n):
        start, stop = w.borders[2 * token], w.borders[2 * token + 1]
        w.starts[token], w.stops[token] = start, stop
        w.title_stop += start < w.title_characters
        length = size = stop - start
        first = start
        low = w.folded.data()
        kind = inside = common = kinds[text[start]]
        mark = 0 if kind & LOWER else CAPITAL_FIRST
        if mark or kind & DIGIT:
            for place in range(start + 1, stop):
                inside |= kinds[text[place]]
                common &= kinds[text[place]]
        digits = common & DIGIT
        head = head_within(low + start, size)
        if has_zero(head, size) or (size > HEAD_BYTES and is_wide(low + start, size)):
            first = w.n_folded
            length = fold_wide(w, start, stop, &w.n_folded, &digits)
            size = w.n_folded - first
            low = w.folded.data()
            head = head_within(low + first, size)
        if length == 1:
            mark |= ONE_LETTER
        if inside & UPPER and not inside & (LOWER | TITLECASE):
            if length > 1:
                mark |= SHOUTED
        if digits and length:
            mark |= DIGITS
            if size == 4 and length == 4:
                mark |= FOUR_DIGITS
                note_year(w, low + first)
        each = note_word(w, head, first, size)
        w.traits_of[each] |= WRITTEN_SMALL * (1 - (mark & CAPITAL_FIRST))
        w.local[token] = each
        w.marks[token] = mark


cdef inline bint is_wide(const uint8_t* low, int32_t length) noexcept nogil:
    """Tell whether a word has a character that is not ASCII."""
    cdef int32_t at = HEAD_BYTES
    while at < length:
        if has_zero(head_within(low + at, length - at), length - at):
            return True
        at += HEAD_BYTES
    return False


cdef void begin_words(Workspace* w) noexcept nogil:
    """Make the workspace ready for as many words as it has tokens."""
    cdef uint32_t size = 256
    while <int32_t>size < w.n_tokens:
        size *= 2
    w.table.assign(size, -1)
    w.table_mask = size - 1
    w.found.clear()
    w.traits_of.clear()


cdef inline int32_t note_word(Workspace* w, uint64_t head, int32_t start, int32_t length) noexcept nogil:
    """Count a word that lies folded from ``start`` on; return which of the distinct words it is."""
    cdef const uint8_t* word = w.folded.data() + start
    cdef uint32_t tag = tag_of(head, word, length, True), place = tag & w.table_mask
    cdef int32_t each
    cdef Found* found
    while True:
        each = w.table[place]
        if each < 0:
            break
        found = &w.found[each]
        if found.head == head and found.length == length and (
            length <= HEAD_BYTES or memcmp(w.folded.data() + found.folded, word, length) == 0
        ):
            found.count += 1
            return each
        place = (place + 1) & w.table_mask
    each = <int32_t>w.found.size()
    w.table[place] = each
    w.found.push_back(Found(head, tag, start, length, 1))
    w.traits_of.push_back(0)
    return each


cdef void note_year(Workspace* w, const uint8_t* digits) noexcept nogil:
    cdef int32_t each, value = 0
    for each in range(4):
        value = 10 * value + digits[each] - 48
    if 1900 <= value <= 2100 and value > w.latest_year:
        w.latest_year = value


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
    return w.words[token] >= 0 and t.words[w.words[token]].classes & ABBREVIATION


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
