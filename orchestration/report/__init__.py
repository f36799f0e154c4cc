"""The report: a static site made from the published marts, to be read without any tool.

    <serving>/report                     what people open: a link to the newest of
    <serving>/reports/000007-1/          one site, never changed once it is there

It reads the served copy only, asks the network nothing, and the same copy gives the same bytes.
"""

from orchestration.report.building import REPORT, ReportError, build_report

__all__ = ["REPORT", "ReportError", "build_report"]
