//! Routing's own database: entities, migrations and the ports implemented on them. The only room that knows SQL.

mod codes;
mod desk;
mod entity;
mod migrations;
mod rows;
mod staff;

pub use desk::SqlDesk;
pub use migrations::{Migrator, SCHEMA};
pub use staff::SqlStaff;
