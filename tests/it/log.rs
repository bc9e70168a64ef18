//! What a log and a status cost: pages without contents but those of a champion that moved, evaluations in batches, many scores
//! in a few requests.

use crate::support::locked;
use crate::support::{Browser, Dashboard, Desk, InProcess, fill, registry, remote};
use scoresync::engine::{Log, PullOptions, PushOptions, Selector, Targets, log, pull, push, record_of, status};
use scoresync::model::{Digest, RelPath, Score, ScoreId};
use scoresync::plan::Standing;
use scoresync::remote::Remote;
use std::sync::Arc;

/// After this time a file's stat tells every further change.
const AT_REST: std::time::Duration = std::time::Duration::from_millis(30);

fn one(name: &str) -> Targets {
    Targets { selectors: vec![Selector::Word(name.to_owned())], scorecards: Vec::new() }
}

#[tokio::test]
async fn hundreds_of_versions_are_paged_through_without_their_contents() {
    let registry = registry();
    let transport = Arc::new(InProcess(registry.clone()));
    let browser = Browser::new(transport.clone()).await;
    fill(&browser, 60).await;
    let remote = Arc::new(remote(transport));
    let desk = Desk::new();
    pull(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), PullOptions::default()).await.expect("pulls");
    let score = ScoreId::from("score-0");
    let mut parent = None;
    for version in 0..300 {
        parent = Some(browser.save(&score, parent.as_ref(), &format!("name: {version}\n"), None).await);
    }
    // The champion moved: how the score stands cannot be told without its contents.
    browser.promote(&score, parent.as_ref()).await;

    let before = registry.requests().len();
    let newest = log(&mut desk.session(remote.clone()), &one("Score 0"), 30).await.expect("a log");
    let Log::Score(shown) = newest else { panic!("one score") };
    // The newest thirty, and the version that the files come from.
    assert_eq!((shown.versions.len(), shown.versions[30].base, shown.versions[0].champion, shown.older), (31, true, true, 0));
    assert_eq!(shown.versions[30].skipped, 270);
    let all = log(&mut desk.session(remote.clone()), &one("Score 0"), usize::MAX).await.expect("a log");
    assert!(matches!(all, Log::Score(all) if all.versions.len() == 301));
    let lately = log(&mut desk.session(remote), &Targets::default(), 30).await.expect("a log");
    assert!(matches!(lately, Log::Scores(lately) if lately.versions.len() == 30 && lately.scores == 60));
    let sent: Vec<String> = registry.requests().into_iter().skip(before).map(|request| request.operation).collect();
    let operations = |name: &str| sent.iter().filter(|operation| *operation == name).count();
    // Of one score nothing but that is asked: the pull has left what tells which one it is.
    assert_eq!((operations("Score"), operations("Scorecards")), (2, 1), "{sent:?}");
    assert_eq!((operations("History"), operations("Newest")), (2, 2), "{sent:?}");
    assert_eq!((operations("Evaluations"), operations("Versions")), (1 + 7, 3), "{sent:?}");
    assert_eq!(sent.len(), 3 + 2 + 2 + 8 + 3);
}

#[tokio::test]
async fn a_status_asks_for_histories_only_of_scores_that_left_their_champion() {
    let registry = registry();
    let transport = Arc::new(InProcess(registry.clone()));
    let browser = Browser::new(transport.clone()).await;
    fill(&browser, 60).await;
    let remote = Arc::new(remote(transport));
    let desk = Desk::new();
    desk.pull(remote.clone()).await;
    let status = async || {
        let before = registry.requests().len();
        status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("a status");
        registry.requests().into_iter().skip(before).map(|request| request.operation).collect::<Vec<_>>()
    };
    assert_eq!(status().await, ["Scorecards"], "clean");
    for score in 0..60 {
        desk.write(&format!("Score {score}.yaml"), &format!("name: edited {score}\n"));
    }
    assert_eq!(status().await, ["Scorecards"], "edited, but nothing moved");
    desk.push(remote.clone(), false).await;
    assert_eq!(status().await, ["Scorecards", "Newest", "Newest"], "sixty drafts");
}

