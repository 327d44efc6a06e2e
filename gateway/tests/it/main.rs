//! The edge from outside: a real router, fake services behind real doors.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expects by failing, also in its helpers"
)]

mod activity;
mod document;
mod edge;
mod edge_limits;
mod edge_pages;
mod edge_shared;
mod edge_sockets;
mod fakes;
mod house;
mod inbox;
mod live;
mod notices;
mod operations;
mod partner;
mod restricted;
mod revocations;
mod routes;
mod schemas;
mod scripted;
mod tails;
mod widget;
