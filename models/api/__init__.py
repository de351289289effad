"""`openai/<name>`: any server that speaks OpenAI's protocol, or several of them, through the official client.

backend      the model: options, checks before the first prompt, what is said of it
servers      URLs, the key, what must never be shown
discovery    what a server says of itself: its models, the context window
groups       attempts of one prompt that can go in one request
bodies       what is sent, and how it is adapted to a server that refuses a field
session      the life of a request: tries, retries, adaptations
replicas     which server gets the next request, and when
limits       how many requests a server gets at a time
faults       what went wrong, by name
replies      what came back, read with suspicion
loop         an event loop in a thread of its own, fed by one that knows nothing of it
"""

from bench.models.api.backend import OpenAI

__all__ = ["OpenAI"]
