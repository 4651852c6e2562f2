"""One module a family of formats; :mod:`tagonomy.corpora.formats.registry` lists and tells them apart."""
