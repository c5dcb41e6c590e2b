"""From the text that go and other package clients print to a verdict: did it fail, why, and what is harmless."""

from gomend.explain.explainer import Explainer, explain

__all__ = ["Explainer", "explain"]
