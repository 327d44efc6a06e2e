//! A folder of mails.

use std::time::Duration;

use baton_kit_testing::clock::FakeClock;
use tempfile::TempDir;

use super::*;
use crate::remote::mail::sample;

fn ours() -> WorkspaceId {
    sample::workspace(1)
}

struct Office {
    scratch: TempDir,
    clock: FakeClock,
    post: FilePost,
}

impl Office {
    async fn new() -> Self {
        let (scratch, clock) = (TempDir::new().unwrap(), FakeClock::new());
        let sender = Sender::new("no-reply@example.org").unwrap();
        let post = FilePost::open(scratch.path().join("a/mails"), sender, clock.shared()).await.unwrap();
        Self { scratch, clock, post }
    }

    fn root(&self) -> PathBuf {
        self.scratch.path().join("a/mails")
    }

    /// Of the workspace whose mails are sent here.
    fn folder(&self) -> PathBuf {
        self.root().join(ours().to_string())
    }

    async fn list(&self) -> Result<Vec<FiledMail>, FilesUnreadable> {
        self.post.list(ours()).await
    }

    async fn open(&self, name: &str) -> Result<Option<OpenedMail>, FilesUnreadable> {
        FiledMails::open(&self.post, ours(), name).await
    }

    async fn send(&self, number: u128) {
        self.post.send(&sample::mail("b@example.org", number)).await.unwrap();
        self.clock.advance(Duration::from_millis(1));
    }
}

#[tokio::test]
async fn a_mail_in_a_file_is_read_as_it_was_written() {
    let office = Office::new().await;
    office.send(1).await;
    let listed = office.list().await.unwrap();
    let [mail] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!(mail.name, "20240115T120000.000000Z-mail_00000000000000000000000001.eml");
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("b@example.org", "A person is needed: Zoë"));
    assert_eq!(mail.at, "2024-01-15T12:00:00Z".parse().unwrap());
    let opened = office.open(&mail.name).await.unwrap().unwrap();
    assert_eq!(&opened.mail, mail);
    assert_eq!(opened.text.replace("\r\n", "\n").trim_end(), "Hello\n.\n..\nFrom here on: grüße");
    assert!(opened.html.contains("<p>grüße</p>") && opened.raw.starts_with("From: "), "{}", opened.raw);
}

#[tokio::test]
async fn nobody_else_may_read_the_folder_or_a_mail() {
    let office = Office::new().await;
    office.send(1).await;
    let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(office.root()), mode(office.folder())), (FOLDER_MODE, FOLDER_MODE));
    let name = office.list().await.unwrap().remove(0).name;
    assert_eq!(mode(office.folder().join(name)), FILE_MODE);
}

#[tokio::test]
async fn a_folder_that_was_open_to_others_is_closed() {
    let scratch = TempDir::new().unwrap();
    std::fs::set_permissions(scratch.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let sender = Sender::new("no-reply@example.org").unwrap();
    FilePost::open(scratch.path().to_owned(), sender, FakeClock::new().shared()).await.unwrap();
    assert_eq!(std::fs::metadata(scratch.path()).unwrap().permissions().mode() & 0o777, FOLDER_MODE);
}

#[tokio::test]
async fn no_name_leads_out_of_the_folder_and_no_other_file_is_shown() {
    let office = Office::new().await;
    office.send(1).await;
    std::fs::write(office.root().join("secret.eml"), "Subject: secret\r\n\r\n").unwrap();
    std::fs::write(office.folder().join("notes.eml"), "Subject: notes\r\n\r\n").unwrap();
    let mail = "mail_00000000000000000000000001";
    for name in [
        "",
        ".",
        "..",
        "notes.eml",
        "../secret.eml",
        "/etc/passwd",
        "secret.eml",
        &format!("../{}/20240115T120000.000000Z-{mail}.eml", ours()),
        &format!("20240115T120000.000000Z-../../{mail}.eml"),
        &format!("20240115T120000.0Z-{mail}.eml"),
        &format!("20240115T120000.000001Z-{mail}.eml"),
        &format!("20240115T120000.000000Z-{mail}.eml\0"),
    ] {
        assert_eq!(office.open(name).await, Ok(None), "{name}");
    }
    assert_eq!(office.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_newest_two_hundred_are_shown_newest_first() {
    let office = Office::new().await;
    for number in 0..205 {
        office.send(number).await;
    }
    let listed = office.list().await.unwrap();
    assert_eq!(listed.len(), SHOWN);
    assert!(listed[0].name.ends_with(&format!("{}.eml", sample::mail("b@example.org", 204).mailing)));
    assert!(listed.windows(2).all(|two| two[0].at > two[1].at));
}

#[tokio::test]
async fn the_folder_does_not_grow_without_end() {
    let office = Office::new().await;
    std::fs::create_dir(office.folder()).unwrap();
    for number in 0..u128::try_from(KEPT).unwrap() + 5 {
        let old =
            format!("20200101T000000.{number:06}Z-{}.eml", sample::mail("b@example.org", number).mailing);
        std::fs::write(office.folder().join(old), "").unwrap();
    }
    office.send(1).await;
    let left = office.post.names(ours()).await.unwrap();
    assert_eq!(left.len(), KEPT);
    assert!(
        left[0].starts_with("2024")
            && !left.iter().any(|name| name.contains(".000000Z-mail_00000000000000000000000000"))
    );
}

#[tokio::test]
async fn an_attempt_that_was_cut_off_shows_nothing_and_is_swept_away_by_the_next_life() {
    let office = Office::new().await;
    office.send(1).await;
    let part = office.folder().join(".20240115T120000.000000Z-mail_00000000000000000000000002.eml.part");
    let foreign = office.folder().join(".notes.part");
    std::fs::write(&part, "Subj").unwrap();
    std::fs::write(&foreign, "not ours").unwrap();
    assert_eq!(office.list().await.unwrap().len(), 1);
    let sender = Sender::new("no-reply@example.org").unwrap();
    let next = FilePost::open(office.root(), sender, office.clock.shared()).await.unwrap();
    assert!(!part.exists() && foreign.exists());
    assert_eq!(next.list(ours()).await, office.list().await);
}

#[tokio::test]
async fn s_20_a_mail_of_another_workspace_is_neither_listed_nor_opened() {
    let office = Office::new().await;
    let theirs = Mail { workspace: sample::workspace(2), ..sample::mail("b@example.org", 2) };
    office.post.send(&theirs).await.unwrap();
    let name = office.post.list(theirs.workspace).await.unwrap().remove(0).name;
    assert_eq!(office.list().await, Ok(Vec::new()));
    for name in [name.clone(), format!("../{}/{name}", theirs.workspace)] {
        assert_eq!(office.open(&name).await, Ok(None), "{name}");
    }
    assert!(FiledMails::open(&office.post, theirs.workspace, &name).await.unwrap().is_some());
}

#[tokio::test]
async fn a_folder_that_went_away_is_told_and_tried_again() {
    let office = Office::new().await;
    std::fs::remove_dir_all(office.root()).unwrap();
    assert_eq!(
        office.post.send(&sample::mail("b@example.org", 1)).await,
        Err(PostRefused::TryAgain("file".to_owned()))
    );
    assert!(office.list().await.is_err());
}
