"""From what the measured processes said to rows: figures with their spread, and ratios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.measuring import Spread, growth_exponent, paired_ratio, spread
from benchmarks.rows import NOT_AVAILABLE, Row, commit, cpu, versions

#: Where more is better; of all other figures less is.
RATES = ("_per_s", "_per_cpu_s", "_all_cores")


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: what they all say of themselves."""

    data: str
    seed: int
    packages: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def row(self, model: str, metric: str, found: Spread | None = None, **more: object) -> Row:
        """Return the row of a figure."""
        return Row(
            data=self.data,
            model=model,
            metric=metric,
            value=found.value if found else None,
            low=found.low if found else None,
            high=found.high if found else None,
            seed=self.seed,
            versions=versions(*self.packages.get(model, ())),
            cpu=cpu(),
            commit=commit(),
            **more,  # type: ignore[arg-type]
        )


#: The measurements of each round, by model and metric: equal positions are the same round.
Rounds = Mapping[str, Mapping[str, Sequence[float]]]


def better(metric: str, one: float, other: float) -> float:
    """Return the better of two measurements of the same thing.

    Whatever else the machine does only ever slows a turn down: the best turn tells most of the model.

    Examples
    --------
    >>> better("load_s", 2.0, 1.0), better("batch_mb_per_s", 2.0, 1.0)
    (1.0, 2.0)
    """
    return max(one, other) if metric.endswith(RATES) else min(one, other)


def rates(measured: Mapping[str, float], articles: int, megabytes: float) -> dict[str, float]:
    """Return the rates of one turn, by the wall's clock and by CPU time.

    Examples
    --------
    >>> found = rates({"batch_s": 2.0, "batch_cpu_s": 1.0}, 100, 8.0)
    >>> found["batch_articles_per_s"], found["batch_mb_per_cpu_s"]
    (50.0, 8.0)
    """
    return {
        f"batch_{unit}_per_{clock}": amount / measured[f"batch_{clock}"]
        for clock in ("s", "cpu_s")
        for unit, amount in (("articles", articles), ("mb", megabytes))
    }


def figure_rows(source: Source, rounds: Rounds) -> Iterator[Row]:
    """Yield a row for every model and metric: the median of the rounds, and their range."""
    for model, metrics in rounds.items():
        for metric, values in metrics.items():
            yield source.row(model, metric, spread(values))


def ratio_rows(source: Source, rounds: Rounds, subject: str) -> Iterator[Row]:
    """Yield how many times the subject's figure is every other model's, paired by round."""
    for peer, metrics in rounds.items():
        for metric, theirs in metrics.items():
            ours = rounds.get(subject, {}).get(metric)
            if peer != subject and ours is not None and min(theirs) > 0:
                yield source.row(subject, metric, paired_ratio(ours, theirs), to=peer)


def growth_row(source: Source, model: str, axis: str, curve: Mapping[int, Sequence[float]]) -> Row:
    """Return the row of a growth curve: CPU seconds by size, and the spread of the rounds' exponents."""
    sizes = sorted(curve)
    fitted = [
        growth_exponent(sizes, [curve[size][number] for size in sizes])
        for number in range(len(curve[sizes[0]]))
    ]
    middle = [spread(curve[size]).value for size in sizes]
    return source.row(
        model,
        f"growth_{axis}",
        spread(fitted),
        x=tuple(map(float, sizes)),
        y=tuple(middle),
    )


def missing_row(source: Source, model: str, why: str) -> Row:
    """Return the row of a model that could not be measured."""
    return source.row(model, NOT_AVAILABLE, note=why)
