# One target for each task that is done more than once. `make help` lists them.
PYTHON ?= .venv/bin/python
# Labelled corpora, and the unpacked archive of raw facts that taxonomy/SOURCES.md lists.
DATA ?= $(if $(wildcard ../shared/data),../shared/data,data)
SOURCES ?= build/taxonomy_sources

.DEFAULT_GOAL := help
.PHONY: help setup test lint format types docs package taxonomy model readme session benchmarks clean ci

help:  ## list the targets
	@grep -hE '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup:  ## make .venv with everything, tagonomy editable
	python3 -m venv .venv
	.venv/bin/pip install -q -e '.[test,lint,docs,compose]'

test:  ## unit tests and the examples of all docstrings
	$(PYTHON) -m pytest

lint:  ## ruff, check only
	PYTHON=$(PYTHON) .ci/gate lint

format:  ## ruff, repairing
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

types:  ## mypy --strict
	PYTHON=$(PYTHON) .ci/gate types

docs:  ## the site in docs/_build/html, and its examples
	PYTHON=$(PYTHON) .ci/gate docs

package:  ## wheel and sdist: built, installed in empty environments, tried outside the checkout
	PYTHON=$(PYTHON) .ci/gate package

$(SOURCES): $(DATA)/taxonomy_sources.tar.gz
	mkdir -p $@
	tar -xzf $< -C $@ --strip-components=1
	touch $@

taxonomy: $(SOURCES)  ## compose taxonomy/*.jsonl from SOURCES and DATA
	$(PYTHON) taxonomy/compose --sources $(SOURCES) --data $(DATA)

model:  ## train trained_models/news-en and write its card
	$(PYTHON) trained_models/recipes/news_en.py --data $(DATA)

readme:  ## write the true output of the README's example into it
	$(PYTHON) docs/readme.py write

session:  ## write the true output of its commands into the tutorial on training: minutes, with DATA
	$(PYTHON) docs/session.py docs/train-a-model.md --data $(DATA)

bench-%: benchmarks/%.py  ## run a benchmark: make bench-NAME
	$(PYTHON) $< --data $(DATA)

benchmarks:  ## all figures of docs/benchmarks.md anew: hours; some only with make benchmarks RESULTS=...
	$(PYTHON) benchmarks/full.py $(RESULTS) --data-dir $(DATA)

clean:  ## remove what the targets above made, but not .venv
	rm -rf build dist docs/_build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	rm -rf src/*.egg-info

ci:  ## all gates from a fresh clone, as the server runs them
	.ci/run
