//! Builds the pages of widget and inbox where npm is there, and writes the table through which the binary carries them.
//!
//! `BATON_UI` = `auto` (the default): if it cannot be done, the build goes on and the gateway says that it has no pages; `off`: not tried;
//! `required`: a build without pages fails. Works on a copy below `OUT_DIR`, so the source tree stays as it is and builds with different
//! profiles do not meet. Must not know what the pages do.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    error::Error,
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

/// Made by others in the source tree; not sources.
const MADE: [&str; 3] = ["node_modules", "dist", "generated"];
/// Without one of these the pages do not work.
const NEEDED: [&str; 3] = ["widget/loader.js", "widget/index.html", "inbox/index.html"];
/// Where `src/pages/files.rs` puts the sites that may carry the widget.
const SITES_PLACE: &str = r#"<meta name="baton-sites" content="">"#;
/// What compresses well.
const COMPRESSED: [&str; 5] = ["js", "css", "html", "json", "svg"];
/// The first lines that a failed command said: enough to see why.
const LINES: usize = 12;

type Sources = BTreeMap<PathBuf, Vec<u8>>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=BATON_UI");
    let (here, out) = (PathBuf::from(variable("CARGO_MANIFEST_DIR")?), PathBuf::from(variable("OUT_DIR")?));
    tag_of_own_pages(&here)?;
    let wanted = variable("BATON_UI").unwrap_or_else(|_| "auto".to_owned());
    let built = match wanted.as_str() {
        "off" => Err("it was built with BATON_UI=off".into()),
        "auto" | "required" => build(&here, &out),
        other => return Err(format!("BATON_UI is off, auto or required, not {other}").into()),
    };
    match built {
        Ok(()) => write_table(&out, Some(&out.join("dist")), ""),
        Err(why) if wanted == "required" => Err(format!("BATON_UI=required: {why}").into()),
        Err(why) => {
            let why = why.to_string();
            if wanted == "auto" {
                println!("cargo::warning=no pages of widget and inbox in this build: {}", one_line(&why));
            }
            // What npm said names folders of this machine, which are nobody's business who reads the page.
            write_table(&out, None, why.split(':').next().unwrap_or_default())
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how cargo speaks to a build script")]
fn variable(name: &str) -> Result<String, env::VarError> {
    env::var(name)
}

/// The pages that the gateway makes itself change with their files.
fn tag_of_own_pages(here: &Path) -> Result<(), Box<dyn Error>> {
    let folder = here.join("src/pages/templates");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut own = Sources::new();
    collect(&folder, &folder, &mut own)?;
    println!("cargo::rustc-env=BATON_PAGES_TAG={}", tag(&own));
    Ok(())
}

/// Builds unless the same was built before.
fn build(here: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let sources = sources(here)?;
    let (dist, stamp, tag) = (out.join("dist"), out.join("ui.stamp"), tag(&sources));
    if fs::read_to_string(&stamp).is_ok_and(|built| built == tag) && whole(&dist).is_ok() {
        return Ok(());
    }
    let _there_may_be_none = fs::remove_file(&stamp);
    // npm itself last: without it there is nothing to lay out.
    run(out, "npm", &["--version"])?;
    let ui = out.join("ui");
    lay_out(out, &ui, &sources)?;
    install(&ui, &sources)?;
    remove(&dist)?;
    run_with(&ui, "npm", &["run", "build"], &[("BATON_UI_OUT", &dist)])?;
    whole(&dist)?;
    fs::write(stamp, tag)?;
    Ok(())
}

/// Everything the pages are made of, by path from the crate's folder. Tells cargo to look at exactly that.
fn sources(here: &Path) -> Result<Sources, Box<dyn Error>> {
    let mut sources = Sources::new();
    collect(here, &here.join("ui"), &mut sources)
        .and_then(|()| collect(here, &here.join("openapi.json"), &mut sources))
        .map_err(|error| format!("the sources of the pages cannot be read: {error}"))?;
    let files = sources.keys().cloned();
    let folders = sources.keys().filter_map(|path| path.parent()).map(Path::to_owned);
    // A folder tells of new files, but one in which something is made by others tells of that too.
    let quiet = |path: &PathBuf| {
        !MADE.iter().any(|made| here.join(path).join(made).exists()) && path != Path::new("")
    };
    for path in files.chain(folders.filter(quiet)).collect::<BTreeSet<_>>() {
        println!("cargo::rerun-if-changed={}", here.join(path).display());
    }
    Ok(sources)
}

fn collect(from: &Path, path: &Path, into: &mut Sources) -> Result<(), Box<dyn Error>> {
    if path.is_file() {
        into.insert(path.strip_prefix(from)?.to_owned(), fs::read(path)?);
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !MADE.contains(&name.as_ref()) && !name.starts_with('.') {
            collect(from, &entry.path(), into)?;
        }
    }
    Ok(())
}

/// Another one for other names or bytes. For a stamp and a weak ETag, so nobody gains by finding two alike.
fn tag(files: &Sources) -> String {
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// The copy: what was there before goes, but for what npm installed.
fn lay_out(out: &Path, ui: &Path, sources: &Sources) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(ui)?;
    for entry in fs::read_dir(ui)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name != "node_modules") {
            remove(&path)?;
        }
    }
    for (path, bytes) in sources {
        let to = out.join(path);
        fs::create_dir_all(to.parent().unwrap_or(out))?;
        fs::write(to, bytes)?;
    }
    Ok(())
}