#[tokio::test]
async fn a_score_among_many_is_asked_for_by_itself_while_it_is_called_as_it_was() {
    let registry = registry();
    let transport = Arc::new(InProcess(registry.clone()));
    let browser = Browser::new(transport.clone()).await;
    fill(&browser, 60).await;
    let (remote, desk) = (Arc::new(remote(transport)), Desk::new());
    desk.pull(remote.clone()).await;
    tokio::time::sleep(AT_REST).await;
    status(&mut desk.session(remote.clone()), &Targets::default(), false).await.expect("a status");
    let asked = async |targets: &Targets| {
        let before = registry.requests().len();
        let report = status(&mut desk.session(remote.clone()), targets, true).await.expect("a status");
        let sent: Vec<String> = registry.requests().into_iter().skip(before).map(|request| request.operation).collect();
        let told =
            report.scores.iter().map(|score| (score.name.to_string(), score.paths.code.to_string(), score.standing)).collect();
        (sent, told)
    };
    let clean = |score: &str, file: &str| Vec::from([(score.to_owned(), format!("Calls/{file}.yaml"), Standing::Clean)]);
    let file = |path| Selector::Path(RelPath::parse(path).expect("a path"));
    let [seventh, eighth] =
        ["Calls/Score 7.yaml", "Calls/Score 8.yaml"].map(|path| Targets { selectors: vec![file(path)], ..Targets::default() });
    for targets in [&one("Score 7"), &seventh] {
        assert_eq!(asked(targets).await, (vec!["Score".to_owned()], clean("Score 7", "Score 7")), "{targets:?}");
    }
    let before = registry.requests().len();
    push(&mut locked(&mut desk.session(remote.clone())), &one("Score 7"), &PushOptions::default()).await.expect("a push");
    let sent: Vec<String> = registry.requests().into_iter().skip(before).map(|request| request.operation).collect();
    assert_eq!(sent, ["Scorecards"], "what changes something knows whether the word means another score by now");

    let score = remote.score(&ScoreId::from("score-7")).await.expect("an answer").expect("it is there");
    browser.change_score(Score { name: "Seventh".into(), ..score }).await;
    let (sent, told) = asked(&seventh).await;
    assert_eq!((sent, told), (vec!["Score".to_owned(), "Scorecards".to_owned()], clean("Seventh", "Seventh")));
    browser.remove_score(&ScoreId::from("score-8")).await;
    let (sent, told): (_, Vec<_>) = asked(&eighth).await;
    assert_eq!(sent, ["Scorecards"], "there is no index since the rename");
    assert!(matches!(told[..], [(.., Standing::GoneRemotely { clean: true })]), "{told:?}");
}

/// Beyond one in eight, the whole catalog tells more for the same.
#[tokio::test]
async fn named_scores_are_asked_for_one_by_one_where_they_are_few_of_all() {
    let registry = registry();
    let transport = Arc::new(InProcess(registry.clone()));
    fill(&Browser::new(transport.clone()).await, 56).await;
    let (remote, desk) = (Arc::new(remote(transport)), Desk::new());
    desk.pull(remote.clone()).await;
    tokio::time::sleep(AT_REST).await;
    status(&mut desk.session(remote.clone()), &Targets::default(), false).await.expect("a status");
    // The last one is no score at all.
    for (named, expected, count) in [(0..7, vec!["Score"; 7], 7), (0..8, vec!["Scorecards"], 8), (56..57, vec!["Scorecards"], 0)]
    {
        let selectors = named.map(|score| Selector::Score(ScoreId::from(format!("score-{score}")))).collect();
        let before = registry.requests().len();
        let targets = Targets { selectors, ..Targets::default() };
        let report = status(&mut desk.session(remote.clone()), &targets, true).await.expect("a status");
        let sent: Vec<String> = registry.requests().into_iter().skip(before).map(|request| request.operation).collect();
        assert_eq!((sent, report.scores.len()), (expected.into_iter().map(str::to_owned).collect(), count));
    }
}

/// Else every look would read what an earlier one did.
#[tokio::test]
async fn a_look_remembers_the_files_it_read_and_forgets_those_that_are_gone() {
    let transport = Arc::new(InProcess(registry()));
    fill(&Browser::new(transport.clone()).await, 2).await;
    let desk = Desk::new();
    desk.pull(Arc::new(remote(transport))).await;
    let path = RelPath::parse("Calls/Score 1.yaml").expect("a path");
    let look = async || {
        tokio::time::sleep(AT_REST).await;
        status(&mut desk.offline(), &Targets::default(), true).await.expect("a status");
        desk.state().load().expect("readable").files.get(&path).map(|file| file.raw)
    };
    desk.write("Score 1.yaml", "name: edited\n");
    assert_eq!(look().await, Some(Digest::of("name: edited\n")));
    std::fs::remove_file(desk.path("Score 1.yaml")).expect("removed");
    assert_eq!(look().await, None);
}

#[tokio::test]
async fn a_report_and_a_commit_name_the_same_author_as_the_log() {
    let transport = Arc::new(InProcess(registry()));
    fill(&Browser::new(transport.clone()).await, 1).await;
    let remote = Arc::new(remote(transport));
    let (theirs, ours) = (Desk::new(), Desk::new());
    theirs.pull(remote.clone()).await;
    ours.pull(remote.clone()).await;
    theirs.write("Score 0.yaml", "name: theirs\n");
    theirs.push(remote.clone(), true).await;
    let report = ours.pull(remote.clone()).await;
    let Log::Score(lineage) = log(&mut ours.session(remote), &one("Score 0"), 30).await.expect("a log") else {
        panic!("one score")
    };
    let newest = lineage.versions[0].meta.as_ref().and_then(|meta| meta.author()).expect("an author");
    assert_eq!(report.scores[0].author.as_ref(), Some(&newest));
    let commit = record_of(&report).expect("something to commit").message.text();
    assert!(commit.contains(&newest), "{commit}");
}
