# The arrays of a model as the loops read them, and what one article leaves behind while it is read.

cdef enum:
    # Classes of words, in the order of ``tagonomy.pipeline.WORD_CLASSES``.
    ABBREVIATION = 1
    OPENER = 1 << 1
    LOCATIVE = 1 << 2
    POLITE = 1 << 3
    STRUCK = 1 << 4
    JUNIOR = 1 << 5
    TOLD = 1 << 6
    REPORTED = 1 << 7
    INTERVIEW = 1 << 8
    THE = 1 << 9
    TO = 1 << 10
    ACCORDING = 1 << 11
    BY = 1 << 12
    ON = 1 << 13
    WITH = 1 << 14
    SPOKEN = 1 << 15
    WRITTEN = 1 << 16
    STAFF = 1 << 17
    MONUMENT = 1 << 18
    ARENA = 1 << 19
    VESSEL = 1 << 20
    WATER = 1 << 21
    ACROSS = 1 << 22
    OF = 1 << 23
    IN = 1 << 24
    LISTING = 1 << 25
    SAYING = 1 << 26
    PARTISAN = 1 << 27
    AIRPORT = 1 << 28
    SHIP = 1 << 29
    PARTICLE = 1 << 30

cdef enum:
    # What is known of a word wherever it stands in the article.
    WRITTEN_SMALL = 1  # once without a capital
    STRANGER = 2  # part of a name that the taxonomy lacks
    BORNE = 4  # that, or part of a person's full name

cdef enum:
    # What is known of a token beside its word.
    CAPITAL_FIRST = 1  # starts with anything but a small letter
    SHOUTED = 2  # all capitals, and folded to two letters or more
    DIGITS = 4
    ONE_LETTER = 8
    FOUR_DIGITS = 16

cdef enum:
    INLINE_BYTES = 8

cdef enum:
    NO_YEAR = -1000000

cdef extern from "buckets.h" namespace "buckets" nogil:
    cppclass Bucket:
        pass

cdef struct Slot:
    uint32_t tag  # of a prefix; its last bits say where the slot is
    int32_t number

cdef struct Pair:
    int32_t first, second  # words that stand side by side
    int32_t number  # -1 where the slot is free

cdef struct Word:
    # All that is asked of a word of the vocabulary, in one line of the cache.
    uint64_t head, more  # its first sixteen bytes, zeros behind a shorter one
    int32_t groups, n_groups  # of its weights
    int32_t blob, length  # its UTF-8
    int32_t root
    int32_t following  # its number among those that stand in labels behind the first word
    uint32_t classes
    int32_t clauses, n_clauses  # of rules, to which it belongs
    int32_t prefixes, n_prefixes
    float idf

cdef extern from "tokens.h" namespace "tokens" nogil:
    cppclass Found:
        # A distinct word of the article.
        uint64_t head, more
        uint32_t tag
        int32_t folded, length  # where its UTF-8 lies
        int32_t count
    Found found_of(const uint8_t* word, int32_t length)
    int32_t differs(const Word& one, const Found& word)

cdef struct Root:
    # A node of one word, and what may follow it.
    uint64_t followers  # bit i: a word whose number ends in i
    int32_t first_child, stop_child
    int32_t first_sense, stop_sense
    uint8_t gate

cdef enum:
    # Of a root, shifted by how a word is written (SMALL, CAPITALISED, ALL_CAPITALS).
    ALONE = 1  # the word by itself may mean something
    ONWARDS = 16  # a label may begin with it
    SMALL = 0
    CAPITALISED = 1
    ALL_CAPITALS = 3

cdef struct Lead:
    # Of a distinct word, what decides whether a match may begin there.
    uint64_t followers
    uint32_t gate  # of its root; 0 if it is none

cdef struct Span:
    int32_t start
    int32_t stop

cdef enum:
    NEEDS = 7

