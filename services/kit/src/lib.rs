//! What every service needs and no domain word: how a process lives, what its doors do, how it keeps data, how facts travel.

pub mod data;
pub mod door;
pub mod events;
pub mod life;
