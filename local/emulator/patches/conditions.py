"""Two conditions of policies, answered as AWS answers them when IAM is enforced.

Stock compares aws:PrincipalArn with the ARN of a role's session, which no policy could list, so
that a policy for certain roles refuses them too. And it finds no TLS on a plain HTTP server: a
bucket, topic or queue whose policy demands TLS refuses everybody. A request over the loopback
counts as encrypted here, because it never leaves this machine.
"""

import re
from typing import Any

from ministack.core import iam_evaluator

_SESSION = re.compile(r"arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([^/]+)/.+")

_stock_resolve = iam_evaluator._resolve_condition_key


def apply() -> None:
    """Resolve the two keys ourselves."""
    iam_evaluator._resolve_condition_key = _resolve


def _resolve(key: str, context: Any) -> Any:
    match key.lower():
        case "aws:securetransport":
            return "true"
        case "aws:principalarn":
            return _SESSION.sub(r"arn:\1:iam::\2:role/\3", context.principal_arn)
        case _:
            return _stock_resolve(key, context)
