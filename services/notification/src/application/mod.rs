//! What notification does, one file a use case. Must not know how anything is stored, sent or asked.

pub mod busy;
pub mod follow;
pub mod forget_old;
pub mod get_preferences;
pub mod list_ledger;
pub mod list_notices;
pub mod mark_notices_read;
pub mod ports;
pub mod send_mail;
pub mod set_preferences;
pub mod tally;
pub mod unsubscribe;
pub mod work_through;
