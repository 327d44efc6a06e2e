//! The edge of Baton: HTTP for the widget and the inbox, live streams, and the gRPC door for partners, all on one port.
//!
//! It owns nothing durable and knows no business rule: it proves who somebody is, converts and forwards.

mod config;
mod edge;
mod exchange;
mod http;
mod live;
mod origins;
mod pages;
mod partner;
mod peers;
mod upstream;
mod wire;

pub use config::{Config, Limits};
pub use http::openapi;
pub use pages::{Demo, SignInHint};
pub use wire::{Needs, StartError, Started, start};
