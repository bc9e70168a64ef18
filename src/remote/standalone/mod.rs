//! Standalone documents of the dashboard (report configurations, data sources), so that the engine syncs them as scores.
//!
//! ```text
//! StandaloneDocuments (documents)     a Remote: scores as the one it wraps has them, and documents beside them
//!   DocumentStore (store)             what a kind can do: list, read heads, replace a head if it is as expected
//!     report_configuration            one file for each kind, with its GraphQL documents
//!     data_source
//! ```
//!
//! A new kind is a variant of [`SyncKind`](crate::model::SyncKind) and a `DocumentStore`.

mod data_source;
mod documents;
mod report_configuration;
mod store;

pub use documents::StandaloneDocuments;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::schema_check;
    use crate::schema::Extent;

    #[test]
    fn every_document_is_valid() {
        schema_check::hold(Extent::Current, &[report_configuration::samples(), data_source::samples()].concat());
    }

    #[test]
    fn lists_scan_no_table_and_select_no_texts() {
        for call in [report_configuration::samples(), data_source::samples()].concat() {
            let query = &call.request.query;
            let is_list = call.fields.iter().any(|field| field.starts_with("list"));
            assert!(!is_list || (query.contains("By") && !query.to_lowercase().contains(" configuration")), "{query}");
            assert!(!is_list || !query.contains("yamlConfiguration"), "{query}");
        }
    }
}