cdef struct Waiting:
    # A rule that waits for a clause, and the clauses that it can't do without, that one first.
    int32_t rule
    uint32_t[NEEDS] needs  # each 4 * number + where
    int16_t first_year, last_year  # of the articles that it can be true of

cdef struct Woken:
    int32_t rule
    uint64_t sentences  # bit i: its clauses meet in one whose number ends in i

cdef struct InRules:
    # A distinct word, and the clauses to which it belongs.
    int32_t word, clauses, n_clauses

cdef enum:
    NOT_LISTED = -1

cdef struct PrefixAt:
    # The words of an article that have a prefix, and where they stand.
    int32_t chain  # the last of them, -1
    int32_t start, stop  # of their places; start may be NOT_LISTED

cdef struct Match:
    int32_t start
    int32_t stop
    int32_t first_sense  # into Workspace.fitting
    int32_t stop_sense
    uint8_t some, all  # flags that some sense has, and that all have
    uint8_t kinds  # bit i: a sense of kind i
    uint8_t one  # whether no white space stands between its words, or they are a surname

cdef struct Bearer:
    # The last word of a full name, by number among the distinct ones, and the sense that it has.
    int32_t word, sense

cdef struct Opening:
    int32_t start
    int32_t child  # the node of its first two words, or -1; at first, whether there may be one

cdef extern from "halving.h" namespace "halving" nogil:
    cppclass LookUp:
        int32_t low, count, word
    enum:
        AT_ONCE

cdef extern from "records.h" namespace "records" nogil:
    cppclass Sense:
        pass
    cppclass Concept:
        pass
    cppclass State:
        double closed
        int32_t slot
    cppclass SenseConcepts:
        Sense* all
        int32_t& operator[](ptrdiff_t)
    cppclass SenseCapitals:
        Sense* all
        uint16_t& operator[](ptrdiff_t)
    cppclass SenseKinds:
        Sense* all
        uint8_t& operator[](ptrdiff_t)
    cppclass SenseFlags:
        Sense* all
        uint8_t& operator[](ptrdiff_t)
    cppclass Telling:
        Concept* all
        double& operator[](ptrdiff_t)
    cppclass BroaderStops:
        Concept* all
        int32_t& operator[](ptrdiff_t)
    cppclass RelatedStops:
        Concept* all
        int32_t& operator[](ptrdiff_t)
    cppclass RelationStops:
        Concept* all
        int32_t& operator[](ptrdiff_t)
    cppclass ClauseStops:
        Concept* all
        int32_t& operator[](ptrdiff_t)
    cppclass Facets:
        Concept* all
        uint8_t& operator[](ptrdiff_t)
    cppclass Priors:
        Concept* all
        uint8_t& operator[](ptrdiff_t)
    cppclass Abstract:
        Concept* all
        uint8_t& operator[](ptrdiff_t)
    cppclass Modelled:
        Concept* all
        uint8_t& operator[](ptrdiff_t)
    cppclass Years:
        Concept* all
        int16_t& operator[](ptrdiff_t)
    cppclass Weights:
        State* all
        double& operator[](ptrdiff_t)
    cppclass Linear:
        State* all
        double& operator[](ptrdiff_t)
    cppclass Closed:
        State* all
        double& operator[](ptrdiff_t)
    cppclass Slots:
        State* all
        int32_t& operator[](ptrdiff_t)
    cppclass Stamps:
        State* all
        uint32_t& operator[](ptrdiff_t)
    cppclass IsLinear:
        State* all
        uint8_t& operator[](ptrdiff_t)
    cppclass Said:
        State* all
        uint8_t& operator[](ptrdiff_t)

