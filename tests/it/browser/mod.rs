//! Widget and inbox in a real Chromium, each scenario against a suite of its own that runs as a child process.
//!
//! The scenarios are in `tests/browser`; here stands only which there are, and what they are given. Must not know a page.

mod played;

use std::{path::PathBuf, process::Command, time::Duration};

use tempfile::TempDir;

use crate::{
    guarantees::ONE_AT_A_TIME,
    harness::{
        child::Serving,
        surroundings::{WITHOUT_LIMITS, everything_is_required, free_port, root, skip},
    },
};

/// The longest scenario takes a minute and a half. A browser that hangs must not keep the others waiting for ever.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// Each a test of its own; with what its suite is to be set to, where that is not what all are.
macro_rules! scenarios {
    ($($(#[$about:meta])* $test:ident = $file:literal $(with $settings:expr)?;)+) => {
        $($(#[$about])* #[test] fn $test() {
            let settings: &[&[(&str, &str)]] = &[$(&$settings)?];
            play($file, &settings.concat());
        })+
    };
}

scenarios! {
    /// Two windows live the whole story, the widget on a site's page, the inbox beside it.
    the_whole_story_is_lived_in_two_windows = "story";
    /// The same with both on a phone.
    the_whole_story_is_lived_on_two_phones = "story-phone";
    /// A minute without network on either side: nothing is missing, nothing is there twice.
    sixty_seconds_offline_on_either_side_lose_and_double_nothing = "offline";
    /// Two members answer one visitor at once: the second is shown what the first wrote, and keeps the draft.
    the_second_of_two_members_is_told_that_the_thread_has_moved = "two-members";
    /// Pages of other origins: forged messages do nothing, and a site that is not allowed shows no widget.
    s_36_s_37_other_sites_neither_frame_the_widget_nor_speak_to_it = "other-sites";
    /// What people and models write is text, whatever stands in it.
    s_39_nothing_that_is_written_becomes_a_part_of_the_page = "written";
    /// Every page of the settings, and signing in and out.
    settings_are_changed_and_hold = "settings";
    /// Nobody is at work: an address is left, the answer comes by mail, and its links lead where they say.
    a_visitor_outside_office_hours_is_answered_by_mail = "away";
    /// Everything a member can do to a conversation, by mouse and by keys.
    everything_on_the_desk_can_be_done_by_keys_and_in_dialogs = "desk";
    /// The network, a session or a page fails: each side says so and leaves a way out.
    what_fails_is_said_and_leaves_a_way_out = "troubles";
    /// More is asked than the gateway gives: both sides say how long to wait, and go on by themselves.
    too_much_is_said_and_waited_for = "limits" with [
        ("BATON_GATEWAY__LIMITS__MESSAGES_PER_MINUTE", "12"),
        ("BATON_GATEWAY__LIMITS__MESSAGES_BURST", "3"),
        ("BATON_GATEWAY__LIMITS__SIGN_INS_PER_MINUTE", "6"),
    ];
}

fn tests_browser_run() -> Command {
    Command::new(root().join("tests/browser/run"))
}

/// Where pictures are left: under the build folder, by scenario.
fn artefacts(scenario: &str) -> PathBuf {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_baton-under-test"));
    let target = binary.parent().and_then(|profile| profile.parent()).expect("a build folder");
    target.join("browser").join(scenario)
}

fn play(scenario: &str, settings: &[(&str, &str)]) {
    let mut check = tests_browser_run();
    check.arg("--check");
    if everything_is_required() {
        check.arg("--install");
    }
    if !check.status().expect("tests/browser/run can be run").success() {
        return skip(
            "there is no Chromium, no Node or no way to its packages",
            "apt-get install chromium nodejs npm",
        );
    }
    // A browser keeps two cores busy by itself.
    let _alone = ONE_AT_A_TIME.blocking_lock();
    let (data, address) = (TempDir::new().expect("a directory"), free_port());
    let (listen, base) = (address.to_string(), format!("http://{address}"));
    let mut variables = vec![
        ("BATON_SUITE__LISTEN", listen.as_str()),
        ("BATON_GATEWAY__PUBLIC_URL", base.as_str()),
        ("BATON_NOTIFICATION__DELAY", "1s"),
        ("BATON_NOTIFICATION__VISITOR_DELAY", "1s"),
    ];
    variables.extend_from_slice(WITHOUT_LIMITS);
    variables.extend_from_slice(settings);
    let mut serving = Serving::start(data.path(), &variables);
    let mut playing = tests_browser_run();
    playing.arg(scenario);
    playing.env("BATON_BASE", &base).env("BATON_WIDGET_KEY", &serving.widget_key);
    playing.env("BATON_WORKSPACE", "demo").env("BATON_EMAIL", "dana@demo.example.org");
    playing.env("BATON_PASSWORD", &serving.password).env("BATON_ARTEFACTS", artefacts(scenario));
    let passed = played::within(PATIENCE, playing);
    serving.baton.signal("TERM");
    let status = serving.baton.ends_within(Duration::from_secs(30));
    assert!(passed, "{scenario} failed; pictures are in {}", artefacts(scenario).display());
    assert_eq!(status.code(), Some(0), "{}", serving.baton.output.join("\n"));
}
