//! The Kubernetes objects that play a part.
