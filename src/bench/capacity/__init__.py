"""How long a run would take on machines that nobody has rented yet, what it would cost, and where it would be held up.

records      what there is to do, on what, and the forecast
stations     a host that shares its cores, a replica that batches
driving      one driver that hands work to many stations: the loop over events
simulation   the stages of a run, one after the other
calibrating  what a run folder tells of its work and of its machines
"""

from bench.capacity.calibrating import Setup, calibrated
from bench.capacity.records import Driver, Executions, Forecast, Hosts, Load, Machines, Replicas, StageForecast
from bench.capacity.simulation import simulate

__all__ = [
    "Driver",
    "Executions",
    "Forecast",
    "Hosts",
    "Load",
    "Machines",
    "Replicas",
    "Setup",
    "StageForecast",
    "calibrated",
    "simulate",
]
