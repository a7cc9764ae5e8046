"""A book with Sphinx, MyST, and Furo. The package is in _static/ordinal-lab; its hosts/sphinx is on the path."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "_static/ordinal-lab/hosts/sphinx"))

project = "A StatefulSet"
extensions = ["myst_parser", "ordinal_lab"]
html_theme = "furo"
html_static_path = ["_static"]
exclude_patterns = ["_static"]
