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
    BLOCK = 64  # characters that are looked at together
    ELLIPSIS = 0x2026

cdef extern from "letters.h" namespace "letters" nogil:
    cppclass Bits:
        uint64_t inside, upper, lower, digit, end
    void look[Character](const Character* text, int32_t count, uint8_t* low, Bits* found, uint64_t* wide)
    cppclass Runs:
        uint64_t starts, stops, first
    cppclass Carry:
        pass
    void follow(const Bits& bits, Carry* carry, bint marks, Runs* runs)
    int trailing_zeros(uint64_t bits)

cdef extern from *:
    ctypedef bint YES "true"
    ctypedef bint NO "false"

cdef extern from "tokens.h" namespace "tokens" nogil:
    cppclass Page:
        const int32_t* starts
        const int32_t* stops
        const uint64_t* wides
        const uint8_t* folded
        uint8_t* marks
        uint8_t* traits
        int32_t* local
        int32_t* table
        Found* found
        uint32_t mask
        int32_t n_found, latest_year
    void put_marks(const Runs& runs, uint8_t* marks)
    void note_all[any_wide, marked, Slots](
        Page& page, int32_t n, const Slots* slots, uint32_t slot_mask,
        uint8_t (*fold)(void*, int32_t, int32_t, int32_t*, int32_t*, const uint8_t**) noexcept nogil, void* workspace,
    )


cdef void scan(Tables* t, Workspace* w) noexcept nogil:
    """Fill the tokens of the workspace and its distinct words."""
    cdef uint8_t seen
    cdef int32_t blocks = w.length // BLOCK + 2  # a window may reach into the last, which stays empty
    w.n_folded = w.length
    if <int32_t>w.folded.size() < BLOCK * blocks:
        w.folded.resize(BLOCK * blocks)
    if <int32_t>w.wides.size() < blocks:
        w.wides.resize(blocks)
    if w.text_kind == 1:
        seen = find_borders(w, <const uint8_t*>w.data)
    elif w.text_kind == 2:
        seen = find_borders(w, <const uint16_t*>w.data)
    else:
        seen = find_borders(w, <const uint32_t*>w.data)
    w.uncased = not seen & UPPER
    if seen & MARK:
        find_borders_with_marks(w)
    w.title_stop = 0
    while w.title_stop < w.n_tokens and w.starts[w.title_stop] < w.title_characters:
        w.title_stop += 1
    note_tokens(t, w, seen & WIDE)


cdef uint8_t find_borders(Workspace* w, const Characters* text) noexcept nogil:
    """Find where runs of characters of words start and stop and how they are written.

    Returns the kinds of characters that there are, of which capitals, marks and what is wide are told.
    """
    cdef int32_t base = 0, block = 0, each, n = w.length, n_starts = 0, n_stops = 0
    cdef uint8_t seen = 0, kind
    # Locals: what is written through a pointer to bytes might else be anything.
    cdef uint8_t* low = w.folded.data()
    cdef uint64_t* wides = w.wides.data()
    cdef int32_t* starts
    cdef int32_t* stops
    cdef uint8_t* marks
    cdef uint8_t* firsts
    cdef bint marked = not w.lean
    cdef uint64_t wide, left, any_upper = 0
    cdef Bits bits
    cdef Runs runs
    cdef Carry carry
    memset(&carry, 0, sizeof(carry))
    while base <= n:  # behind a last full block, an empty one ends its last word
        if <int32_t>w.starts.size() < n_starts + BLOCK:
            w.starts.resize(2 * n_starts + 16 * BLOCK)
            w.stops.resize(w.starts.size())
            w.marks.resize(w.starts.size())
            w.may_be_first.resize(w.starts.size())
        starts, stops, marks, firsts = w.starts.data(), w.stops.data(), w.marks.data(), w.may_be_first.data()
        look(text + base, min(n - base, <int32_t>BLOCK), low + base, &bits, &wide)
        wides[block] = left = wide
        while left:
            each = trailing_zeros(left)
            left &= left - 1
            kind = kind_of(text[base + each])
            seen |= kind | WIDE
            bits.inside |= <uint64_t>((kind & IN_WORD) != 0) << each
            bits.upper |= <uint64_t>((kind & UPPER) != 0) << each
            bits.lower |= <uint64_t>((kind & LOWER) != 0) << each
            bits.end |= <uint64_t>(text[base + each] == ELLIPSIS) << each
        any_upper |= bits.upper
        follow(bits, &carry, marked, &runs)
        left = runs.starts
        while left:
            each = trailing_zeros(left)
            starts[n_starts] = base + each
            firsts[n_starts] = runs.first >> each & 1
            n_starts += 1
            left &= left - 1
        left = runs.stops
        each = n_stops
        while left:
            stops[n_stops] = base + trailing_zeros(left)
            n_stops += 1
            left &= left - 1
        if marked:
            put_marks(runs, marks + each)
        base += BLOCK
        block += 1
    wides[block] = 0
    w.n_tokens = n_stops
    return seen & ~UPPER | (UPPER if any_upper else 0)


