# What Python sees: the kernel of one model, and how texts go in and results come out.

cdef enum:
    MOST_LEVELS = 200  # three a parenthesis, of which the parser takes 64: SENTENCE(a OR b AND SENTENCE(
    TITLE_CHARACTERS = 160
    MOST_NAMED = 1 << 26  # terms that all rules name, those of a set each time that it is named
    LARGEST_KEPT = 1 << 17  # tokens, or concepts considered: some hundred times an article


cdef const void* address(list kept, object array, object dtype) except? NULL:
    """Return where an array lies; the list keeps it alive."""
    whole = np.require(array, dtype, ["C", "A"])
    kept.append(whole)
    cdef size_t where = whole.__array_interface__["data"][0]
    return <const void*>where


cdef object sound(object array):
    """Return an array as a view of its memory can be taken."""
    return np.require(array, None, ["C", "A"])


cdef enum:
    # What numbers are: no node, one that may be true of any article, one that needs a term.
    BAD = 0
    LOOSE = 1
    POSITIVE = 2


cdef bint good_term(Model* m, int32_t term) noexcept nogil:
    cdef int32_t kind = term & 3, number = term >> 2
    if kind == WORD:
        return 0 <= number < m.n_words
    if kind == PREFIX:
        return 0 <= number < m.n_prefixes
    return kind == CONCEPT and number >= 0


cdef bint good_phrase(Model* m, const Code* code, int32_t length) noexcept nogil:
    """Tell whether numbers are a phrase, of words and prefixes."""
    cdef int32_t each
    if length < 3 or code[0] != PHRASE or code[1] != length:
        return False
    for each in range(2, length):
        if not is_term(m, code[each]) or kind_of_term(m, code[each]) == CONCEPT:
            return False
    return True


cdef bint good_set(Model* m, Deriving* d, const Code* code, int32_t length, float times) noexcept nogil:
    """Tell whether numbers are terms and phrases, no sets; note that rules name them so many times."""
    cdef int32_t at = 0, each, taken
    while at < length:
        taken = 1
        if code[at] < OPERATORS:
            taken = code[at + 1] if at + 1 < length else 0
            if taken > length - at or not good_phrase(m, code + at, taken):
                return False
        elif not is_term(m, code[at]):
            return False
        for each in range(at + (2 if taken > 1 else 0), at + taken):
            d.named[code[each] - OPERATORS] += times
        at += taken
    return length > 0


cdef int32_t good_node(Model* m, Deriving* d, const Code* code, int32_t length, int32_t level) noexcept nogil:
    """Tell whether numbers are one node, and whether it needs a term; note which terms and sets it names."""
    cdef int32_t code_of, each, at, count = 0, loose = 0, found
    if length < 1 or level > MOST_LEVELS:
        return BAD
    code_of = code[0]
    if code_of >= OPERATORS:
        if length != 1 or code_of >= OPERATORS + m.n_terms + m.n_sets:
            return BAD
        d.named[code_of - OPERATORS] += 1
        return POSITIVE
    if code_of < 0 or length < 3 or code[1] != length:
        return BAD
    if code_of == PHRASE:
        if not good_phrase(m, code, length):
            return BAD
        for each in range(2, length):
            d.named[code[each] - OPERATORS] += 1
        return POSITIVE
    if code_of == APPEARED:
        return LOOSE if length == 4 and code[2] <= code[3] else BAD
    at = 2
    if code_of == NEAR or code_of == COUNT:
        if code[2] < (code_of == COUNT):
            return BAD
        at = 3
    while at < length:
        each = 1 if code[at] >= OPERATORS else code[at + 1] if at + 1 < length else 0
        if each < 1 or each > length - at:
            return BAD
        found = good_node(m, d, code + at, each, level + 1)
        if found == BAD or ((code_of == NEAR or code_of == COUNT) and not is_place(code + at)):
            return BAD
        loose += found == LOOSE
        count += 1
        at += each
    if code_of == AND or code_of == OR:
        return BAD if count == 0 else LOOSE if loose and (code_of == OR or loose == count) else POSITIVE
    if count != (2 if code_of == NEAR else 1) or (code_of == SENTENCE and loose):
        return BAD
    return LOOSE if code_of == NOT or loose == count else POSITIVE


cdef bint is_place(const Code* code) noexcept nogil:
    """Tell whether a node stands at places that can be counted: a term, a set, a phrase, or an OR of these."""
    cdef int32_t at = 2
    if code[0] >= OPERATORS or code[0] == PHRASE:
        return True
    if code[0] != OR:
        return False
    while at < code[1]:
        if not is_place(code + at):
            return False
        at += length_of(code + at)
    return True


