// What is asked for together lies together: of a thing that an article touches, one line of the cache is
// read and not one of each array. A view shows a field of all records as if it were an array.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace records {

struct Sense {
    int32_t concept_;
    uint16_t capitals;
    uint8_t kind, flags;
};

struct Concept {
    double telling;
    int32_t broader_stop, related_stop, relation_stop, clause_stop;
    int16_t years[2];
    uint8_t facet, prior, abstract, modelled;
};

// What one article says of a concept.
struct State {
    double weight, linear, closed;
    int32_t slot;
    uint32_t stamp;
    uint8_t is_linear, said;
};

template <typename Record, typename Field, Field Record::*field>
struct View {
    Record *all;
    Field &operator[](ptrdiff_t number) const { return all[number].*field; }
};

struct Years {
    Concept *all;
    int16_t &operator[](ptrdiff_t place) const { return all[place >> 1].years[place & 1]; }
};

typedef View<Sense, int32_t, &Sense::concept_> SenseConcepts;
typedef View<Sense, uint16_t, &Sense::capitals> SenseCapitals;
typedef View<Sense, uint8_t, &Sense::kind> SenseKinds;
typedef View<Sense, uint8_t, &Sense::flags> SenseFlags;
typedef View<Concept, double, &Concept::telling> Telling;
typedef View<Concept, int32_t, &Concept::broader_stop> BroaderStops;
typedef View<Concept, int32_t, &Concept::related_stop> RelatedStops;
typedef View<Concept, int32_t, &Concept::relation_stop> RelationStops;
typedef View<Concept, int32_t, &Concept::clause_stop> ClauseStops;
typedef View<Concept, uint8_t, &Concept::facet> Facets;
typedef View<Concept, uint8_t, &Concept::prior> Priors;
typedef View<Concept, uint8_t, &Concept::abstract> Abstract;
typedef View<Concept, uint8_t, &Concept::modelled> Modelled;
typedef View<State, double, &State::weight> Weights;
typedef View<State, double, &State::linear> Linear;
typedef View<State, double, &State::closed> Closed;
typedef View<State, int32_t, &State::slot> Slots;
typedef View<State, uint32_t, &State::stamp> Stamps;
typedef View<State, uint8_t, &State::is_linear> IsLinear;
typedef View<State, uint8_t, &State::said> Said;

}  // namespace records
