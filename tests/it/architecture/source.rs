//! Rust sources as far as these tests need them: words without comments and strings, the paths they name, the functions they hold.
//!
//! A small reader of our own instead of a parser: it keeps line numbers, needs no dependency, and reads what macros hold as well.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file.
pub struct Source {
    /// From the root of the work tree, with `/`.
    pub path: String,
    /// Its lines.
    pub lines: usize,
    /// Its words and signs.
    pub tokens: Vec<Token>,
}

/// A word, a number, a string (as `"` and its content) or a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What stands there.
    pub text: String,
    /// In which line, from 1.
    pub line: usize,
}

/// A path such as `crate::store::rows`, as far up as `crate`, `super` and braces of `use` can be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its parts.
    pub parts: Vec<String>,
    /// In which line.
    pub line: usize,
}

/// A function with a body.
pub struct Function {
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub line: usize,
    /// Lines of its body that hold anything, braces apart.
    pub lines: usize,
}

/// Every Rust file below a folder of the work tree, by path.
pub fn below(folder: &str) -> Vec<Source> {
    let root = crate::harness::surroundings::root();
    let mut paths = Vec::new();
    collect(&root.join(folder), &mut paths);
    paths.sort();
    paths.into_iter().map(|path| Source::read(&root, &path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target" && name != "node_modules") {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

impl Source {
    fn read(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let path = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        Self::of(path, &text)
    }

    /// A source from memory.
    pub fn of(path: String, text: &str) -> Self {
        Self { path, lines: text.lines().count(), tokens: tokens(text) }
    }

    /// Whether the whole file is a test or a test's double.
    pub fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.contains("/tests/")
            || self.path.starts_with("tests/")
            || name == "tests.rs"
            || name.ends_with("_tests.rs")
    }

    /// The file without what stands under `#[cfg(test)]`.
    pub fn without_tests(&self) -> Self {
        let (mut kept, mut cut, mut at) = (Vec::new(), 0, 0);
        while let Some(token) = self.tokens.get(at) {
            if self.begins(at, &["#", "[", "cfg", "(", "test", ")", "]"]) {
                let end = self.item_end(at + 7);
                cut += self.line_at(end) + 1 - token.line;
                at = end + 1;
            } else {
                kept.push(token.clone());
                at += 1;
            }
        }
        Self { path: self.path.clone(), lines: self.lines.saturating_sub(cut), tokens: kept }
    }

    /// Whether these words stand here.
    pub fn begins(&self, at: usize, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(index, word)| self.tokens.get(at + index).is_some_and(|token| token.text == *word))
    }

    /// The last token of the item that begins here: its `;` or its closing brace.
    fn item_end(&self, from: usize) -> usize {
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(from) {
            match token.text.as_str() {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && token.text == "}" {
                        return index;
                    }
                }
                ";" if depth == 0 => return index,
                _ => {}
            }
        }
        self.tokens.len().saturating_sub(1)
    }

    fn line_at(&self, index: usize) -> usize {
        self.tokens.get(index).map_or(self.lines, |token| token.line)
    }

    /// Every function with a body.
    pub fn functions(&self) -> Vec<Function> {
        let named = |at: usize| self.tokens.get(at + 1).filter(|name| is_word(&name.text));
        let starts = (0..self.tokens.len()).filter(|at| self.begins(*at, &["fn"]));
        starts.filter_map(|at| named(at).and_then(|name| self.function(at, &name.text))).collect()
    }

    fn function(&self, at: usize, name: &str) -> Option<Function> {
        let end = self.item_end(at);
        let body = self.tokens.get(at..end)?.iter().position(|token| token.text == "{")? + at;
        let inside = self.tokens.get(body + 1..end).unwrap_or_default();
        let mut lines: Vec<usize> = inside.iter().map(|token| token.line).collect();
        lines.dedup();
        (self.tokens.get(end)?.text == "}").then(|| Function {
            name: name.to_owned(),
            line: self.line_at(at),
            lines: lines.len(),
        })
    }

    /// Every path named, `use` trees expanded, `super` and `self` resolved to `crate::…`.
    pub fn names(&self) -> Vec<Named> {
        let mut walk = Walk {
            source: self,
            module: module_of(&self.path),
            inner: Vec::new(),
            depth: 0,
            found: Vec::new(),
        };
        walk.run();
        walk.found
    }
}

