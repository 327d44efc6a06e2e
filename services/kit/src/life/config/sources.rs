//! Where settings come from: one file and the environment of the process.

use std::path::Path;

use toml::{Table, Value};

use super::{
    Faults, Origin,
    environment::{self, Meaning},
    overlay::Overlay,
};

/// The file and the environment, read once; each service then loads its section.
#[derive(Clone, Default)]
pub struct Sources {
    file: Table,
    file_name: String,
    environment: Vec<Variable>,
}

#[derive(Clone)]
struct Variable {
    name: String,
    section: String,
    path: Vec<String>,
    value: String,
}

impl Sources {
    /// Reads the file, if one is named, and the environment of this process.
    ///
    /// # Errors
    /// The file cannot be read or is not TOML, or a variable of ours is not UTF-8.
    pub fn from_process(config_file: Option<&Path>) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let file = config_file.map_or_else(|| Ok(Table::new()), read_file);
        let file = file.unwrap_or_else(|fault| {
            faults.merge(fault);
            Table::new()
        });
        let variables = process_variables(&mut faults);
        faults.into_result()?;
        let mut sources = Self::from_parts(file, variables);
        if let Some(path) = config_file {
            sources.file_name = path.display().to_string();
        }
        Ok(sources)
    }

    /// Sources from memory, for tests and for programs that compose a configuration.
    pub fn from_parts(file: Table, env: impl IntoIterator<Item = (String, String)>) -> Self {
        let environment = env.into_iter().filter_map(|(name, value)| variable(name, value)).collect();
        Self { file, file_name: "the configuration file".to_owned(), environment }
    }

    /// What bears our name but belongs to none of the sections that were loaded.
    pub fn unknown_sections(&self, known: &[&str]) -> Faults {
        let mut faults = Faults::default();
        for section in self.file.keys().filter(|section| !known.contains(&section.as_str())) {
            let origin = Origin::File(self.file_name.clone());
            faults.push_from(section, no_such_section(known), origin);
        }
        for variable in &self.environment {
            let origin = Origin::Variable(variable.name.clone());
            if variable.section.is_empty() {
                let message = "not a setting; those are called BATON_<SECTION>__<KEY>, in capitals";
                faults.push_from(&variable.name, message, origin);
            } else if !known.contains(&variable.section.as_str()) {
                faults.push_from(&variable.section, no_such_section(known), origin);
            }
        }
        faults
    }

    pub(super) fn overlay_file(&self, overlay: &mut Overlay) {
        let origin = Origin::File(self.file_name.clone());
        if let Some(section) = self.file.get(overlay.section()) {
            overlay.take(&[], section, &origin);
        }
    }

    pub(super) fn overlay_environment(&self, overlay: &mut Overlay) {
        let section = overlay.section();
        for variable in self.environment.iter().filter(|variable| variable.section == section) {
            overlay.take_variable(&variable.name, &variable.path, &variable.value);
        }
    }
}

/// Prints what is there, not what it says: any value may be a secret.
impl std::fmt::Debug for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.environment.iter().map(|v| v.name.as_str()).collect();
        f.debug_struct("Sources")
            .field("file", &self.file_name)
            .field("sections", &self.file.keys().collect::<Vec<_>>())
            .field("environment", &names)
            .finish()
    }
}

/// A variable of ours; an odd name has no section, and is reported with the unknown ones.
fn variable(name: String, value: String) -> Option<Variable> {
    let (section, path) = match environment::meaning(&name, &value) {
        Meaning::Foreign => return None,
        Meaning::Setting { section, path } => (section, path),
        Meaning::Odd => (String::new(), Vec::new()),
    };
    Some(Variable { name, section, path, value })
}

fn no_such_section(known: &[&str]) -> String {
    format!("no such section; there are: {}", known.join(", "))
}

#[expect(clippy::disallowed_methods, reason = "the home of the environment")]
fn process_variables(faults: &mut Faults) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for (name, value) in std::env::vars_os() {
        // A name that is not UTF-8 is still ours, or not, by its first letters.
        let name = name.to_string_lossy().into_owned();
        match value.into_string() {
            Ok(value) => variables.push((name, value)),
            Err(_) if name.starts_with(environment::PREFIX) => faults.push(name, "not valid UTF-8"),
            Err(_) => {}
        }
    }
    variables
}

fn read_file(path: &Path) -> Result<Table, Faults> {
    let name = path.display().to_string();
    let fault = |message| Faults::one(&name, message, Origin::File(name.clone()));
    let text = std::fs::read_to_string(path).map_err(|error| fault(cannot_read(&error)))?;
    let table: Table = text.parse().map_err(|error| fault(toml_message(&text, &error)))?;
    let loose = table.iter().filter(|(_, value)| !value.is_table());
    let mut faults = Faults::default();
    for (key, _) in loose {
        let origin = Origin::File(name.clone());
        faults.push_from(key, "stands outside of any [section]", origin);
    }
    faults.into_result().map(|()| table)
}

pub(super) fn cannot_read(error: &std::io::Error) -> String {
    format!("cannot be read: {error}")
}

/// The parser's complaint with its line number. Its own `Display` quotes the line, secret and all.
pub(super) fn toml_message(text: &str, error: &toml::de::Error) -> String {
    let line = error
        .span()
        .and_then(|span| text.get(..span.start))
        .map(|before| format!(" in line {}", before.matches('\n').count() + 1));
    format!("not valid TOML{}: {}", line.unwrap_or_default(), error.message())
}

/// Content of a mounted secret, without the newline that editors and `echo` put behind it.
pub(super) fn read_value(path: &str) -> std::io::Result<String> {
    let mut text = std::fs::read_to_string(path)?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

/// Whether a value is one that a message might have quoted: see [`super::overlay`].
pub(super) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
