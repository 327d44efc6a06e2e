//! Texts with places to be filled: `{{name}}`. What is filled in is never read for places again.
//!
//! Must not know what the texts are for.

/// A place that nobody fills, or one that does not end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a prompt has a place that nobody fills: {0}")]
pub struct TemplateFault(String);

/// A text with places.
#[derive(Debug, Clone)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Place(String),
}

impl Template {
    /// Reads a text; each of its places must be among those that are filled.
    ///
    /// # Errors
    /// The first place that is not.
    pub fn parse(text: &str, places: &[&str]) -> Result<Self, TemplateFault> {
        let (mut parts, mut rest) = (Vec::new(), text.trim_end());
        while let Some((before, after)) = rest.split_once("{{") {
            let (place, after) = after.split_once("}}").ok_or_else(|| TemplateFault(after.to_owned()))?;
            if !places.contains(&place) {
                return Err(TemplateFault(place.to_owned()));
            }
            parts.extend([Part::Text(before.to_owned()), Part::Place(place.to_owned())]);
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self { parts })
    }

    /// The text with its places filled; one without a value stays empty.
    pub fn fill(&self, values: &[(&str, &str)]) -> String {
        let value =
            |place: &str| values.iter().find(|(name, _)| *name == place).map_or("", |(_, value)| value);
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Place(place) => value(place).to_owned(),
        };
        self.parts.iter().map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_not_read_again() {
        let template = Template::parse("I am {{name}}: {{wish}}.\n", &["name", "wish"]).unwrap();
        assert_eq!(template.fill(&[("name", "{{wish}}"), ("wish", "tea")]), "I am {{wish}}: tea.");
    }

    #[test]
    fn a_place_that_nobody_fills_is_a_fault() {
        for bad in ["{{other}}", "{{name"] {
            assert!(Template::parse(bad, &["name"]).is_err(), "{bad}");
        }
    }
}
