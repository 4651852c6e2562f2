"""Names in running text: labels compiled, matched, and resolved to the concept that is meant."""
