//! Settings: a commented default document compiled in, a file over it, the environment over that.
//!
//! The default document is the schema. A key that is not in it is refused, wherever it came from, and
//! a value must have the default's type; so a misspelt setting stops the start instead of being
//! ignored. Every fault is collected and reported at once, each with its key and its source.
//!
//! Why not figment: it stops at the first fault, and it guesses the type of an environment variable
//! from its text, so a password of digits becomes a number and a setting's type depends on its value.
//!
//! Values are never printed in faults: any of them may be a secret. Must not know any setting.
//!
//! ```toml
//! # config.default.toml, the schema of the section `parcels`
//! [parcels]
//! carrier = "pigeon"          # a text
//! give_up_after = "8s"        # a ConfigDuration
//! depots = ["north", "south"] # in the environment: BATON_PARCELS__DEPOTS=north,south
//! [parcels.door]
//! key = ""                    # a secret: BATON_PARCELS__DOOR__KEY_FILE=/run/secrets/key
//! ```

use serde::de::DeserializeOwned;
use toml::{Table, Value};

mod conform;
mod environment;
mod faults;
mod overlay;
mod sources;
mod values;

pub use faults::{Faults, Origin};
pub use sources::Sources;
pub use values::{ConfigDuration, ParseDurationError, Span, optional_secret, optional_text};

use overlay::Overlay;

/// The settings of one section, as one service or room reads them.
pub trait Settings: DeserializeOwned {
    /// Name of the section, lower case: `[name]` in the file, `BATON_NAME__…` in the environment.
    const SECTION: &'static str;

    /// The commented default document, with or without the `[name]` header. It holds every key there
    /// is; a setting without a natural default is an empty text.
    const DEFAULTS: &'static str;

    /// Reports what no type can say: ranges, and settings that contradict each other. Keys are
    /// relative to the section (`door.key`); messages never repeat a secret value.
    fn validate(&self, faults: &mut Faults);
}

impl Sources {
    /// The settings of one section: its defaults, overlaid and checked.
    ///
    /// # Errors
    /// All faults of the section at once: unknown keys, wrong types, settings given twice, unreadable
    /// files, and, when the values could be read at all, what [`Settings::validate`] reports.
    pub fn load<S: Settings>(&self) -> Result<S, Faults> {
        let defaults = default_table(S::SECTION, S::DEFAULTS)?;
        let mut overlay = Overlay::new(S::SECTION, defaults);
        self.overlay_file(&mut overlay);
        self.overlay_environment(&mut overlay);
        let (settings, mut faults) = overlay.read::<S>();
        let Some(settings) = settings else {
            return Err(faults);
        };
        let mut complaints = Faults::default();
        settings.validate(&mut complaints);
        faults.merge(overlay.addressed(complaints));
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }
}

fn default_table(section: &str, text: &str) -> Result<Table, Faults> {
    let table: Table = text
        .parse()
        .map_err(|error| Faults::one(section, sources::toml_message(text, &error), Origin::Defaults))?;
    match table.get(section) {
        Some(Value::Table(body)) if table.len() == 1 => Ok(body.clone()),
        _ => Ok(table),
    }
}

#[cfg(test)]
mod tests;
