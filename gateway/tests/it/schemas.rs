//! Shapes of the OpenAPI document have a name each: of two by one name, the document would tell only of the last one.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

/// The names of the shapes that a source describes, in the document.
fn described(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut lines = source.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if !(line.starts_with("#[derive(") && line.contains("ToSchema")) {
            continue;
        }
        let mut given = None;
        for line in lines.by_ref() {
            given = given.or(line.strip_prefix("#[schema(as = ").map(word));
            let declared = ["struct ", "enum "].iter().find_map(|kind| line.split_once(kind));
            if let Some((_, name)) =
                declared.filter(|(before, _)| before.is_empty() || before.starts_with("pub"))
            {
                names.push(given.unwrap_or_else(|| word(name)).to_owned());
                break;
            }
        }
    }
    names
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

#[test]
fn no_two_shapes_have_one_name() {
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http")) {
        // What a macro names is named where the macro is used.
        for name in described(&fs::read_to_string(&path).unwrap()).into_iter().filter(|name| !name.is_empty())
        {
            places.entry(name).or_default().push(path.clone());
        }
    }
    assert!(places.len() > 60, "{} shapes were found", places.len());
    let twice: Vec<_> = places.iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

#[test]
fn office_hours_say_within_how_long_people_answer_in_the_shape_they_take() {
    let document: Value = serde_json::from_str(&baton_gateway::openapi()).unwrap();
    let schemas = &document["components"]["schemas"];
    let expectation = schemas["ReplyExpectation"].to_string();
    assert!(expectation.contains("minutes") && expectation.contains("custom_text"), "{expectation}");
    let hours = schemas["OfficeHours"]["properties"]["reply"].to_string();
    assert!(hours.contains("#/components/schemas/ReplyExpectation\""), "{hours}");
    assert!(schemas["Reply"]["properties"]["client_message_id"].is_object());
}
