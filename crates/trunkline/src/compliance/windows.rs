//! WhatsApp's 24-hour windows: who wrote last to which sender of ours, and when.

use trunkline_domain::ids::LineId;
use trunkline_domain::time::Timestamp;
use trunkline_domain::window::Window;
use trunkline_store::{Result, Tx, sql};

/// Somebody wrote: their window is open from then on. Texts may be read in another order than they were written
/// in; the latest counts.
pub(crate) fn opened(tx: &mut Tx<'_>, line: LineId, address: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        sql!(
            "insert into windows (line_id, address, last_inbound_at) values ($1, $2, $3) \
             on conflict (line_id, address) do update set last_inbound_at = excluded.last_inbound_at \
             where windows.last_inbound_at < excluded.last_inbound_at"
        ),
        &[line.into(), address.into(), at.into()],
    )
    .map(|_| ())
}

/// The window between a line and an address as it is at `at`.
pub(crate) fn window(tx: &mut Tx<'_>, line: LineId, address: &str, at: Timestamp) -> Result<Window> {
    let last = tx.query_opt(
        sql!("select last_inbound_at from windows where line_id = $1 and address = $2"),
        &[line.into(), address.into()],
        |row| row.get(0),
    )?;
    Ok(Window::at(at, last))
}

/// Why words of one's own may not be sent; `None` while the window is open.
pub(super) fn refusal(window: Window) -> Option<String> {
    match window {
        Window::OpenUntil(_) => None,
        Window::NeverOpened => Some(
            "They have not written to this WhatsApp number yet. Until they do, WhatsApp only lets approved templates \
             through: choose one, or write by another channel."
                .to_owned(),
        ),
        Window::ClosedAt(at) => Some(format!(
            "WhatsApp lets free text through for 24 hours after their last message, that is until {} UTC. Choose an \
             approved template instead; once they write again, you can answer freely.",
            at.to_jiff().strftime("%Y-%m-%d %H:%M")
        )),
    }
}
