"""Measures accuracy and throughput of Tagonomy, of its peers and of any new model."""
