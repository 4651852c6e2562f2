# From words and candidates to scores: TF-IDF, margins, features, log-odds, closure, and the tags to keep.

cdef enum:
    N_FEATURES = 63
    BRIEFLY = 38  # those from here on are others times "brief"
    N_BRIEFLY = 13
    SPAN = 51
    OVER = 52
    PRIOR = 53
    BRIEF_TRUST = 54
    BESIDE = 55
    SEEDS = 56
    HAS_SEEDS = 57
    SEEDS_SHARE = 58
    BRIEF_SEEDS = 59  # and two more
    BRIEF_DENSITY = 62
    LOGIT = 19  # the feature that the linear model gives
    BRIEF_WORDS = 50
    MOST_UNSORTED = 256  # concepts
    MOST_GROUPED = 1 << 16  # columns, of which a group keeps sixteen bits

cdef double LINEAR_CANDIDATE = -3.0
cdef double MENTIONS_LENGTH = 0.5
cdef double CLEARLY = 1.7


cdef enum:
    KNOWN_COUNTS = 256

cdef int32_t[N_BRIEFLY] _briefly = [1, 7, 9, 8, 11, 12, 16, 17, 19, 20, 21, 35, 36]
cdef float[KNOWN_COUNTS] _dampened  # of how often a word stands
cdef double[KNOWN_COUNTS] _log1p
for _code in range(KNOWN_COUNTS):
    _dampened[_code] = <float>(1.0 + log(<double>_code)) if _code else 0.0
    _log1p[_code] = log1p(<double>_code)


cdef inline double log_count(int32_t count) noexcept nogil:
    return _log1p[count] if 0 <= count < KNOWN_COUNTS else log1p(<double>count)


cdef inline float dampened(int32_t count) noexcept nogil:
    return _dampened[count] if count < KNOWN_COUNTS else <float>(1.0 + log(<double>count))


