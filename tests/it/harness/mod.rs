//! What the tests of the suite share: a whole suite in this process, one in a child process, and browsers for both.
//!
//! Must not know what any test looks for.

pub mod browser;
pub mod child;
pub mod house;
pub mod parted;
pub mod partner;
pub mod surroundings;
