//! How large files and functions are, printed beside the limits of style.md §4; above the hard ones the test fails.

use super::source::{Source, below};

const FILE_AIM: usize = 250;
const FILE_LIMIT: usize = 500;
const FUNCTION_AIM: usize = 12;
const FUNCTION_REASON: usize = 40;
const FUNCTION_LIMIT: usize = 80;

const FOLDERS: [&str; 9] = [
    "services/kit/src",
    "services/kit-testing/src",
    "services/conversation/src",
    "services/routing/src",
    "services/ai/src",
    "services/team/src",
    "services/baton/src",
    "gateway/src",
    "proto",
];

/// The sizes of one crate's files and functions, tests apart, each with its place.
#[derive(Default)]
struct Sizes {
    files: Vec<(usize, String)>,
    functions: Vec<(usize, String)>,
}

impl Sizes {
    fn of(sources: impl IntoIterator<Item = Source>) -> Self {
        let mut sizes = Self::default();
        for source in
            sources.into_iter().filter(|source| !source.is_test()).map(|source| source.without_tests())
        {
            for function in source.functions() {
                sizes
                    .functions
                    .push((function.lines, format!("{}:{} {}", source.path, function.line, function.name)));
            }
            sizes.files.push((source.lines, source.path));
        }
        sizes.files.sort();
        sizes.functions.sort();
        sizes
    }

    fn row(&self, name: &str) -> String {
        let (files, functions) = (Column(&self.files), Column(&self.functions));
        format!(
            "{name:<26} {:>5} {:>6} {:>5} {:>6}   {:>5} {:>6} {:>5} {:>6} {:>6}",
            self.files.len(),
            files.median(),
            files.largest(),
            files.above(FILE_AIM),
            self.functions.len(),
            functions.median(),
            functions.largest(),
            functions.above(FUNCTION_AIM),
            functions.above(FUNCTION_REASON),
        )
    }
}

struct Column<'s>(&'s [(usize, String)]);

impl Column<'_> {
    fn median(&self) -> usize {
        self.0.get(self.0.len() / 2).map_or(0, |(size, _)| *size)
    }

    fn largest(&self) -> usize {
        self.0.last().map_or(0, |(size, _)| *size)
    }

    fn above(&self, limit: usize) -> usize {
        self.0.iter().filter(|(size, _)| *size > limit).count()
    }

    fn names_above(&self, limit: usize) -> Vec<String> {
        self.0
            .iter()
            .rev()
            .filter(|(size, _)| *size > limit)
            .map(|(size, place)| format!("{size:>5}  {place}"))
            .collect()
    }
}

#[test]
fn files_and_functions_are_within_the_limits_of_the_house() {
    println!("sizes in lines, tests apart; style.md §4: file {FILE_AIM} aimed at, {FILE_LIMIT} at most;");
    println!(
        "function {FUNCTION_AIM} aimed at, over {FUNCTION_REASON} needs a reason, {FUNCTION_LIMIT} at most\n"
    );
    println!(
        "{:<26} files median  most  >{FILE_AIM}     fns median  most    >{FUNCTION_AIM}    >{FUNCTION_REASON}",
        ""
    );
    let mut all = Sizes::default();
    for folder in FOLDERS {
        let sizes = Sizes::of(below(folder));
        println!("{}", sizes.row(folder));
        all.files.extend(sizes.files);
        all.functions.extend(sizes.functions);
    }
    all.files.sort();
    all.functions.sort();
    println!("{}", all.row("all"));
    println!("\nfiles above {FILE_AIM}:\n{}", Column(&all.files).names_above(FILE_AIM).join("\n"));
    println!(
        "\nfunctions above {FUNCTION_REASON}:\n{}",
        Column(&all.functions).names_above(FUNCTION_REASON).join("\n")
    );
    let mut beyond = Column(&all.files).names_above(FILE_LIMIT);
    beyond.extend(Column(&all.functions).names_above(FUNCTION_LIMIT));
    assert!(beyond.is_empty(), "beyond the limits of style.md §4:\n{}", beyond.join("\n"));
}

#[test]
fn a_file_or_function_beyond_the_limit_is_seen() {
    let long = format!("fn long() {{\n{}}}\n{}", "    step();\n".repeat(81), "// more\n".repeat(500));
    let sizes = Sizes::of([Source::of("services/x/src/a.rs".to_owned(), &long)]);
    assert_eq!(Column(&sizes.functions).names_above(FUNCTION_LIMIT).len(), 1);
    assert_eq!(Column(&sizes.files).names_above(FILE_LIMIT).len(), 1);
}
