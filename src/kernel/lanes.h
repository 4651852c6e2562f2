// One article's step in sixteen support vector machines: the loops of ``training.pxi`` that gain from
// wider registers than the oldest processors have. Loading the extension chooses.
#pragma once
#include <math.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define TAGONOMY_WIDE __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef TAGONOMY_WIDE
#define TAGONOMY_WIDE
#endif

enum { LANES = 16 };  // sixteen floats are one line of the cache

// The weights of all features don't fit the cache: those of the feature that comes so many later are
// asked for while these are used, which saves a quarter of the time.
enum { AHEAD = 12 };

#ifdef __GNUC__
#define TAGONOMY_PREFETCH(weights, features, each, length) \
    if (each + AHEAD < length) __builtin_prefetch(weights + static_cast<int64_t>(features[each + AHEAD]) * LANES)
#else
#define TAGONOMY_PREFETCH(weights, features, each, length)
#endif

TAGONOMY_WIDE
static void visit(int32_t length, const int32_t *features, const float *values, const float *squares,
                  const float *reach, const int8_t *signs, const float *damping, float *alphas,
                  const float *live, float *worst, float *weights, float *intercepts) {
    float margin[LANES], change[LANES];
    bool moved = false;
    for (int lane = 0; lane < LANES; lane++) margin[lane] = 0;
    for (int32_t each = 0; each < length; each++) {
        const float *weight = weights + static_cast<int64_t>(features[each]) * LANES;
        const float value = values[each];
        TAGONOMY_PREFETCH(weights, features, each, length);
        for (int lane = 0; lane < LANES; lane++) margin[lane] += value * weight[lane];
    }
    for (int lane = 0; lane < LANES; lane++) {
        const float sign = signs[lane], alpha = alphas[lane];
        const float damp = sign > 0 ? damping[LANES + lane] : damping[lane];
        const float slope = sign * (margin[lane] + intercepts[lane]) - 1.0f + damp * alpha;
        const float open = sign != 0 ? live[lane] : 0.0f;
        const float violation = alpha > 0 || slope < 0 ? fabsf(slope) * open : 0.0f;
        worst[lane] = violation > worst[lane] ? violation : worst[lane];
        const float best = alpha - slope / (squares[lane] + damp);
        const float step = ((best > 0 ? best : 0.0f) - alpha) * open;
        moved |= step != 0;
        alphas[lane] = alpha + step;
        change[lane] = step * sign;
        intercepts[lane] += change[lane];
    }
    if (!moved) return;
    for (int32_t each = 0; each < length; each++) {
        const int64_t place = static_cast<int64_t>(features[each]) * LANES;
        float *weight = weights + place;
        const float *far = reach + place;
        const float value = values[each];
        for (int lane = 0; lane < LANES; lane++) weight[lane] += value * change[lane] * far[lane];
    }
}