cdef cppclass Model:
    int32_t n_words, n_numbers, n_concepts, n_nodes, n_roots, n_senses, n_facets
    # vocabulary
    const uint8_t* blob
    const int32_t* blob_stops
    const uint8_t* word_flags
    # trie and senses
    const uint16_t* narrow_node_words
    const int32_t* wide_node_words
    const int32_t* child_stops
    const int32_t* sense_stops
    SenseConcepts concept
    SenseKinds kind
    SenseFlags flags
    SenseCapitals capitals
    int32_t n_exact
    const int32_t* exact_senses
    const int32_t* implied_stops
    const int32_t* implied
    # concepts
    Facets facet
    Priors prior
    Abstract abstract
    Years years
    const int32_t* broader
    BroaderStops broader_stops
    const int32_t* related
    RelatedStops related_stops
    int32_t people, places, organizations, events
    # rules
    int32_t n_rules, n_prefixes, n_terms, n_sets
    const int32_t* rule_concepts
    const int32_t* terms  # what rules name, each 4 * number + kind
    const uint16_t* narrow_sets
    const int32_t* wide_sets
    const int32_t* set_stops
    const uint16_t* narrow_programs
    const int32_t* wide_programs
    const int32_t* program_stops
    # features and linear model
    int32_t n_blocks, n_feature_words, n_columns
    const float* idf
    const int32_t* weight_stops
    int64_t n_weights
    const uint16_t* narrow_columns
    const int32_t* wide_columns
    const uint16_t* narrow_weights
    const float* wide_weights
    int32_t n_mentions  # features that are mentions of concepts, behind those of words
    const int32_t* mention_concepts
    const float* mention_idf
    int64_t n_seeds  # entries: a word of a concept
    const uint16_t* narrow_seed_words
    const int32_t* wide_seed_words
    const int32_t* seed_stops  # by concept
    const uint16_t* seed_weights
    int32_t whole  # the length of a row that has all columns in their order, or -1
    const int32_t* column_concepts
    const float* intercepts
    const float* slopes
    const float* offsets
    # ranker
    const float* ranker
    const float* learned  # frequency and trust of each concept, or of each sort of them, or NULL
    const uint16_t* kind_of  # the sort of each concept, or NULL
    const float* beside  # what words before and behind mentions say, for each facet; NULL without any

cdef extern from "groups.h" namespace "groups" nogil:
    cppclass Group:
        pass
    cppclass Part:
        pass
    enum:
        SIDE
        SPARE
    int32_t groups_for(int64_t n_weights)
    int32_t pack_row(
        const uint16_t* weights, const uint16_t* columns, int64_t n, int32_t n_columns, Group* packed
    )
    int32_t list_parts(
        int32_t n_rows, const int64_t* firsts, const int32_t* counts, const float* values, Part* parts
    )
    void add_parts(int32_t n, const Part* parts, const Group* packed, double* margins)
    int32_t find_loud(
        int32_t n, const float* intercepts, const float* slopes, const float* offsets, double bound,
        double* margins, int32_t* found,
    )

cdef extern from "room.h" namespace "room" nogil:
    void tidy()
    cppclass Allocator[T]:
        pass
    size_t LEAST
    void* take(size_t bytes) except +
    void give_back(void* table)

