//! Routing's own database: entities, migrations and the ports implemented on them. The only room that knows SQL.

mod codes;
mod desk;
mod entity;
mod hours;
mod migrations;
mod promises;
mod rows;
mod staff;
mod teams;

pub use desk::SqlDesk;
pub use hours::SqlHours;
pub use migrations::{Migrator, SCHEMA};
pub use promises::SqlPromises;
pub use staff::SqlStaff;
