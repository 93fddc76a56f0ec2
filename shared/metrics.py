"""Metrics in CloudWatch's embedded metric format, written with the log.

The namespace is "<prefix>-<stage>", from POWERTOOLS_METRICS_NAMESPACE.
"""

from aws_lambda_powertools.metrics import MetricUnit, single_metric


def count(name: str, value: int = 1) -> None:
    """Count something that an alarm or the dashboard looks at."""
    with single_metric(name=name, unit=MetricUnit.Count, value=value):
        pass
