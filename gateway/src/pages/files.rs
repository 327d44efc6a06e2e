//! The files inside the binary: what `build.rs` built of widget and inbox, and a few that pages made here need.
//!
//! A table that `build.rs` writes, with `include_bytes!`: rust-embed finds the folder of a build only through a crate whose licence the
//! house does not take (MPL), and a table is shorter than what it would be read by. Nothing is looked up on a disk.

/// One file.
pub(super) struct File {
    /// Below the build's folder, such as `inbox/assets/index-Bx3.js`.
    pub path: &'static str,
    /// As it is.
    pub bytes: &'static [u8],
    /// The same compressed, where that is worth it.
    pub gzip: Option<&'static [u8]>,
    /// Another one for other bytes.
    pub tag: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// What pages made here look like.
pub(super) const STYLE: File = File {
    path: "pages/style.css",
    bytes: include_bytes!("templates/style.css"),
    gzip: None,
    tag: env!("BATON_PAGES_TAG"),
};

/// The icon in a tab.
pub(super) const ICON: File = File {
    path: "pages/icon.svg",
    bytes: include_bytes!("templates/icon.svg"),
    gzip: None,
    tag: env!("BATON_PAGES_TAG"),
};

/// The file of exactly this path.
pub(super) fn find(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

/// Where in a built document something is to stand that only the gateway knows: the sites that may carry the widget.
pub(super) const SITES_PLACE: &str = r#"<meta name="baton-sites" content="">"#;

/// As browsers are to read it, by the name's end.
pub(super) fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("mp3") => "audio/mpeg",
        Some("ogg") => "audio/ogg",
        Some("wav") => "audio/wav",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