cdef void make_row(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Fill the TF-IDF row of the article: block after block in the order of the words, length 1."""
    cdef int32_t block, token, each, word, start, stop, total = 0, n = <int32_t>w.distinct.size()
    cdef double squares = 0
    cdef float length, value
    cdef const int32_t* distinct = w.distinct.data()
    cdef int32_t* features
    cdef float* values
    if m.n_blocks > 1:
        w.counts.assign(n, 0)
    w.value_of.resize(n)
    w.word_bits.resize(m.n_feature_words // 64 + 1)
    if <int32_t>w.features.size() < m.n_blocks * n:
        w.features.resize(m.n_blocks * n)
        w.values.resize(m.n_blocks * n)
    features, values = w.features.data(), w.values.data()
    for each in range(n):
        word = distinct[each]
        value = 0
        if 0 <= word < m.n_feature_words:
            value = dampened(w.found[each].count) * t.words[word].idf
        features[total], values[total] = word, value
        w.value_of[each] = value
        if value > 0:
            w.word_bits[word >> 6] |= <uint64_t>1 << (word & 63)
        total += value > 0
    for block in range(1, m.n_blocks):
        w.section.clear()
        start = 0 if block == 1 else w.title_stop
        stop = w.title_stop if block == 1 else min(w.n_tokens, w.title_stop + LEAD_WORDS)
        for token in range(start, stop):
            each = w.local[token]
            if 0 <= w.distinct[each] < m.n_feature_words:
                if not w.counts[each]:
                    w.section.push_back(each)
                w.counts[each] += 1
        for start in range(<int32_t>w.section.size()):
            each = w.section[start]
            word = block * m.n_feature_words + w.distinct[each]
            features[total], values[total] = word, dampened(w.counts[each]) * m.idf[word]
            total += values[total] > 0
            w.counts[each] = 0
    w.n_features = total
    for each in range(total):
        squares += <double>values[each] * <double>values[each]
    length = <float>sqrt(squares)
    if length > 0:
        for each in range(total):
            values[each] = values[each] / length
        for each in range(n):
            w.value_of[each] = w.value_of[each] / length


cdef extern from "rows.h" nogil:
    float widened(uint16_t half)


cdef inline int32_t seed_word(Model* m, int64_t place) noexcept nogil:
    return m.narrow_seed_words[place] if m.narrow_seed_words != NULL else m.wide_seed_words[place]


cdef inline float likeness(Model* m, Workspace* w, int32_t concept) noexcept nogil:
    """Return how much the article says of a concept's seed words: the root of the cosine; -1 without any."""
    cdef int32_t place, start = m.seed_stops[concept - 1] if concept else 0, stop = m.seed_stops[concept], word
    cdef double cosine = 0
    if start == stop:
        return -1
    for place in range(start, stop):
        word = seed_word(m, place)
        if w.word_bits[word >> 6] >> (word & 63) & 1:  # most words are not there, and these bits lie close
            cosine += <double>w.value_of[w.distinct_of[word]] * <double>widened(m.seed_weights[place])
    return <float>sqrt(cosine)


cdef void add_mentions(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Put behind the words which concepts are mentioned, and all above them: a row of length 1/2."""
    cdef int32_t each, concept, feature, n, total = w.n_features, words = m.n_blocks * m.n_feature_words
    cdef double squares = 0
    cdef float scale
    cdef uint64_t left
    if m.n_mentions == 0:
        return
    w.mention_bits.resize((m.n_mentions + 63) // 64)
    new_stamp(w)
    w.mentions.clear()
    for each in range(w.n_candidates):
        concept = w.pool[each].concept
        if visit_once(w, concept):
            w.stack_numbers.push_back(concept)
        while not w.stack_numbers.empty():
            concept = w.stack_numbers.back()
            w.stack_numbers.pop_back()
            feature = t.mention_of[concept]
            if feature >= 0:
                w.mention_bits[feature >> 6] |= <uint64_t>1 << (feature & 63)
            for feature in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
                if visit_once(w, m.broader[feature]):
                    w.stack_numbers.push_back(m.broader[feature])
    for each in range(<int32_t>w.mention_bits.size()):  # in their order, without sorting
        left = w.mention_bits[each]
        w.mention_bits[each] = 0
        while left:
            w.mentions.push_back(64 * each + trailing_zeros(left))
            left &= left - 1
    n = <int32_t>w.mentions.size()
    if <int32_t>w.features.size() < total + n:
        w.features.resize(total + n)
        w.values.resize(total + n)
    for each in range(n):
        feature = w.mentions[each]
        squares += <double>m.mention_idf[feature] * <double>m.mention_idf[feature]
    if squares == 0:
        return
    scale = <float>(MENTIONS_LENGTH / sqrt(squares))
    for each in range(n):
        feature = w.mentions[each]
        w.features[total + each] = words + feature
        w.values[total + each] = m.mention_idf[feature] * scale
    w.n_features = total + n


cdef extern from "rows.h" nogil:
    void add_rows[Number, Column](
        int32_t n_rows, const int64_t* starts, const int32_t* lengths, const float* values,
        const Number* weights, const Column* columns, double* margins, int32_t whole, int64_t n_weights,
    )
    int32_t padded(int32_t n)
    bint are_whole[Column](int64_t n_rows, const int32_t* stops, const Column* columns, int32_t n_columns)


cdef inline float weight_at(Model* m, int64_t place) noexcept nogil:
    return widened(m.narrow_weights[place]) if m.narrow_weights != NULL else m.wide_weights[place]


cdef void pack_weights(Model* m, Tables* t, int32_t n_rows) noexcept nogil:
    """Lay the weights in groups, if rows have few of the columns and their numbers are small."""
    cdef int32_t row, total = 0
    cdef int64_t start = 0
    if m.narrow_weights == NULL or m.narrow_columns == NULL or m.n_columns + SIDE > MOST_GROUPED:
        return
    if m.n_weights > <int64_t>n_rows * m.n_columns // 4:
        return
    for row in range(n_rows):
        total += groups_for(m.weight_stops[row] - start)
        start = m.weight_stops[row]
    t.groups.resize(total + 1)  # one behind the last is asked for
    t.group_stops.resize(n_rows)
    total = 0
    start = 0
    for row in range(n_rows):
        total += pack_row(
            m.narrow_weights + start, m.narrow_columns + start, m.weight_stops[row] - start, m.n_columns, &t.groups[total]
        )
        t.group_stops[row] = total
        start = m.weight_stops[row]


cdef void add_groups(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Add up the groups of the article's rows."""
    cdef int32_t each, feature, total = 0, n = w.n_features
    cdef int64_t* firsts = w.row_starts.data()
    cdef int32_t* counts = w.row_lengths.data()
    for each in range(n):
        feature = w.features[each]
        if feature < m.n_feature_words:
            firsts[each], counts[each] = t.words[feature].groups, t.words[feature].n_groups
        else:
            firsts[each] = t.group_stops[feature - 1]
            counts[each] = t.group_stops[feature] - <int32_t>firsts[each]
        total += counts[each]
    if <int32_t>w.parts.size() < total + SIDE + SPARE:
        w.parts.resize(2 * total + SIDE + SPARE)
    total = list_parts(n, firsts, counts, w.values.data(), w.parts.data())
    add_parts(total, w.parts.data(), t.groups.data(), w.margins.data())


cdef void add_margins(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Add up the article's rows; the intercepts come last."""
    cdef int32_t each, feature, n = w.n_features
    w.margins.assign(padded(m.n_columns + SIDE), 0.0)
    w.row_starts.resize(n)
    w.row_lengths.resize(n)
    if t.groups.size():
        add_groups(m, t, w)
        return
    for each in range(n):
        feature = w.features[each]
        w.row_starts[each] = m.weight_stops[feature - 1] if feature else 0
        w.row_lengths[each] = <int32_t>(m.weight_stops[feature] - w.row_starts[each])
    cdef const int64_t* starts = w.row_starts.data()
    cdef const int32_t* lengths = w.row_lengths.data()
    cdef const float* values = w.values.data()
    cdef double* margins = w.margins.data()
    if m.narrow_weights != NULL and m.narrow_columns != NULL:
        add_rows(n, starts, lengths, values, m.narrow_weights, m.narrow_columns, margins, m.whole, m.n_weights)
    elif m.narrow_weights != NULL:
        add_rows(n, starts, lengths, values, m.narrow_weights, m.wide_columns, margins, m.whole, m.n_weights)
    elif m.narrow_columns != NULL:
        add_rows(n, starts, lengths, values, m.wide_weights, m.narrow_columns, margins, m.whole, m.n_weights)
    else:
        add_rows(n, starts, lengths, values, m.wide_weights, m.wide_columns, margins, m.whole, m.n_weights)


cdef void list_lean(Model* m, Tables* t) noexcept nogil:
    """Tell whether the linear model speaks alone: no names, no rules, nothing that has its time.

    If the ranker asks for nothing else and nothing lies under anything, it decides alone as well.
    """
    cdef int32_t each, facet, concept, before = -1
    t.lean = m.n_senses == 0 and m.n_rules == 0 and m.n_seeds == 0
    for concept in range(m.n_concepts):
        t.lean &= m.years[2 * concept] <= 0 and m.years[2 * concept + 1] <= 0
    t.alone = t.lean
    for facet in range(m.n_facets):
        for each in range(N_FEATURES):
            t.alone &= each == LOGIT or m.ranker[N_FEATURES * facet + each] == 0
    for concept in range(m.n_concepts):
        t.alone &= m.broader_stops[concept] == 0
    for each in range(m.n_columns):
        t.alone &= m.column_concepts[each] > before
        before = m.column_concepts[each]


cdef void decide_alone(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Score what the linear model speaks for where nothing else speaks."""
    cdef int32_t column, concept, n = 0
    cdef double logit
    cdef float row
    w.concepts.clear()
    if m.n_columns == 0 or w.n_features == 0:
        w.scores.clear()
        return
    add_margins(m, t, w)
    w.concepts.resize(m.n_columns)
    w.logits.resize(m.n_columns)
    for column in range(m.n_columns):
        w.margins[column] += <double>m.intercepts[column]
        logit = w.margins[column] * <double>m.slopes[column] + <double>m.offsets[column]
        concept = m.column_concepts[column]
        w.concepts[n] = concept
        row = <float>max(-8.0, min(8.0, logit))
        w.logits[n] = 0.0 + <double>row * <double>m.ranker[N_FEATURES * m.facet[concept] + LOGIT]
        n += logit >= LINEAR_CANDIDATE
    w.concepts.resize(n)
    w.logits.resize(n)
    w.scores.resize(n)
    logistic(n, w.logits.data(), w.scores.data())


cdef void find_linear(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """List the concepts for which the linear model speaks loudly enough."""
    cdef int32_t each, column, n
    w.linear_concepts.clear()
    if m.n_columns == 0 or w.n_features == 0:
        return
    add_margins(m, t, w)
    w.loud.resize(m.n_columns)
    n = find_loud(
        m.n_columns, m.intercepts, m.slopes, m.offsets, LINEAR_CANDIDATE, w.margins.data(), w.loud.data()
    )
    for each in range(n):
        column = w.loud[each]
        put_linear(
            w, m.column_concepts[column], w.margins[column] * <double>m.slopes[column] + <double>m.offsets[column]
        )


cdef inline void put_linear(Workspace* w, int32_t concept, double logit) noexcept nogil:
    w.linear_concepts.push_back(concept)
    w.linear_of[concept] = logit
    w.is_linear[concept] = 1


cdef inline void describe_candidate(Model* m, Tables* t, Workspace* w, Candidate* c, int32_t concept, double brief, float* row, int32_t* n_places) noexcept nogil:
    """Fill the ranking features of one concept, the share excepted; ``c`` is NULL where only words speak."""
    cdef double linear
    cdef bint anything = False
    memset(row, 0, N_FEATURES * sizeof(float))
    n_places[0] = 0
    if c != NULL:
        anything = describe_mentions(m, t, w, c, concept, row, n_places)
        if m.beside != NULL and n_places[0]:
            row[BESIDE] = <float>(words_beside(m, t, w, c, m.facet[concept]) * (1 - brief))
    if w.is_linear[concept]:
        linear = w.linear_of[concept]
    else:
        linear = -4.0 if t.modelled[concept] else 0.0
    row[0] = 1.0
    row[19] = <float>max(-8.0, min(8.0, linear))
    row[20] = t.modelled[concept]
    row[21] = t.modelled[concept] and not anything
    row[22] = <float>(row[21] * (1 - brief))
    row[23] = <float>brief
    row[PRIOR] = <float>(m.prior[concept] / 8.0)
    if m.n_seeds:
        row[SEEDS] = likeness(m, w, concept)
        row[HAS_SEEDS] = row[SEEDS] >= 0
        row[SEEDS] = max(row[SEEDS], <float>0)
    if m.facet[concept] == m.events and 0 < m.years[2 * concept + 1] < w.year:
        row[OVER] = <float>log_count(w.year - m.years[2 * concept + 1])


cdef bint describe_mentions(Model* m, Tables* t, Workspace* w, Candidate* c, int32_t concept, float* row, int32_t* n_places) noexcept nogil:
    """Fill the features of what names a concept or implies it; tell whether anything in the text does."""
    cdef double length = max(w.n_tokens, 1)
    cdef int32_t title = w.title_stop, lead = w.title_stop + LEAD_WORDS
    cdef int32_t each, first = <int32_t>length, last = <int32_t>length, start, demonyms = 0, located = 0
    cdef int32_t n_names = <int32_t>c.names.size(), n_evidence = <int32_t>c.evidence.size()
    cdef int32_t n_rules = c.n_rules, n_cited = 0, count = n_names + n_evidence, kind
    cdef bint anything = False, full = False, title_name = False, title_evidence = False
    cdef bint lead_name = False, lead_evidence = False, speaks = False
    for each in range(n_names):
        start = c.names[each].start
        full |= c.names[each].stop - start > 1
        speaks |= is_saying(t, w, start - 1) or is_saying(t, w, c.names[each].stop)
        n_cited += m.facet[concept] == m.organizations and is_cited(t, w, c.names[each])
        title_name |= start < title
        lead_name |= title <= start < lead
        first = min(first, start) if anything else start
        last = max(last, start) if anything else start
        anything = True
    for each in range(n_evidence):
        start = c.evidence[each].start
        kind = c.evidence_kinds[each]
        demonyms += kind == DEMONYM
        located += CAPITAL <= kind < TITLE
        title_evidence |= start < title
        lead_evidence |= title <= start < lead
        first = min(first, start) if anything else start
        last = max(last, start) if anything else start
        anything = True
    for each in range(<int32_t>c.fired.size()):
        start = c.fired[each].start
        first = min(first, start) if anything else start
        last = max(last, start) if anything else start
        anything = True
    row[32] = reach(c.fired, 0, title) > 1
    row[33] = reach(c.fired, title, lead) > 1
    row[34] = <float>log_count(<int32_t>c.fired.size())
    n_places[0] = count
    row[1] = n_names > 0
    row[2] = full
    row[3] = title_name
    row[4] = title_evidence
    row[5] = lead_name
    row[6] = lead_evidence
    row[7] = <float>log_count(n_names)
    row[8] = <float>log_count(demonyms)
    row[9] = <float>log_count(located)
    row[10] = <float>log_count(n_evidence - demonyms - located)
    row[12] = <float>(1 - first / length)
    row[13] = <float>((last - first) / length)
    row[14] = <float>min(100 * count / length, 5.0)
    row[15] = <float>c.doubt
    row[16] = <float>log_count(c.support)
    row[17] = <float>log_count(n_rules)
    row[18] = n_rules > 0 and count == 0
    row[37] = speaks
    row[SPAN] = <float>(t.breadth[concept] * log_count(n_names))
    row[24] = <float>(n_cited / <double>max(n_names, 1))
    return anything


cdef double words_beside(Model* m, Tables* t, Workspace* w, Candidate* c, int32_t facet) noexcept nogil:
    """Return what the words right beside its mentions say."""
    cdef int32_t each, n_names = <int32_t>c.names.size(), n_evidence = <int32_t>c.evidence.size()
    cdef double total = 0
    for each in range(n_names):
        total = add_beside(m, t, w, c.names[each], facet, total)
    for each in range(n_evidence):
        total = add_beside(m, t, w, c.evidence[each], facet, total)
    return total / sqrt(<double>(n_names + n_evidence))


cdef inline double add_beside(Model* m, Tables* t, Workspace* w, Span where, int32_t facet, double total) noexcept nogil:
    """Add what the words before and behind a mention say, within its sentence."""
    cdef int32_t row, own = w.sentence_of[where.start]
    row = t.beside_nothing
    if where.start and w.sentence_of[where.start - 1] == own:
        row = t.beside_of[w.words[where.start - 1] + 1]
    if row:
        total += m.beside[2 * m.n_facets * (row - 1) + facet]
    row = t.beside_nothing
    if where.stop < w.n_tokens and w.sentence_of[where.stop] == own:
        row = t.beside_of[w.words[where.stop] + 1]
    if row:
        total += m.beside[2 * m.n_facets * (row - 1) + m.n_facets + facet]
    return total


cdef inline bint is_saying(Tables* t, Workspace* w, int32_t place) noexcept nogil:
    return 0 <= place < w.n_tokens and in_class(t, w.words[place], SAYING)


cdef int32_t reach(vector[Span]& spans, int32_t start, int32_t stop) noexcept nogil:
    """Return how many words lie from the first to the last of the spans that begin in a range of words."""
    cdef int32_t each, first = stop, last = -1
    for each in range(<int32_t>spans.size()):
        if start <= spans[each].start < stop:
            first = min(first, spans[each].start)
            last = max(last, spans[each].stop)
    return last - first


cdef void complete(Model* m, Workspace* w) noexcept nogil:
    """Fill the ranking features that follow from the others and from the other candidates."""
    cdef int32_t each, concept, kind, facet, n = <int32_t>w.concepts.size()
    cdef float* row
    cdef float logit, rival
    w.loudest.assign(2 * m.n_facets, LINEAR_CANDIDATE)
    w.likest.assign(m.n_facets, 0)
    cdef float* first = w.loudest.data()
    cdef float* second = first + m.n_facets
    for each in range(n):
        row = w.rows.data() + each * N_FEATURES
        logit = loudness(row)
        facet = m.facet[w.concepts[each]]
        w.likest[facet] = max(w.likest[facet], row[SEEDS])
        if logit > first[facet]:
            second[facet] = first[facet]
            first[facet] = logit
        elif logit > second[facet]:
            second[facet] = logit
    for each in range(n):
        row = w.rows.data() + each * N_FEATURES
        concept = w.concepts[each]
        facet = m.facet[concept]
        logit = loudness(row)
        rival = second[facet] if logit >= first[facet] else first[facet]
        row[25] = row[19] * row[1]
        row[26] = max(row[19], <float>0)
        if m.learned != NULL:
            kind = m.kind_of[concept] if m.kind_of != NULL else concept
            row[27] = m.learned[2 * kind]
            row[28] = m.learned[2 * kind + 1] * row[1]
        if row[SEEDS] > 0:
            row[SEEDS_SHARE] = row[SEEDS] / w.likest[facet]
        row[BRIEF_SEEDS] = row[SEEDS] * row[23]
        row[BRIEF_SEEDS + 1] = row[HAS_SEEDS] * row[23]
        row[BRIEF_SEEDS + 2] = row[SEEDS_SHARE] * row[23]
        row[BRIEF_DENSITY] = row[14] * row[23]
        row[29] = rival
        row[30] = <float>max(<double>logit - rival, 0.0)
        row[31] = <float>max(<double>rival - logit, 0.0)


cdef inline float loudness(const float* row) noexcept nogil:
    """Return the log-odds of the linear model, or the least that makes a candidate."""
    return max(row[19], <float>LINEAR_CANDIDATE) if row[20] > 0 else <float>LINEAR_CANDIDATE


cdef bint is_cited(Tables* t, Workspace* w, Span where) noexcept nogil:
    """Tell whether a body only tells where something was said: "told CNN", "(Reuters) -", "a Gallup poll"."""
    cdef int32_t last = where.start - 1, before, earlier
    cdef int32_t start = w.starts[where.start], stop = w.stops[where.stop - 1]
    cdef uint32_t left = character(w, start - 1) if start else 0
    cdef uint32_t right = character(w, stop) if stop < w.length else 10
    if where.stop < w.n_tokens and in_class(t, w.words[where.stop], REPORTED | STAFF):
        return True
    if left == 10 and right == 10 and where.start >= w.title_stop:
        return True  # alone on its line
    if left == 47 or right == 47 or (left == 40 and right == 41 and ends_dateline(w, where.stop)):
        return True
    if last >= 0 and in_class(t, w.words[last], THE):
        last -= 1
    before = w.words[last] if last >= 0 else -1
    earlier = w.words[last - 1] if last >= 1 else -1
    if in_class(t, before, TOLD):
        return True
    if in_class(t, before, TO):
        return in_class(t, earlier, ACCORDING)
    if in_class(t, before, BY):
        return in_class(t, earlier, REPORTED)
    if in_class(t, before, IN):
        return in_class(t, earlier, WRITTEN)
    if in_class(t, before, ON) and in_class(t, earlier, SPOKEN):
        return True
    return in_class(t, before, WITH | ON) and in_class(t, earlier, INTERVIEW)


cdef void describe(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """List all candidates and their features."""
    cdef int32_t each, concept, facet, n, place
    cdef float* row
    cdef double brief = min(1.0, BRIEF_WORDS / <double>max(w.n_tokens, 1))
    w.concepts.clear()
    for each in range(w.n_candidates):
        w.concepts.push_back(w.pool[each].concept)
    for each in range(<int32_t>w.linear_concepts.size()):
        if w.slot_of[w.linear_concepts[each]] < 0:
            w.concepts.push_back(w.linear_concepts[each])
    if not is_sorted(w.concepts.begin(), w.concepts.end()):
        sort(w.concepts.begin(), w.concepts.end())
    n = <int32_t>w.concepts.size()
    w.rows.resize(n * N_FEATURES)
    w.most.assign(m.n_facets, 1)
    w.n_places.resize(n)
    if m.n_seeds:
        for each in range(n):
            FETCH_AHEAD(m.seed_stops + w.concepts[each])
        for each in range(n):
            place = m.seed_stops[w.concepts[each] - 1] if w.concepts[each] else 0
            if m.narrow_seed_words != NULL:
                FETCH_AHEAD(m.narrow_seed_words + place)
            else:
                FETCH_AHEAD(m.wide_seed_words + place)
            FETCH_AHEAD(m.seed_weights + place)
    for each in range(n):
        concept = w.concepts[each]
        describe_candidate(
            m, t, w, &w.pool[w.slot_of[concept]] if w.slot_of[concept] >= 0 else NULL, concept,
            brief, w.rows.data() + each * N_FEATURES, &w.n_places[each],
        )
        facet = m.facet[concept]
        w.most[facet] = max(w.most[facet], w.n_places[each])
    relate(m, w)
    complete(m, w)
    for each in range(n):
        row = w.rows.data() + each * N_FEATURES
        if w.n_places[each]:
            row[11] = <float>(<double>w.n_places[each] / w.most[m.facet[w.concepts[each]]])
        for place in range(N_BRIEFLY):
            row[BRIEFLY + place] = row[_briefly[place]] * row[23]
        row[BRIEF_TRUST] = row[28] * row[23]


cdef void relate(Model* m, Workspace* w) noexcept nogil:
    """Fill the ranking features that tell which concepts right above and right under one are named."""
    cdef int32_t each, concept, place, above, n = <int32_t>w.concepts.size()
    cdef vector[int32_t].iterator found
    w.narrower.assign(n, 0)
    for each in range(n):
        concept = w.concepts[each]
        for place in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
            above = m.broader[place]
            if has_names(w, above):
                w.rows[each * N_FEATURES + 36] = 1
            if has_names(w, concept):
                found = lower_bound(w.concepts.begin(), w.concepts.end(), above)
                if found != w.concepts.end() and dereference(found) == above:
                    w.narrower[found - w.concepts.begin()] += 1
    for each in range(n):
        w.rows[each * N_FEATURES + 35] = <float>log_count(w.narrower[each])


cdef extern from "logistic.h" nogil:
    void logistic(int32_t n, const double* logits, double* chances)


cdef void rank(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Weigh the features: four rows at once, since each sum waits for the one before."""
    cdef int32_t each, place, row, n = <int32_t>w.concepts.size()
    cdef const float* rows[4]
    cdef const float* weights[4]
    cdef double one, two, three, four
    w.logits.resize(n + 3)
    w.scores.resize(n)
    for each in range(0, n, 4):
        for row in range(4):
            place = min(each + row, n - 1)
            rows[row] = w.rows.data() + place * N_FEATURES
            weights[row] = m.ranker + m.facet[w.concepts[place]] * N_FEATURES
        one = two = three = four = 0
        for place in range(N_FEATURES):
            one += <double>rows[0][place] * <double>weights[0][place]
            two += <double>rows[1][place] * <double>weights[1][place]
            three += <double>rows[2][place] * <double>weights[2][place]
            four += <double>rows[3][place] * <double>weights[3][place]
        w.logits[each], w.logits[each + 1], w.logits[each + 2], w.logits[each + 3] = one, two, three, four
    logistic(n, w.logits.data(), w.scores.data())


cdef bint better(const pair[double, int32_t]& one, const pair[double, int32_t]& other) noexcept nogil:
    return one.first > other.first or (one.first == other.first and one.second < other.second)


cdef void close_upwards(Model* m, Workspace* w) noexcept nogil:
    """Raise every ancestor to its best descendant.

    Where there are many, the best come first, so that nothing is raised twice: a hierarchy with many ways up
    can't hang this.
    """
    cdef int32_t each, n = <int32_t>w.concepts.size()
    w.closed.clear()
    if n <= MOST_UNSORTED:
        for each in range(n):
            raise_from(m, w, w.concepts[each], w.scores[each])
        return
    w.order.clear()
    for each in range(n):
        w.order.push_back(pair[double, int32_t](w.scores[each], w.concepts[each]))
    sort(w.order.begin(), w.order.end(), better)
    for each in range(n):
        raise_from(m, w, w.order[each].second, w.order[each].first)


cdef inline void raise_from(Model* m, Workspace* w, int32_t concept, double score) noexcept nogil:
    """Let neither a concept nor anything above it be less probable than a score."""
    cdef int32_t above
    while True:
        if w.closed_of[concept] < score:
            if w.closed_of[concept] < 0:
                w.closed.push_back(concept)
            w.closed_of[concept] = score
            for above in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
                w.stack_numbers.push_back(m.broader[above])
        if w.stack_numbers.empty():
            return
        concept = w.stack_numbers.back()
        w.stack_numbers.pop_back()


cdef void keep_alone(Model* m, Workspace* w, const double* cuts, const uint8_t* allowed) noexcept nogil:
    """Choose the tags where none lies under another."""
    cdef int32_t each, concept
    w.kept.clear()
    for each in range(<int32_t>w.concepts.size()):
        concept = w.concepts[each]
        if w.scores[each] >= cuts[concept] and not m.abstract[concept] and (allowed == NULL or allowed[concept]):
            w.kept.push_back(pair[double, int32_t](w.scores[each], concept))
    sort(w.kept.begin(), w.kept.end(), better)


cdef inline bint has_reasons(Workspace* w, int32_t concept) noexcept nogil:
    """Tell whether anything in the text speaks for a concept."""
    cdef Candidate* c
    if w.slot_of[concept] < 0:
        return False
    c = &w.pool[w.slot_of[concept]]
    return not c.names.empty() or not c.evidence.empty() or c.n_rules > 0


cdef void keep(Model* m, Tables* t, Workspace* w, const double* cuts, const uint8_t* allowed) noexcept nogil:
    """Choose the tags: what clears its threshold, and is not said already by a narrower tag."""
    cdef int32_t each, concept, above, n = <int32_t>w.concepts.size()
    cdef vector[int32_t] said
    cdef double bar
    w.kept.clear()
    for each in range(n):
        FETCH_AHEAD(cuts + w.concepts[each])
    for each in range(n):
        concept = w.concepts[each]
        if m.abstract[concept] or w.scores[each] < cuts[concept] or (allowed != NULL and not allowed[concept]):
            continue
        w.kept.push_back(pair[double, int32_t](w.scores[each], concept))
        w.stack_numbers.push_back(concept)
        while not w.stack_numbers.empty():
            concept = w.stack_numbers.back()
            w.stack_numbers.pop_back()
            for above in range(m.broader_stops[concept - 1] if concept else 0, m.broader_stops[concept]):
                if not w.said[m.broader[above]]:
                    w.said[m.broader[above]] = 1
                    said.push_back(m.broader[above])
                    w.stack_numbers.push_back(m.broader[above])
    n = 0
    for each in range(<int32_t>w.kept.size()):
        concept = w.kept[each].second
        # What a narrower tag says already is repeated only where the text itself speaks for it.
        if w.said[concept]:
            bar = cuts[concept]
            if m.facet[concept] == m.places and not t.with_capital[concept]:  # a region
                bar = min(0.95, CLEARLY * bar)
            if w.kept[each].first < bar or not has_reasons(w, concept):
                continue
        w.kept[n] = pair[double, int32_t](w.closed_of[concept], concept)
        n += 1
    w.kept.resize(n)
    sort(w.kept.begin(), w.kept.end(), better)
    for each in range(<int32_t>said.size()):
        w.said[said[each]] = 0


cdef void clean(Workspace* w) noexcept nogil:
    """Make the workspace ready for the next article: only what was touched costs time."""
    cdef int32_t each
    if not w.lean:
        for each in range(<int32_t>w.distinct.size()):
            if w.distinct[each] >= 0:
                if w.distinct[each] < <int32_t>(64 * w.word_bits.size()):
                    w.word_bits[w.distinct[each] >> 6] = 0
                w.distinct_of[w.distinct[each]] = -1
    for each in range(<int32_t>w.prefixes_met.size()):
        w.prefix_at[w.prefixes_met[each]] = PrefixAt(-1, 0, 0)
    w.prefixes_met.clear()
    for each in range(w.n_candidates):
        w.slot_of[w.pool[each].concept] = -1
    w.n_candidates = 0
    for each in range(<int32_t>w.weighted.size()):
        w.weight_of[w.weighted[each]] = 0
    w.weighted.clear()
    for each in range(<int32_t>w.linear_concepts.size()):
        w.is_linear[w.linear_concepts[each]] = 0
    w.linear_concepts.clear()
    for each in range(<int32_t>w.closed.size()):
        w.closed_of[w.closed[each]] = -1
    w.closed.clear()
