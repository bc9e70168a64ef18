//! The embedded registry behaves as the service does: errors, paging, indexes, conditions, scalars, faults.

use apollo_compiler::Schema;

/// The schema that the client's documents are checked against.
const SCHEMA: &str = include_str!("../../fixtures/schema.graphql");

#[test]
fn the_schema_is_valid() {
    if let Err(invalid) = Schema::parse_and_validate(SCHEMA, "schema.graphql") {
        panic!("{}", invalid.errors);
    }
}
