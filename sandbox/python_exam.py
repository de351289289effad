"""A Python job as a paper: its tests rewritten so that they ask instead of assert.

`assert f(2) == 5` becomes a question with several expected values. The value of `f(2)` is worked out once and compared
with each by Python's own operators; which of them is right is in the key, and the key stays here.
"""

from __future__ import annotations

import ast
import random

from bench.records import Job, Verdict
from bench.sandbox.exam import AnswerKey, Paper
from bench.sandbox.inputs import inputs_of
from bench.sandbox.languages import Refused
from bench.sandbox.python_pure import mark_foreign
from bench.sandbox.python_rewrite import Sheet, rewrite


def paper(job: Job, rng: random.Random) -> Paper | Refused:
    """The paper of a Python job.

    Args:
        job: `name` is the module that the solution is imported as; `files` holds it as `<name>.py`.
        rng: draws the choices and where the right one stands; the secret of this run.
    """
    try:
        tree = ast.parse(job.tests)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant):
                node.kind = None  # u"a" and "a" are the same literal
        mark_foreign(tree)
        sheet = Sheet(rng)
        tests = rewrite(tree, sheet)
        source = ast.unparse(ast.fix_missing_locations(tree))
    except (SyntaxError, ValueError, RecursionError) as error:
        return Refused(Verdict.FAILED, f"the tests are no Python: {error}")
    solution = {"name": job.name, "files": dict(job.files), "inputs": inputs_of(job.inputs)}
    message = {"tests": source, "file": f"test_{job.name}.py", "vocabulary": sheet.vocabulary}
    return Paper(solution=solution, tests=message, key=AnswerKey(tests=tests, questions=sheet.questions))
