"""What workbook and pages have in common in looks."""

BADGE_INK = "#7a2e00"
BADGE_GROUND = "#ffe8d1"
"""Ink and ground of the badge *synthetic*: 8 to 1 (WCAG 2.2, 1.4.3 asks for 4.5)."""
