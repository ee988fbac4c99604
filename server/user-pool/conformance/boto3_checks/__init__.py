"""What the AWS SDK for Python does with the pool, operation by operation. One table for each kind of pool."""


class Table:
    """Checks for one kind of pool, each with the operations that it needs."""

    def __init__(self, **variables):
        self.variables = variables
        self.checks = []

    def check(self, *operations):
        """Adds a function whose first line of documentation says what is checked."""

        def add(function):
            self.checks.append((operations, function))
            return function

        return add


plain = Table()
"""An app client as it is by default, with every flow that the pool offers."""
rotating = Table(HOLDFAST_POOL_ROTATION="on", HOLDFAST_POOL_GRACE="60s")
"""Refresh token rotation with Cognito's longest grace."""
graceless = Table(HOLDFAST_POOL_ROTATION="on", HOLDFAST_POOL_GRACE="0s")
"""Refresh token rotation without grace."""
