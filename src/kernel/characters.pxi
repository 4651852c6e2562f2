# What each character is and how it folds. Python says so once for each character that is met; texts
# that have only known characters are then read without Python.

cdef enum:
    KNOWN = 1
    WIDE = 1  # of a whole text: some character is not ASCII
    IN_WORD = 2  # a letter, a digit or an underscore
    MARK = 4  # goes on with a word that has begun
    UPPER = 8
    LOWER = 16
    TITLECASE = 32
    SPACE = 64
    DIGIT = 128

cdef enum:
    CODE_POINTS = 0x110000
    LONGEST_FOLDING = 20
    MOST_FOLDINGS = 1 << 14
    FOLDED_CHARACTERS = 256

cdef uint32_t NOTHING = 0xFFFFFFFFu
cdef uint32_t SEVERAL = 0x80000000u

cdef struct Folding:
    int32_t length
    uint32_t characters[LONGEST_FOLDING]

# Pages of these that no text needs are never touched.
cdef uint8_t* _kinds = <uint8_t*>calloc(CODE_POINTS, 1)
cdef uint32_t* _folded = <uint32_t*>calloc(CODE_POINTS, sizeof(uint32_t))
cdef Folding* _foldings = <Folding*>calloc(MOST_FOLDINGS, sizeof(Folding))
cdef int32_t _n_foldings = 0


cdef uint8_t _kind_of(str character):
    from unicodedata import category

    cdef uint8_t kind = KNOWN
    name = category(character)
    if character.isalnum() or character == "_":
        kind |= IN_WORD
    if name[0] == "M" or name == "Cf":
        kind |= MARK
    if character.isupper():
        kind |= UPPER
    elif character.islower():
        kind |= LOWER
    elif character.istitle():
        kind |= TITLECASE
    if character.isspace():
        kind |= SPACE
    if character.isdigit():
        kind |= DIGIT
    return kind


cdef void _learn(uint32_t code) except *:
    """Store what Python says about a character; what it folds to is stored, too."""
    global _n_foldings
    cdef str character = chr(code)
    cdef str folded = fold(character)
    cdef uint32_t each
    for part in folded:
        each = ord(part)
        if each != code and not _kinds[each]:
            _learn(each)
    if len(folded) == 1:
        _folded[code] = ord(folded)
    elif not folded:
        _folded[code] = NOTHING
    else:
        if _n_foldings == MOST_FOLDINGS or len(folded) > LONGEST_FOLDING:
            raise OverflowError(f"no room for the folding of U+{code:04X}")
        _foldings[_n_foldings].length = <int32_t>len(folded)
        for place, part in enumerate(folded):
            _foldings[_n_foldings].characters[place] = ord(part)
        _folded[code] = SEVERAL | <uint32_t>_n_foldings
        _n_foldings += 1
    _kinds[code] = _kind_of(character)  # last: other threads read it first


cdef uint8_t kind_met_first(uint32_t code) noexcept with gil:
    """Ask Python about a character that no text had yet."""
    _learn(code)
    return _kinds[code]


cdef inline uint8_t kind_of(uint32_t code) noexcept nogil:
    return _kinds[code] or kind_met_first(code)


for _code in range(128):
    _learn(_code)
