//! `trunkline openapi`: prints the description of the API.

use super::say;

pub(super) fn run() -> anyhow::Result<()> {
    say(&crate::app::describe().to_pretty_json()?);
    Ok(())
}
