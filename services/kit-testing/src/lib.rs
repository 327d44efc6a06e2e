//! Helpers for tests, shared by every crate. Dev-dependency only; must not know a service.
