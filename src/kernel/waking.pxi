# Which rules an article wakes.
#
# A clause is a set of terms of which the article must have one, or a rule isn't true
# (``tagonomy.rules.syntax.clauses``). Loading asks each rule for its clauses; rules share most of them, so that
# each is known by a number and looked for once an article, as a bit for each sentence in which a term of it
# begins. A rule waits for its rarest clause; the others are its needs, and those that must share a sentence are
# held against each other at once. What wakes is nearly true, and nothing is read of the rest.

cdef enum:
    CLAUSES_A_RULE = 6  # about, at most
    PAIR = 3  # beside the kinds of terms: two words side by side
    N_TERM_KINDS

cdef enum:
    # Where the terms of a clause must stand.
    WITHIN_ARTICLE = 0
    WITHIN_LEAD = 1
    WITHIN_TITLE = 2
    WITHIN_SENTENCE = 3  # one that the others of this kind share

cdef enum:
    # Clauses that are none: every sentence, and those that begin in the lead, and in the title.
    ALWAYS = 0
    THE_LEAD = 1
    THE_TITLE = 2
    N_SECTIONS = 3

cdef enum:
    # Years of articles that a rule can be true of, where it asks for none: all, also those without a date.
    EARLIEST = -32768
    LATEST = 32767

# How much of the news has a term, as far as loading can tell: what the features don't know is rare, but most of
# the concepts that rules name are not; and what many rules name says little.
cdef float RARE = 0.001
cdef float CONCEPT_SHARE = 0.02
cdef float NAMED_AGAIN = 0.0001
# Of the articles with the rarer of two words, so many have them side by side.
cdef float SIDE_BY_SIDE = 0.1

cdef struct Clause:
    int32_t first, stop  # into Deriving.terms
    int32_t number  # of the term or set whose clause it is, -1
    uint32_t where
    float share

cdef cppclass Deriving:
    # The clauses of rules while they are found.
    vector[vector[float]] shares  # by kind and number of a term
    vector[float] named  # by number of a term or set: how often rules name it
    vector[int32_t] terms  # of the clauses, each 4 * number + kind
    vector[Clause] known  # by number of a term or set: its clause
    vector[int32_t] known_numbers  # by number of a term or set: that of its clause among the distinct ones, -1
    vector[Clause] clauses
    int32_t n_ors  # around the node
    bint has_sentence
    int16_t first_year, last_year
    size_t sentence  # where its node lies, 0
    uint32_t scope  # where that sentence stands
    # The same clauses, each once.
    vector[int32_t] numbers  # a hash table, -1
    vector[Clause] distinct


cdef void rate_terms(Model* m, Tables* t, Deriving* d) noexcept nogil:
    """Estimate how much of the news has each term."""
    cdef int32_t number, each
    d.shares.resize(N_TERM_KINDS)
    d.shares[WORD].assign(m.n_words, RARE)
    d.shares[PREFIX].assign(m.n_prefixes, 0)
    d.shares[CONCEPT].assign(m.n_concepts, CONCEPT_SHARE)
    for number in range(m.n_words):
        if number < m.n_feature_words and m.idf[number] > 0:
            d.shares[WORD][number] = <float>exp(1.0 - <double>m.idf[number])
        elif t.words[number].length == 1:
            d.shares[WORD][number] = 1
        for each in range(t.words[number].n_prefixes):
            d.shares[PREFIX][t.word_prefixes[t.words[number].prefixes + each]] += d.shares[WORD][number]


cdef inline float share_of(Deriving* d, int32_t kind, int32_t number) noexcept nogil:
    """Return how much of the news has a term; nothing has a concept that the taxonomy lacks."""
    return d.shares[kind][number] if number < <int32_t>d.shares[kind].size() else 0


cdef void name_terms(Model* m, Deriving* d) noexcept nogil:
    """Note how often rules name each term."""
    cdef int32_t each, number
    for each in range(m.n_terms):
        number = m.terms[each] >> 2
        if number < <int32_t>d.shares[m.terms[each] & 3].size():
            d.shares[m.terms[each] & 3][number] += d.named[each] * NAMED_AGAIN


cdef void derive_clauses(Model* m, Tables* t, Deriving* d, const Code* sets) noexcept nogil:
    """Make a clause of each term and of each set, which all rules share that name them."""
    cdef int32_t each, start = 0
    cdef Clause clause
    d.n_ors = 0
    for each in range(m.n_terms):
        clause.first, clause.stop = each, each + 1
        clause.where, clause.number = WITHIN_ARTICLE, -1
        clause.share = share_of(d, m.terms[each] & 3, m.terms[each] >> 2)
        d.terms.push_back(m.terms[each])
        d.known.push_back(clause)
    for each in range(m.n_sets):
        find_either(m, t, d, sets + start, m.set_stops[each] - start, WITHIN_ARTICLE)
        d.known.push_back(d.clauses.back())
        d.clauses.clear()
        start = m.set_stops[each]


