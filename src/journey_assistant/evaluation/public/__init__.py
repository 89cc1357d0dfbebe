"""Public yardsticks: figures on data sets that anybody can get, to be repeated by anybody with their own copies."""

from journey_assistant.evaluation.public.lab import DEFAULT_MOST, Lab, Sample
from journey_assistant.evaluation.public.yardsticks import YARDSTICKS, Measured, measured, public_markdown

__all__ = ["DEFAULT_MOST", "YARDSTICKS", "Lab", "Measured", "Sample", "measured", "public_markdown"]
