//! Whether a value has the type that its default has, and how a text becomes one.

use toml::Value;

/// A file's value as the setting's type.
pub(super) fn value(default: &Value, given: Value) -> Result<Value, String> {
    match (default, given) {
        // `1` for `1.0` is what people write, and it loses nothing.
        (Value::Float(_), Value::Integer(number)) => Ok(Value::Float(number as f64)),
        (Value::Array(defaults), Value::Array(items)) => items
            .into_iter()
            .map(|item| match defaults.first() {
                Some(first) => value(first, item),
                None => Ok(item),
            })
            .collect::<Result<_, _>>()
            .map(Value::Array),
        (default, given) if default.same_type(&given) => Ok(given),
        (default, given) => Err(format!("expected {}, not {}", kind(default), kind(&given))),
    }
}

/// An environment's text as the setting's type. The text never enters the message.
pub(super) fn text(default: &Value, given: &str) -> Result<Value, String> {
    let parsed = match default {
        Value::String(_) => Some(Value::String(given.to_owned())),
        Value::Integer(_) => given.parse().ok().map(Value::Integer),
        Value::Float(_) => finite(given).map(Value::Float),
        Value::Boolean(_) => given.parse().ok().map(Value::Boolean),
        Value::Datetime(_) => given.parse().ok().map(Value::Datetime),
        Value::Array(defaults) => return list(defaults, given),
        Value::Table(_) => return Err("is a group of settings; set one inside it".to_owned()),
    };
    parsed.ok_or_else(|| format!("expected {}", kind(default)))
}

fn finite(given: &str) -> Option<f64> {
    given.parse().ok().filter(|number: &f64| number.is_finite())
}

fn list(defaults: &[Value], given: &str) -> Result<Value, String> {
    if defaults.iter().any(|item| !item.is_str()) {
        return Err("can only be set in the configuration file".to_owned());
    }
    let items = given.split(',').map(str::trim).filter(|item| !item.is_empty());
    Ok(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date or time",
        Value::Array(_) => "a list",
        Value::Table(_) => "a group of settings",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list_of(items: &[&str]) -> Value {
        Value::Array(items.iter().map(|item| Value::from(*item)).collect())
    }

    #[test]
    fn a_text_becomes_what_the_default_is() {
        assert_eq!(text(&Value::from("x"), "007"), Ok(Value::from("007")));
        assert_eq!(text(&Value::from(1), "-7"), Ok(Value::from(-7)));
        assert_eq!(text(&Value::from(0.5), "1"), Ok(Value::from(1.0)));
        assert_eq!(text(&Value::from(false), "true"), Ok(Value::from(true)));
        assert_eq!(text(&list_of(&[]), "a, b,"), Ok(list_of(&["a", "b"])));
        assert_eq!(text(&list_of(&["a"]), ""), Ok(list_of(&[])));
    }

    #[test]
    fn a_text_of_another_type_is_refused_without_being_repeated() {
        for default in [Value::from(1), Value::from(0.5), Value::from(true)] {
            for given in ["hunter2", "", "NaN", "TRUE", "1e999"] {
                let message = text(&default, given).unwrap_err();
                assert!(given.is_empty() || !message.contains(given), "{message}");
            }
        }
    }

    #[test]
    fn a_list_of_other_things_belongs_into_the_file() {
        assert!(text(&Value::Array(vec![Value::from(1)]), "1").is_err());
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        assert!(value(&Value::from(1), Value::from("1")).is_err());
        assert!(value(&list_of(&["a"]), Value::Array(vec![Value::from(1)])).is_err());
        assert_eq!(value(&Value::from(0.5), Value::from(2)), Ok(Value::from(2.0)));
    }
}
