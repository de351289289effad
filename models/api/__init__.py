"""`openai/<name>`: any server that speaks OpenAI's protocol, or several of them, through the official client.

backend      the model: options, checks before the first prompt, what is said of it
servers      URLs, the key, what must never be shown
discovery    what a server says of itself: its models, the context window
loop         an event loop in a thread of its own, fed by one that knows nothing of it
counters     what servers count of their prefix caches
groups       attempts at one prompt that can go in one request
session      the life of a request: tries, adaptations, repetitions
asked        a request on its way, and the completions that come of it
bodies       what is sent, and how it is adapted to a server that refuses a field
replicas     which server gets the next request, and when
limits       how many requests a server gets at a time
patience     how long is waited before something is tried again
clients      the official client, several times over for one server
tries        one request to one server
faults       what went wrong, by name
replies      what came back, read with suspicion
"""

from bench.models.api.backend import OpenAI

__all__ = ["OpenAI"]
