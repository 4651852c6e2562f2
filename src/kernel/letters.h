// What sixty-four characters are, a bit for each, so that where words begin and end and how they are
// spelt is found without looking at one character after the other.
#pragma once
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>  // every processor of sixty-four bits of this kind has it
#define TAGONOMY_SSE2
#endif

namespace letters {

enum { BLOCK = 64 };

static inline int trailing_zeros(uint64_t bits) {
#if defined(__GNUC__)
    return __builtin_ctzll(bits);
#else
    int count = 0;
    while (!(bits & 1)) { bits >>= 1; count++; }
    return count;
#endif
}

struct Bits {
    uint64_t inside, upper, lower, digit, end;  // end: what may end a sentence
};

#ifdef TAGONOMY_SSE2

// Mark the bytes from ``first`` on, ``count`` of them: shifted to the least number, they alone are below it.
static inline __m128i among(__m128i bytes, int first, int count) {
    const __m128i shifted = _mm_add_epi8(bytes, _mm_set1_epi8(char(128 - first)));
    return _mm_cmplt_epi8(shifted, _mm_set1_epi8(char(count - 128)));
}

static inline uint64_t bits_of(__m128i bytes, int at) { return uint64_t(uint32_t(_mm_movemask_epi8(bytes))) << at; }

// Tell what ASCII characters are, and write them in small letters; other bytes are no letters.
static inline void tell(const uint8_t *text, uint8_t *low, Bits *found) {
    uint64_t inside = 0, upper = 0, letter = 0, digit = 0, end = 0;
    for (int at = 0; at < BLOCK; at += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(text + at));
        const __m128i capital = among(bytes, 'A', 26);
        const __m128i small = _mm_add_epi8(bytes, _mm_and_si128(capital, _mm_set1_epi8(32)));
        const __m128i in_alphabet = among(small, 'a', 26), number = among(bytes, '0', 10);
        const __m128i line = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_'));
        _mm_storeu_si128((__m128i *)(low + at), small);
        inside |= bits_of(_mm_or_si128(_mm_or_si128(in_alphabet, number), line), at);
        upper |= bits_of(capital, at);
        letter |= bits_of(in_alphabet, at);
        digit |= bits_of(number, at);
        const __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
        const __m128i cry = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('!')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('?')));
        end |= bits_of(_mm_or_si128(stop, cry), at);
    }
    found->inside = inside, found->upper = upper, found->lower = letter & ~upper, found->digit = digit;
    found->end = end;
}

static inline uint64_t gathered(const uint8_t *flags) {
    uint64_t bits = 0;
    for (int at = 0; at < BLOCK; at += 16)
        bits |= bits_of(_mm_cmpgt_epi8(_mm_loadu_si128((const __m128i *)(flags + at)), _mm_setzero_si128()), at);
    return bits;
}

#else

// Bytes of 0 and 1 as bits.
static inline uint64_t gathered(const uint8_t *flags) {
    uint64_t bits = 0;
    for (int at = 0; at < BLOCK; at += 8) {
        uint64_t eight;
        memcpy(&eight, flags + at, 8);
        bits |= (eight * 0x0102040810204080u >> 56) << at;
    }
    return bits;
}

static inline void tell(const uint8_t *text, uint8_t *low, Bits *found) {
    uint8_t inside[BLOCK], upper[BLOCK], letter[BLOCK], digit[BLOCK], end[BLOCK];
    for (int each = 0; each < BLOCK; each++) {
        upper[each] = uint8_t(text[each] - 'A') < 26;
        low[each] = uint8_t(text[each] + 32 * upper[each]);
        letter[each] = uint8_t(low[each] - 'a') < 26;
        digit[each] = uint8_t(text[each] - '0') < 10;
        inside[each] = letter[each] | digit[each] | (text[each] == '_');
        end[each] = text[each] == '.' || text[each] == '\n' || text[each] == '!' || text[each] == '?';
    }
    found->upper = gathered(upper), found->lower = gathered(letter) & ~found->upper;
    found->inside = gathered(inside), found->digit = gathered(digit), found->end = gathered(end);
}

#endif

// Tell which of the characters are not ASCII.
template <typename Character>
static inline uint64_t beyond(const Character *text) {
    Character any = 0;
    for (int each = 0; each < BLOCK; each++) any |= text[each];
    if (any < 128) return 0;
    uint8_t flags[BLOCK];
    for (int each = 0; each < BLOCK; each++) flags[each] = text[each] >= 128;
    return gathered(flags);
}

// Tell what the characters of a block are; ``wide`` gets those that are not ASCII, of which nothing is told.
template <typename Character>
static inline void look(const Character *text, int32_t count, uint8_t *low, Bits *found, uint64_t *wide) {
    Character padded[BLOCK];
    uint8_t narrow[BLOCK];
    if (count < BLOCK) {
        memset(padded, 0, sizeof padded);
        memcpy(padded, text, count * sizeof(Character));
        text = padded;
    }
    *wide = beyond(text);
    if (sizeof(Character) > 1) {
        for (int each = 0; each < BLOCK; each++) narrow[each] = text[each] < 128 ? uint8_t(text[each]) : 0;
        tell(narrow, low, found);
    } else {
        tell((const uint8_t *)text, low, found);
    }
}

// What the runs of characters of words are: the bits stand where a run begins or right behind it. Before
// those that are first something stands that may end a sentence.
struct Runs {
    uint64_t starts, stops, small, shouted, digits, single, first;
};

// What of a run goes on in the next block.
struct Carry {
    uint64_t inside, start, small, no_upper, no_lower, digits, end;
};

// Let a one go from where runs begin through the characters that have something in common: it arrives behind
// those runs that have nothing else. Adding does it for all at once.
static inline uint64_t arriving(uint64_t common, uint64_t starts, uint64_t stops, uint64_t *carry) {
    const uint64_t sum = common + (starts & common), moved = sum + *carry;
    *carry = (sum < common) | (moved < sum);
    return moved & stops;
}

static inline void follow(const Bits &bits, Carry *carry, bool marks, Runs *runs) {
    const uint64_t behind = bits.inside << 1 | carry->inside;
    runs->starts = bits.inside & ~behind, runs->stops = behind & ~bits.inside;
    carry->inside = bits.inside >> 63;
    if (!marks) {
        runs->small = runs->shouted = runs->digits = runs->single = runs->first = 0;
        return;
    }
    const uint64_t starts = runs->starts, stops = runs->stops;
    // What may end a sentence lets a one go through all that stands behind it, to where the next run begins.
    const uint64_t between = ~bits.inside, ended = between + (bits.end & between), reached = ended + carry->end;
    carry->end = (ended < between) | (reached < ended);
    runs->first = reached & starts;
    // A run that begins with a small letter lets its one through whatever follows.
    const uint64_t sum = bits.inside + (starts & bits.lower), moved = sum + carry->small;
    carry->small = (sum < bits.inside) | (moved < sum);
    runs->small = moved & stops;
    const uint64_t no_upper = arriving(bits.inside & ~bits.upper, starts, stops, &carry->no_upper);
    const uint64_t no_lower = arriving(bits.inside & ~bits.lower, starts, stops, &carry->no_lower);
    runs->digits = arriving(bits.digit, starts, stops, &carry->digits);
    runs->single = (starts << 1 | carry->start) & stops;
    carry->start = starts >> 63;
    runs->shouted = no_lower & ~no_upper & ~runs->single;
}

}  // namespace letters