cdef cppclass Tables:
    # What loading derives from the arrays.
    vector[Bucket, Allocator[Bucket]] bucket_room
    Bucket* buckets  # of the vocabulary, by hash; aligned to lines of the cache
    uint32_t bucket_mask
    vector[Word, Allocator[Word]] word_room
    Word* words  # of the vocabulary, then of the classes; aligned to lines of the cache
    vector[uint8_t] extra_blob
    vector[Slot] prefix_slots
    uint32_t prefix_mask
    vector[uint8_t] prefix_blob
    vector[int32_t] prefix_stops
    uint64_t head_mask  # as many bytes as the shortest prefix has, eight at most
    # By a hash of these: how long the prefixes are that begin so, bit i for i bytes, the last for all longer ones.
    vector[uint32_t] prefix_heads
    vector[int32_t, Allocator[int32_t]] word_prefixes
    # rules
    vector[size_t] sentences  # by rule: where that of the sentence lies whose clauses must meet, 0
    int32_t n_clauses, first_key  # the first clause for which a rule waits
    vector[Waiting, Allocator[Waiting]] waiting  # by the clause that they wait for
    vector[int32_t, Allocator[int32_t]] waiting_stops
    vector[vector[int32_t, Allocator[int32_t]]] clauses  # by kind: those to which words, prefixes and concepts belong
    vector[int32_t] prefix_clause_stops, pair_clause_stops
    vector[Pair] pair_slots
    uint32_t pair_mask
    int32_t n_pairs
    vector[uint64_t] pair_sieve
    vector[uint8_t] pair_roles  # by number of a word, from -1 on
    ClauseStops clause_stops
    vector[uint32_t] spellings
    vector[int32_t] spelling_stops
    vector[Root, Allocator[Root]] roots
    vector[Sense, Allocator[Sense]] senses
    vector[Concept, Allocator[Concept]] concepts
    Telling telling
    const int32_t* occasions
    const int32_t* occasion_stops
    const double* breadth
    vector[int32_t, Allocator[int32_t]] relations
    RelationStops relation_stops
    Modelled modelled
    vector[Group, Allocator[Group]] groups  # the weights, if they lie in groups
    vector[int32_t] group_stops  # by feature
    vector[uint16_t, Allocator[uint16_t]] beside_of  # by number of a word, from -1 on: its row of those, 1 the first
    int32_t beside_nothing  # that of no word
    vector[int32_t, Allocator[int32_t]] mention_of  # by concept: its feature of those that are mentions, -1
    vector[uint8_t, Allocator[uint8_t]] with_capital  # by concept
    bint lean  # the linear model speaks alone
    bint alone  # and decides alone

cdef cppclass Candidate:
    int32_t concept
    vector[Span] names
    vector[Span] evidence
    vector[int32_t] evidence_kinds
    vector[int32_t] named  # where, as the second pass counts it
    vector[Span] spans
    bint has_spans
    uint64_t sentences  # bit i: a span begins in a sentence whose number ends in i; 0 if nobody asked yet
    vector[Span] fired
    int32_t n_rules
    double doubt
    int32_t support

    void clear(int32_t number) noexcept nogil:
        this.concept = number
        this.names.clear()
        this.evidence.clear()
        this.evidence_kinds.clear()
        this.named.clear()
        this.spans.clear()
        this.has_spans = False
        this.sentences = 0
        this.fired.clear()
        this.n_rules = 0
        this.doubt = 0.0
        this.support = 0

cdef struct Text:
    int kind
    const void* data
    int32_t length
    int32_t title_characters
    int32_t year
    int title_kind
    const void* title  # what stands before the text, and a blank line between; NULL if the text is whole

cdef cppclass Results:
    # Of many articles: their tags, and everything that was considered.
    vector[int32_t] concepts
    vector[double] scores
    vector[int64_t] stops
    vector[int32_t] considered
    vector[double] closed
    vector[int64_t] closed_stops

