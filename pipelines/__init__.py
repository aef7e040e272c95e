"""One page becomes one verdict: decode, extract, classify, fingerprint, identify, diff, lifecycle.

Everything here is a pure function on the frozen dataclasses of `store.records`. It touches no
network, no clock and no database, so every judgement can be replayed over the archive.
"""
