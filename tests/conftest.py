"""What holds for every test: no luck, no clock of the machine, no setting of whoever runs them.

Laws are tried on the same examples each time, so that a commit is judged by what it changed. New
examples are looked for on purpose: `HYPOTHESIS_PROFILE=explore`, as `make zones` does.
"""

import os

from hypothesis import HealthCheck, settings

# How long an example takes says what else the machine does; what hangs, pytest-timeout ends.
settings.register_profile(
    "explore", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("suite", settings.get_profile("explore"), derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

COLOURS = ("FORCE_COLOR", "NO_COLOR", "PY_COLORS", "TTY_COMPATIBLE", "GITHUB_ACTIONS")
for _name in list(os.environ):
    if _name.startswith("POLICYWATCH_") or _name.lower().endswith("_proxy") or _name in COLOURS:
        del os.environ[_name]  # an operator's own data folder, a proxy between us and loopback
os.environ["COLUMNS"] = "80"  # whatever terminal the run was started in
