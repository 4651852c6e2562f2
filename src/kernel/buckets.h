// The hash table of the vocabulary: a line of the cache has the hashes of eight words and their numbers, and
// is searched without a branch.
#pragma once
#include <stdint.h>
#include "letters.h"

namespace buckets {

enum { IN_BUCKET = 8 };

struct Bucket {
    uint32_t tags[IN_BUCKET];
    int32_t numbers[IN_BUCKET];  // of words; they fill it from the first on, then there is -1
};

static inline void clear(Bucket *all, uint32_t count) {
    for (uint32_t each = 0; each < count; each++)
        for (int place = 0; place < IN_BUCKET; place++) all[each].tags[place] = 0, all[each].numbers[place] = -1;
}

static inline void add(Bucket *all, uint32_t mask, uint32_t tag, int32_t number) {
    for (uint32_t at = tag & mask;; at = (at + 1) & mask)
        for (int place = 0; place < IN_BUCKET; place++)
            if (all[at].numbers[place] < 0) {
                all[at].tags[place] = tag, all[at].numbers[place] = number;
                return;
            }
}

// Tell where a hash stands in a bucket, a bit each.
static inline uint32_t places_of(const Bucket &bucket, uint32_t tag) {
#ifdef TAGONOMY_SSE2
    const __m128i wanted = _mm_set1_epi32(int32_t(tag)), *tags = (const __m128i *)bucket.tags;
    const __m128i one = _mm_cmpeq_epi32(_mm_loadu_si128(tags), wanted);
    const __m128i other = _mm_cmpeq_epi32(_mm_loadu_si128(tags + 1), wanted);
    const __m128i both = _mm_packs_epi16(_mm_packs_epi32(one, other), _mm_setzero_si128());
    return uint32_t(_mm_movemask_epi8(both));
#else
    uint32_t found = 0;
    for (int place = 0; place < IN_BUCKET; place++) found |= uint32_t(bucket.tags[place] == tag) << place;
    return found;
#endif
}

// Return the number of the first word with a hash, or -1.
static inline int32_t first_of(const Bucket *all, uint32_t mask, uint32_t tag) {
    uint32_t at = tag & mask, places = places_of(all[at], tag);
    while (!places && all[at].numbers[IN_BUCKET - 1] >= 0) {  // one in hundreds is full
        at = (at + 1) & mask;
        places = places_of(all[at], tag);
    }
    const int32_t number = all[at].numbers[letters::trailing_zeros(places | 1u << (IN_BUCKET - 1))];
    return places ? number : -1;
}

// Return the number of the next word with a hash behind one that has it, or -1.
static inline int32_t next_of(const Bucket *all, uint32_t mask, uint32_t tag, int32_t number) {
    bool behind = false;
    for (uint32_t at = tag & mask;; at = (at + 1) & mask) {
        for (int place = 0; place < IN_BUCKET; place++) {
            if (all[at].numbers[place] < 0) return -1;
            if (all[at].tags[place] != tag) continue;
            if (behind) return all[at].numbers[place];
            behind = all[at].numbers[place] == number;
        }
    }
}

}  // namespace buckets
