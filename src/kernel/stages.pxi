# The stages in their order, and how long each takes.

cdef extern from *:
    """
    #include <chrono>
    static inline double seconds_now() {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    }
    """
    double seconds_now() noexcept nogil

#: What :meth:`Kernel.timings` tells apart.
STAGES = (
    *("touch", "scan", "look_up", "sentences", "matches", "resolve", "rules"),
    *("row", "margins", "calendar", "describe", "rank", "close", "keep", "note", "clean"),
)

cdef enum:
    N_CANDIDATE_STAGES = 6
    N_STAGES = 13


cdef void run_stage(
    int32_t stage, Model* m, Tables* t, Workspace* w, const double* cuts, const uint8_t* allowed
) noexcept nogil:
    if stage == 0:
        scan(t, w)
    elif stage == 1:
        look_up(m, t, w)
    elif 2 <= stage < N_CANDIDATE_STAGES and w.lean:
        return  # there are no names and no rules
    elif stage == 2:
        if m.n_senses or m.n_rules:  # who looks for no names needs no sentences
            find_sentences(t, w)
    elif stage == 3:
        find_matches(m, t, w)
    elif stage == 4:
        resolve(m, t, w)
    elif stage == 5:
        apply_rules(m, t, w)
    elif stage == 6:
        make_row(m, t, w)
        add_mentions(m, t, w)
    elif t.alone and w.lean:
        if stage == 7:
            decide_alone(m, t, w)
        elif stage == 12:
            keep_alone(m, w, cuts, allowed)
    elif stage == 7:
        find_linear(m, t, w)
    elif stage == 8:
        settle(m, t, w)
    elif stage == 9:
        describe(m, t, w)
    elif stage == 10:
        rank(m, t, w)
    elif stage == 11:
        close_upwards(m, w)
    elif stage == 12:
        keep(m, t, w, cuts, allowed)


cdef void find_candidates(Model* m, Tables* t, Workspace* w) noexcept nogil:
    cdef int32_t stage
    for stage in range(N_CANDIDATE_STAGES):
        run_stage(stage, m, t, w, NULL, NULL)


cdef void run(Model* m, Tables* t, Workspace* w, const double* cuts, const uint8_t* allowed) noexcept nogil:
    cdef int32_t stage
    w.lean = t.lean
    for stage in range(N_STAGES):
        run_stage(stage, m, t, w, cuts, allowed)


cdef uint32_t touch(Workspace* w) noexcept nogil:
    """Look at each character once and no more: the limit of anything that reads the text."""
    cdef uint32_t total = 0
    cdef int32_t place
    for place in range(w.length):
        total += _kinds[character(w, place)]
    return total
