"""A little internet on loopback to practise on: government sites, papers and their real defects.

`serve()` starts a set of invented sites, each on its own port of 127.0.0.1 and each in the manner
of one CMS family, with a calendar that can be advanced day by day; what they publish is told in
`samplesites.story`. Used by `policywatch demo`, tests and bench. The room imports no other room
and none of them imports it; it is deterministic: no real clock, no chance, no network outside.
"""

from samplesites.calendar import Calendar
from samplesites.internet import SampleInternet, serve
from samplesites.story import Event, events

__all__ = ["Calendar", "Event", "SampleInternet", "events", "serve"]
