//! The time zones this binary knows: those bundled into it, whatever the machine has.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// Read from the binary, so that every replica of one version says the same.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zone of an IANA name, however it is capitalised; `None` if there is none. `Etc/Unknown`, which says that one is not known, is none.
pub fn find(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok().filter(|zone| !zone.is_unknown())
}
