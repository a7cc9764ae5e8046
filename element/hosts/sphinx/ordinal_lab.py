"""A Sphinx extension: the directive `ordinal` puts the element <ordinal-lab> on a page.

Put the package into `_static/ordinal-lab` and add `ordinal_lab` to `extensions`. In MyST:

    ```{ordinal}
    :at: 20s
    ordinal 1
    nodes 3
    ```
"""

from html import escape

from docutils import nodes
from docutils.parsers.rst import Directive, directives

NAMES = ["story", "lesson", "lesson-step", "at", "until", "speed", "controls", "theme", "poster", "loading", "fit", "list"]
FLAGS = ["loop", "autoplay", "present"]


class Ordinal(Directive):
    """The content is a story; without content, the option `story` is its URL."""

    has_content = True
    option_spec = {name: directives.unchanged for name in NAMES} | {name: directives.flag for name in FLAGS}

    def run(self):
        attributes = "".join(f' {name}="{escape(value or "")}"' for name, value in self.options.items())
        story = "\n".join(self.content)
        inside = f'<pre><code class="language-ordinal">{escape(story)}\n</code></pre>' if story else ""
        return [nodes.raw("", f"<ordinal-lab{attributes}>{inside}</ordinal-lab>", format="html")]


def setup(app):
    """Registers the directive, and loads the element on all pages."""
    app.add_directive("ordinal", Ordinal)
    app.add_js_file("ordinal-lab/element.js", type="module")
    return {"version": "0.1.0", "parallel_read_safe": True, "parallel_write_safe": True}