cdef void find_either(
    Model* m, Tables* t, Deriving* d, const Code* sides, int32_t length, uint32_t where
) noexcept nogil:
    """Add one clause of the rarest of each side of an OR, if each has one."""
    cdef int32_t place, at = 0, first = <int32_t>d.clauses.size()
    cdef Clause whole, best
    whole.first = whole.stop = <int32_t>d.terms.size()
    whole.where, whole.share, whole.number = where, 0, -1
    d.n_ors += 1
    while at < length:
        if is_term(m, sides[at]):  # as most of them are
            d.terms.push_back(m.terms[sides[at] - OPERATORS])
            whole.stop += 1
            whole.share += d.known[sides[at] - OPERATORS].share
            at += 1
            continue
        find_clauses(m, t, d, sides + at, where)
        at += length_of(sides + at)
        if <int32_t>d.clauses.size() == first:
            whole.stop = whole.first
            break
        best = d.clauses[first]
        for place in range(first + 1, <int32_t>d.clauses.size()):
            if d.clauses[place].share < best.share:
                best = d.clauses[place]
        # Those of the side may lie right there, or far before.
        if <int32_t>d.terms.size() < whole.stop + best.stop - best.first:
            d.terms.resize(whole.stop + best.stop - best.first)
        for place in range(best.first, best.stop):
            d.terms[whole.stop] = d.terms[place]
            whole.stop += 1
        whole.share += best.share
        d.terms.resize(whole.stop)
        d.clauses.resize(first)
    d.n_ors -= 1
    d.terms.resize(whole.stop)
    if whole.stop > whole.first:
        sort(d.terms.begin() + whole.first, d.terms.end())
        d.terms.erase(unique(d.terms.begin() + whole.first, d.terms.end()), d.terms.end())
        whole.stop = <int32_t>d.terms.size()
        d.clauses.push_back(whole)


cdef bint wait_for_pair(Model* m, Tables* t, Deriving* d, const Code* code, uint32_t where) noexcept nogil:
    """Add the clause of the rarest two words that stand side by side in a phrase; tell whether it has two words."""
    cdef int32_t each, length = code[1] - 2, pair, best = -1
    cdef float share, least = 0
    for each in range(length - 1):
        if kind_of_term(m, code[2 + each]) == WORD and kind_of_term(m, code[3 + each]) == WORD:
            share = SIDE_BY_SIDE * min(
                share_of(d, WORD, number_of_term(m, code[2 + each])),
                share_of(d, WORD, number_of_term(m, code[3 + each])),
            )
            if best < 0 or share < least:
                best, least = each, share
    if best < 0:
        return False
    pair = add_pair(t, number_of_term(m, code[2 + best]), number_of_term(m, code[3 + best]))
    cdef Clause clause
    clause.first = <int32_t>d.terms.size()
    clause.stop = clause.first + 1
    clause.where, clause.number, clause.share = where, -1, least
    d.terms.push_back(4 * pair + PAIR)
    d.clauses.push_back(clause)
    return True


cdef void find_clauses(Model* m, Tables* t, Deriving* d, const Code* code, uint32_t where) noexcept nogil:
    """Add the clauses of a node."""
    cdef int32_t code_of = code[0], number = code_of - OPERATORS, at = 0, length
    cdef const Code* operands
    if number >= 0:
        d.clauses.push_back(d.known[number])
        d.clauses.back().where = where
        d.clauses.back().number = number
    elif code_of == OR:
        operands = operands_of(m, code, &length)
        find_either(m, t, d, operands, length, where)
    elif code_of == PHRASE and wait_for_pair(m, t, d, code, where):
        pass  # who has the pair has its words
    elif code_of == APPEARED:
        if not d.n_ors:
            d.first_year, d.last_year = max(d.first_year, <int16_t>code[2]), min(d.last_year, <int16_t>code[3])
    elif code_of != NOT:
        if code_of == SENTENCE and not (d.n_ors or d.has_sentence):
            d.has_sentence, d.scope, d.sentence = True, where, <size_t>code
            where = WITHIN_SENTENCE
        elif code_of == IN_TITLE or code_of == IN_LEAD:
            where = max(where, <uint32_t>(WITHIN_TITLE if code_of == IN_TITLE else WITHIN_LEAD))
        operands = operands_of(m, code, &length)
        while at < length:
            find_clauses(m, t, d, operands + at, where)
            at += length_of(operands + at)