cdef cppclass Workspace:
    # the text
    vector[uint8_t] joined  # of an article whose title stands by itself
    int text_kind
    const void* data
    int32_t length
    bint uncased
    bint lean  # what only names and rules ask for is left out
    int32_t title_characters, year
    # tokens
    int32_t n_tokens, title_stop, latest_year
    vector[int32_t] starts
    vector[int32_t] stops
    vector[int32_t] words
    vector[uint8_t] marks
    vector[uint8_t] may_be_first  # by token: something before it may end a sentence
    vector[int32_t] local  # by token: which distinct word it is
    vector[uint64_t] wides  # by character, a bit for each: not ASCII
    vector[uint8_t] folded  # the text in small letters, then in UTF-8 the words that are not ASCII
    int32_t n_folded
    vector[int32_t] prefixes
    int32_t n_prefixed, n_unknown
    vector[int32_t] prefixed  # distinct words that are known to have prefixes of rules
    vector[int32_t] unknown  # distinct words that may have some
    # distinct words, in the order of their first places, and where each stands
    int32_t n_found
    vector[Found] found
    vector[int32_t] table  # hashes them
    uint32_t table_mask
    vector[int32_t, Allocator[int32_t]] distinct_of  # by word number, -1
    vector[int32_t] distinct  # word number, or -1
    vector[int32_t] root_of  # by distinct word, -1
    vector[Lead] leads  # by distinct word
    vector[uint8_t] traits_of  # by distinct word
    vector[int32_t] town_of  # by distinct word: the match that says where the town lies, -1
    vector[int32_t] place_stops
    vector[int32_t] places
    # sentences
    vector[int32_t] sentence_of
    vector[int32_t] sentence_starts
    # matches
    vector[Opening] openings  # tokens at which a match may begin
    vector[LookUp] look_ups  # of the second words
    vector[Match] matches
    vector[int32_t] fitting
    # candidates
    vector[Candidate] pool
    int32_t n_candidates
    vector[State, Allocator[State]] states  # by concept; what follows shows them
    Slots slot_of  # -1
    Weights weight_of
    vector[int32_t] weighted
    vector[int32_t] title_at  # by token: which of the titles ends there, -1
    vector[Match] titles
    vector[Bearer] bearers  # whom full names mean
    vector[int32_t] namesakes  # of them those of one surname that isn't known to be theirs
    vector[uint8_t] others  # by match: part of another name
    vector[Match] undecided  # what the second pass decides
    vector[int32_t] names  # senses of one of them
    vector[int32_t] others_than_people
    # rules
    vector[uint64_t, Allocator[uint64_t]] clause_bits  # by clause: the sentences in which the article has a term of it
    vector[InRules] in_rules  # words of the article that belong to clauses
    int32_t n_in_rules
    int32_t n_met
    vector[int32_t] met  # clauses for which rules wait, and of which it has a term
    vector[Woken] woken
    Woken awake  # the one that is evaluated
    size_t meeting  # the node for which the sentences of that one count
    vector[PrefixAt] prefix_at  # by prefix
    vector[int32_t] prefixes_met
    vector[int32_t] pair_starts, pairs_met
    vector[uint64_t] pair_bits  # by pair: the sentences in which it begins
    vector[Span] chains  # a distinct word, and the next that has the same prefix, -1
    vector[int32_t] prefix_places
    vector[uint64_t] sentences_of  # by distinct word: bit i, it stands in one whose number ends in i
    vector[Span] stack
    vector[Span] firing  # rules that are true, and how many of the places in fired are theirs
    vector[Span] fired
    vector[Span] near
    vector[int32_t] left_stops
    vector[int32_t] right_stops
    # scores
    vector[int32_t] counts  # by distinct word, of one section
    vector[float] value_of  # by distinct word: its value in the row
    vector[uint64_t] word_bits  # by number of a word, a bit for each that has a value
    vector[int32_t] section
    int32_t n_features
    vector[int32_t] features
    vector[float] values
    vector[int64_t] row_starts
    vector[int32_t] row_lengths
    vector[uint64_t] mention_bits  # by feature, of those that are mentions
    vector[int32_t] mentions
    vector[Part] parts
    vector[int32_t] loud  # columns for which the linear model speaks loudly enough
    vector[double] margins
    vector[int32_t] linear_concepts
    vector[double] linear_logits
    Linear linear_of  # only those of linear_concepts count
    IsLinear is_linear
    vector[int32_t] concepts
    vector[float] rows
    vector[float] loudest  # by facet: the best log-odds of the linear model, then the second best
    vector[int32_t] most  # by facet: the most places that a concept has
    vector[float] likest  # by facet: the most that a concept's seed words count
    vector[int32_t] n_places  # by concept of concepts
    vector[int32_t] narrower
    vector[Span] other_names  # of occasions that are not meant
    vector[double] logits
    vector[double] scores
    Closed closed_of  # -1
    vector[int32_t] closed
    Said said
    vector[int32_t] stack_numbers
    Stamps stamp_of  # visited where it is the current stamp
    uint32_t stamp
    vector[pair[double, int32_t]] order
    vector[pair[double, int32_t]] kept
    Results results
