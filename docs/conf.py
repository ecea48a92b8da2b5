"""How the documentation is built."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from generate import write_reference

import saola

project = "Saola"
author = "The Saola authors"
release = version = saola.__version__
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "conformance/raw"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Saola"
html_static_path: list[str] = []

write_reference(Path(__file__).parent / "reference" / "generated")
