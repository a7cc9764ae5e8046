//! Requests and what is answered.
