//! The door room of kit over real sockets.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what it expects by failing, its helpers too"
)]

mod listen;
