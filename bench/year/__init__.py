"""A year of the product's life, simulated: invented sites, a virtual clock, the product's own code.

`python -m bench.year` (`make year`). The truth of what happened is `life`'s and never asks the
product; `check` holds what readers and the operator were told against it.
"""
