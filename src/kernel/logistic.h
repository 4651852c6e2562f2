// The logistic function of many log-odds at once, as ``tagonomy.ranking.probabilities`` has it: the same
// products and sums one after the other, so that both give the same bits.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "lanes.h"

TAGONOMY_WIDE static void logistic(int32_t n, const double *__restrict logits, double *__restrict chances) {
    // 1/k! from 1/13! on: of what is left behind them nothing reaches the last bit.
    static const double terms[] = {
        1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
        1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0, 1.0,
    };
    for (int32_t each = 0; each < n; each++) {
        const double logit = logits[each];
        const double size = fabs(logit), far = 700.0 < size ? 700.0 : size;
        // exp(-far) is a power of two times exp(rest), the rest at most half of ln 2; adding 1.5 * 2^52
        // leaves the power in the last bits.
        const double turned = far * 0x1.71547652b82fep+0 + 0x1.8p52, power = turned - 0x1.8p52;
        const double rest = power * 0x1.62e42fefa3800p-1 - far + power * 0x1.ef35793c76730p-45;
        double sum = terms[0];
        for (int term = 1; term < 14; term++) sum = sum * rest + terms[term];
        uint64_t bits;
        memcpy(&bits, &turned, sizeof bits);
        bits = (1023 - bits) << 52;
        double scale;
        memcpy(&scale, &bits, sizeof scale);
        const double odds = sum * scale, share = logit < 0 ? odds : 1.0;
        chances[each] = share / (1.0 + odds);
    }
}
