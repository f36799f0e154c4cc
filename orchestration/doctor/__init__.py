"""Looks at everything that a run stands on, and says what to do where something is wrong.

Nothing is changed and nothing is sent anywhere. Each module looks at one area and gives findings.
"""

from orchestration.doctor.examination import examine
from orchestration.doctor.findings import Finding, Level

__all__ = ["Finding", "Level", "examine"]
