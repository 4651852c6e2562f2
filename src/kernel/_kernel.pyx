# distutils: language = c++
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The pipeline from text to tags, compiled: one scan of the text, then loops over flat arrays.

Each part does what a module of the package does, in the same order of floating-point operations, so
that both give the same bits.  The Python modules explain; this file only runs fast.  The tests hold one
against the other.

==================  ====================================================
``characters.pxi``  ``tagonomy.text.fold``, and what a character is
``vocabulary.pxi``  what is known of each word, found by its bytes
``words.pxi``       ``tagonomy.text``
``matching.pxi``    ``tagonomy.mentions.matcher``
``cues.pxi``        ``tagonomy.mentions.cues``
``resolving.pxi``   ``tagonomy.mentions.resolution``
``rules.pxi``       ``tagonomy.rules``
``pairs.pxi``       words side by side, of which rules need some
``waking.pxi``      which of them an article may make true
``calendar.pxi``    ``tagonomy.mentions.calendar``
``scoring.pxi``     ``tagonomy.features``, ``linear``, ``ranking``, ``hierarchy``
``stages.pxi``      the stages in their order
``doors.pxi``       what Python sees
``training.pxi``    ``tagonomy.training.solver``
==================  ====================================================
"""

from cython.operator cimport dereference
from libc.math cimport exp, log, log1p, sqrt
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc
from libc.string cimport memcmp, memcpy, memmove, memset
from libcpp.algorithm cimport is_sorted, lower_bound, sort, unique
from libcpp.pair cimport pair
from libcpp.vector cimport vector

import numpy as np

from tagonomy.mentions.lexicon import FOLLOWING, OPENING, numbers_among
from tagonomy.seeds import seed_weights
from tagonomy.storage import let_go
from tagonomy.strings import Lists
from tagonomy.text import fold

cdef extern from "Python.h" nogil:
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    uint32_t PyUnicode_READ(int kind, const void* data, Py_ssize_t index)

cdef extern from *:
    """
    #if defined(__GNUC__)
    #define FETCH_AHEAD(address) __builtin_prefetch(address)
    #else
    #define FETCH_AHEAD(address)
    #endif
    """
    # Most time goes into waiting for memory: what the loop needs soon is asked for now.
    void FETCH_AHEAD(const void* address) noexcept nogil


include "characters.pxi"
include "model.pxi"
include "vocabulary.pxi"
include "words.pxi"
include "matching.pxi"
include "cues.pxi"
include "resolving.pxi"
include "rules.pxi"
include "pairs.pxi"
include "waking.pxi"
include "calendar.pxi"
include "scoring.pxi"
include "stages.pxi"
include "doors.pxi"
include "training.pxi"
