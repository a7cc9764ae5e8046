//! Answers of the API server as HTTP responses.

use crate::apiserver::Response;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response as HttpResponse;

/// The HTTP response of an answer.
pub(super) fn of(response: Response) -> HttpResponse {
    let mut http = HttpResponse::new(Body::from(response.body));
    *http.status_mut() =
        StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    http.headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(response.content_type));
    for warning in response.warnings {
        let quoted = warning.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{quoted}\"")) {
            http.headers_mut().append(header::WARNING, value);
        }
    }
    http
}
