"""The rule language: short queries that speak for concepts which text rarely names."""

from tagonomy.rules.ruleset import Anchor, ArticleView, Firing, RuleSet, Span

__all__ = ["Anchor", "ArticleView", "Firing", "RuleSet", "Span"]
