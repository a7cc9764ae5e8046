//! To come.
use crate::api::*;
pub struct Document {
    pub line: u32,
    pub outcome: Result<Object, Refusal>,
    pub not_simulated: Vec<NotSimulated>,
}
pub struct NotSimulated {
    pub path: String,
    pub line: u32,
    pub column: u32,
}
pub struct Refusal {
    pub stderr: String,
    pub line: u32,
    pub column: u32,
    pub advice: String,
}
pub struct FieldError {
    pub field: String,
    pub detail: String,
}
pub const NO_OBJECTS: &str = "error: no objects passed to apply";
pub fn parse(_: &str) -> Vec<Document> {
    Vec::new()
}
pub fn validate_update(_: &Object, _: &Object) -> Vec<FieldError> {
    Vec::new()
}
pub fn invalid(_: &str, _: &[FieldError]) -> String {
    String::new()
}
