"""The verbs: pose, solve, judge and ask."""
