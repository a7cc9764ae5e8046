//! Terminal lines: kubectl as people know it, and the few verbs for what kubectl has no word for.

/// What a line printed, and its exit status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// 0 if all went well.
    pub exit: u8,
    /// What was printed.
    pub stdout: String,
    /// What was complained about.
    pub stderr: String,
}