cdef bint rarer(const Clause& one, const Clause& other) noexcept nogil:
    return one.share < other.share


cdef int32_t number_of(Deriving* d, const Clause& clause) noexcept nogil:
    """Return the number that a clause shares with all others of the same terms."""
    cdef int32_t found
    if clause.number < 0:
        return look_up_clause(d, clause)
    found = d.known_numbers[clause.number]
    if found < 0:
        found = d.known_numbers[clause.number] = look_up_clause(d, clause)
    return found


cdef int32_t look_up_clause(Deriving* d, const Clause& clause) noexcept nogil:
    """Return the number of the first clause of the same terms."""
    cdef uint64_t hashed = SEED
    cdef uint32_t mask = <uint32_t>d.numbers.size() - 1, place
    cdef int32_t each, count = clause.stop - clause.first
    cdef const int32_t* terms = d.terms.data() + clause.first
    cdef Clause other
    for each in range(count):
        hashed = (hashed ^ <uint32_t>terms[each]) * PRIME
    place = mixed(hashed) & mask
    while d.numbers[place] >= 0:
        other = d.distinct[d.numbers[place]]
        if other.stop - other.first == count:
            if memcmp(d.terms.data() + other.first, terms, count * sizeof(int32_t)) == 0:
                return d.numbers[place]
        place = (place + 1) & mask
    d.numbers[place] = <int32_t>d.distinct.size()
    d.distinct.push_back(clause)
    return d.numbers[place]


cdef void wait_for_clauses(Model* m, Tables* t, Deriving* d) noexcept nogil:
    """Let each rule wait for its rarest clause."""
    cdef int32_t rule, each, count, size = 16, first = 0
    cdef vector[int32_t] stops, keys
    cdef vector[uint32_t] scopes
    cdef vector[Waiting] waiting
    cdef const Clause* clause
    name_terms(m, d)
    if m.narrow_programs != NULL:
        derive_clauses(m, t, d, m.narrow_sets)
    else:
        derive_clauses(m, t, d, m.wide_sets)
    d.known_numbers.assign(d.known.size(), -1)
    waiting.resize(m.n_rules)
    d.clauses.reserve(CLAUSES_A_RULE * m.n_rules)  # growing would need twice the memory for a moment
    for rule in range(m.n_rules):
        d.has_sentence, d.scope, d.sentence = False, WITHIN_ARTICLE, 0
        d.first_year, d.last_year = EARLIEST, LATEST
        if m.narrow_programs != NULL:
            find_clauses(m, t, d, m.narrow_programs + program_at(m, rule), WITHIN_ARTICLE)
        else:
            find_clauses(m, t, d, m.wide_programs + program_at(m, rule), WITHIN_ARTICLE)
        scopes.push_back(d.scope)
        waiting[rule].first_year, waiting[rule].last_year = d.first_year, d.last_year
        t.sentences.push_back(d.sentence)
        stops.push_back(<int32_t>d.clauses.size())
    while size < 2 * <int32_t>d.clauses.size():
        size *= 2
    d.numbers.assign(size, -1)
    keys.assign(m.n_rules, -1)
    for rule in range(m.n_rules):
        sort(d.clauses.begin() + first, d.clauses.begin() + stops[rule], rarer)
        waiting[rule].rule = rule
        for each in range(NEEDS):
            waiting[rule].needs[each] = 4 * ALWAYS + WITHIN_SENTENCE
        # Of the first sentence that a rule speaks of: whether it is in the title or the lead.
        waiting[rule].needs[NEEDS - 1] = 4 * scopes[rule] + WITHIN_SENTENCE
        count = min(stops[rule] - first, <int32_t>NEEDS - 1)
        if waiting[rule].first_year > EARLIEST:
            count = min(count, 1)  # the year settles nearly all: no other need pays for being noted
        for each in range(count):
            clause = &d.clauses[first + each]
            waiting[rule].needs[each] = 4 * (N_SECTIONS + number_of(d, clause[0])) + clause.where
        if count:
            keys[rule] = number_of(d, d.clauses[first])
        first = stops[rule]
    forget(d)
    number_clauses(t, d, keys, waiting)
    list_waiting(t, keys, waiting)
    list_clauses(m, t, d)


cdef void forget(Deriving* d) noexcept nogil:
    """Give back the memory of what the distinct clauses were found by."""
    cdef vector[Clause] clauses, known
    cdef vector[vector[float]] shares
    cdef vector[int32_t] numbers, known_numbers
    d.clauses.swap(clauses)
    d.known.swap(known)
    d.shares.swap(shares)
    d.numbers.swap(numbers)
    d.known_numbers.swap(known_numbers)


