//! The one binary `baton`: puts the services together, serves them, and tells the story of the suite. Composition only.

mod cli;
mod composition;
mod config;
pub mod demo;
mod demo_texts;
pub mod keys;
mod serve;
mod suite;

pub use cli::main;
pub use config::{Configuration, SuiteConfig};
pub use suite::{DemoMade, DemoWorkspace, Doors, Listeners, Suite, SuiteError, Surroundings, start};