cdef class Kernel:
    """One model, compiled: thread-safe, and without the interpreter's lock while it reads a text.

    Parameters
    ----------
    tensors : mapping of str to ndarray
        The arrays of a model file, audited.
    telling : ndarray of float64, shape (n_concepts,)
        How much it says that a concept is related to each.
    occasions : Lists
        The dated events right under each event.
    breadth : ndarray of float64, shape (n_concepts,)
        How much each topic and event spans.
    classes : sequence of sets of str
        The words of each class, in the order of ``ABBREVIATION``, ``OPENER`` and so on.
    facets : sequence of str
        Their names.
    beside : sequence of str
        The words that tell something beside a mention.

    Raises
    ------
    ValueError
        If a rule's numbers are no rule.
    """

    cdef Model m
    cdef Tables t
    cdef vector[Workspace*] idle
    cdef list kept

    def __cinit__(self, tensors, telling, occasions, breadth, classes, facets, beside):
        self.kept = []
        tidy()
        self._map(tensors)
        for number, name in enumerate(facets):
            if name == "people":
                self.m.people = number
            elif name == "countries":
                self.m.places = number
            elif name == "organizations":
                self.m.organizations = number
            elif name == "events":
                self.m.events = number
        pack_weights(&self.m, &self.t, <int32_t>len(tensors["linear.stops"]))
        self._pack_records(tensors, telling)
        # What was read of the file, or needed for a moment, need not lie in memory while the rest is indexed.
        let_go(tensors)
        self._index_words(classes, beside)
        let_go(tensors)
        tidy()
        self._index_rules(tensors)
        tidy()
        self.t.occasions = <const int32_t*>address(self.kept, occasions.values, np.int32)
        self.t.occasion_stops = <const int32_t*>address(self.kept, occasions.stops, np.int32)
        self.t.breadth = <const double*>address(self.kept, breadth, np.float64)
        self._index_spellings(tensors)
        flags = tensors["lexicon.word_flags"]
        find_roots(&self.m, &self.t, numbers_among(flags, OPENING), numbers_among(flags, FOLLOWING))
        find_relations(&self.m, &self.t)
        list_lean(&self.m, &self.t)
        tidy()

    def __dealloc__(self):
        cdef size_t each
        for each in range(self.idle.size()):
            del self.idle[each]

    cdef int _map(self, tensors) except -1:
        cdef Model* m = &self.m
        cdef list kept = self.kept
        get = tensors.__getitem__
        i32, u8, f32 = np.int32, np.uint8, np.float32
        m.people = m.places = m.organizations = m.events = -1
        m.n_words = <int32_t>len(get("lexicon.words.stops"))
        m.n_concepts = <int32_t>len(get("concepts.facet"))
        m.n_nodes = <int32_t>len(get("lexicon.node_words"))
        m.n_roots = <int32_t>int((get("lexicon.word_flags") & OPENING != 0).sum())
        m.n_senses = <int32_t>len(get("lexicon.concept"))
        m.n_facets = <int32_t>len(get("concepts.facets.stops"))
        m.n_exact = <int32_t>len(get("lexicon.exact_senses"))
        m.n_rules = <int32_t>len(get("rules.concepts"))
        m.n_terms = <int32_t>len(get("rules.terms"))
        m.n_sets = <int32_t>len(get("rules.set_stops"))
        m.n_prefixes = <int32_t>len(get("rules.prefixes.stops"))
        idf = np.atleast_2d(get("tfidf.idf"))
        m.n_blocks, m.n_feature_words = idf.shape
        m.n_columns = <int32_t>len(get("linear.concepts"))
        missing = N_FEATURES - get("ranker.weights").shape[1]
        if missing < 0:
            raise ValueError(f"expected {N_FEATURES} ranking features, found {N_FEATURES - missing}")
        # Features that the model was not trained with count nothing.
        ranker = np.pad(get("ranker.weights"), ((0, 0), (0, missing)))
        m.blob = <const uint8_t*>address(kept, get("lexicon.words.blob"), u8)
        m.blob_stops = <const int32_t*>address(kept, get("lexicon.words.stops"), i32)
        m.word_flags = <const uint8_t*>address(kept, get("lexicon.word_flags"), u8)
        m.narrow_node_words = NULL
        m.wide_node_words = NULL
        if get("lexicon.node_words").dtype == np.uint16:
            m.narrow_node_words = <const uint16_t*>address(kept, get("lexicon.node_words"), np.uint16)
        else:
            m.wide_node_words = <const int32_t*>address(kept, get("lexicon.node_words"), i32)
        m.child_stops = <const int32_t*>address(kept, get("lexicon.child_stops"), i32)
        m.sense_stops = <const int32_t*>address(kept, get("lexicon.sense_stops"), i32)
        m.exact_senses = <const int32_t*>address(kept, get("lexicon.exact_senses"), i32)
        m.implied_stops = <const int32_t*>address(kept, get("lexicon.implied.stops"), i32)
        m.implied = <const int32_t*>address(kept, get("lexicon.implied.values"), i32)
        m.broader = <const int32_t*>address(kept, get("concepts.broader.values"), i32)
        m.related = <const int32_t*>address(kept, get("concepts.related.values"), i32)
        m.rule_concepts = <const int32_t*>address(kept, get("rules.concepts"), i32)
        m.narrow_programs = NULL
        m.wide_programs = NULL
        m.narrow_sets = NULL
        m.wide_sets = NULL
        if get("rules.programs").dtype == np.uint16:
            m.narrow_programs = <const uint16_t*>address(kept, get("rules.programs"), np.uint16)
            m.narrow_sets = <const uint16_t*>address(kept, get("rules.sets"), np.uint16)
        else:
            m.wide_programs = <const int32_t*>address(kept, get("rules.programs"), i32)
            m.wide_sets = <const int32_t*>address(kept, get("rules.sets"), i32)
        m.program_stops = <const int32_t*>address(kept, get("rules.stops"), i32)
        m.set_stops = <const int32_t*>address(kept, get("rules.set_stops"), i32)
        m.terms = <const int32_t*>address(kept, get("rules.terms"), i32)
        m.idf = <const float*>address(kept, idf, f32)
        m.n_weights = <int64_t>len(get("linear.columns"))
        if m.n_weights >= 1 << 31:
            raise ValueError(f"{m.n_weights} weights are more than the kernel counts")
        m.weight_stops = <const int32_t*>address(kept, get("linear.stops"), i32)
        m.narrow_columns = NULL
        m.wide_columns = NULL
        if get("linear.columns").dtype == np.uint16:
            m.narrow_columns = <const uint16_t*>address(kept, get("linear.columns"), np.uint16)
        else:
            m.wide_columns = <const int32_t*>address(kept, get("linear.columns"), i32)
        m.narrow_weights = NULL
        m.wide_weights = NULL
        if get("linear.weights").dtype == np.float16:
            m.narrow_weights = <const uint16_t*>address(kept, get("linear.weights").view(np.uint16), np.uint16)
        else:
            m.wide_weights = <const float*>address(kept, get("linear.weights"), f32)
        ordered = (
            are_whole(len(get("linear.stops")), m.weight_stops, m.narrow_columns, m.n_columns)
            if m.narrow_columns != NULL
            else are_whole(len(get("linear.stops")), m.weight_stops, m.wide_columns, m.n_columns)
        )
        m.whole = m.n_columns if ordered and m.n_columns else -1
        m.column_concepts = <const int32_t*>address(kept, get("linear.concepts"), i32)
        m.intercepts = <const float*>address(kept, get("linear.intercepts"), f32)
        m.slopes = <const float*>address(kept, get("linear.slopes"), f32)
        m.offsets = <const float*>address(kept, get("linear.offsets"), f32)
        concepts = tensors.get("mentions.concepts", np.zeros(0, i32))
        m.n_mentions = <int32_t>len(concepts)
        m.mention_concepts = <const int32_t*>address(kept, concepts, i32)
        m.mention_idf = <const float*>address(kept, tensors.get("mentions.idf", np.zeros(0, f32)), f32)
        m.n_seeds = 0
        m.narrow_seed_words = NULL
        m.wide_seed_words = NULL
        if "seeds.words" in tensors:
            m.n_seeds = <int64_t>len(get("seeds.words"))
            if get("seeds.words").dtype == np.uint16:
                m.narrow_seed_words = <const uint16_t*>address(kept, get("seeds.words"), np.uint16)
            else:
                m.wide_seed_words = <const int32_t*>address(kept, get("seeds.words"), i32)
            m.seed_stops = <const int32_t*>address(kept, get("seeds.stops"), i32)
            weights = seed_weights(Lists(get("seeds.words"), get("seeds.stops")), idf[0])
            m.seed_weights = <const uint16_t*>address(kept, weights.view(np.uint16), np.uint16)
        m.ranker = <const float*>address(kept, ranker, f32)
        m.learned = NULL
        m.kind_of = NULL
        if "ranker.concepts" in tensors:
            m.learned = <const float*>address(kept, get("ranker.concepts"), f32)
        elif "ranker.kinds" in tensors:
            m.learned = <const float*>address(kept, get("ranker.kinds"), f32)
            m.kind_of = <const uint16_t*>address(kept, get("ranker.kind_of"), np.uint16)
        m.beside = NULL
        if "beside.weights" in tensors:
            m.beside = <const float*>address(kept, get("beside.weights"), f32)
        return 0

    cdef int _pack_records(self, tensors, telling) except -1:
        """Lay side by side what is asked of a sense, and of a concept."""
        cdef Model* m = &self.m
        cdef Tables* t = &self.t
        cdef int32_t each
        cdef const int32_t[::1] concepts = sound(tensors["lexicon.concept"])
        cdef const uint8_t[::1] kinds = sound(tensors["lexicon.kind"]), flags = sound(tensors["lexicon.flags"])
        cdef const uint8_t[::1] capitals = sound(tensors["lexicon.capitals"])
        t.senses.resize(m.n_senses)
        m.concept.all = m.kind.all = m.flags.all = m.capitals.all = t.senses.data()
        cdef const uint8_t[::1] facets = sound(tensors["concepts.facet"]), priors = sound(tensors["concepts.prior"])
        cdef int32_t exact = 0
        cdef uint8_t[256] whats
        for each in range(256):
            whats[each] = what_is(m, each)
        for each in range(m.n_senses):
            m.concept[each], m.kind[each] = concepts[each], kinds[each]
            m.flags[each] = flags[each] & (CONTEXT | EXACT) | whats[facets[concepts[each]]]
            m.capitals[each] = capitals[each]
            if flags[each] & EXACT:  # what asks for capitals elsewhere tells which spelling
                if exact == m.n_exact or m.exact_senses[exact] != each:
                    raise ValueError(f"sense {each} counts in one spelling only, but has none")
                m.capitals[each] = exact & (SPELLINGS - 1)
                exact += 1
        cdef const uint8_t[::1] abstract = sound(tensors["concepts.abstract"])
        cdef const int16_t[:, ::1] years = sound(tensors["concepts.years"])
        cdef const int32_t[::1] broader = sound(tensors["concepts.broader.stops"])
        cdef const int32_t[::1] related = sound(tensors["concepts.related.stops"])
        cdef const double[::1] tell = telling
        t.concepts.resize(m.n_concepts)
        m.facet.all = m.prior.all = m.abstract.all = m.years.all = t.concepts.data()
        m.broader_stops.all = m.related_stops.all = t.concepts.data()
        t.telling.all = t.relation_stops.all = t.clause_stops.all = t.modelled.all = t.concepts.data()
        for each in range(m.n_concepts):
            m.facet[each], m.prior[each], m.abstract[each] = facets[each], priors[each], abstract[each]
            m.years[2 * each], m.years[2 * each + 1] = years[each, 0], years[each, 1]
            m.broader_stops[each], m.related_stops[each] = broader[each], related[each]
            t.telling[each] = tell[each]
        for each in range(m.n_columns):
            t.modelled[m.column_concepts[each]] = 1
        t.mention_of.assign(m.n_concepts, -1)
        for each in range(m.n_mentions):
            if m.mention_concepts[each] >= 0:
                t.mention_of[m.mention_concepts[each]] = each
        return 0

    cdef int _index_words(self, classes, beside) except -1:
        """Hash the vocabulary, and the words beyond it that the classes have or that stand beside mentions."""
        cdef Model* m = &self.m
        cdef Tables* t = &self.t
        cdef int32_t number, length
        cdef const uint8_t* word
        cdef bytes encoded
        cdef list classed = sorted(set(filter(None, beside)).union(*classes))
        cdef dict row_of = dict(zip(beside, range(1, len(beside) + 1)))
        cdef list numbered = []
        cdef uint32_t size = 1
        cdef int32_t start = 0
        cdef size_t room
        cdef Found one
        while 4 * size < <uint32_t>(m.n_words + len(classed)):  # so half of the places are taken at most
            size *= 2
        t.bucket_room.resize(size + 1)
        room = <size_t>t.bucket_room.data()
        t.buckets = <Bucket*>(room + CACHE_LINE - 1 - (room + CACHE_LINE - 1) % CACHE_LINE)
        t.bucket_mask = size - 1
        clear(t.buckets, size)
        t.word_room.resize(m.n_words + len(classed) + 2)
        room = <size_t>t.word_room.data()
        t.words = <Word*>(room + CACHE_LINE - 1 - (room + CACHE_LINE - 1) % CACHE_LINE)
        add_words(m, t)
        for number in range(m.n_feature_words):
            t.words[number].idf = m.idf[number]
            if t.groups.size():
                t.words[number].groups = t.group_stops[number - 1] if number else 0
                t.words[number].n_groups = t.group_stops[number] - t.words[number].groups
        m.n_numbers = m.n_words
        for each in classed:
            encoded = each.encode("utf-8", "surrogatepass")
            word = encoded
            length = <int32_t>len(encoded)
            one = found_of(word, length)
            number = find_word(m, t, &one, word)
            if number < 0:
                number = m.n_numbers
                m.n_numbers += 1
                start = <int32_t>t.extra_blob.size()
                t.extra_blob.insert(t.extra_blob.end(), word, word + length)
                add(t.buckets, t.bucket_mask, begin_word(t, number, word, start, length), number)
            for bit, words in enumerate(classes):
                if each in words:
                    t.words[number].classes |= <uint32_t>1 << <int>bit
            if each in row_of:
                numbered.append((number, row_of[each]))
        t.beside_of.assign(m.n_numbers + 1, 0)
        for number, row in numbered:
            t.beside_of[number + 1] = row
        t.beside_nothing = row_of.get("", 0)
        return 0

    cdef int _index_rules(self, tensors) except -1:
        """Check the rules and list for what they wait."""
        cdef Model* m = &self.m
        cdef Tables* t = &self.t
        cdef int32_t rule, start, stop, good, number, length, size = 16
        cdef float times
        cdef const uint8_t* word
        cdef vector[int32_t] found
        cdef double named = 0
        cdef uint32_t lengths
        cdef Deriving d
        blob = np.require(tensors["rules.prefixes.blob"], np.uint8, ["C"]).tobytes()
        stops = tensors["rules.prefixes.stops"].tolist()
        while size < 2 * m.n_prefixes:
            size *= 2
        t.prefix_slots.assign(size, Slot(0, -1))
        t.prefix_mask = size - 1
        t.prefix_heads.assign(PREFIX_HEADS, 0)
        shortest = min([stop - start for start, stop in zip([0, *stops], stops)], default=0)
        ones = b"\xff" * HEAD_BYTES
        t.head_mask = found_of(<const uint8_t*><const char*>ones, min(<int32_t>shortest, <int32_t>HEAD_BYTES)).head
        start = 0
        for number, stop in enumerate(stops):
            word = <const uint8_t*>blob + start
            length = stop - start
            t.prefix_blob.insert(t.prefix_blob.end(), word, word + length)
            t.prefix_stops.push_back(stop)
            add_slot(t.prefix_slots, t.prefix_mask, mixed(hash_bytes(word, length)), number)
            prefix_lengths_of(t, found_of(word, length).head)[0] |= <uint32_t>1 << min(length, <int32_t>LAST_PREFIX_BIT)
            start = stop
        if m.n_rules:
            for number in range(m.n_numbers):
                found.clear()
                lengths = prefix_lengths_of(t, t.words[number].head)[0]
                if lengths:
                    prefixes_of(t, bytes_of(m, t, number), t.words[number].length, lengths, found)
                t.words[number].prefixes = <int32_t>t.word_prefixes.size()
                t.words[number].n_prefixes = <int32_t>found.size()
                t.word_prefixes.insert(t.word_prefixes.end(), found.begin(), found.end())
        rate_terms(m, t, &d)
        start_pairs(m, t)
        for number in range(m.n_terms):
            if not good_term(m, m.terms[number]):
                raise ValueError(f"rules name a term that is none: {m.terms[number]}")
        d.named.assign(m.n_terms + m.n_sets, 0)
        for rule in range(m.n_rules):
            start, stop = program_at(m, rule), m.program_stops[rule]
            if m.narrow_programs != NULL:
                good = good_node(m, &d, m.narrow_programs + start, stop - start, 0)
            else:
                good = good_node(m, &d, m.wide_programs + start, stop - start, 0)
            if good != POSITIVE:
                raise ValueError(f"rule {rule}: the numbers are no rule")
        for number in range(m.n_sets):
            start, stop = m.set_stops[number - 1] if number else 0, m.set_stops[number]
            times = d.named[m.n_terms + number]
            named += <double>times * (stop - start)
            if m.narrow_programs != NULL:
                good = good_set(m, &d, m.narrow_sets + start, stop - start, times)
            else:
                good = good_set(m, &d, m.wide_sets + start, stop - start, times)
            if not good:
                raise ValueError(f"set {number} of the rules: the numbers are no terms and phrases")
        if named > MOST_NAMED:
            raise ValueError(f"rules name {named:.0f} terms through their sets, {MOST_NAMED} at most")
        wait_for_clauses(m, t, &d)
        return 0

    cdef int _index_spellings(self, tensors) except -1:
        blob, start = tensors["lexicon.spellings.blob"].tobytes(), 0
        for stop in tensors["lexicon.spellings.stops"].tolist():
            for each in blob[start:stop].decode("utf-8", "surrogatepass"):
                self.t.spellings.push_back(ord(each))
            self.t.spelling_stops.push_back(<int32_t>self.t.spellings.size())
            start = stop
        return 0

    cdef Workspace* _take(self) except NULL:
        cdef Workspace* w
        cdef int32_t concept
        if not self.idle.empty():
            w = self.idle.back()
            self.idle.pop_back()
            return w
        w = new Workspace()
        w.n_candidates = 0
        w.distinct_of.assign(self.m.n_numbers + 1, -1)  # what no number has is written behind the last
        w.states.resize(self.m.n_concepts)
        w.slot_of.all = w.weight_of.all = w.linear_of.all = w.is_linear.all = w.states.data()
        w.closed_of.all = w.said.all = w.stamp_of.all = w.states.data()
        for concept in range(self.m.n_concepts):
            w.states[concept].slot = -1
            w.states[concept].closed = -1
        w.clause_bits.assign(self.t.n_clauses, 0)
        w.met.resize(self.t.n_clauses + 1)
        w.prefix_at.assign(self.m.n_prefixes, PrefixAt(-1, 0, 0))
        w.stamp = 0
        return w

    cdef void _give_back(self, Workspace* w) noexcept:
        """Keep a workspace for the next text, unless a very long one has swollen it."""
        clean(w)
        if max(w.starts.size(), w.results.closed.size(), w.joined.size() // 16) > LARGEST_KEPT:
            del w
        else:
            self.idle.push_back(w)

    def classify(
        self, str text, int32_t title_characters, object year, const double[::1] cuts, const uint8_t[::1] allowed
    ):
        """Return the tags of a text and the closed scores of everything that was considered.

        Parameters
        ----------
        text : str
            The text, title first.
        title_characters : int
            How many characters of it are the title.
        year : int or None
            When it was written.
        cuts : buffer of float64, shape (n_concepts,)
            Threshold of each concept.
        allowed : buffer of uint8, shape (n_concepts,), or None
            1 for concepts that may be given.

        Returns
        -------
        concepts, scores : list of int and list of float
            The tags, best first.
        closed_concepts, closed_scores : bytes
            Of int32 and float64: every concept considered and all above them.
        """
        cdef vector[Text] texts
        cdef Workspace* w = self._take()
        try:
            texts.push_back(text_of(text, title_characters, year))
            self._run(w, texts, cuts, allowed)
            found = &w.results
            return (
                [found.concepts[each] for each in range(found.concepts.size())],
                [found.scores[each] for each in range(found.scores.size())],
                bytes_in(found.considered.data(), found.considered.size() * sizeof(int32_t)),
                bytes_in(found.closed.data(), found.closed.size() * sizeof(double)),
            )
        finally:
            self._give_back(w)

    def classify_batch(self, articles, const double[::1] cuts, const uint8_t[::1] allowed):
        """Return what :meth:`classify` gives for each article, plain text, or (text, title_characters, year).

        Of an article only title and text are read.

        Returns
        -------
        concepts, scores, stops, considered, closed, closed_stops : bytes
            Of int32, float64 and int64, text after text; the stops begin with 0.
        """
        cdef vector[Text] texts
        cdef Results* found
        cdef list kept = list(articles)  # what is read without the interpreter's lock stays alive
        cdef Workspace* w = self._take()
        try:
            for each in tuple(kept):
                if type(each) is str:
                    texts.push_back(text_of(each, title_within(each), None))
                elif isinstance(each, tuple):
                    text, title_characters, year = each
                    texts.push_back(text_of(text, title_characters, year))
                else:
                    title, text = each.title, each.text
                    kept += title, text
                    texts.push_back(headed(title, text) if title else text_of(text, title_within(text), None))
            self._run(w, texts, cuts, allowed)
            found = &w.results
            return (
                bytes_in(found.concepts.data(), found.concepts.size() * sizeof(int32_t)),
                bytes_in(found.scores.data(), found.scores.size() * sizeof(double)),
                bytes_in(found.stops.data(), found.stops.size() * sizeof(int64_t)),
                bytes_in(found.considered.data(), found.considered.size() * sizeof(int32_t)),
                bytes_in(found.closed.data(), found.closed.size() * sizeof(double)),
                bytes_in(found.closed_stops.data(), found.closed_stops.size() * sizeof(int64_t)),
            )
        finally:
            self._give_back(w)

    cdef int _run(
        self, Workspace* w, const vector[Text]& texts, const double[::1] cuts, const uint8_t[::1] allowed
    ) except -1:
        """Leave in the workspace what is found in some texts; the caller keeps these alive."""
        cdef const double* cut = &cuts[0] if cuts.shape[0] else NULL
        cdef const uint8_t* may = &allowed[0] if allowed is not None and allowed.shape[0] else NULL
        cdef size_t each
        with nogil:
            clear_results(&w.results)
            for each in range(texts.size()):
                point_at(w, texts[each])
                run(&self.m, &self.t, w, cut, may)
                note_results(&self.t, w, &w.results)
                clean(w)
        return 0

    def timings(self, list articles, const double[::1] cuts):
        """Return how many seconds each of :data:`STAGES` takes for all articles, one after the other."""
        cdef vector[Text] texts
        cdef size_t each
        cdef int32_t stage
        cdef uint32_t total = 0
        cdef double before, now
        cdef double spent[N_STAGES + 3]
        cdef Workspace* w = self._take()
        for text, title_characters, year in articles:
            texts.push_back(text_of(text, title_characters, year))
        memset(spent, 0, sizeof(spent))
        with nogil:
            for each in range(texts.size()):
                if each % 32 == 0:  # as many as a batch takes
                    clear_results(&w.results)
                point_at(w, texts[each])
                before = seconds_now()
                w.lean = self.t.lean
                total += touch(w)
                for stage in range(N_STAGES + 2):
                    now = seconds_now()
                    spent[stage] += now - before
                    before = now
                    if stage < N_STAGES:
                        run_stage(stage, &self.m, &self.t, w, &cuts[0], NULL)
                    elif stage == N_STAGES:
                        note_results(&self.t, w, &w.results)
                    else:
                        clean(w)
                spent[N_STAGES + 2] += seconds_now() - before
        self._give_back(w)
        return [spent[stage] for stage in range(N_STAGES + 3)], total

    def describe(self, str text, int32_t title_characters, object year, object linear_logits=None):
        """Return the candidates of a text and their ranking features.

        ``linear_logits``, a mapping of int to float, stands in for the linear model.
        """
        cdef Workspace* w = self._take()
        try:
            point_at(w, text_of(text, title_characters, year))
            with nogil:
                find_candidates(&self.m, &self.t, w)
                make_row(&self.m, &self.t, w)
                if linear_logits is None:
                    add_mentions(&self.m, &self.t, w)
                    find_linear(&self.m, &self.t, w)
            if linear_logits is not None:
                for concept, logit in linear_logits.items():
                    put_linear(w, concept, logit)
            with nogil:
                settle(&self.m, &self.t, w)
                describe(&self.m, &self.t, w)
            concepts = [w.concepts[each] for each in range(w.concepts.size())]
            rows = np.empty((len(concepts), N_FEATURES), dtype=np.float32)
            copy_rows(rows, w)
            return concepts, rows
        finally:
            self._give_back(w)

    def mentioned(self, str text, int32_t title_characters):
        """Return the concepts that names, evidence or rules speak for, ascending."""
        cdef Workspace* w = self._take()
        cdef int32_t each
        try:
            point_at(w, text_of(text, title_characters, None))
            with nogil:
                find_candidates(&self.m, &self.t, w)
            return sorted([w.pool[each].concept for each in range(w.n_candidates)])
        finally:
            self._give_back(w)

    def explain(self, str text, int32_t title_characters, object year, list concepts):
        """Return what speaks for each of some concepts.

        Returns
        -------
        list of (ndarray, list, list, list) or None
            For each concept that was considered: its ranking features; the character ranges of its names
            and evidence; those of its rules; and (start, stop, share) of words for the linear model.
        """
        cdef Workspace* w = self._take()
        cdef int32_t concept, each, place
        cdef Candidate* candidate
        cdef list results = []
        try:
            point_at(w, text_of(text, title_characters, year))
            with nogil:
                find_candidates(&self.m, &self.t, w)
                make_row(&self.m, &self.t, w)
                add_mentions(&self.m, &self.t, w)
                find_linear(&self.m, &self.t, w)
                settle(&self.m, &self.t, w)
                describe(&self.m, &self.t, w)
            at = {w.concepts[each]: each for each in range(<int32_t>w.concepts.size())}
            rows = np.empty((len(at), N_FEATURES), dtype=np.float32)
            copy_rows(rows, w)
            for concept in concepts:
                if concept not in at:
                    results.append(None)
                    continue
                names, fired = [], []
                if w.slot_of[concept] >= 0:
                    candidate = &w.pool[w.slot_of[concept]]
                    list_spans(candidate)
                    for each in range(<int32_t>candidate.spans.size()):
                        names.append(characters_of(w, candidate.spans[each]))
                    sort_unique(candidate.fired, 0)
                    for each in range(<int32_t>candidate.fired.size()):
                        fired.append(characters_of(w, candidate.fired[each]))
                results.append((rows[at[concept]], names, fired, shares_of(&self.m, w, concept)))
            return results
        finally:
            self._give_back(w)

    def words(self, str text, int32_t title_characters=0):
        """Return (start, stop, number, sentence) of each word, and how many are the title's; for tests."""
        cdef Workspace* w = self._take()
        cdef int32_t each
        try:
            point_at(w, text_of(text, title_characters, None))
            scan(&self.t, w)
            look_up(&self.m, &self.t, w)
            find_sentences(&self.t, w)
            found = [
                (w.starts[each], w.stops[each], w.words[each] if w.words[each] < self.m.n_words else -1, w.sentence_of[each])
                for each in range(w.n_tokens)
            ]
            return found, w.title_stop
        finally:
            self._give_back(w)

    def matches(self, str text, int32_t title_characters=0):
        """Return (start, stop, senses) of each match, in words; for tests."""
        cdef Workspace* w = self._take()
        try:
            point_at(w, text_of(text, title_characters, None))
            scan(&self.t, w)
            look_up(&self.m, &self.t, w)
            find_matches(&self.m, &self.t, w)
            return [
                (match.start, match.stop, tuple(w.fitting[each] for each in range(match.first_sense, match.stop_sense)))
                for match in w.matches
            ]
        finally:
            self._give_back(w)


cdef Text text_of(str text, int32_t title_characters, object year) except *:
    """Return where a text lies; the caller keeps it alive."""
    cdef Text found
    found.kind = PyUnicode_KIND(text)
    found.data = PyUnicode_DATA(text)
    found.length = <int32_t>len(text)
    found.title_characters = title_characters
    found.year = NO_YEAR if year is None else year
    found.title = NULL
    return found


cdef Text headed(str title, str text) except *:
    """Return where title and text lie; the caller keeps both alive."""
    cdef Text found = text_of(text, <int32_t>len(title), None)
    found.title_kind = PyUnicode_KIND(title)
    found.title = PyUnicode_DATA(title)
    return found


cdef int32_t title_within(str text):
    """Return how many of the first characters are the title: what ``tagonomy.articles.article.title_of`` says."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef int32_t length = <int32_t>len(text), start = 0, place, stop
    cdef uint32_t last
    while start < length and kind_of(PyUnicode_READ(kind, data, start)) & SPACE:
        start += 1
    place = stop = start
    while place < length and PyUnicode_READ(kind, data, place) != 10:
        if not kind_of(PyUnicode_READ(kind, data, place)) & SPACE:
            stop = place + 1
            if stop - start > TITLE_CHARACTERS:
                return 0
        place += 1
    if stop == start or place == length:
        return 0
    last = PyUnicode_READ(kind, data, stop - 1)
    if last == 46 or last == 33 or last == 58 or last == 44 or last == 59:
        return 0
    while place < length and kind_of(PyUnicode_READ(kind, data, place)) & SPACE:
        place += 1
    return stop if place < length else 0


cdef bytes bytes_in(const void* start, size_t length):
    return (<const char*>start)[:length] if length else b""


cdef void clear_results(Results* results) noexcept nogil:
    results.concepts.clear()
    results.scores.clear()
    results.stops.assign(1, 0)
    results.considered.clear()
    results.closed.clear()
    results.closed_stops.assign(1, 0)


cdef void put_characters(int kind, void* to, int32_t at, int from_kind, const void* data, int32_t n) noexcept nogil:
    """Write characters of the same kind or of a narrower one behind ``at`` others."""
    cdef int32_t each
    if kind == from_kind:
        memcpy(<uint8_t*>to + <int64_t>kind * at, data, <int64_t>kind * n)
    elif kind == 2:
        for each in range(n):
            (<uint16_t*>to)[at + each] = <uint16_t>PyUnicode_READ(from_kind, data, each)
    else:
        for each in range(n):
            (<uint32_t*>to)[at + each] = PyUnicode_READ(from_kind, data, each)


cdef void join(Workspace* w, Text text) noexcept nogil:
    """Read title, blank line and text as one, as ``Article.full_text`` has it.

    They are copied to where the last article's stood: a string of its own would be made of memory that no cache
    has.
    """
    cdef const char* blank_line = b"\n\n"
    cdef int kind = max(text.kind, text.title_kind)
    cdef size_t length = text.title_characters + 2 + text.length
    if w.joined.size() < kind * length:
        w.joined.resize(2 * kind * length)  # before anything else says that there is as much
    w.text_kind, w.length, w.data = kind, length, w.joined.data()
    put_characters(w.text_kind, w.joined.data(), 0, text.title_kind, text.title, text.title_characters)
    put_characters(w.text_kind, w.joined.data(), text.title_characters, 1, blank_line, 2)
    put_characters(w.text_kind, w.joined.data(), text.title_characters + 2, text.kind, text.data, text.length)


cdef void point_at(Workspace* w, Text text) noexcept nogil:
    w.text_kind = text.kind
    w.data = text.data
    w.length = text.length
    if text.title != NULL:
        join(w, text)
    w.title_characters = text.title_characters
    w.lean = False
    w.year = text.year


cdef void note_results(Tables* t, Workspace* w, Results* results) noexcept nogil:
    """Copy what one article gives behind what those before it gave."""
    cdef size_t each, first
    for each in range(w.kept.size()):
        results.concepts.push_back(w.kept[each].second)
        results.scores.push_back(w.kept[each].first)
    results.stops.push_back(<int64_t>results.concepts.size())
    if t.alone:
        results.considered.insert(results.considered.end(), w.concepts.begin(), w.concepts.end())
        results.closed.insert(results.closed.end(), w.scores.begin(), w.scores.end())
    else:
        results.considered.insert(results.considered.end(), w.closed.begin(), w.closed.end())
        first = results.closed.size()
        results.closed.resize(first + w.closed.size())
        for each in range(w.closed.size()):
            results.closed[first + each] = w.closed_of[w.closed[each]]
    results.closed_stops.push_back(<int64_t>results.considered.size())


cdef void copy_rows(object rows, Workspace* w) except *:
    cdef float[:, ::1] view = rows
    if rows.size:
        memcpy(&view[0, 0], w.rows.data(), rows.nbytes)


cdef tuple characters_of(Workspace* w, Span span):
    return w.starts[span.start], w.stops[span.stop - 1]


cdef tuple first_span(Workspace* w, int32_t distinct):
    """Return where a distinct word first stands."""
    cdef int32_t first = w.places[w.place_stops[distinct - 1] if distinct else 0]
    return first, first + 1


cdef list shares_of(Model* m, Workspace* w, int32_t concept):
    """Return where what speaks for a concept in the linear model first stands, largest share first.

    Where nothing does, its seed words.
    """
    cdef int32_t column, each, found = -1, words = m.n_blocks * m.n_feature_words
    cdef int64_t place, stop
    shares = {}
    for column in range(m.n_columns):
        if m.column_concepts[column] == concept:
            found = column
            break
    mentioned = first_spans(m, w) if m.n_mentions and found >= 0 else {}
    for each in range(w.n_features if found >= 0 else 0):
        place = m.weight_stops[w.features[each] - 1] if w.features[each] else 0
        stop = m.weight_stops[w.features[each]]
        while place < stop:
            if (m.narrow_columns[place] if m.narrow_columns != NULL else m.wide_columns[place]) == found:
                if w.features[each] < words:
                    span = first_span(w, w.distinct_of[w.features[each] % m.n_feature_words])
                else:
                    span = mentioned.get(m.mention_concepts[w.features[each] - words])
                if span is not None:
                    shares[span] = shares.get(span, 0.0) + <double>(weight_at(m, place) * w.values[each])
            place += 1
    if not shares and m.n_seeds:
        for place in range(m.seed_stops[concept - 1] if concept else 0, m.seed_stops[concept]):
            each = w.distinct_of[seed_word(m, place)]
            if each >= 0 and w.value_of[each] > 0:
                shares[first_span(w, each)] = <double>w.value_of[each] * <double>widened(m.seed_weights[place])
    result = []
    for (start, end), share in sorted(shares.items(), key=lambda pair: (-pair[1], pair[0])):
        result.append((w.starts[<int32_t>start], w.stops[<int32_t>end - 1], share))
    return result


cdef dict first_spans(Model* m, Workspace* w):
    """Return for each concept that is mentioned, or under which one is, the words where that is first."""
    cdef int32_t slot, each, concept
    cdef Candidate* candidate
    first = {}
    for slot in range(w.n_candidates):
        candidate = &w.pool[slot]
        spans = [(span.start, span.stop) for span in candidate.names]
        spans += [(span.start, span.stop) for span in candidate.evidence]
        spans += [(span.start, span.stop) for span in candidate.fired]
        if not spans:
            continue
        new_stamp(w)
        w.stack_numbers.assign(1, candidate.concept)
        while not w.stack_numbers.empty():
            concept = w.stack_numbers.back()
            w.stack_numbers.pop_back()
            first[concept] = min(first.get(concept, min(spans)), min(spans))
            for each in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
                if visit_once(w, m.broader[each]):
                    w.stack_numbers.push_back(m.broader[each])
    return first
