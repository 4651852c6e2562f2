"""Exports of annotation tools: Label Studio, Prodigy and doccano, and tasks for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from tagonomy.articles.article import TITLE_BREAK
from tagonomy.corpora.formats.objects import encoded, fields_of, read_any, write_elements
from tagonomy.corpora.records import Finding, Record, Row, Source

#: Names of the parts of a Label Studio project: those that its templates for text use.
CONTROL, SUBJECT = "tags", "text"
#: Id, label and probability of a tag.
Scored = tuple[str, str, float]


class _Unreadable(Exception):
    """An annotation is not of the form that its tool writes; the message says how."""


def read_label_studio(source: Source) -> Iterator[Record | Finding]:
    """Yield the tasks of a JSON or JSON-MIN export with the tags that their annotators agree on.

    Of several annotations the one marked as ground truth counts, or else the tags that at least
    half of them have. Predictions are no annotations.
    """
    for record in read_any(source):
        yield record if isinstance(record, Finding) else _converted(record, _task)


def read_prodigy(source: Source) -> Iterator[Record | Finding]:
    """Yield the examples of a database export with the tags that were accepted.

    An example that was ignored is left out. A question about one label gives the label if the
    answer was yes; all questions about one text make one article, behind those of the other kind.
    """
    asked: dict[str, tuple[Record, dict[str, None]]] = {}
    for record in read_any(source):
        if isinstance(record, Finding):
            yield record
            continue
        values = record.values
        if values.get("answer") == "ignore":
            yield Record(values, record.place, form="left out")
            continue
        if "accept" in values or not isinstance(values.get("label"), str):
            yield _converted(record, _example)
            continue
        _, accepted = asked.setdefault(str(values.get("_input_hash", values.get("text"))), (record, {}))
        if values.get("answer", "accept") == "accept":
            accepted[str(values["label"])] = None
    for record, labels in asked.values():
        values = {**record.values, "accept": list(labels), "answer": "accept"}
        yield _converted(Record(values, record.place, record.repaired), _example)


def read_doccano(source: Source) -> Iterator[Record | Finding]:
    """Yield the documents of a JSONL or JSON export of a text classification project."""
    for record in read_any(source):
        yield record if isinstance(record, Finding) else _converted(record, _document)


def _converted(record: Record, convert: Any) -> Record | Finding:
    try:
        return Record(convert(record.values), record.place, record.repaired)
    except _Unreadable as error:
        return record.place.because(str(error))


def _task(values: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(values.get("data"), dict):  # JSON-MIN: data and results on one level
        own = {"annotation_id", "annotator", "lead_time", "created_at", "updated_at"}
        found = {name: value for name, value in values.items() if name not in own}
        named = [name for name, value in found.items() if isinstance(value, dict) and "choices" in value]
        name = named[0] if named else next((n for n in (CONTROL, "sentiment", "label") if n in found), "")
        value = found.pop(name, None)
        return {**found, "tags": value["choices"] if isinstance(value, dict) else value}
    data = {name: value for name, value in values["data"].items() if name != "tags"}
    annotations = values.get("annotations", values.get("completions")) or []
    if not isinstance(annotations, list) or not all(isinstance(each, dict) for each in annotations):
        raise _Unreadable("annotations: expected a list of objects")
    done = [each for each in annotations if not each.get("was_cancelled")]
    true = [each for each in done if each.get("ground_truth")]
    votes = Counter(tag for each in true[:1] or done for tag in dict.fromkeys(_choices(each)))
    least = (len(true[:1] or done) + 1) // 2
    data.setdefault("id", values.get("id"))
    return {**data, "tags": [tag for tag, count in votes.items() if count >= least]}


def _choices(annotation: Mapping[str, Any]) -> Iterator[str]:
    results = annotation.get("result") or []
    if not isinstance(results, list):
        raise _Unreadable(f"annotations: expected result as a list, found {type(results).__name__}")
    for result in results:
        value = result.get("value") if isinstance(result, dict) else None
        if not isinstance(value, dict):
            raise _Unreadable("annotations: expected a value in each result")
        for kind in ("choices", "taxonomy"):
            chosen = value.get(kind, [])
            if not isinstance(chosen, list):
                raise _Unreadable(f"annotations: expected {kind} as a list, found {chosen!r:.40}")
            for choice in chosen:  # of a taxonomy, the path from its root to the tag
                yield str(choice[-1]) if isinstance(choice, list) and choice else str(choice)


def _example(values: Mapping[str, Any]) -> dict[str, Any]:
    own = {"accept", "answer", "options", "label", "meta", "tokens", "spans", "config", "html"}
    kept = {name: value for name, value in values.items() if name not in own and not name.startswith("_")}
    meta = values.get("meta")
    accepted = values.get("accept") if values.get("answer", "accept") == "accept" else []
    title = meta.get("title") if isinstance(meta, dict) else None
    return _without_title({**(meta if isinstance(meta, dict) else {}), **kept, "tags": accepted or []}, title)


def _document(values: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in values.items() if name != "Comments" or value}
    meta = values.pop("meta", None)
    found = {"text": values.pop("data", None), **(meta if isinstance(meta, dict) else {}), **values}
    labels = next((found.pop(name) for name in ("label", "labels", "cats") if name in found), None)
    if labels is None and isinstance(found.get("annotations"), list):
        labels = [each.get("label") for each in found.pop("annotations") if isinstance(each, dict)]
    if isinstance(labels, dict):  # {"sport": 1, "economy": 0}
        labels = [name for name, value in labels.items() if value]
    if isinstance(labels, list):
        if any(isinstance(label, list) for label in labels):
            raise _Unreadable("label: expected tags of the whole text, found spans: export a classification")
        # Older exports give the numbers of labels, which only their project knows.
        labels = [str(label) if isinstance(label, int) else label for label in labels]
    return _without_title({**found, "tags": labels}, found.get("title"))


def _without_title(values: dict[str, Any], title: object) -> dict[str, Any]:
    """Take the title off the text again, where the tool was given both as its text to show."""
    text = values.get("text")
    if isinstance(title, str) and title and isinstance(text, str):
        values["text"] = text.removeprefix(title + TITLE_BREAK)
    return values


def label_studio_results(tags: Sequence[str]) -> list[dict[str, Any]]:
    """Return tags as the ``result`` of an annotation or of a prediction."""
    return [{"from_name": CONTROL, "to_name": SUBJECT, "type": "choices", "value": {"choices": list(tags)}}]


def label_studio_task(row: Row, losses: Counter[str]) -> dict[str, Any]:
    """Return the task of an article, its tags as an annotation."""
    data = fields_of(row, losses)
    tags = data.pop("tags")
    return {"data": data, "annotations": [{"result": label_studio_results(tags)}] if tags else []}


def prodigy_example(row: Row, losses: Counter[str]) -> dict[str, Any]:
    """Return the example of an article, its tags accepted; the title is shown with the text."""
    meta = fields_of(row, losses)
    tags, _ = meta.pop("tags"), meta.pop("text")
    options = [{"id": tag, "text": tag} for tag in tags]
    return {
        "text": row.article.full_text,
        "options": options,
        "accept": tags,
        "answer": "accept",
        "meta": meta,
    }


def write_label_studio(rows: Iterable[Row], out: BinaryIO, losses: Counter[str]) -> None:
    """Write the tasks of a Label Studio project whose texts are ``$text`` and whose choices are ``tags``."""
    write_elements((label_studio_task(row, losses) for row in rows), out)


def write_prodigy(rows: Iterable[Row], out: BinaryIO, losses: Counter[str]) -> None:
    """Write an example a line, for the interface ``choice``."""
    for row in rows:
        out.write(encoded(prodigy_example(row, losses)) + b"\n")


def write_doccano(rows: Iterable[Row], out: BinaryIO, losses: Counter[str]) -> None:
    """Write a document a line; the title is shown with the text."""
    for row in rows:
        document = fields_of(row, losses)
        document["text"], document["label"] = row.article.full_text, document.pop("tags")
        out.write(encoded({**document, "Comments": []}) + b"\n")


def label_studio_prediction(
    row: Row, predicted: Sequence[Scored], doubted: Sequence[Scored], score: float, model: str
) -> dict[str, Any]:
    """Return a task still to be annotated: a model's tags as its prediction, doubtful ones as options."""
    data = fields_of(row, Counter())
    del data["tags"]
    data["options"] = [{"value": id} for id in dict.fromkeys(id for id, _, _ in (*predicted, *doubted))]
    result = label_studio_results([id for id, _, _ in predicted])
    return {"data": data, "predictions": [{"model_version": model, "score": score, "result": result}]}


def prodigy_suggestion(
    row: Row, predicted: Sequence[Scored], doubted: Sequence[Scored], score: float
) -> dict[str, Any]:
    """Return an example still to be answered: a model's tags are ticked, doubtful ones are offered."""
    example = prodigy_example(row, Counter())
    labels = {id: f"{label} ({id.partition(':')[0]})" for id, label, _ in (*predicted, *doubted)}
    example["options"] = [{"id": id, "text": text} for id, text in labels.items()]
    example["accept"] = [id for id, _, _ in predicted]
    del example["answer"]
    example["meta"]["score"] = round(score, 4)
    return example
