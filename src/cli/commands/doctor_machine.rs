//! What `doctor` finds wrong with the machine itself: no network, a clock that is off.

use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::text::{counted, quoted};
use crate::model::WebAddress;
use crate::remote::{Remote, has_network};
use jiff::{SignedDuration, Timestamp};

/// Clocks that differ by less agree: the answer of a dashboard takes its time, and tells whole seconds.
const TOLERATED: SignedDuration = SignedDuration::from_secs(60);

/// The command that sets the clock from the network.
const SET_CLOCK: &str = if cfg!(target_os = "macos") {
    "sudo sntp -sS time.apple.com"
} else if cfg!(windows) {
    "w32tm /resync"
} else {
    "sudo timedatectl set-ntp true"
};

/// The clock of this machine beside that of the dashboard.
pub async fn clock(remote: &dyn Remote, now: fn() -> Timestamp) -> Option<Problem> {
    let theirs = remote.clock().await?;
    let ahead = now().duration_since(theirs);
    (ahead.abs() > TOLERATED).then(|| {
        let which = if ahead.is_negative() { "behind" } else { "ahead of" };
        let message = format!("the clock of this machine is {} {which} that of the dashboard", words(ahead.abs()));
        Problem::new(Exit::Usage, "CLOCK_OFF", message).help(SET_CLOCK)
    })
}

fn words(span: SignedDuration) -> String {
    let (minutes, hours) = (span.as_mins().unsigned_abs() as usize, span.as_hours().unsigned_abs() as usize);
    match hours {
        0 => counted(minutes, "minute"),
        hours if hours < 48 => counted(hours, "hour"),
        hours => counted(hours / 24, "day"),
    }
}

/// Why the dashboard at this address does not answer, as far as this machine can tell.
pub fn unreachable(problem: Problem, address: &WebAddress) -> Problem {
    if problem.code != "UNREACHABLE" || address.is_loopback() {
        return problem;
    }
    if !has_network() {
        return Problem::new(Exit::Unreachable, "NO_NETWORK", "this machine has no network")
            .help("connect it, then: scoresync doctor")
            .help("scoresync status --offline    # works meanwhile, as editing does");
    }
    let address = address.to_string();
    problem.help(format!("curl -sSI {}    # whether anything answers there", quoted(&address)))
}
