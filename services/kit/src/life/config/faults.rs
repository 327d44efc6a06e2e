//! What is wrong with the configuration, all of it, one line each. Never holds a value.

use std::fmt;

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The document compiled in.
    Defaults,
    /// The configuration file, by the name it was opened with.
    File(String),
    /// An environment variable, by name.
    Variable(String),
    /// A file that an environment variable names.
    VariableFile {
        /// The variable.
        variable: String,
        /// The file it names.
        path: String,
    },
}

impl Origin {
    pub(super) fn is_environment(&self) -> bool {
        matches!(self, Self::Variable(_) | Self::VariableFile { .. })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Defaults => f.write_str("the defaults"),
            Self::File(name) => f.write_str(name),
            Self::Variable(variable) => f.write_str(variable),
            Self::VariableFile { variable, path } => write!(f, "{variable}={path}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) key: String,
    pub(super) message: String,
    pub(super) origin: Option<Origin>,
}

/// A collection of faults; as an error it prints one line each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault. `message` says what is expected and never repeats a value that may be secret.
    pub fn push(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.add(key.into(), message.into(), None);
    }

    /// Adds a fault whose source is known.
    pub fn push_from(&mut self, key: impl Into<String>, message: impl Into<String>, origin: Origin) {
        self.add(key.into(), message.into(), Some(origin));
    }

    /// Takes over all faults of another collection.
    pub fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many faults there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// `Ok` when nothing is wrong.
    ///
    /// # Errors
    /// These faults, if there are any.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    pub(super) fn one(key: &str, message: String, origin: Origin) -> Self {
        let mut faults = Self::default();
        faults.push_from(key, message, origin);
        faults
    }

    pub(super) fn names(&self, key: &str) -> bool {
        self.0.iter().any(|fault| fault.key == key)
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = Fault> {
        self.0.into_iter()
    }

    fn add(&mut self, key: String, message: String, origin: Option<Origin>) {
        // One fault, one line: whoever reads the log of a failed start counts lines.
        let message = message.replace('\n', " ");
        self.0.push(Fault { key, message, origin });
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (line, Fault { key, message, origin }) in self.0.iter().enumerate() {
            let separator = if line == 0 { "" } else { "\n" };
            write!(f, "{separator}{key}: {message}")?;
            if let Some(origin) = origin {
                write!(f, " (from {origin})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
