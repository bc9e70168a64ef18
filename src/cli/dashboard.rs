//! From settings to the dashboard that they name: over HTTP, or an embedded registry in a file.

#[cfg(feature = "embedded")]
use super::embedded::EmbeddedTransport;
use super::error::Problem;
use super::exit::Exit;
use super::ui::ProgressIndicator;
use crate::remote::{
    Auth, Credentials, GraphQlRemote, HttpError, HttpTransport, Records, Remote, RetryPolicy, RunTaskWriter, StandaloneDocuments,
    Transport, WriteAttribution,
};
use crate::settings::{AuthMode, Endpoint, Settings};
use std::path::Path;
use std::sync::Arc;

/// A dashboard and which account of it.
pub struct Dashboard {
    /// The dashboard.
    pub remote: Arc<dyn Remote>,
    /// What was recorded there about scores.
    pub records: Records,
    /// The account's key.
    pub account_key: String,
}

/// The dashboard that the settings name; `progress` shows how many versions are read. An embedded registry with one account
/// needs no key to find it. Nothing is sent yet.
///
/// # Errors
/// A setting or a key is missing or wrong, the user does not trust the endpoint, or no embedded registry is where one should be.
pub fn dashboard(settings: &Settings, progress: &ProgressIndicator) -> Result<Dashboard, Problem> {
    let (transport, account_key) = connect(settings)?;
    let remote = remote(transport, settings, progress);
    let records = remote.records();
    let kinds = &settings.documents.value;
    let remote: Arc<dyn Remote> = match kinds.is_empty() {
        true => Arc::new(remote),
        false => Arc::new(StandaloneDocuments::new(remote, kinds, settings.scorecards.value.clone())),
    };
    Ok(Dashboard { remote, records, account_key })
}

/// Shows runs in the dashboard that the settings name, over a connection apart; none where [`dashboard`] fails too.
pub fn task_writer(settings: &Settings) -> Option<RunTaskWriter> {
    let (transport, _) = connect(settings).ok()?;
    Some(RunTaskWriter::new(transport, fastrand::Rng::new()))
}

/// A connection to the dashboard, and the key of the account.
fn connect(settings: &Settings) -> Result<(Arc<dyn Transport>, String), Problem> {
    match settings.trusted_endpoint()? {
        Endpoint::Http(address) => {
            let connect = if settings.allows_plain_http() { HttpTransport::allowing_plain_http } else { HttpTransport::new };
            let transport = connect(address, auth(settings)?)?;
            Ok((Arc::new(transport), settings.account_key()?.to_owned()))
        }
        Endpoint::File(path) => embedded(path, settings),
    }
}

#[cfg(feature = "embedded")]
fn embedded(path: &Path, settings: &Settings) -> Result<(Arc<dyn Transport>, String), Problem> {
    let embedded = EmbeddedTransport::open(path)?;
    let key = settings.account_key().map(str::to_owned);
    let key = key.or_else(|missing| embedded.only_account().ok_or(missing))?;
    Ok((Arc::new(embedded), key))
}

#[cfg(not(feature = "embedded"))]
fn embedded(path: &Path, _: &Settings) -> Result<(Arc<dyn Transport>, String), Problem> {
    Err(Problem::not_embedded().at(path.display()))
}

fn remote(transport: Arc<dyn Transport>, settings: &Settings, progress: &ProgressIndicator) -> GraphQlRemote {
    let policy = RetryPolicy { concurrency: settings.concurrency.value, ..RetryPolicy::default() };
    let actor = settings.actor.value.clone();
    let attribution =
        WriteAttribution { actor_type: actor.kind, actor_key: actor.key, source: actor.source, user_id: actor.user_id };
    let remote = GraphQlRemote::new(transport, attribution, policy, fastrand::Rng::new());
    remote.with_progress(Arc::new(progress.clone()))
}

fn auth(settings: &Settings) -> Result<Auth, Problem> {
    if settings.auth.value == AuthMode::ApiKey {
        return Ok(Auth::ApiKey(settings.api_key()?.expose().to_owned()));
    }
    if !cfg!(feature = "iam") {
        return Err(HttpError::NotBuilt.into());
    }
    let Some(aws) = &settings.aws else {
        return Err(Problem::new(Exit::Usage, "NO_CREDENTIALS", "there are no AWS credentials for sign-in with iam")
            .help("set AWS_PROFILE to a profile of ~/.aws/credentials")
            .help("eval \"$(aws configure export-credentials --format env)\"    # for single sign-on and roles"));
    };
    let credentials = Credentials {
        access_key: aws.access_key_id.clone(),
        secret_key: aws.secret_access_key.value.expose().to_owned(),
        session_token: aws.session_token.as_ref().map(|token| token.value.expose().to_owned()),
    };
    Ok(Auth::Iam { credentials, region: settings.region.as_ref().map(|region| region.value.clone()) })
}