cdef void number_clauses(Tables* t, Deriving* d, vector[int32_t]& keys, vector[Waiting]& waiting) noexcept nogil:
    """Number first the clauses for which no rule waits, then the others; common ones first, which lie together."""
    cdef int32_t each, need, n = <int32_t>d.distinct.size()
    cdef vector[pair[pair[int32_t, double], int32_t]] order
    cdef vector[Clause] distinct
    cdef vector[int32_t] numbers
    order.resize(n)
    for each in range(n):
        order[each].first = pair[int32_t, double](0, -d.distinct[each].share)
        order[each].second = each
    t.first_key = N_SECTIONS + n
    for each in range(<int32_t>keys.size()):
        if keys[each] >= 0 and not order[keys[each]].first.first:
            order[keys[each]].first.first = 1  # behind all that are none
            t.first_key -= 1
    sort(order.begin(), order.end())
    numbers.resize(N_SECTIONS + n)
    for each in range(N_SECTIONS):
        numbers[each] = each
    for each in range(n):
        distinct.push_back(d.distinct[order[each].second])
        numbers[N_SECTIONS + order[each].second] = N_SECTIONS + each
    d.distinct.swap(distinct)
    t.n_clauses = N_SECTIONS + n
    for each in range(<int32_t>keys.size()):
        if keys[each] >= 0:
            keys[each] = numbers[N_SECTIONS + keys[each]] - t.first_key
        for need in range(NEEDS):
            waiting[each].needs[need] = 4 * numbers[waiting[each].needs[need] >> 2] + (waiting[each].needs[need] & 3)


cdef void list_waiting(Tables* t, const vector[int32_t]& keys, const vector[Waiting]& waiting) noexcept nogil:
    """Lay the rules that wait for a clause side by side; those without one wake never."""
    cdef int32_t each, n_keys = t.n_clauses - t.first_key
    t.waiting_stops.assign(n_keys + 1, 0)
    for each in range(<int32_t>keys.size()):
        t.waiting_stops[keys[each] + 1] += keys[each] >= 0
    for each in range(n_keys):
        t.waiting_stops[each + 1] += t.waiting_stops[each]
    t.waiting.resize(t.waiting_stops[n_keys])
    for each in range(<int32_t>keys.size()):  # filling moves each start to where its rules stop
        if keys[each] >= 0:
            t.waiting[t.waiting_stops[keys[each]]] = waiting[each]
            t.waiting_stops[keys[each]] += 1


cdef void list_clauses(Model* m, Tables* t, Deriving* d) noexcept nogil:
    """List the clauses that each term belongs to."""
    cdef int32_t[N_TERM_KINDS] counts = [m.n_words, m.n_prefixes, m.n_concepts, t.n_pairs]
    cdef int32_t kind, each, place, number
    cdef vector[vector[int32_t]] stops
    t.clauses.resize(N_TERM_KINDS)
    stops.resize(N_TERM_KINDS)
    for kind in range(N_TERM_KINDS):
        stops[kind].assign(counts[kind] + 1, 0)
    for each in range(<int32_t>d.distinct.size()):
        for place in range(d.distinct[each].first, d.distinct[each].stop):
            kind, number = d.terms[place] & 3, d.terms[place] >> 2
            if number < counts[kind]:
                stops[kind][number + 1] += 1
    for kind in range(N_TERM_KINDS):
        for number in range(counts[kind]):
            stops[kind][number + 1] += stops[kind][number]
        t.clauses[kind].resize(stops[kind][counts[kind]])
    for each in range(<int32_t>d.distinct.size()):  # filling moves each start to where the clauses of the term stop
        for place in range(d.distinct[each].first, d.distinct[each].stop):
            kind, number = d.terms[place] & 3, d.terms[place] >> 2
            if number < counts[kind]:
                t.clauses[kind][stops[kind][number]] = N_SECTIONS + each
                stops[kind][number] += 1
    for number in range(m.n_words):
        t.words[number].clauses = stops[WORD][number - 1] if number else 0
        t.words[number].n_clauses = stops[WORD][number] - t.words[number].clauses
    for number in range(m.n_concepts):
        t.clause_stops[number] = stops[CONCEPT][number]
    t.prefix_clause_stops.swap(stops[PREFIX])
    t.pair_clause_stops.swap(stops[PAIR])


