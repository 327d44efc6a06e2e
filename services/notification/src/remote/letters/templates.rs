//! The templates under `templates/`: HTML from MJML, made once; plain text beside it. Must not know what is filled in.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, value::Serde};
use mrml::prelude::render::RenderOptions;
use serde::Serialize;

use super::words::LettersError;
use crate::application::ports::mail::ComposeFailed;

const MJML: &str = include_str!("../../../templates/letter.mjml");
const TEXT: &str = include_str!("../../../templates/letter.txt");
const HTML_NAME: &str = "letter.html";
const TEXT_NAME: &str = "letter.txt";

/// The templates, ready to be filled in.
pub struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    /// Reads what is compiled in. What the MJML leaves to fill in goes through its rendering untouched.
    ///
    /// # Errors
    /// [`LettersError`] if one is faulty.
    pub fn load() -> Result<Self, LettersError> {
        let mut environment = Environment::new();
        // A word that is missing is a fault, not an empty place.
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| {
            if name == HTML_NAME { AutoEscape::Html } else { AutoEscape::None }
        });
        for (name, source) in [(HTML_NAME, html_of(MJML)?), (TEXT_NAME, TEXT.to_owned())] {
            environment.add_template_owned(name, source).map_err(|error| fault(name, &error))?;
        }
        Ok(Self { environment })
    }

    /// The HTML part; everything filled in is escaped.
    ///
    /// # Errors
    /// [`ComposeFailed`] if something to fill in is missing.
    pub fn html(&self, parts: &impl Serialize) -> Result<String, ComposeFailed> {
        self.render(HTML_NAME, parts)
    }

    /// The text part.
    ///
    /// # Errors
    /// [`ComposeFailed`] if something to fill in is missing.
    pub fn text(&self, parts: &impl Serialize) -> Result<String, ComposeFailed> {
        self.render(TEXT_NAME, parts)
    }

    fn render(&self, name: &str, parts: &impl Serialize) -> Result<String, ComposeFailed> {
        let template = self.environment.get_template(name);
        // The kind alone: a template's error may quote what was filled in.
        template
            .and_then(|template| template.render(Value::from(Serde(parts))))
            .map_err(|error| ComposeFailed(format!("{name}: {:?}", error.kind())))
    }
}

fn html_of(mjml: &str) -> Result<String, LettersError> {
    // No fonts from elsewhere: a mail that loads something tells when and where it is read.
    let options = RenderOptions { fonts: Default::default(), ..Default::default() };
    let parsed = mrml::parse(mjml).map_err(|error| fault("letter.mjml", &error))?;
    parsed.element.render(&options).map_err(|error| fault("letter.mjml", &error))
}

fn fault(file: &str, cause: &dyn std::fmt::Display) -> LettersError {
    LettersError { file: format!("templates/{file}"), cause: cause.to_string() }
}
