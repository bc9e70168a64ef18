//! How far the files are behind the champion, which of our versions are not promoted, and who else started from the same
//! version: in words.

use super::relative_time::Clock;
use crate::cli::text::{counted, plain};
use crate::engine::ScoreReport;
use crate::model::VersionMeta;
use crate::plan::AheadBehind;

/// The most versions that are named one by one.
const MAX_NAMED: usize = 3;

/// How far the champion is ahead of the files; none where nobody looked. Without a clock nobody is named.
pub(super) fn behind(score: &ScoreReport, clock: Option<&Clock>) -> Option<String> {
    let AheadBehind { behind, connected, .. } = score.ahead_behind.as_deref()?;
    let champion = score.champion.as_ref()?;
    Some(match behind.len() {
        0 if *connected => format!("the champion went back to {}", champion.short()),
        0 => "the champion moved".to_owned(),
        _ if !connected => format!("the champion moved{}", named(behind, clock)),
        count => format!("{} behind{}", counted(count, "version"), named(behind, clock)),
    })
}

/// Which of our versions are not promoted.
pub(super) fn ahead(score: &ScoreReport) -> Option<String> {
    let base = score.base.as_ref()?.short();
    match score.ahead_behind.as_ref().map(|ahead_behind| ahead_behind.ahead.len()) {
        None => Some(format!("not promoted, version {base}")),
        Some(0) => None,
        Some(1) => Some(format!("1 draft not promoted, version {base}")),
        Some(count) => Some(format!("{count} drafts not promoted, the newest is version {base}")),
    }
}

/// Versions of others that start where our drafts or edits start.
pub(super) fn forks(score: &ScoreReport, clock: Option<&Clock>) -> Option<String> {
    let forks = &score.ahead_behind.as_ref().filter(|ahead_behind| !ahead_behind.forks.is_empty())?.forks;
    let from = if score.ahead_behind.as_ref().is_some_and(|ahead_behind| ahead_behind.ahead.is_empty()) {
        "your base"
    } else {
        "the same place"
    };
    Some(format!("{} from {from}{}", counted(forks.len(), "other version"), named(forks, clock)))
}

/// Drafts of others, without those that are told as forks: `1 newer draft by Ana, 2 hours ago`.
pub(super) fn newer_drafts(score: &ScoreReport, clock: &Clock) -> Option<String> {
    let drafts = score.drafts.as_ref()?;
    let forks = score.ahead_behind.as_ref().map_or(&[][..], |ahead_behind| &ahead_behind.forks);
    let told: Vec<&VersionMeta> = drafts.versions.iter().filter(|draft| forks.iter().all(|fork| fork.id != draft.id)).collect();
    let newest = told.first()?;
    let by = newest.author().map_or_else(String::new, |author| format!(" by {}", plain(&author)));
    let count = if told.len() == 1 { "1 newer draft".to_owned() } else { format!("{} newer drafts, the latest", told.len()) };
    let heard = drafts.heard_at.map(|at| clock.age(at)).filter(|age| *age != clock.age(clock.timestamp()));
    let heard = heard.map_or_else(String::new, |age| format!(" (as of {age})"));
    Some(format!("{count}{by}, {}{heard}", clock.age(newest.created_at)))
}

/// ` (2 more, human anna 2026-11-20, agent optimizer 14:30)`: the newest of `versions`, which are the newest first.
fn named(versions: &[VersionMeta], clock: Option<&Clock>) -> String {
    let Some(clock) = clock else { return String::new() };
    let one = |meta: &VersionMeta| {
        let when = clock.short(meta.created_at);
        meta.author().map_or(when.clone(), |author| format!("{} {when}", plain(&author)))
    };
    let more = versions.len().saturating_sub(MAX_NAMED);
    let more = (more > 0).then(|| format!("{more} more"));
    let names: Vec<String> = more.into_iter().chain(versions.iter().take(MAX_NAMED).rev().map(one)).collect();
    format!(" ({})", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::testing::score;
    use crate::engine::Outcome;
    use crate::model::NewerDrafts;
    use crate::plan::Standing;
    use jiff::tz::TimeZone;
    use serde_json::json;

    fn version(at: &str, actor: &str) -> VersionMeta {
        VersionMeta {
            id: "v".into(),
            score_id: "s".into(),
            parent: None,
            created_at: at.parse().expect("a time"),
            note: None,
            metadata: json!({"attribution": {"source": actor}}),
        }
    }

    fn told(ahead_behind: AheadBehind, clock: bool) -> [Option<String>; 3] {
        let now = Clock::new("2026-11-23T15:00:00Z".parse().expect("a time"), || TimeZone::UTC);
        let mut score = score("A", Standing::Ahead, Outcome::Untouched);
        score.ahead_behind = Some(Box::new(ahead_behind));
        let clock = clock.then_some(&now);
        [behind(&score, clock), ahead(&score), forks(&score, clock)]
    }

    #[test]
    fn sentences_count_and_name() {
        let two = vec![version("2026-11-23T14:30:00Z", "agent"), version("2026-11-23T14:02:00Z", "dashboard")];
        let five: Vec<VersionMeta> = (0..5).map(|day| version(&format!("2026-11-1{day}T00:00:00Z"), "")).rev().collect();
        let ahead = vec!["d".into(), "e".into()];
        let ahead_behind = AheadBehind { behind: two.clone(), connected: true, ahead, forks: five };
        let said = told(ahead_behind.clone(), true).map(Option::unwrap_or_default);
        insta::assert_snapshot!(said.join("\n"), @r"
        2 versions behind (dashboard 14:02, agent 14:30)
        2 drafts not promoted, the newest is version base5678
        5 other versions from the same place (2 more, 2026-11-12, 2026-11-13, 2026-11-14)
        ");
        let said = told(ahead_behind, false).map(Option::unwrap_or_default);
        assert_eq!(said[0], "2 versions behind");
        let lost = told(AheadBehind { behind: two[..1].to_vec(), ..AheadBehind::default() }, true);
        assert_eq!(lost[0].as_deref(), Some("the champion moved (agent 14:30)"));
        let mut score = score("A", Standing::Clean, Outcome::Untouched);
        let now = Clock::new("2026-11-23T15:00:00Z".parse().expect("a time"), || TimeZone::UTC);
        let mut drafts = NewerDrafts { versions: vec![version("2026-11-23T13:00:00Z", "Ana")], heard_at: None };
        score.drafts = Some(Box::new(drafts.clone()));
        assert_eq!(newer_drafts(&score, &now).as_deref(), Some("1 newer draft by Ana, 2 hours ago"));
        drafts.versions.push(version("2026-11-23T12:00:00Z", "Bo"));
        drafts.heard_at = Some("2026-11-23T14:00:00Z".parse().expect("a time"));
        score.drafts = Some(Box::new(drafts));
        let said = newer_drafts(&score, &now);
        assert_eq!(said.as_deref(), Some("2 newer drafts, the latest by Ana, 2 hours ago (as of 1 hour ago)"));
        let back = told(AheadBehind { connected: true, ..AheadBehind::default() }, true);
        assert_eq!(back, [Some("the champion went back to cham5678".to_owned()), None, None]);
    }
}
