//! One section while it is put together: defaults below, given values above, and what was wrong.
//!
//! Types are checked here, value by value, because serde stops at the first mistake. What only serde
//! can judge (an unknown variant, a malformed duration) is found by trying each given value alone.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::{Faults, Origin, conform, sources};

const FILE_SUFFIX: &str = "_file";

type Path = Vec<String>;

pub(super) struct Overlay {
    section: &'static str,
    defaults: Value,
    given: BTreeMap<Path, Given>,
    faults: Faults,
}

struct Given {
    value: Value,
    origin: Origin,
}

impl Overlay {
    pub(super) fn new(section: &'static str, defaults: Table) -> Self {
        let defaults = Value::Table(defaults);
        Self { section, defaults, given: BTreeMap::new(), faults: Faults::default() }
    }

    pub(super) fn section(&self) -> &'static str {
        self.section
    }

    /// Lays a value of the file, or a whole group of them, over the default at `path`.
    pub(super) fn take(&mut self, path: &[String], value: &Value, origin: &Origin) {
        match (find(&self.defaults, path), value) {
            (Some(Value::Table(_)), Value::Table(group)) => {
                for (key, value) in group {
                    self.take(&[path, std::slice::from_ref(key)].concat(), value, origin);
                }
            }
            (Some(default), value) => {
                let value = conform::value(default, value.clone());
                self.give(path, value, origin.clone());
            }
            (None, _) => self.refuse_unknown(path, origin.clone()),
        }
    }

    /// Lays an environment variable over the default at `path`, or at the setting that `path` names
    /// with `_file` behind it.
    pub(super) fn take_variable(&mut self, variable: &str, path: &[String], text: &str) {
        let origin = Origin::Variable(variable.to_owned());
        if let Some(default) = find(&self.defaults, path) {
            let value = conform::text(default, text);
            return self.give(path, value, origin);
        }
        let named = without_file_suffix(path);
        let default = named.as_ref().and_then(|path| find(&self.defaults, path));
        let (Some(path), Some(default)) = (&named, default) else {
            return self.refuse_unknown(path, origin);
        };
        let value = sources::read_value(text)
            .map_err(|error| sources::cannot_read(&error))
            .and_then(|text| conform::text(default, &text));
        let origin = Origin::VariableFile { variable: variable.to_owned(), path: text.to_owned() };
        self.give(path, value, origin);
    }

    /// The settings, if they can be read at all, and every fault so far. A faulty value counts as
    /// not given, so that validation can still judge the rest.
    pub(super) fn read<S: DeserializeOwned>(&mut self) -> (Option<S>, Faults) {
        if let Err(error) = self.try_read::<S>(|_| true) {
            self.blame::<S>(&error);
        }
        let settings = self.try_read(|path| !self.faults.names(&self.key(path))).ok();
        (settings, self.faults.clone())
    }

    /// Validation's faults with full keys and sources. Drops those about a key that is known to be
    /// faulty already: they would speak of its default.
    pub(super) fn addressed(&self, complaints: Faults) -> Faults {
        let mut addressed = Faults::default();
        for complaint in complaints.into_iter() {
            let path: Path = complaint.key.split('.').map(str::to_owned).collect();
            let key = self.key(&path);
            if self.faults.names(&key) {
                continue;
            }
            let origin = self.given.get(&path).map(|given| given.origin.clone());
            let origin = complaint.origin.or(origin).unwrap_or(Origin::Defaults);
            addressed.push_from(key, complaint.message, origin);
        }
        addressed
    }

    fn give(&mut self, path: &[String], value: Result<Value, String>, origin: Origin) {
        let earlier = self.given.get(path).map(|given| &given.origin);
        if let Some(earlier) = earlier.filter(|earlier| earlier.is_environment()) {
            let message = format!("given twice, also from {earlier}");
            return self.refuse(path, message, origin);
        }
        match value {
            Ok(value) => {
                self.given.insert(path.to_vec(), Given { value, origin });
            }
            Err(message) => self.refuse(path, message, origin),
        }
    }

    fn refuse_unknown(&mut self, path: &[String], origin: Origin) {
        let group = path.split_last().and_then(|(_, group)| find(&self.defaults, group));
        let known: Vec<&str> = match group {
            Some(Value::Table(group)) => group.keys().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        let hint = if known.is_empty() { String::new() } else { format!("; here are: {}", known.join(", ")) };
        self.refuse(path, format!("no such setting{hint}"), origin);
    }

    fn refuse(&mut self, path: &[String], message: String, origin: Origin) {
        let key = self.key(path);
        self.faults.push_from(key, message, origin);
    }

    fn key(&self, path: &[String]) -> String {
        std::iter::once(self.section).chain(path.iter().map(String::as_str)).collect::<Vec<_>>().join(".")
    }

    fn try_read<S: DeserializeOwned>(&self, with: impl Fn(&Path) -> bool) -> Result<S, String> {
        let mut value = self.defaults.clone();
        for (path, given) in self.given.iter().filter(|(path, _)| with(path)) {
            if let Some(place) = find_mut(&mut value, path) {
                *place = given.value.clone();
            }
        }
        value.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
    }

    /// Finds who is to blame for a section that cannot be read.
    fn blame<S: DeserializeOwned>(&mut self, whole: &str) {
        let mut found = Faults::default();
        if let Err(message) = self.try_read::<S>(|_| false) {
            found.push_from(self.section, message, Origin::Defaults);
        } else {
            for (path, given) in &self.given {
                if let Err(message) = self.try_read::<S>(|other| other == path) {
                    let message = without_values(&message, [given]);
                    found.push_from(self.key(path), message, given.origin.clone());
                }
            }
        }
        if found.is_empty() {
            found.push(self.section, without_values(whole, self.given.values()));
        }
        self.faults.merge(found);
    }
}

fn find<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| value.as_table()?.get(key))
}

fn find_mut<'a>(value: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, key| value.as_table_mut()?.get_mut(key))
}

fn without_file_suffix(path: &[String]) -> Option<Path> {
    let (last, group) = path.split_last()?;
    let setting = last.strip_suffix(FILE_SUFFIX)?.to_owned();
    Some([group, &[setting]].concat())
}

/// Serde's messages quote the value they refuse (`unknown variant …`); it may be a secret in the
/// wrong place.
fn without_values<'a>(message: &str, given: impl IntoIterator<Item = &'a Given>) -> String {
    let texts = given.into_iter().flat_map(|given| sources::texts(&given.value));
    texts.filter(|text| !text.is_empty()).fold(message.to_owned(), |message, text| {
        let message = message.replace(&format!("`{text}`"), "`***`").replace(&format!("{text:?}"), "***");
        // A bare short word would take half of the sentence with it.
        if text.len() < 6 { message } else { message.replace(text, "***") }
    })
}
