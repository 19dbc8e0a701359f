"""Diagrams of machines: boxes, arrows with shapes on them, and parts that light up; one object, shown everywhere."""

from course_lib.viz.diagram.diagram import Diagram
from course_lib.viz.diagram.parts import Arrow, Box

__all__ = ["Arrow", "Box", "Diagram"]
