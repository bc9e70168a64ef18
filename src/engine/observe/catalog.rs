//! The dashboard's catalog: which scorecards and scores there are, and which account they belong to.

use crate::engine::error::Halt;
use crate::engine::observe::owners::unsynced::left_unsynced;
use crate::engine::session::Session;
use crate::model::{AccountId, Catalog};
use crate::remote::{Remote, Unreadable};
use crate::state::{Loaded, Origin};

/// The account that the settings name, checked against the one that the state was made with.
pub(in crate::engine) async fn account(session: &mut Session, remote: &dyn Remote) -> Result<AccountId, Halt> {
    let key = &session.config.account_key;
    if let Some(known) = session.state.origin()? {
        if known.endpoint != session.config.endpoint || known.account_key != *key {
            return Err(Halt::OtherOrigin {
                known: format!("{} account {:?}", known.endpoint, known.account_key),
                given: format!("{} account {key:?}", session.config.endpoint),
            });
        }
        return Ok(known.account_id);
    }
    let account = remote.account(key).await?.ok_or_else(|| Halt::NoAccount(key.clone()))?;
    session.state.set_origin(&Origin {
        endpoint: session.config.endpoint.clone(),
        account_key: account.key,
        account_id: account.id.clone(),
        account_name: account.name,
    })?;
    Ok(account.id)
}

/// The account's catalog now; none offline. An incomplete one is not worth remembering.
pub(in crate::engine) async fn read_catalog(session: &mut Session) -> Result<(Option<Catalog>, Vec<Unreadable>), Halt> {
    let Some(remote) = session.remote.clone() else { return Ok((None, Vec::new())) };
    let account = account(session, remote.as_ref()).await?;
    let (catalog, unreadable) = remote.catalog(&account).await?;
    if unreadable.is_empty() {
        remember(session, &catalog)?;
    }
    Ok((Some(catalog), unreadable))
}

/// What is recorded; the catalog last seen only where none was read.
pub(in crate::engine) fn load_beside(session: &Session, read: Option<&Catalog>) -> Result<Loaded, Halt> {
    Ok(if read.is_some() { session.state.load_without_catalog()? } else { session.state.load()? })
}

/// The catalog that was read; offline the one last seen.
pub(in crate::engine) fn or_last_seen(read: Option<Catalog>, loaded: &mut Loaded) -> Result<Catalog, Halt> {
    match read {
        Some(catalog) => Ok(catalog),
        None if loaded.catalog.scores.is_empty() => Err(Halt::NeverSynced),
        None => Ok(std::mem::take(&mut loaded.catalog)),
    }
}

/// The catalog is the one last seen from `now` on; written only if it is another one.
pub(in crate::engine) fn remember(session: &mut Session, now: &Catalog) -> Result<(), Halt> {
    if session.state.is_catalog(now)? {
        return Ok(());
    }
    let unsynced = left_unsynced(session, now)?;
    Ok(session.state.transaction(|tx| {
        tx.save_catalog(now)?;
        unsynced.map_or(Ok(()), |places| tx.set_unsynced_places(&places))
    })?)
}
