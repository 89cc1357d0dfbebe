"""The suites as a task of Inspect AI: ``inspect eval evals/inspect_task.py --model none/none``.

Paths are relative to this folder.
"""

from inspect_ai import Task, task

from journey_assistant.evaluation.inspect_task import decision_task


@task
def journey_decisions(suites: str = "suites", target: str = "ours") -> Task:
    """Every decision case of a folder of suites."""
    return decision_task(suites, target)