fn remove(path: &Path) -> std::io::Result<()> {
    match path.symlink_metadata() {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    }
}

/// `npm ci`, unless exactly that is installed. No script of a package is run: none of ours needs it.
fn install(ui: &Path, sources: &Sources) -> Result<(), Box<dyn Error>> {
    let lock: Sources = sources
        .iter()
        .filter(|(path, _)| path.ends_with("ui/package.json") || path.ends_with("ui/package-lock.json"))
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .collect();
    let (stamp, tag) = (ui.join("node_modules/.baton-stamp"), tag(&lock));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == tag) {
        return Ok(());
    }
    let patience = ["--fetch-retries=1", "--fetch-timeout=60000", "--prefer-offline"];
    let quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts"];
    run(ui, "npm", &[&["ci"][..], &quiet, &patience].concat())?;
    fs::write(stamp, tag)?;
    Ok(())
}

fn whole(dist: &Path) -> Result<(), Box<dyn Error>> {
    if let Some(missing) = NEEDED.iter().find(|name| !dist.join(name).is_file()) {
        return Err(format!("the build made no {missing}").into());
    }
    let frame = fs::read_to_string(dist.join("widget/index.html"))?;
    if !frame.contains(SITES_PLACE) {
        return Err(format!("widget/index.html has no {SITES_PLACE}").into());
    }
    Ok(())
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    run_with(folder, program, arguments, &[])
}

fn run_with(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    variables: &[(&str, &Path)],
) -> Result<(), Box<dyn Error>> {
    let called = format!(
        "{program} {}",
        arguments.iter().filter(|word| !word.starts_with("--")).copied().collect::<Vec<_>>().join(" ")
    );
    let mut command = Command::new(program);
    command.args(arguments).envs(variables.iter().copied()).current_dir(folder);
    let output = command.output().map_err(|error| format!("{called} cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    // What went wrong stands first on one of the two, before help and stack traces.
    let said = if output.stderr.is_empty() { output.stdout } else { output.stderr };
    let said = String::from_utf8_lossy(&said).into_owned();
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).take(LINES).collect();
    Err(format!("{called} failed: {}", lines.join("\n")).into())
}

/// `pages.rs`: the files of a build and their compressed twins, or why there are none.
fn write_table(out: &Path, dist: Option<&Path>, why_not: &str) -> Result<(), Box<dyn Error>> {
    let mut files = Sources::new();
    if let Some(dist) = dist {
        collect(dist, dist, &mut files)?;
    }
    let packed = out.join("gzip");
    remove(&packed)?;
    let mut rows = String::new();
    for (path, bytes) in &files {
        let (name, tag) =
            (path.to_string_lossy().replace('\\', "/"), tag(&Sources::from([(path.clone(), bytes.clone())])));
        let gzip = match compress(&packed, path, bytes)? {
            true => {
                format!("Some(include_bytes!(concat!(env!(\"OUT_DIR\"), {:?})))", format!("/gzip/{name}"))
            }
            false => "None".to_owned(),
        };
        let plain = format!("include_bytes!(concat!(env!(\"OUT_DIR\"), {:?}))", format!("/dist/{name}"));
        rows += &format!("    File {{ path: {name:?}, bytes: {plain}, gzip: {gzip}, tag: {tag:?} }},\n");
    }
    let doc = "/// What was built.\n";
    let why = format!(
        "/// Why nothing was built; empty if it was.\npub(super) const WHY_NOT: &str = {why_not:?};\n"
    );
    fs::write(out.join("pages.rs"), format!("{why}{doc}static FILES: &[File] = &[\n{rows}];\n"))?;
    Ok(())
}

/// Whether there is a compressed twin now: of what is worth it.
fn compress(packed: &Path, path: &Path, bytes: &[u8]) -> Result<bool, Box<dyn Error>> {
    let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    if !COMPRESSED.contains(&ending.as_str()) {
        return Ok(false);
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    let small = encoder.finish()?;
    if small.len() * 10 > bytes.len() * 9 {
        return Ok(false);
    }
    let to = packed.join(path);
    fs::create_dir_all(to.parent().unwrap_or(packed))?;
    fs::write(to, small)?;
    Ok(true)
}

/// Cargo reads a warning up to the end of its line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
