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
    widget.says("durable", "Is this on the disk?", None).await;
    let interrupted = Command::new("kill").args(["-INT", &strace.id().to_string()]).status();
    assert!(interrupted.expect("kill runs").success());
    strace.wait().expect("it ends");
    let calls = std::fs::read_to_string(&trace).expect("what was watched");
    let lines: Vec<&str> = calls.lines().collect();
    let at = |from: usize, part: &str, more: &str| {
        let found = lines[from..].iter().position(|line| line.contains(part) && line.contains(more));
        from + found.unwrap_or_else(|| panic!("no {part} {more} after line {from} of\n{calls}"))
    };
    let asked = at(0, "POST /v1/widget/messages", "");
    let synced = at(asked, "sync(", "conversation.db");
    let answered = at(asked, "HTTP/1.1 201", "");
    assert!(synced < answered, "answered in line {answered}, synced in line {synced} of\n{calls}");
}

/// Watches the process's reads, writes and syncs, from when this returns.
fn watch(pid: u32, into: &std::path::Path) -> Option<Child> {
    let calls = "trace=fsync,fdatasync,read,write,readv,writev,recvfrom,recvmsg,sendto,sendmsg";
    let mut strace = Command::new("strace")
        .args(["-f", "-y", "-s", "64", "-e", calls, "-o"])
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
