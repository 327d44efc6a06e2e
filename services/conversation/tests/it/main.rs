//! The conversation service behind its real door, on both engines.

#![expect(
    clippy::disallowed_methods,
    reason = "tests start many callers at once; nothing here outlives its test"
)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expects by failing, in its helpers too"
)]

mod activity;
mod briefs;
mod contacts;
mod contract;
mod control;
mod correspondence;
mod feed;
mod guards;
mod house;
mod lists;
mod machine;
mod overdue;
mod posting;
mod racing;
mod read_marks;
mod resume;
mod sessions;
mod visitor_view;
mod widget;