cdef inline void note_term(
    Tables* t, Workspace* w, const int32_t* clauses, int32_t count, uint64_t bits
) noexcept nogil:
    """Note in which sentences a term begins for all clauses that it belongs to."""
    cdef int32_t each, clause
    for each in range(count):
        clause = clauses[each]
        w.met[w.n_met] = clause  # no branch: nobody can guess which is met first
        w.n_met += (w.clause_bits[clause] == 0) & (clause >= t.first_key)
        w.clause_bits[clause] |= bits


cdef uint64_t sentences_before(Workspace* w, int32_t stop) noexcept nogil:
    """Return a bit for each sentence that begins before a token; every 64 sentences share one."""
    cdef int32_t last = w.sentence_of[min(stop, w.n_tokens) - 1] if min(stop, w.n_tokens) else -1
    return ~<uint64_t>0 if last >= 63 else (<uint64_t>1 << (last + 1)) - 1


cdef void meet_clauses(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """Note for each clause in which sentences the article has a term of it."""
    cdef int32_t each, number, first
    cdef InRules one
    cdef const int32_t* clauses = t.clauses[WORD].data()
    w.n_met = 0
    memset(w.clause_bits.data(), 0, t.first_key * sizeof(uint64_t))
    w.clause_bits[ALWAYS] = ~<uint64_t>0
    w.clause_bits[THE_LEAD] = sentences_before(w, w.title_stop + LEAD_WORDS)
    w.clause_bits[THE_TITLE] = sentences_before(w, w.title_stop)
    for each in range(w.n_in_rules):
        one = w.in_rules[each]
        note_term(t, w, clauses + one.clauses, one.n_clauses, w.sentences_of[one.word])
    clauses = t.clauses[PREFIX].data()
    for each in range(<int32_t>w.prefixes_met.size()):
        number = w.prefixes_met[each]
        first = t.prefix_clause_stops[number - 1] if number else 0
        note_term(t, w, clauses + first, t.prefix_clause_stops[number] - first, sentences_of(m, w, PREFIX, number))
    meet_pairs(t, w)
    clauses = t.clauses[PAIR].data()
    for each in range(<int32_t>w.pairs_met.size()):
        number = w.pairs_met[each]
        first = t.pair_clause_stops[number - 1] if number else 0
        note_term(t, w, clauses + first, t.pair_clause_stops[number] - first, w.pair_bits[number])
        w.pair_bits[number] = 0
    clauses = t.clauses[CONCEPT].data()
    for each in range(w.n_candidates):
        number = w.pool[each].concept
        first = t.clause_stops[number - 1] if number else 0
        if t.clause_stops[number] > first:
            note_term(t, w, clauses + first, t.clause_stops[number] - first, sentences_of(m, w, CONCEPT, number))


cdef inline uint64_t meeting(const uint64_t* bits_of, const uint64_t* windows, uint32_t need) noexcept nogil:
    """Return the sentences that have a need; all, if it is one of the whole window."""
    cdef uint64_t bits = bits_of[need >> 2] & windows[need & 3]
    return bits | -<uint64_t>((need & 3 != WITHIN_SENTENCE) & (bits != 0))


cdef void wake_rules(Model* m, Tables* t, Workspace* w) noexcept nogil:
    """List the rules all of whose needs the article has, and forget which it has."""
    cdef int32_t each, place, need, key
    cdef const Waiting* one
    cdef uint64_t[4] windows = [~<uint64_t>0, w.clause_bits[THE_LEAD], w.clause_bits[THE_TITLE], ~<uint64_t>0]
    cdef uint64_t bits
    cdef const uint64_t* bits_of = w.clause_bits.data()
    cdef int32_t year = max(w.year, <int32_t>EARLIEST)
    w.woken.clear()
    for each in range(w.n_met):
        if each + 8 < w.n_met:
            key = w.met[each + 8] - t.first_key
            FETCH_AHEAD(t.waiting.data() + (t.waiting_stops[key - 1] if key else 0))
        key = w.met[each] - t.first_key
        for place in range(t.waiting_stops[key - 1] if key else 0, t.waiting_stops[key]):
            one = &t.waiting[place]
            if not one.first_year <= year <= one.last_year:
                continue
            bits = meeting(bits_of, windows, one.needs[0]) & meeting(bits_of, windows, one.needs[1])
            if not bits:
                continue
            for need in range(2, NEEDS):
                bits &= meeting(bits_of, windows, one.needs[need])
            if bits:
                w.woken.push_back(Woken(one.rule, bits))
                if m.narrow_programs != NULL:
                    FETCH_AHEAD(m.narrow_programs + program_at(m, one.rule))
                else:
                    FETCH_AHEAD(m.wide_programs + program_at(m, one.rule))
    for each in range(w.n_met):
        w.clause_bits[w.met[each]] = 0
