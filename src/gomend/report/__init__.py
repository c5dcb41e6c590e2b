"""What people and machines read: documents made from a verdict, and every form they are shown in."""

from gomend.report.render import FORMATS, render

__all__ = ["FORMATS", "render"]
