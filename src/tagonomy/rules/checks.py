"""Rules that can't be read, and rules that no article can make true."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from tagonomy.errors import Problem, RuleError
from tagonomy.rules.parser import parse_rule
from tagonomy.rules.syntax import And, ConceptRef, Node, Not, Or, children, walk
from tagonomy.taxonomy import Concept


def rule_problems(concepts: Iterable[Concept]) -> Iterator[Problem]:
    """Yield what is wrong with the rules of a taxonomy.

    Parameters
    ----------
    concepts : iterable of Concept
        All concepts of a taxonomy.

    Yields
    ------
    Problem
        A rule that does not parse, that names a concept which nothing in a text can name (it does not
        exist, is retired, or is a class without evidence), or that contradicts itself.
    """
    given = list(concepts)
    reasons = {concept.id: _why_silent(concept) for concept in given}
    alive = {id for id, reason in reasons.items() if not reason}
    for concept in given:
        for rule in () if concept.replaced_by else concept.rules:
            try:
                node = parse_rule(rule)
            except RuleError as error:
                yield Problem(f"{concept.id}: rule: {error}")
                continue
            silent = {each.id for each in walk(node) if isinstance(each, ConceptRef)} - alive
            dead = " and the rule can never be true" if silent and not _possible(node, alive) else ""
            for id in sorted(silent):
                yield Problem(f"{concept.id}: rule {rule!r}: @{id} {reasons.get(id, 'does not exist')}{dead}")
            if not silent and not _possible(node, alive):
                yield Problem(f"{concept.id}: rule {rule!r} asks for something and its contrary: never true")


def _why_silent(concept: Concept) -> str:
    if concept.replaced_by:
        return f"is retired: use @{concept.replaced_by}"
    if concept.abstract and not any(concept.evidence.values()):
        return "is a class without evidence, which no word names"
    return ""


def _possible(node: Node, alive: Container[str]) -> bool:
    """Tell whether some article could make a node true, as far as its structure shows."""
    match node:
        case ConceptRef(id):
            return id in alive
        case Not():
            return True
        case Or(nodes):
            return any(_possible(each, alive) for each in nodes)
        case And(nodes):
            refused = {each.node for each in nodes if isinstance(each, Not)}
            return refused.isdisjoint(nodes) and all(_possible(each, alive) for each in nodes)
        case _:
            return all(_possible(each, alive) for each in children(node))
