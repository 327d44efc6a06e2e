//! G-D10: an answer that says "stored" is given after the bytes are on the disk, not before. Watched from outside, at the system calls.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::harness::{browser::Widget, child::Serving, surroundings::skip};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_d10_the_answer_to_a_message_leaves_after_its_bytes_are_on_the_disk() {
    let data = TempDir::new().expect("a directory");
    let serving = Serving::start(data.path(), &[]);
    let widget = Widget::open(serving.address, &serving.widget_key).await;
    let trace = data.path().join("calls");
    let Some(mut strace) = watch(serving.baton.pid(), &trace) else {
        return skip("strace is not to be had or may not watch", "apt-get install strace");
    };
    widget.says("durable", WORDS, None).await;
    let interrupted = Command::new("kill").args(["-INT", &strace.id().to_string()]).status();
    assert!(interrupted.expect("kill runs").success());
    strace.wait().expect("it ends");
    let calls = Calls(std::fs::read_to_string(&trace).expect("what was watched"));
    let asked = calls.first(0, |line| line.contains("POST /v1/widget/messages"));
    let written = calls.first(asked, |line| {
        line.contains("write") && line.contains("conversation.db") && line.contains(WORDS)
    });
    let begun = calls.first(written + 1, |line| line.contains("sync(") && line.contains("conversation.db"));
    let (synced, answered) = (calls.end_of(begun), calls.first(asked, |line| line.contains("HTTP/1.1 201")));
    assert!(synced < answered, "answered in line {answered}, synced in line {synced} of\n{}", calls.0);
}

/// What is posted; found again in the bytes that go to the disk.
const WORDS: &str = "Is this on the disk?";

/// What strace saw, a line a call. One that others came in between of has two: where it began, and where it ended.
struct Calls(String);

impl Calls {
    fn first(&self, from: usize, fits: impl Fn(&str) -> bool) -> usize {
        let found = self.0.lines().skip(from).position(fits);
        from + found.unwrap_or_else(|| panic!("nothing like it after line {from} of\n{}", self.0))
    }

    /// Where the call that begins in this line came back, with success.
    fn end_of(&self, begun: usize) -> usize {
        let line = self.0.lines().nth(begun).expect("a line");
        let ended = if line.contains("<unfinished") {
            let thread = line.split_whitespace().next().expect("a thread");
            self.first(begun + 1, |line| line.starts_with(thread) && line.contains("sync resumed"))
        } else {
            begun
        };
        assert!(self.0.lines().nth(ended).is_some_and(|line| line.ends_with("= 0")), "it was synced");
        ended
    }
}

/// Watches the process's reads, writes and syncs, from when this returns.
fn watch(pid: u32, into: &std::path::Path) -> Option<Child> {
    let calls =
        "trace=fsync,fdatasync,read,write,pwrite64,readv,writev,pwritev,recvfrom,recvmsg,sendto,sendmsg";
    let mut strace = Command::new("strace")
        .args(["-f", "-y", "-s", "8192", "-e", calls, "-o"])
        .arg(into)
        .args(["-p", &pid.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut said = BufReader::new(strace.stderr.take()?).lines().map_while(Result::ok);
    let attached = said.find(|line| line.contains("attached") || line.contains("not permitted"))?;
    // Goes on being read, or a full pipe would hold it up.
    std::thread::spawn(move || said.for_each(drop));
    attached.contains(" attached").then_some(strace)
}
