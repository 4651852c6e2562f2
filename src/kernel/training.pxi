# Support vector machines, sixteen at once: the compiled twin of ``tagonomy.training.solver.descend``.

cdef extern from "lanes.h" nogil:
    const int LANES
    void visit(
        int32_t length, const int32_t* features, const float* values, const float* squares, const float* reach,
        const int8_t* signs, const float* damping, float* alphas, const float* live, float* worst,
        float* weights, float* intercepts,
    )


def descend(
    const int64_t[::1] stops, const int32_t[::1] features, const float[::1] values, const float[:, ::1] squares,
    const float[:, ::1] reach, const int8_t[:, ::1] signs, const float[:, ::1] damping, const int32_t[:, ::1] orders, float tolerance,
    float[:, ::1] weights, float[::1] intercepts,
):
    """Descend until every lane is done or the orders are used up; fill ``weights`` and ``intercepts``.

    All matrices have sixteen columns, one a lane.
    """
    cdef Py_ssize_t n = squares.shape[0]
    if not (
        signs.shape[1] == damping.shape[1] == weights.shape[1] == intercepts.shape[0] == LANES
        and squares.shape[1] == reach.shape[1] == LANES and reach.shape[0] == weights.shape[0]
        and stops.shape[0] == n + 1 and signs.shape[0] == n and orders.shape[1] == n and damping.shape[0] == 2
        and features.shape[0] == values.shape[0] == stops[n]
    ):
        raise ValueError(f"the arrays do not fit together, or have not {LANES} lanes")
    if features.shape[0] and not 0 <= np.min(features) <= np.max(features) < weights.shape[0]:
        raise ValueError("a feature without weights")
    if orders.size and not 0 <= np.min(orders) <= np.max(orders) < n:
        raise ValueError("an order names an article that there is not")
    cdef vector[float] alphas
    cdef float live[16]
    cdef float worst[16]
    cdef Py_ssize_t turn, place
    cdef int32_t lane, row
    cdef bint any_live
    alphas.assign(n * LANES, 0)
    for lane in range(LANES):
        live[lane] = 1
    with nogil:
        for turn in range(orders.shape[0]):
            for lane in range(LANES):
                worst[lane] = 0
            for place in range(n):
                row = orders[turn, place]
                visit(
                    <int32_t>(stops[row + 1] - stops[row]), &features[0] + stops[row], &values[0] + stops[row],
                    &squares[row, 0], &reach[0, 0], &signs[row, 0], &damping[0, 0], alphas.data() + row * LANES,
                    live, worst, &weights[0, 0], &intercepts[0],
                )
            any_live = False
            for lane in range(LANES):
                if worst[lane] < tolerance:
                    live[lane] = 0
                any_live |= live[lane] > 0
            if not any_live:
                break