cdef void find_borders_with_marks(Workspace* w) noexcept nogil:
    """Find where words start and stop in a text where marks may go on with them."""
    cdef int32_t place, n = 0
    cdef bint inside = False
    cdef uint8_t kind
    for place in range(w.length):
        kind = kind_at(w, place)
        if inside != ((kind & (IN_WORD | MARK) if inside else kind & IN_WORD) != 0):
            if inside:
                w.stops[n] = place
                n += 1
            else:
                w.starts[n] = place
                w.may_be_first[n] = 1
                w.marks[n] = 0 if kind & LOWER else CAPITAL_FIRST
            inside = not inside
    if inside:
        w.stops[n] = w.length
        n += 1
    w.n_tokens = n
    for place in range(w.length // BLOCK + 1):
        w.wides[place] = ~<uint64_t>0  # so that all words are folded character by character


cdef void note_tokens(Tables* t, Workspace* w, bint any_wide) noexcept nogil:
    """Fill the tokens and the distinct words, given the borders."""
    cdef Page page
    cdef int32_t each
    begin_words(w)
    page.starts, page.stops, page.folded = w.starts.data(), w.stops.data(), w.folded.data()
    page.wides = w.wides.data()
    page.marks, page.traits, page.local = w.marks.data(), w.traits_of.data(), w.local.data()
    page.table, page.found, page.mask, page.n_found = w.table.data(), w.found.data(), w.table_mask, 0
    page.latest_year = -1
    if any_wide:
        if w.lean:
            note_all[YES, NO, Bucket](page, w.n_tokens, t.buckets, t.bucket_mask, fold_word, w)
        else:
            note_all[YES, YES, Bucket](page, w.n_tokens, t.buckets, t.bucket_mask, fold_word, w)
    elif w.lean:
        note_all[NO, NO, Bucket](page, w.n_tokens, t.buckets, t.bucket_mask, fold_word, w)
    else:
        note_all[NO, YES, Bucket](page, w.n_tokens, t.buckets, t.bucket_mask, fold_word, w)
    w.n_found, w.latest_year = page.n_found, page.latest_year


cdef uint8_t fold_word(
    void* workspace, int32_t start, int32_t stop, int32_t* first, int32_t* size, const uint8_t** folded
) noexcept nogil:
    """Fold a word that is long or has characters beyond ASCII; return what is known of it but its first letter."""
    cdef Workspace* w = <Workspace*>workspace
    cdef int32_t place, length = stop - start
    cdef uint8_t kind, inside = 0, common = 0xFF, mark = 0
    cdef bint digits, wide = False
    for place in range(start, stop):
        kind = kind_at(w, place)
        inside |= kind
        common &= kind
        wide |= character(w, place) >= 128
    digits = common & DIGIT
    first[0], size[0] = start, length
    if wide:
        first[0] = w.n_folded
        length = fold_wide(w, start, stop, &w.n_folded, &digits)
        size[0] = w.n_folded - first[0]
    folded[0] = w.folded.data()
    if inside & UPPER and not inside & (LOWER | TITLECASE) and length > 1:
        mark |= SHOUTED
    if digits and length:
        mark |= DIGITS
    if length == 1:
        mark |= ONE_LETTER
    if digits and length == 4 and size[0] == 4:
        mark |= FOUR_DIGITS
    return mark


cdef void begin_words(Workspace* w) noexcept nogil:
    """Make the workspace ready for as many words as it has tokens."""
    cdef uint32_t size = 256
    while <int32_t>size < 2 * w.n_tokens:
        size *= 2
    w.table.assign(size, -1)
    w.table_mask = size - 1
    if w.local.size() < w.starts.size() + 1:
        w.local.resize(w.starts.size() + 1)
        w.words.resize(w.starts.size() + 1)
        w.found.resize(w.starts.size() + 1)
        w.traits_of.resize(w.starts.size() + 1)


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
    if stop - start == 2 and (first == 39 or first == 0x2019) and character(w, start + 1) == 32:
        return character(w, start - 1) == 115 or character(w, start - 1) == 83
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
    """Number the sentence of each token, and note those of each word: what ends one stands between two words."""
    cdef int32_t token, place, stop, after, number = 0
    cdef uint64_t bit = 1
    cdef bint first
    w.sentence_of.resize(w.n_tokens)
    w.sentences_of.assign(w.distinct.size(), 0)
    cdef int32_t* sentence_of = w.sentence_of.data()
    cdef uint64_t* sentences_of = w.sentences_of.data()
    cdef const int32_t* local = w.local.data()
    w.sentence_starts.clear()
    if w.n_tokens == 0:
        return
    w.sentence_starts.push_back(0)
    w.sentence_of[0] = 0
    w.sentences_of[w.local[0]] = 1
    if w.title_stop < w.n_tokens:
        w.may_be_first[w.title_stop] = 1
    for token in range(1, w.n_tokens):
        if w.may_be_first[token]:
            place, stop = w.stops[token - 1], w.starts[token]
            first = token == w.title_stop
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
                bit = <uint64_t>1 << (number & 63)
                w.sentence_starts.push_back(token)
        sentence_of[token] = number
        sentences_of[local[token]] |= bit