/// Words that may stand before a path that begins with `::`, and are no part of it.
const KEYWORDS: [&str; 9] = ["as", "dyn", "for", "impl", "in", "match", "mut", "return", "use"];

/// The modules a file of a crate stands for: `services/x/src/domain/queue.rs` is `domain::queue`.
fn module_of(path: &str) -> Vec<String> {
    let inside = path.split_once("/src/").map_or(path, |(_, inside)| inside);
    let mut parts: Vec<String> = inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

/// A walk through a file that knows in which module it is.
struct Walk<'s> {
    source: &'s Source,
    module: Vec<String>,
    /// Modules inside the file, with the depth of braces around each.
    inner: Vec<(usize, String)>,
    depth: usize,
    found: Vec<Named>,
}

impl Walk<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(token) = self.source.tokens.get(at) {
            match token.text.as_str() {
                "mod" if self.source.tokens.get(at + 2).is_some_and(|token| token.text == "{") => {
                    let name =
                        self.source.tokens.get(at + 1).map(|name| name.text.clone()).unwrap_or_default();
                    self.inner.push((self.depth, name));
                    at += 2;
                    continue;
                }
                "{" => self.depth += 1,
                "}" => {
                    self.depth = self.depth.saturating_sub(1);
                    let around = self.depth;
                    self.inner.retain(|(depth, _)| *depth < around);
                }
                text if is_word(text) || text == "::" => {
                    at = self.path(at, &[]);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads the path that begins here, behind what stands before a brace; gives the index behind it.
    fn path(&mut self, mut at: usize, before: &[String]) -> usize {
        let line = self.source.line_at(at);
        let mut parts = before.to_vec();
        loop {
            match self.source.tokens.get(at).map(|token| token.text.as_str()) {
                Some("::") => at += 1,
                Some("{") if at > 0 && self.source.begins(at - 1, &["::"]) => {
                    return self.branches(at + 1, &parts);
                }
                Some(text) if is_word(text) => {
                    parts.push(text.to_owned());
                    at += 1;
                    // In `use ::a`, the path begins behind the keyword.
                    if !self.source.begins(at, &["::"]) || KEYWORDS.contains(&text) {
                        break;
                    }
                }
                _ => break,
            }
        }
        let parts = self.resolved(parts);
        self.found.push(Named { parts, line });
        at.max(1)
    }

    /// The branches of a `use` tree.
    fn branches(&mut self, mut at: usize, before: &[String]) -> usize {
        while let Some(token) = self.source.tokens.get(at) {
            match token.text.as_str() {
                "}" => return at + 1,
                text if is_word(text) || text == "::" => at = self.path(at, before),
                _ => at += 1,
            }
        }
        at
    }

    fn resolved(&self, parts: Vec<String>) -> Vec<String> {
        let ups = parts.iter().take_while(|part| *part == "super" || *part == "self").count();
        if ups == 0 {
            return parts;
        }
        let mut here: Vec<String> =
            self.module.iter().chain(self.inner.iter().map(|(_, name)| name)).cloned().collect();
        for _ in parts.iter().take(ups).filter(|part| *part == "super") {
            here.pop();
        }
        let rest = parts.into_iter().skip(ups);
        std::iter::once("crate".to_owned()).chain(here).chain(rest).collect()
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Splits a source into tokens; comments are dropped, a string is one token that begins with `"`.
fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { rest: text, line: 1, tokens: Vec::new() };
    while reader.step() {}
    reader.tokens
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else {
            return false;
        };
        if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else if self.rest.starts_with("//") {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.skip(self.rest.find("*/").map_or(self.rest.len(), |end| end + 2));
        } else if let Some(length) = raw_string(self.rest) {
            self.string(length);
        } else if first == '"' || self.rest.starts_with("b\"") {
            self.string(plain_string(self.rest));
        } else if let Some(length) = character(self.rest) {
            self.skip(length);
        } else if is_word(self.rest) || first.is_ascii_digit() {
            let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
            self.take(end);
        } else {
            self.take(if self.rest.starts_with("::") { 2 } else { first.len_utf8() });
        }
        true
    }

    fn skip(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at(length);
        self.line += gone.matches('\n').count();
        self.rest = rest;
    }

    fn take(&mut self, length: usize) {
        let text = self.rest.split_at(length).0.to_owned();
        self.tokens.push(Token { text, line: self.line });
        self.skip(length);
    }

    fn string(&mut self, length: usize) {
        let content = self.rest.split_at(length).0.trim_start_matches(['b', 'r', '#']).trim_end_matches('#');
        self.tokens.push(Token { text: content.trim_end_matches('"').to_owned(), line: self.line });
        self.skip(length);
    }
}

/// The length of a raw string that begins here.
fn raw_string(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = inside.bytes().take_while(|byte| *byte == b'#').count();
    let close = format!("\"{}", "#".repeat(hashes));
    let begin = text.len() - inside.len() + hashes + 1;
    inside
        .get(hashes..)?
        .starts_with('"')
        .then(|| text.get(begin..)?.find(&close).map(|end| begin + end + close.len()))?
}

fn plain_string(text: &str) -> usize {
    let begin = text.find('"').unwrap_or(0) + 1;
    let mut escaped = false;
    for (index, c) in text.char_indices().skip_while(|(index, _)| *index < begin) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character literal or a lifetime that begins here.
fn character(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("b'").or_else(|| text.strip_prefix('\''))?;
    let begin = text.len() - inside.len();
    let mut chars = inside.char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        let (escape, _) = chars.next()?;
        return inside.get(escape + 1..)?.find('\'').map(|end| begin + escape + 1 + end + 1);
    }
    let (second, next) = chars.next()?;
    if next == '\'' {
        return Some(begin + second + 1);
    }
    // A lifetime: as long as its word.
    text.starts_with('\'')
        .then(|| begin + inside.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inside.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str, text: &str) -> Vec<String> {
        Source::of(path.to_owned(), text).names().into_iter().map(|named| named.parts.join("::")).collect()
    }

    #[test]
    fn a_use_tree_is_read_to_its_leaves() {
        let found = named("services/x/src/domain/queue.rs", "use crate::{store::{rows, Sql}, domain::ids};");
        assert_eq!(found, ["use", "crate::store::rows", "crate::store::Sql", "crate::domain::ids"]);
    }

    #[test]
    fn super_is_followed_out_of_files_and_inner_modules() {
        let found = named(
            "services/x/src/domain/queue.rs",
            "use super::ids; mod tests { use super::super::super::store; } use super::a;",
        );
        assert!(found.contains(&"crate::domain::ids".to_owned()), "{found:?}");
        assert!(found.contains(&"crate::store".to_owned()), "{found:?}");
        assert!(found.contains(&"crate::domain::a".to_owned()), "{found:?}");
    }

    #[test]
    fn comments_strings_characters_and_lifetimes_hide_nothing_and_name_nothing() {
        let text = "// tonic::A\n/* tonic::B */ let a = \"tonic::C \\\" tonic::D\"; let b = r#\"tonic::E\"#; let c: &'static X = '\"'; x::F";
        let found = named("services/x/src/domain/a.rs", text);
        assert!(found.iter().all(|name| !name.starts_with("tonic")), "{found:?}");
        assert!(found.contains(&"x::F".to_owned()), "{found:?}");
    }

    #[test]
    fn a_function_is_as_long_as_the_lines_of_its_body() {
        let text = "fn a() {\n    one();\n\n    // two\n    two();\n}\ntrait T { fn b(&self); fn c(x: [u8; 3]) { d() } }";
        let found: Vec<(String, usize)> =
            Source::of("x.rs".to_owned(), text).functions().into_iter().map(|f| (f.name, f.lines)).collect();
        assert_eq!(found, [("a".to_owned(), 2), ("c".to_owned(), 1)]);
    }

    #[test]
    fn what_stands_under_cfg_test_is_left_out() {
        let source = Source::of(
            "x.rs".to_owned(),
            "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n",
        )
        .without_tests();
        let names: Vec<String> = source.functions().into_iter().map(|function| function.name).collect();
        assert_eq!((names, source.lines), (vec!["a".to_owned(), "c".to_owned()], 2));
    }
}
