//! What the element's script makes: exports of the run, and what it draws above the page.

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Export {
    /// A link to the current moment.
    Link,
    /// The recipe, as a file.
    Save,
    /// Nothing: opens a file instead.
    Load,
    /// The log as text.
    Log,
    /// The log as JSON, one object per line.
    Json,
    /// The picture as SVG.
    Svg,
    /// The picture as PNG.
    Png,
    /// The next five seconds as an animated PNG.
    Animation,
    /// HTML that embeds the run in another page.
    Embed,
    /// A problem report: versions, browser, recipe.
    Report,
}

impl Export {
    /// The name by which the script knows the export.
    pub(super) fn name(self) -> &'static str {
        match self {
            Export::Link => "link",
            Export::Save => "save",
            Export::Load => "load",
            Export::Log => "log",
            Export::Json => "json",
            Export::Svg => "svg",
            Export::Png => "png",
            Export::Animation => "animation",
            Export::Embed => "embed",
            Export::Report => "report",
        }
    }
}

/// What the script draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    /// The link to the step or the moment, with its QR code.
    Link,
    /// The lesson on paper.
    Handout,
    /// The window for the instructor.
    Presenter,
    /// The editor for lessons.
    Builder,
    /// The questions of all lessons.
    Quiz,
}

impl Tool {
    /// The name by which the script knows it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Tool::Link => "link",
            Tool::Handout => "handout",
            Tool::Presenter => "presenter",
            Tool::Builder => "builder",
            Tool::Quiz => "quiz",
        }
    }
}
